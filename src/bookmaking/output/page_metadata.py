"""What catalogues and search engines are told about each page.

They get a description, the ``citation_*`` tags that Google Scholar and Zotero read, and a
description for schema.org. All come from CITATION.cff and the page itself. An address appears only
if one of these or the configuration gives it.
"""

import json
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.errors import ConfigError

SOURCE = "CITATION.cff"
NEEDED = ("title", "authors", "date-released")
LONGEST_DESCRIPTION = 300

Citation = dict[str, Any]


def read_citation(path: Path) -> Citation:
    """Return the fields of the CITATION.cff at ``path``; dates as ISO text.

    Raises ConfigError if the file or a field that every page needs is missing.
    """
    if not path.exists():
        raise ConfigError(f"{path} is missing: the pages take title, authors and date from it.")
    citation = yaml.safe_load(path.read_text(encoding="utf-8"))
    for field in NEEDED:
        if not citation.get(field):
            raise ConfigError(f"{path} has no {field}: every page names it.")
    return {
        field: value.isoformat() if isinstance(value, date) else value
        for field, value in citation.items()
    }


def person_name(author: dict[str, str]) -> str:
    """Return the name of a person ("Given Family") or of an institution."""
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def describe(doctree: nodes.document) -> str:
    """Return the page's answer, or its first paragraph, cut to 300 characters at a sentence."""
    answers = (block for block in doctree.findall(nodes.admonition) if "answer" in block["classes"])
    place = next(answers, doctree)
    paragraph = next(
        (node for node in place.findall(nodes.paragraph) if node.astext().strip()), None
    )
    if paragraph is None:
        return ""
    text = " ".join(paragraph.astext().split())
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    sentences, end, _ = text[:LONGEST_DESCRIPTION].rpartition(". ")
    return (
        sentences + end.strip() if end else text[: LONGEST_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"
    )


def highwire(
    citation: Citation, language: str, chapter: str = "", address: str = ""
) -> list[tuple[str, str]]:
    """Return the ``citation_*`` tags of a ``chapter``, or of the book itself."""
    tags = [("citation_title", chapter or citation["title"])]
    if chapter:
        tags.append(("citation_inbook_title", citation["title"]))
    tags += [("citation_author", person_name(author)) for author in citation["authors"]]
    tags.append(("citation_publication_date", citation["date-released"].replace("-", "/")))
    tags.append(("citation_language", language))
    if not chapter and "doi" in citation:
        tags.append(("citation_doi", citation["doi"]))
    if address:
        tags.append(("citation_public_url", address))
    return tags


def schema_org(
    citation: Citation, language: str, chapter: str = "", description: str = "", address: str = ""
) -> dict[str, Any]:
    """Return what schema.org is told of a ``chapter`` as a part of the book, or of the book."""
    authors = [_schema_author(author) for author in citation["authors"]]
    book = {
        "@type": "Book",
        "name": citation["title"],
        "author": authors,
        "datePublished": citation["date-released"],
    }
    for field, name in (
        ("version", "version"),
        ("abstract", "abstract"),
        ("keywords", "keywords"),
        ("url", "url"),
    ):
        if field in citation:
            book[name] = citation[field]
    if "doi" in citation:
        book["identifier"] = f"https://doi.org/{citation['doi']}"
    page = (
        {"@type": "Chapter", "name": chapter, "author": authors, "isPartOf": book}
        if chapter
        else book
    )
    page["inLanguage"] = language
    if description:
        page["description"] = description
    if address:
        page["url"] = address
    return {"@context": "https://schema.org", **page}


def _schema_author(author: dict[str, str]) -> dict[str, str]:
    if "name" in author:
        described = {"@type": "Organization", "name": author["name"]}
    else:
        described = {
            "@type": "Person",
            "givenName": author["given-names"],
            "familyName": author["family-names"],
        }
    if "orcid" in author:
        described["@id"] = author["orcid"]
    return described


def as_html(tags: list[tuple[str, str]], schema: dict[str, Any]) -> str:
    """Return meta elements for ``tags`` and a script element for the ``schema`` (schema.org)."""
    lines = [f'<meta name="{name}" content="{escape(content)}" />' for name, content in tags]
    data = json.dumps(schema, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return "\n".join([*lines, f'<script type="application/ld+json">{data}</script>', ""])


def _add(
    app, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None:
        return
    citation, language = app.config.citation_metadata, app.config.language
    chapter = "" if pagename == app.config.root_doc else app.env.titles[pagename].astext()
    address = context.get("pageurl") or ""
    description = describe(doctree)
    tags = highwire(citation, language, chapter, address)
    if description and 'name="description"' not in context["metatags"]:
        tags.insert(0, ("description", description))
    context["metatags"] += as_html(
        tags, schema_org(citation, language, chapter, description, address)
    )


def _read(app, config) -> None:
    # As a configuration value, so that Sphinx writes all pages anew when it changes.
    config.citation_metadata = read_citation(Path(app.confdir, SOURCE))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("citation_metadata", {}, "html", types=(dict,))
    app.connect("config-inited", _read)
    app.connect("html-page-context", _add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
