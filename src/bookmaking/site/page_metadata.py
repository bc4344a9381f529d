"""What catalogues and search engines are told about each page.

They get a description and the ``citation_*`` tags that Google Scholar and Zotero read; the first
page describes the book for schema.org as well. All come from CITATION.cff and the page itself. An
address appears only if one of these or the configuration gives it (``html: baseurl`` in
``_config.yml``). With an address, sphinxext-opengraph writes the tags by which other sites show a
link, and Sphinx the canonical link.
"""

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.errors import ConfigError

from bookmaking.site import public_address

SOURCE = "CITATION.cff"
NEEDED = ("title", "authors", "date-released")
LONGEST_DESCRIPTION = 300
STOPS = (".", "?", "!")
SENTENCE_END = re.compile(r"(?<=[.?!]) (?=[A-Z“\"(])")
SPACE_BEFORE_STOP = re.compile(r" (?=[.,;:?!])")
CITATION = "bibtex-citation"
"""The class that sphinxcontrib-bibtex gives to a citation in the text."""

Citation = dict[str, Any]


def read_citation(path: Path) -> Citation:
    """Return the fields of the CITATION.cff at ``path``; the date of release as ISO text.

    Raises ConfigError if the file or a field that every page needs is missing.
    """
    if not path.exists():
        raise ConfigError(
            f"{path} is missing: the pages take title, authors and date from it. Put it back "
            "(`git checkout CITATION.cff`)."
        )
    citation = yaml.safe_load(path.read_text(encoding="utf-8"))
    if missing := [field for field in NEEDED if not citation.get(field)]:
        raise ConfigError(f"{path} has no {missing[0]}: every page names it. Add this field.")
    return citation | {"date-released": str(citation["date-released"])}


def person_name(author: Mapping[str, str]) -> str:
    """Return the name of a person ("Given Family") or of an institution."""
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def describe(doctree: nodes.document) -> str:
    """Return the first sentences of the page's answer, or of its text, of 300 characters at most.

    Citations are left out: a search engine shows the words alone. Sentences are kept whole, so the
    result is "" where no paragraph is made of sentences, or the first one is too long.
    """
    answers = (block for block in doctree.findall(nodes.admonition) if "answer" in block["classes"])
    place = next(answers, doctree)
    for paragraph in place.findall(nodes.paragraph):
        text = SPACE_BEFORE_STOP.sub("", " ".join(_without_citations(paragraph).split()))
        if text.endswith(STOPS):
            return _first_sentences(text)
    return ""


def _without_citations(node: nodes.Node) -> str:
    """Return the text of a node; of a citation only the name that is a word of the sentence."""
    if isinstance(node, nodes.Text):
        return node.astext()
    text = "".join(map(_without_citations, node.children))
    return text.partition("(")[0].rstrip() if CITATION in node.get("classes", ()) else text


def _first_sentences(text: str) -> str:
    ends = [match.start() for match in SENTENCE_END.finditer(text)] + [len(text)]
    return text[: max((end for end in ends if end <= LONGEST_DESCRIPTION), default=0)]


def highwire(
    citation: Citation, language: str, chapter: str = "", address: str = ""
) -> list[tuple[str, str]]:
    """Return the ``citation_*`` tags of a ``chapter``, or of the book itself."""
    tags = [
        ("title", chapter or citation["title"]),
        # Google Scholar reads the first name, Zotero the second one.
        ("inbook_title", chapter and citation["title"]),
        ("book_title", chapter and citation["title"]),
        *(("author", person_name(author)) for author in citation["authors"]),
        ("publication_date", citation["date-released"].replace("-", "/")),
        ("language", language),
        ("doi", "" if chapter else citation.get("doi", "")),
        ("public_url", address),
    ]
    return [(f"citation_{name}", value) for name, value in tags if value]


def schema_org(citation: Citation, language: str, address: str = "") -> dict[str, Any]:
    """Return what schema.org is told of the book; what is not known is left out."""
    told = {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": citation["title"],
        "author": [schema_author(author) for author in citation["authors"]],
        "datePublished": citation["date-released"],
        "identifier": f"https://doi.org/{citation['doi']}" if "doi" in citation else "",
        "inLanguage": language,
        **{field: citation.get(field) for field in ("version", "abstract", "keywords")},
        "url": address or citation.get("url"),
    }
    return {name: value for name, value in told.items() if value}


def schema_author(author: Mapping[str, str]) -> dict[str, str]:
    """Return a person or an institution in the words of schema.org."""
    if "name" in author:
        described = {"@type": "Organization", "name": author["name"]}
    else:
        given, family = author["given-names"], author["family-names"]
        described = {"@type": "Person", "givenName": given, "familyName": family}
    return described | ({"@id": author["orcid"]} if "orcid" in author else {})


def _add(
    app, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None:  # it is a template, and says in its head what it is
        return
    citation, language = app.config.citation_metadata, app.config.language
    chapter = "" if pagename == app.config.root_doc else app.env.titles[pagename].astext()
    address = context.get("pageurl") or ""
    description = describe(doctree)
    tags = highwire(citation, language, chapter, address)
    if description and 'name="description"' not in context["metatags"]:
        tags.insert(0, ("description", description))
    context["metatags"] += "".join(
        f'<meta name="{name}" content="{escape(content)}" />\n' for name, content in tags
    )
    if not chapter:
        data = json.dumps(schema_org(citation, language, address), ensure_ascii=False)
        data = data.replace("<", "\\u003c")
        context["metatags"] += f'<script type="application/ld+json">{data}</script>\n'
    # Read by sphinxext-opengraph, whose tags without an address would lead nowhere.
    told = {"og:type": "article" if chapter else "book"}
    if description:
        told["og:description"] = escape(description)
    context["meta"] = (context["meta"] or {}) | (told if address else {"ogp_disable": True})


def _read(app, config) -> None:
    # As a configuration value, so that Sphinx writes all pages again when it changes.
    config.citation_metadata = read_citation(Path(app.confdir, SOURCE))
    config.ogp_site_url = public_address.address_of(config)
    config.ogp_site_name = config.citation_metadata["title"]


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("citation_metadata", {}, "html", types=(dict,))
    app.connect("config-inited", _read)
    app.connect("html-page-context", _add, priority=450)  # before sphinxext-opengraph
    return {"parallel_read_safe": True, "parallel_write_safe": True}
