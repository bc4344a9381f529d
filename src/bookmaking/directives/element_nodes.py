"""HTML of directives (see `elements`) as nodes of docutils, and how these are written as HTML."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

from docutils import nodes
from sphinx.addnodes import pending_xref

from bookmaking.directives.elements import EMPTY_TAGS

CitedNodes = Callable[[str], list[nodes.Node]]
"""A function that makes nodes of citations, written as in the role ``{cite:p}``."""
LINE = re.compile(r"\s*\n\s*")
"""A new line of a template: a space within text, and nothing between elements."""


class html_element(nodes.General, nodes.TextElement):  # noqa: N801 (docutils: lower case)
    """An HTML element; the attributes `tag` and `html` hold its name and its attributes."""


class page_link(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801
    """A link to a page by its title, or its name where the book does not have it yet."""


def as_nodes(html: str, docname: str, cite: CitedNodes) -> list[nodes.Node]:
    """Return HTML on the page ``docname`` as nodes; ``cite`` makes those of citations.

    A ``<section>`` that begins with ``<h2>`` becomes a section of the page: Sphinx takes it into
    the contents. Its id is its permanent label; without one, the id follows from the title.

    Raises ValueError for an end tag that closes nothing, or an element that is not closed.
    """
    reader = _Reader(docname, cite)
    reader.feed(html)
    reader.close()
    if len(reader.open) > 1:
        raise ValueError(f"<{reader.open[-1].get('tag')}> is not closed in a template of {docname}")
    return reader.open[0].children


class _Reader(HTMLParser):
    def __init__(self, docname: str, cite: CitedNodes) -> None:
        super().__init__(convert_charrefs=True)
        self.docname, self.cite = docname, cite
        self.open: list[nodes.Element] = [nodes.Element()]

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "cite-sources":
            self.open[-1] += self.cite(attributes["cited"])
            node = nodes.Element()  # empty, and of no parent
        elif tag == "to-page":
            node = page_link("", **attributes)
            self.open[-1] += node
        elif tag == "to-label":
            node = label_link(attributes["label"], "", self.docname)
            self.open[-1] += node
            node = node[0]
        else:
            ids, classes = (attributes.pop(name, "").split() for name in ("id", "class"))
            kind = {"section": nodes.section, "h2": nodes.title}.get(tag, html_element)
            if kind is nodes.title and not isinstance(self.open[-1], nodes.section):
                kind = html_element
            node = kind("", ids=ids, classes=classes)
            if kind is html_element:
                node["html"] = attributes
            self.open[-1] += node
        node["tag"] = tag
        if tag not in EMPTY_TAGS:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        node = self.open.pop()
        if node.get("tag") != tag:
            raise ValueError(f"</{tag}> closes <{node.get('tag')}> in a template of {self.docname}")
        if isinstance(node, nodes.title) and not node.parent["ids"]:
            node.parent["ids"] = [nodes.make_id(node.astext())]
        if not isinstance(node, html_element):
            del node["tag"]

    def handle_data(self, data: str) -> None:
        if not any(node.get("tag") == "pre" for node in self.open):
            between_elements = data.isspace() and "\n" in data
            data = "" if between_elements else LINE.sub(" ", data)
        if data:
            self.open[-1] += nodes.Text(data)


def empty_section(title: str, label: str = "") -> nodes.section:
    """Return a section that has only its heading; ``label`` is its id, else that of the title."""
    return nodes.section("", nodes.title("", title), ids=[label or nodes.make_id(title)])


def label_link(label: str, text: str, docname: str) -> pending_xref:
    """Return the reference that Sphinx resolves and, where it fails, warns of."""
    return pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype="ref",
        reftarget=label,
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
