"""Numbers of figures and tables: the number of the chapter, and the place in it ("Fig. 5.3").

A number is cited, so it must not shift when a chapter is added or moved. Each page therefore holds
a number of its own (see `bookmaking.source.page_numbers`).

Sphinx counts figures and tables through the whole book. For that it walks through all pages at each
start, even if nothing has changed (half a second for 100 pages; not reported upstream yet). So its
count is left out. Each page notes its figures and tables when it is read. `Numbering.number` fills
``env.toc_fignumbers`` from these notes, and Sphinx writes captions and ``{numref}`` from there. The
test `test_sphinx_still_walks_through_all_pages` fails once Sphinx keeps its count itself. Then
`Numbering.leave_out` can go.
"""

from collections.abc import Mapping
from pathlib import Path

from docutils import nodes

from bookmaking.directives.domain_of_pages import DomainOfPages
from bookmaking.directives.element_nodes import as_nodes
from bookmaking.directives.elements import html
from bookmaking.source import page_numbers
from bookmaking.source.page_numbers import Numbers
from bookmaking.warn import warn

COUNTED_APART = ("figure", "table")
"""What readers cite by its number."""
KICKER = "chapter-number"
"""The class of the line above a chapter's title that says its number."""

Counted = Mapping[str, Mapping[str, list[str]]]


def by_chapter(counted: Counted, numbers: Numbers) -> dict[str, dict[str, dict[str, tuple]]]:
    """Return the numbers of what stands on pages, by page, kind and name.

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


class NumberingDomain(DomainOfPages):
    """The names of the figures and tables of each page, and the number of each page."""

    name = "numbering"
    label = "Numbers of figures and tables"
    initial_data = {"counted": {}, "numbers": {}}
    by_page = ("counted",)


def _note(app, doctree: nodes.document) -> None:
    """Note what is counted on a page, when it has been read."""
    found: dict[str, list[str]] = {}
    for node in doctree.findall(nodes.Element):
        kind = _kind(app.env, node)
        if kind and node["ids"]:
            found.setdefault(kind, []).append(node["ids"][0])
    if found:
        app.env.get_domain(NumberingDomain.name).data["counted"][app.env.docname] = found


def _kind(env, node: nodes.Element) -> str | None:
    """Return as what Sphinx counts a node: a figure or a table only if it has a caption."""
    if isinstance(node, nodes.section):
        return None
    for domain in env.domains.values():
        kind = domain.get_enumerable_node_type(node)
        if kind and (domain.name != "std" or domain.get_numfig_title(node)):
            return kind
    return None


class Numbering:
    """The numbers that one build gives, in the place of Sphinx's own count."""

    def leave_out(self, app, env) -> list[str]:
        """Let Sphinx take the book for one without numbers, so that it does not walk its pages."""
        self.before, self.is_wanted = env.toc_fignumbers, app.config.numfig
        app.config.numfig = False
        return []

    def number(self, app, env) -> list[str]:
        """Give figures and tables their numbers; return the pages whose numbers changed."""
        app.config.numfig = self.is_wanted
        root, domain = Path(app.srcdir), env.get_domain(NumberingDomain.name)
        files = (Path(env.doc2path(page)) for page in env.found_docs)
        numbers = page_numbers.of_files(files, root)
        given = page_numbers.with_retired(numbers, root)
        for problem in page_numbers.faults(given):
            warn("numbering", problem, None)
        counted = domain.data["counted"] if self.is_wanted else {}
        for page, by_kind in counted.items():
            if page not in numbers and any(by_kind.get(kind) for kind in COUNTED_APART):
                warn("numbering", page_numbers.unnumbered(page, given), (page, 1))
        domain.data["numbers"] = numbers
        env.toc_fignumbers = by_chapter(counted, numbers)
        return [page for page in counted if env.toc_fignumbers[page] != self.before.get(page)]


def _name_chapter(app, doctree: nodes.document, docname: str) -> None:
    """Write the number of a chapter above its title, where its readers meet "Fig. 5.3"."""
    number = app.env.get_domain(NumberingDomain.name).data["numbers"].get(docname)
    section = doctree.next_node(nodes.section)
    if isinstance(number, int) and section is not None:
        section.insert(0, as_nodes(html("p", f"Chapter {number}", class_=KICKER), docname, list))


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(NumberingDomain)
    numbering = Numbering()
    app.connect("doctree-read", _note, priority=900)  # when others have made figures of it
    app.connect("env-get-updated", numbering.leave_out, priority=400)  # before Sphinx counts
    app.connect("env-get-updated", numbering.number, priority=600)  # before others read the numbers
    app.connect("doctree-resolved", _name_chapter)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
