"""Numbers of figures and tables: the number of the chapter, and the place in it ("Fig. 5.3").

A number is cited, so it must not shift when a chapter is added or moved. Each page therefore holds
a number of its own (see `bookmaking.source.page_numbers`), and Sphinx's ``numfig``, which counts in
the order of the contents, is off. Each page notes its figures and tables when it is read. From
these notes come the numbers in ``env.toc_fignumbers``, where Sphinx looks for those of captions,
and of ``{numref}``, for which Sphinx would read the whole tree of the page with the figure.
"""

from collections.abc import Mapping
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform

from bookmaking.directives.elements import PARALLEL, as_is, html
from bookmaking.directives.page_notes import notes
from bookmaking.source import page_numbers
from bookmaking.source.page_numbers import Numbers
from bookmaking.warn import warn

COUNTED_APART = ("figure", "table")
"""What readers cite by its number."""
KICKER = "chapter-number"
"""The class of the line above a chapter's title that says its number."""
COUNTED, GIVEN, PAGES = "what is counted", "numbers given", "numbers of pages"
"""For each page: what is counted there, the numbers that it had last, and its own number."""

Counted = Mapping[str, Mapping[str, list[str]]]


def by_chapter(counted: Counted, numbers: Numbers) -> dict[str, dict[str, dict[str, tuple]]]:
    """Return the numbers of what is on pages, by page, kind and name.

    Parameters
    ----------
    counted
        Of each page, by kind, the names in the order of the page.
    numbers
        The number of each page. Without one, its figures are counted by themselves.
    """
    return {
        page: {
            kind: {
                name: (numbers[page], place) if page in numbers else (place,)
                for place, name in enumerate(named, 1)
            }
            for kind, named in by_kind.items()
        }
        for page, by_kind in counted.items()
    }


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
    """Note what is counted on a page, when it has been read."""
    found: dict[str, list[str]] = {}
    standard = app.env.get_domain("std")
    for node in doctree.findall(nodes.Element):
        kind = standard.get_enumerable_node_type(node)
        # A figure or table without a caption has no number.
        if kind and kind != "section" and node["ids"] and standard.get_numfig_title(node):
            found.setdefault(kind, []).append(node["ids"][0])
    if found:
        notes(app.env, COUNTED)[app.env.docname] = found


def _number(app, env) -> list[str]:
    """Give figures and tables their numbers; return the pages whose numbers changed."""
    root, counted, before = Path(app.srcdir), notes(env, COUNTED), notes(env, GIVEN)
    files = (Path(env.doc2path(page)) for page in env.found_docs)
    numbers = page_numbers.of_files(files, root)
    given = page_numbers.with_retired(numbers, root)
    for problem in page_numbers.faults(given):
        warn("numbering", problem, None)
    for page, by_kind in counted.items():
        if page not in numbers and any(by_kind.get(kind) for kind in COUNTED_APART):
            warn("numbering", page_numbers.unnumbered(page, given), (page, 1))
    env.toc_fignumbers = by_chapter(counted, numbers)
    changed = [page for page, new in env.toc_fignumbers.items() if new != before.get(page)]
    for topic, now in ((GIVEN, env.toc_fignumbers), (PAGES, numbers)):
        notes(env, topic).clear()
        notes(env, topic).update(now)
    return changed


class NumberedReferences(SphinxPostTransform):
    """Replaces ``{numref}`` by links; one to no label is left to Sphinx, which warns of it."""

    default_priority = ReferencesResolver.default_priority - 1

    def run(self, **_: object) -> None:
        """Replace them on a page."""
        standard = self.env.get_domain("std")
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node["reftype"] != "numref":
                continue
            target = node["reftarget"]
            page, place = standard.anonlabels.get(target, ("", ""))
            name = standard.labels.get(target, ("", "", ""))[2]
            kinds = self.env.toc_fignumbers.get(page, {})
            kind = next((kind for kind, numbers in kinds.items() if place in numbers), None)
            if not page:
                continue
            if kind is None:
                told = f"{target!r} has no number; give the figure or table a caption."
                warn("numbering", told, node)
                node.replace_self(node.children)
                continue
            number = ".".join(map(str, kinds[kind][place]))
            form = node[0].astext() if node["refexplicit"] else self.config.numfig_format[kind]
            is_new = "{name}" in form or "{number}" in form
            text = form.format(name=name, number=number) if is_new else form % number
            made = standard.build_reference_node(
                self.env.docname, self.app.builder, page, place, text, "numref",
                nodeclass=addnodes.number_reference, title=form,
            )  # fmt: skip
            node.replace_self(made)


def _name_chapter(app, doctree: nodes.document, docname: str) -> None:
    """Write the number of a chapter above its title, where its readers meet "Fig. 5.3"."""
    number, section = number_of(app.env, docname), doctree.next_node(nodes.section)
    if isinstance(number, int) and section is not None:
        section.insert(0, as_is(html("p", f"Chapter {number}", class_=KICKER)))


def _leave_numbers_to_this(app, config) -> None:
    config.numfig = False


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_post_transform(NumberedReferences)
    app.connect("config-inited", _leave_numbers_to_this, priority=900)
    app.connect("doctree-read", _note, priority=900)  # when others have made figures of it
    app.connect("env-get-updated", _number, priority=600)  # before others read the numbers
    app.connect("doctree-resolved", _name_chapter)
    return PARALLEL
