"""Numbers of figures and tables: the number of the chapter, and the place in it ("Fig. 5.3").

A number is cited, so it must not shift when a chapter is added or moved. Each page therefore holds
a number of its own (see `bookmaking.source.page_numbers`), and Sphinx's ``numfig``, which counts in
the order of the contents, is off. When a page is read, its figures and tables get their numbers;
`env.toc_fignumbers`, where Sphinx looks for those of captions, holds them when all pages are read.
`NumberedReferences` is for ``{numref}``, for which Sphinx would read the whole tree of a page.
"""

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform

from bookmaking.directives.elements import PARALLEL
from bookmaking.directives.page_notes import notes
from bookmaking.source import page_numbers
from bookmaking.warn import warn

COUNTED_APART = ("figure", "table")
"""What readers cite by its number."""
COUNTED, PAGES = "numbers of figures and tables", "numbers of pages"
"""For each page: the numbers of what is counted there by kind and name, and its own number."""


def called(env, page: str) -> dict[str, str]:
    """Return what each figure and table of a page is called there: "Fig. 5.3", "Table 5.1"."""
    form = env.config.numfig_format
    return {
        name: form[kind] % ".".join(map(str, number))
        for kind, numbers in env.toc_fignumbers.get(page, {}).items()
        if kind in COUNTED_APART
        for name, number in numbers.items()
    }


def number_of(env, page: str) -> int | str | None:
    """Return the number of a page: that of a chapter, or the letter of another page."""
    return notes(env, PAGES).get(page)


def _note(app, doctree: nodes.document) -> None:
    """Give numbers to what is counted on a page; a page without a number counts by itself."""
    env, page, standard = app.env, app.env.docname, app.env.get_domain("std")
    numbers = page_numbers.of_files([Path(env.doc2path(page))], Path(app.srcdir))
    notes(env, PAGES).update(numbers)
    counted: dict[str, dict[str, tuple]] = {}
    for node in doctree.findall(nodes.Element):
        kind = standard.get_enumerable_node_type(node)
        # A figure or table without a caption has no number.
        if kind and kind != "section" and node["ids"] and standard.get_numfig_title(node):
            of_kind = counted.setdefault(kind, {})
            of_kind[node["ids"][0]] = (*numbers.values(), len(of_kind) + 1)
    notes(env, COUNTED)[page] = counted


def _number(app, env) -> list[str]:
    """Hand the numbers to Sphinx, and warn of pages whose own number is wrong."""
    numbers = notes(env, PAGES)
    for problem in page_numbers.faults(numbers):
        warn("numbering", problem, None)
    env.toc_fignumbers = dict(notes(env, COUNTED))
    for page, by_kind in env.toc_fignumbers.items():
        if page not in numbers and by_kind.keys() & COUNTED_APART:
            warn("numbering", page_numbers.unnumbered(page, numbers), (page, 1))
    return []


class NumberedReferences(SphinxPostTransform):
    """Replaces ``{numref}`` by links; one to no label is left to Sphinx, which warns of it."""

    default_priority = ReferencesResolver.default_priority - 1

    def run(self, **_: object) -> None:
        """Replace them on a page."""
        standard = self.env.get_domain("std")
        for node in list(self.document.findall(addnodes.pending_xref)):
            target = node["reftarget"]
            page, place = standard.anonlabels.get(target, ("", ""))
            if node["reftype"] != "numref" or not page:
                continue
            kinds = self.env.toc_fignumbers.get(page, {})
            kind = next((kind for kind, numbers in kinds.items() if place in numbers), None)
            if kind is None:
                told = f"{target!r} has no number; give the figure or table a caption."
                warn("numbering", told, node)
                node.replace_self(node.children)
                continue
            number = ".".join(map(str, kinds[kind][place]))
            form = node[0].astext() if node["refexplicit"] else self.config.numfig_format[kind]
            text = form.replace("%s", number).replace("{number}", number)
            made = standard.build_reference_node(
                self.env.docname, self.app.builder, page, place, text, "numref",
                nodeclass=addnodes.number_reference, title=form,
            )  # fmt: skip
            node.replace_self(made)


def _leave_numbers_to_this(app, config) -> None:
    config.numfig = False


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_post_transform(NumberedReferences)
    app.connect("config-inited", _leave_numbers_to_this, priority=900)
    app.connect("doctree-read", _note, priority=900)  # when others have made figures of it
    app.connect("env-get-updated", _number, priority=600)  # before others read the numbers
    return PARALLEL
