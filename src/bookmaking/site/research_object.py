"""What programs are told of the whole site, in files at its root.

`codemeta.json` describes the software, in the words of CodeMeta. `ro-crate-metadata.json` lists
what the site holds as a Research Object Crate: pages, notebooks and tables. Both take title,
authors, version, date and licences from CITATION.cff, and what is known of a table from its
metadata. A DOI and addresses are told only if CITATION.cff has them.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from bookmaking import site_files
from bookmaking.directives import record
from bookmaking.site import notebook_downloads
from bookmaking.site.page_metadata import person_name, schema_author
from decentwork import data
from decentwork.tables.metadata import Metadata

CODEMETA, CRATE = "codemeta.json", "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/codemeta/3.0"
LICENCES = "https://spdx.org/licenses/"
CRATE_VERSION = "1.2"
"""The version of the specification that the crate follows."""
NOTEBOOK = "application/x-ipynb+json"

Citation = Mapping[str, Any]


def codemeta(citation: Citation) -> dict[str, Any]:
    """Return the description of the software."""
    described = {
        "@context": CONTEXT,
        "@type": "SoftwareSourceCode",
        "name": citation["title"],
        "description": citation.get("abstract"),
        "author": [schema_author(each) for each in citation["authors"]],
        "version": citation.get("version"),
        "datePublished": citation["date-released"],
        "license": [LICENCES + name for name in citation.get("license", ())],
        "keywords": citation.get("keywords"),
        "programmingLanguage": "Python",
        "codeRepository": citation.get("repository-code"),
        "url": citation.get("url"),
        "identifier": citation.get("doi"),
    }
    return {name: value for name, value in described.items() if value}


def crate(
    citation: Citation,
    language: str,
    pages: Mapping[str, str],
    notebooks: Mapping[str, str],
    tables: Iterable[Metadata],
) -> dict[str, Any]:
    """Return the metadata of the site as a Research Object Crate.

    ``pages`` and ``notebooks`` give titles by the paths of files in the site.
    """
    made = ROCrate(version=CRATE_VERSION)

    def known(identifier: str, described: Mapping[str, str]) -> ContextEntity:
        return made.add(ContextEntity(made, identifier, described))

    root = made.root_dataset
    root["name"], root["description"] = citation["title"], citation.get("abstract", "")
    root["datePublished"], root["inLanguage"] = citation["date-released"], language
    root["keywords"] = ", ".join(citation.get("keywords", ()))
    root["license"] = [
        known(LICENCES + name, {"@type": "CreativeWork", "name": name})
        for name in citation.get("license", ())
    ]
    authors = enumerate(citation["authors"], 1)
    root["author"] = [
        known(author.get("orcid", f"#author-{number}"),
              schema_author(author) | {"name": person_name(author)})
        for number, author in authors
    ]  # fmt: skip
    for field, name in (("version", "version"), ("doi", "identifier"), ("url", "url")):
        if field in citation:
            root[name] = citation[field]
    files = [(path, {"encodingFormat": "text/html", "name": pages[path]}) for path in pages]
    files += [(path, {"encodingFormat": NOTEBOOK, "name": f"{notebooks[path]} (notebook)"})
              for path in notebooks]  # fmt: skip
    for table in tables:
        described = {"encodingFormat": "text/csv", "name": table.title}
        described |= {
            "description": " ".join(table.description.split()),
            "license": table.licence["name"],
        }
        files.append((f"{record.TABLES}/{table.name}.csv", described))
    for path, described in files:
        made.add_file(dest_path=path, properties=described)
    return made.metadata.generate()


def as_json(described: dict[str, Any]) -> str:
    """Return a description as the text of a file."""
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    citation, site = app.config.citation_metadata, Path(app.outdir)
    titles = {page: app.env.titles[page].astext() for page in sorted(app.env.found_docs)}
    pages = {app.builder.get_target_uri(page): title for page, title in titles.items()}
    executed = ((notebook_downloads.address(page), title) for page, title in titles.items())
    notebooks = {path: title for path, title in executed if (site / path).is_file()}
    folder = Path(app.srcdir, "data")
    names = data.names(folder) if record.page_of_tables(app.env) else ()  # else not in the site
    tables = [data.metadata(name, folder) for name in names]
    described = crate(citation, app.config.language, pages, notebooks, tables)
    site_files.write(site / CRATE, as_json(described))
    site_files.write(site / CODEMETA, as_json(codemeta(citation)))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run when notebooks and tables are in the site."""
    app.connect("build-finished", _write, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
