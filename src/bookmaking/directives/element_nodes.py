"""Elements (see `elements`) as nodes of docutils, and how these are written as HTML."""

from collections.abc import Callable

from docutils import nodes
from sphinx.addnodes import pending_xref

from bookmaking.directives.elements import (
    EMPTY_TAGS,
    Citations,
    Content,
    LabelLink,
    PageLink,
    Section,
)

CitedNodes = Callable[[str], list[nodes.Node]]
"""A function that makes nodes of citations, written as in the role ``{cite:p}``."""


class html_element(nodes.General, nodes.TextElement):  # noqa: N801 (docutils: lower case)
    """An HTML element; the attributes `tag` and `html` hold its name and its attributes."""


class page_link(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801
    """A link to a page by its title, or its name where the book does not have it yet."""


def as_nodes(content: Content, docname: str, cite: CitedNodes) -> list[nodes.Node]:
    """Return ``content`` of the page ``docname`` as nodes; ``cite`` makes those of citations."""
    if isinstance(content, str):
        return [nodes.Text(content)]
    if isinstance(content, LabelLink):
        return [label_link(content, docname)]
    if isinstance(content, PageLink):
        return [page_link("", page=content.page, fragment=content.fragment)]
    if isinstance(content, Citations):
        return cite(content.cited)
    attributes = dict(content.attributes)
    node = html_element(
        "",
        "",
        ids=attributes.pop("id", "").split(),
        classes=attributes.pop("class", "").split(),
        tag=content.tag,
        html=attributes,
    )
    for inner in content.contents:
        node += as_nodes(inner, docname, cite)
    return [node]


def section_of(section: Section, docname: str, cite: CitedNodes) -> nodes.section:
    """Return a section with its heading, which Sphinx takes into the contents of the page."""
    made = empty_section(section.title, section.label)
    for content in section.contents:
        made += as_nodes(content, docname, cite)
    return made


def empty_section(title: str, label: str = "") -> nodes.section:
    """Return a section that has only its heading; ``label`` is its id, else that of the title."""
    return nodes.section("", nodes.title("", title), ids=[label or nodes.make_id(title)])


def label_link(link: LabelLink, docname: str) -> pending_xref:
    """Return the reference that Sphinx resolves and, where it fails, warns of."""
    return pending_xref(
        "",
        nodes.inline("", link.text),
        refdomain="std",
        reftype="ref",
        reftarget=link.label,
        refdoc=docname,
        refexplicit=True,
        refwarn=True,
    )


def _resolve_page_links(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(page_link)):
        page = node["page"]
        if page not in app.env.all_docs:
            name = page.rpartition("/")[2].replace("_", " ").capitalize()
            node.replace_self(nodes.inline("", f"planned: {name}", classes=["register-planned"]))
            continue
        address = app.builder.get_relative_uri(docname, page) + node["fragment"]
        title = app.env.titles[page].astext()
        node.replace_self(nodes.reference("", title, refuri=address, internal=True))


def _visit(writer, node: html_element) -> None:
    empty = node["tag"] in EMPTY_TAGS
    writer.body.append(writer.starttag(node, node["tag"], "", empty=empty, **node["html"]))


def _depart(writer, node: html_element) -> None:
    if node["tag"] not in EMPTY_TAGS:
        writer.body.append(f"</{node['tag']}>")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(html_element, html=(_visit, _depart))
    app.connect("doctree-resolved", _resolve_page_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
