"""HTML that directives write, by a template of Jinja, and nodes of it.

A template may hold three elements that HTML does not have, for links that only Sphinx can resolve,
because it knows labels, titles and sources: ``<to-label>``, ``<to-page>`` and ``<cite-sources>``.
`as_nodes` makes nodes of them and of sections, which Sphinx takes into the contents; the rest goes
to the page as it is. Text is always escaped.
"""

import os
import re
from collections.abc import Callable, Iterable, Sized
from functools import cache
from html import unescape

from docutils import nodes
from docutils.utils import smartquotes
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from decentwork.tables.metadata import Metadata

NOTHING = "–"
"""What a cell shows where there is nothing to show."""
PARALLEL = {"parallel_read_safe": True, "parallel_write_safe": True}
"""What each extension of the book tells Sphinx."""
FILES = {
    "cards.css": r'class="(?:[^"]* )?cards[" ]',
    "verdicts.css": r'class="(?:[^"]* )?word[" ]',
    "register.css": r'class="(?:[^"]* )?(?:register(?:-filters)?|glance)[" ]',
    "states.css": r'class="(?:[^"]* )?state-',
    "measures.css": r'class="(?:[^"]* )?measures',
    "catalogue.css": r'class="(?:[^"]* )?catalogue[" ]',
    "landing.css": r'class="(?:[^"]* )?teaser[" ]',
    "own_lists.css": 'id="own-lists"',
    "questions.css": 'id="twelve-questions"',
    "package.css": r'class="(?:[^"]* )?sig-object[" ]',
    "register.js": "register-choices",
    "filter.js": "data-entries=",
    "own_lists.js": 'id="own-lists"',
    "compare_states.js": 'id="compare-form"',
    "report.js": 'id="report"',
    "previews.js": r'class="bibtex-citation"|href="[^"#]*#(?:term|line|fig|tbl)-',
}
"""Styles and scripts, each with what a page holds that needs it; all other pages stay lighter."""

CitedNodes = Callable[[str], list[nodes.Node]]
"""A function that makes nodes of citations, written as in the role ``{cite:p}``."""

_TAG = re.compile(r"(<[^>]*>)")
_PRE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
_BETWEEN, _LINE = re.compile(r">\s*\n\s*(?=<)"), re.compile(r"\s*\n\s*")
_FOR_SPHINX = re.compile(
    r'<section(?: id="(?P<id>[^"]*)")?><h2>(?P<title>.*?)</h2>|(?P<end></section>)'
    r'|<cite-sources cited="(?P<cited>[^"]*)"></cite-sources>'
    r'|<to-page page="(?P<page>[^"]*)" fragment="(?P<fragment>[^"]*)">(?P<words>.*?)</to-page>'
    r'|<to-label label="(?P<label>[^"]*)">(?P<text>.*?)</to-label>',
    re.DOTALL,
)


# ------------------------------------------------------------------ HTML


def to_label(label: str, text: str) -> Markup:
    """Return a link to the place with a ``label``, on whatever page it is."""
    return Markup('<to-label label="{}">{}</to-label>').format(label, text)


def to_page(page: str, fragment: str = "", text: str = "") -> Markup:
    """Return a link to a ``page``, or to a place on it (``fragment``, with its #).

    Without a ``text`` it has the title of the page.
    """
    return Markup('<to-page page="{}" fragment="{}">{}</to-page>').format(page, fragment, text)


def cite_sources(cited: str) -> Markup:
    """Return citations; ``cited`` is written as in the role ``{cite:p}``."""
    return Markup('<cite-sources cited="{}"></cite-sources>').format(cited)


def counted(things: Sized | int, one: str) -> str:
    """Return a number of things in words, for example "1 line" or "1,200 lines"."""
    number = things if isinstance(things, int) else len(things)
    return f"{number:,} {one}{'s' if number != 1 else ''}"


def capital(words: str) -> str:
    """Return words with a capital at the start."""
    return words[:1].upper() + words[1:]


def in_a_list(words: Iterable[str], article: str = "", last: str = "and") -> str:
    """Return words as a list in a sentence: "the A, the B and the C" with the article "the "."""
    *first, end = words
    if not first:
        return end
    return f"{f', {article}'.join(first)} {last} {article}{end}"


def render(template: str, **values: object) -> Markup:
    """Return what a file of ``bookmaking/templates`` makes of values.

    Raises jinja2.UndefinedError for a value that the template needs and does not get.
    """
    return Markup(templates().get_template(template).render(**values))


@cache
def templates() -> Environment:
    """Return the templates, with the functions that they share."""
    found = Environment(
        loader=PackageLoader("bookmaking"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.globals |= {"to_label": to_label, "to_page": to_page, "cite_sources": cite_sources,
                      "NOTHING": NOTHING}  # fmt: skip
    found.filters |= {"counted": counted, "capital": capital, "in_a_list": in_a_list}
    return found


# ------------------------------------------------------------------ nodes


class html_run(nodes.General, nodes.TextElement):  # noqa: N801 (docutils: lower case)
    """HTML with the links that Sphinx resolves between; docutils has links only inside text."""


class page_link(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801
    """A link to a page, named as planned where the book does not have it yet."""


def as_is(written: str) -> nodes.raw:
    """Return HTML as a node that goes to the page as it is."""
    return nodes.raw("", str(written), format="html")


def as_nodes(written: str, docname: str, cite: CitedNodes = list) -> list[nodes.Node]:
    """Return HTML on the page ``docname`` as nodes; ``cite`` makes those of citations.

    A ``<section>`` that begins with ``<h2>`` becomes a section of the page. Its id is its permanent
    label; without one, the id follows from the title.
    """
    written = "".join(
        part if part.startswith("<pre>") else _typeset(part) for part in _PRE.split(written)
    )
    open_: list[nodes.Element] = [nodes.Element()]
    end = 0

    def add(*made: nodes.Node) -> None:
        if not (open_[-1].children and isinstance(open_[-1][-1], html_run)):
            open_[-1] += html_run()
        open_[-1][-1].extend(made)

    for each in _FOR_SPHINX.finditer(written):
        if before := written[end : each.start()]:
            add(as_is(before))
        end = each.end()
        said = {name: unescape(text) for name, text in each.groupdict("").items()}
        if each["title"] is not None:
            open_.append(empty_section(said["title"], said["id"]))
            open_[-2] += open_[-1]
        elif each["end"]:
            open_.pop()
        elif each["cited"] is not None:
            add(*cite(said["cited"]))
        elif each["page"] is not None:
            add(page_link("", page=said["page"], fragment=said["fragment"], words=said["words"]))
        else:
            add(label_link(said["label"], said["text"], docname))
    if end < len(written):
        add(as_is(written[end:]))
    return open_[0].children


def _typeset(written: str) -> str:
    """Return HTML with the spaces of a page, and with quotation marks as Sphinx sets them."""
    pieces = _TAG.split(_LINE.sub(" ", _BETWEEN.sub(">", written)).replace("&#39;", "'"))
    kinds = (("tag" if piece.startswith("<") else "plain", piece) for piece in pieces)
    return "".join(smartquotes.educate_tokens(kinds, "qDe", "en"))


def empty_section(title: str, label: str = "") -> nodes.section:
    """Return a section that has only its heading; ``label`` is its id, else that of the title."""
    return nodes.section("", nodes.title("", title), ids=[label or nodes.make_id(title)])


def label_link(label: str, text: str, docname: str) -> pending_xref:
    """Return the reference that Sphinx resolves and, where it fails, warns of."""
    return pending_xref(
        "", nodes.inline("", text), refdomain="std", reftype="ref", reftarget=label,
        refdoc=docname, refexplicit=True, refwarn=True,
    )  # fmt: skip


class WritesHtml(SphinxDirective):
    """A directive whose contents a template writes; ``cites`` is the role of its citations."""

    cites = "cite:p"

    def nodes_of(self, written: str) -> list[nodes.Node]:
        """Return HTML as nodes of the page."""
        return as_nodes(written, self.env.docname, self._cited)

    def _cited(self, cited: str) -> list[nodes.Node]:
        made, messages = self.parse_inline(f"{{{self.cites}}}`{cited}`")
        return [*made, *messages]


def note_tables(env, *tables: Metadata) -> None:
    """Note tables of data as dependencies: Sphinx reads the page again when one changes."""
    for file in (file for each in tables for file in (each.path, each.csv_path)):
        env.note_dependency(os.path.relpath(file, env.srcdir))


def _resolve_page_links(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(page_link)):
        page = node["page"]
        if page not in app.env.all_docs:
            name = page.rpartition("/")[2].replace("_", " ").capitalize()
            node.replace_self(nodes.inline("", f"planned: {name}", classes=["register-planned"]))
            continue
        address = app.builder.get_relative_uri(docname, page) + node["fragment"]
        title = node["words"] or app.env.titles[page].astext()
        node.replace_self(nodes.reference("", title, refuri=address, internal=True))


def _add_files(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    body = context.get("body", "")
    for name in (name for name, needed in FILES.items() if re.search(needed, body)):
        if name.endswith(".css"):
            app.add_css_file(name)
        else:
            app.add_js_file(name, loading_method="defer")


def _as_its_contents(writer, node: html_run) -> None:
    """Write nothing of its own."""


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("bookmaking.directives.page_notes")
    app.add_node(html_run, html=(_as_its_contents, _as_its_contents))
    app.connect("doctree-resolved", _resolve_page_links)
    app.connect("html-page-context", _add_files)
    return PARALLEL
