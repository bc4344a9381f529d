"""The pages of the participating States, and their index.

Directives: ``{state} ALB`` makes the whole page of a State, its title included; ``{states}`` is the
map and the list of all States. `state_content` finds what they show and templates say it; here it
meets Sphinx. Next to each page is a file with all values (`state_content.as_csv`).
"""

from functools import cache
from pathlib import Path

from docutils import nodes

from bookmaking import site_files
from bookmaking.directives import state_content as content
from bookmaking.directives.elements import PARALLEL, WritesHtml, note_tables
from bookmaking.directives.page_notes import notes
from bookmaking.directives.state_rows import FOLDER, StateError, Tables
from bookmaking.execute import KeptNotebooks
from bookmaking.source import pages
from bookmaking.warn import warn
from decentwork.tables import places

PAGES, INDEXES = "pages of States", "indexes of States"
"""What pages note: the code of their State; that they are an index."""


@cache
def tables_of(root: Path) -> Tables:
    """Return the tables of the book at ``root``, each read once."""
    return Tables(root / "data")


@cache
def readers_of_tables(app) -> dict[str, list[str]]:
    """Return the chapters that read each table, by its name, as their kernels said."""
    root = Path(app.srcdir)
    found: dict[str, list[str]] = {}
    for path, tables in KeptNotebooks.of_build(app).tables(pages.notebooks(root)).items():
        for table in tables:
            page = path.relative_to(root).with_suffix("").as_posix()
            found.setdefault(table, []).append(page)
    return found


class StatePage(WritesHtml):
    """``{state} ALB``: the page of a State, as its only content."""

    required_arguments = 1
    cites = "cite:t"

    def run(self) -> list[nodes.Node]:
        """Return the page as a section with its title, or a warning that says what to fix."""
        code, here = self.arguments[0], self.env.docname
        chapters, tables = readers_of_tables(self.env.app), tables_of(Path(self.env.srcdir))
        try:
            made = content.page(tables, code, chapters)
        except StateError as error:
            warn("state", str(error), self.get_location())
            return []
        if here != made["state"].page:
            told = (
                f"the page of {made['state'].name} is {here}, and links lead to "
                f"{made['state'].page}; rename the file, or write another code."
            )
            warn("state", told, self.get_location())
        notes(self.env, PAGES)[here] = code
        note_tables(self.env, *map(tables.metadata, content.tables_of_pages()))
        (page,) = self.nodes_of(content.written(made))
        page.insert(1, nodes.paragraph("", content.summary(made), classes=["state-found"]))
        return [page]


class StatesIndex(WritesHtml):
    """``{states}``: the list of all States and the map of tiles."""

    def run(self) -> list[nodes.Node]:
        """Return list and map."""
        notes(self.env, INDEXES)[self.env.docname] = True
        tables = tables_of(Path(self.env.srcdir))
        note_tables(self.env, tables.metadata(places.STATES))
        folder = "../" * self.env.docname.count("/") + FOLDER
        return self.nodes_of(content.index(list(tables.states.values()), folder))


# ------------------------------------------------------------------ what a build does


def _start(app) -> None:
    """Forget what an earlier build of this process read."""
    tables_of.cache_clear()
    readers_of_tables.cache_clear()


def _read_tables(app, env, docnames: list[str]) -> None:
    """Read all before Sphinx parts the work, else each of its processes does."""
    if any(page.startswith(f"{FOLDER}/") for page in docnames):
        for name in content.tables_of_pages():
            tables_of(Path(app.srcdir)).records(name)
        readers_of_tables(app)


def _write_files(app, exception: Exception | None) -> None:
    """Put the file of each State next to its page."""
    if exception or app.builder.format != "html":
        return
    tables = tables_of(Path(app.srcdir))
    for page, code in notes(app.env, PAGES).items():
        state = tables.state(code)
        file = Path(app.outdir, page).with_name(content.file_of(state))
        site_files.write(file, content.as_csv(tables, state, content.tables_of_pages()))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("state", StatePage)
    app.add_directive("states", StatesIndex)
    app.connect("builder-inited", _start)
    app.connect("env-before-read-docs", _read_tables)
    app.connect("build-finished", _write_files)
    return PARALLEL
