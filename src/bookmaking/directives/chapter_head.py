"""The head of a chapter: what book it is part of, and a way to its short answer.

Whoever comes from outside to a chapter meets one line above its title: the number of the chapter,
what the book tests, and where to begin. The answer of the chapter has a name, and comes first in
the contents beside the page.
"""

from docutils import nodes
from sphinx import addnodes

from bookmaking.directives.elements import PARALLEL, as_is, render
from bookmaking.directives.numbering import number_of

KICKER = "chapter-number"
"""The class of the line above a chapter's title."""
ANSWER, NAME = "answer", "short-answer"
"""The class of the box with the answer of a chapter, and its name on the page."""
NEAR = {"note": "book/note_at_a_glance", "measures": "book/what_to_do"}
"""Pages to which the line leads besides the first page."""


def _name_answer(app, doctree: nodes.document) -> None:
    """Give the answer its name, and let the contents of the page begin with it."""
    boxes = (box for box in doctree.findall(nodes.admonition) if ANSWER in box["classes"])
    box = next(boxes, None)
    contents = app.env.tocs.get(app.env.docname)
    below = list(contents.findall(nodes.bullet_list)) if contents else []
    if box is None or len(below) < 2:  # the first list holds the title of the page only
        return
    box["ids"].append(NAME)
    link = nodes.reference(
        "", "", nodes.Text(box.next_node(nodes.title).astext()),
        internal=True, refuri=app.env.docname, anchorname=f"#{NAME}",
    )  # fmt: skip
    item = nodes.list_item("", addnodes.compact_paragraph("", "", link))
    below[1].insert(0, item)


def _say_what_it_is_part_of(app, doctree: nodes.document, docname: str) -> None:
    """Write the line above the title of a chapter."""
    number, section = number_of(app.env, docname), doctree.next_node(nodes.section)
    if not isinstance(number, int) or section is None:
        return
    pages = {"first": app.config.root_doc} | NEAR
    addresses = {
        name: app.builder.get_relative_uri(docname, page) if page in app.env.all_docs else ""
        for name, page in pages.items()
    }
    section.insert(0, as_is(render("chapter_head.html", number=number, kicker=KICKER, **addresses)))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-read", _name_answer, priority=900)  # when Sphinx has made the contents
    app.connect("doctree-resolved", _say_what_it_is_part_of)
    return PARALLEL
