"""What programs are told of the whole site: ``ro-crate-metadata.json`` at its root.

It lists what the site holds as a Research Object Crate: pages, notebooks and tables. Title,
authors, version, date and licences come from CITATION.cff, and what is known of a table from its
metadata. A DOI and an address are told only if CITATION.cff has them.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bookmaking import site_files
from bookmaking.directives import record
from bookmaking.site import notebook_downloads
from bookmaking.site.page_metadata import person_name, schema_author
from decentwork import data

CRATE = "ro-crate-metadata.json"
VERSION = "1.2"
"""The version of the specification that the crate follows."""
LICENCES = "https://spdx.org/licenses/"
OF_ROOT = {
    "abstract": "description",
    "date-released": "datePublished",
    "doi": "identifier",
    "title": "name",
    "url": "url",
    "version": "version",
}
"""Fields of CITATION.cff, and the words of schema.org for them."""


def crate(citation: Mapping[str, Any], language: str, files: Iterable[Mapping]) -> dict[str, Any]:
    """Return the metadata of a site with some ``files`` as a Research Object Crate.

    A file has the fields that schema.org has for it; ``@id`` is its path in the site.
    """
    files = [{"@type": "File"} | file for file in files]
    licences = [
        {"@id": LICENCES + name, "@type": "CreativeWork", "name": name}
        for name in citation.get("license", ())
    ]
    authors = [
        {"@id": f"#author-{number}", **schema_author(author), "name": person_name(author)}
        for number, author in enumerate(citation["authors"], 1)
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        **{name: citation[field] for field, name in OF_ROOT.items() if field in citation},
        "inLanguage": language,
        "keywords": ", ".join(citation.get("keywords", ())),
        "license": [{"@id": each["@id"]} for each in licences],
        "author": [{"@id": each["@id"]} for each in authors],
        "hasPart": [{"@id": each["@id"]} for each in files],
    }
    itself = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": f"https://w3id.org/ro/crate/{VERSION}"},
    }
    return {
        "@context": f"https://w3id.org/ro/crate/{VERSION}/context",
        "@graph": [itself, root, *licences, *authors, *files],
    }


def as_json(described: dict[str, Any]) -> str:
    """Return a description as the text of a file."""
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    site, found = Path(app.outdir), []
    titles = {page: app.env.titles[page].astext() for page in sorted(app.env.found_docs)}
    for page, title in titles.items():
        found.append((app.builder.get_target_uri(page), "text/html", {"name": title}))
        notebook = notebook_downloads.address(page)
        if (site / notebook).is_file():
            name = {"name": f"{title} (notebook)"}
            found.append((notebook, "application/x-ipynb+json", name))
    folder = Path(app.srcdir, "data")
    for name in data.names(folder) if record.page_of_tables(app.env) else ():  # else not in it
        table = data.metadata(name, folder)
        words = " ".join(table.description.split())
        said = {"name": table.title, "description": words, "license": table.licence["name"]}
        found.append((f"{record.TABLES}/{name}.csv", "text/csv", said))
    files = [{"@id": path, "encodingFormat": form} | said for path, form, said in found]
    described = crate(app.config.citation_metadata, app.config.language, files)
    site_files.write(site / CRATE, as_json(described))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run when notebooks and tables are in the site."""
    app.connect("build-finished", _write, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
