"""The pages of the participating States, and their index.

Directives: ``{state} ALB`` makes the whole page of a State, its title included; ``{states}`` is the
map and the list of all States. `state_content` and its templates write what they say; here it meets
Sphinx. Next to each page is a file with all values (`state_file`).
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from bookmaking import site_files
from bookmaking.directives import state_content as content
from bookmaking.directives import state_file
from bookmaking.directives.element_nodes import as_nodes
from bookmaking.directives.page_notes import notes
from bookmaking.directives.state_rows import FOLDER, StateError, Tables
from bookmaking.execute import KeptNotebooks
from bookmaking.record import reads
from bookmaking.warn import warn
from decentwork import data
from decentwork.data import DataError
from decentwork.tables import places

PAGES, INDEXES, CHAPTERS = "pages of States", "indexes of States", "chapters on States"
"""What pages note: the code of their State; that they are an index; what links they show."""
READERS = "bookmaking_readers_of_tables"


@cache
def tables_of(root: Path) -> Tables:
    """Return the tables of the book at ``root``, each read once."""
    return Tables(root / "data")


def readers_of_tables(app) -> dict[str, list[str]]:
    """Return the notebooks that read each table, by its name, as their kernels said."""
    if READERS not in app.__dict__:
        root = Path(app.srcdir)
        kernels = KeptNotebooks.of_build(app).tables(sorted((root / "notebooks").rglob("*.ipynb")))
        found = reads.by_notebook(root / "notebooks", data.names(root / "data"), kernels)
        setattr(app, READERS, found)
    return getattr(app, READERS)


def _chapters(app) -> dict[str, list[str]]:
    """Return the chapters that read each table that pages of States show."""
    readers = readers_of_tables(app)
    return {
        table: [notebook.removesuffix(".ipynb") for notebook in readers.get(table, ())]
        for table in content.tables_of_pages()
    }


class _OfStates(SphinxDirective):
    """A directive whose page is read again when a table that it shows changes."""

    @property
    def root(self) -> Path:
        return Path(self.env.srcdir)

    def note_tables(self, names: Iterable[str]) -> None:
        for name in names:
            described = tables_of(self.root).metadata(name)
            for file in (described.path, described.csv_path):
                self.env.note_dependency(str(file))

    def cited(self, cited: str) -> list[nodes.Node]:
        made, messages = self.parse_inline(f"{{cite:t}}`{cited}`")
        return [*made, *messages]


class StatePage(_OfStates):
    """``{state} ALB``: the page of a State, as its only content."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the page as a section with its title, or a warning that says what to fix."""
        code, here = self.arguments[0], self.env.docname
        tables, chapters = tables_of(self.root), _chapters(self.env.app)
        try:
            made = content.page(tables, code, chapters)
        except StateError as error:
            warn("state", str(error), self.get_location())
            return []
        except DataError as error:
            raise ExtensionError(str(error)) from error
        self.note_tables(content.tables_of_pages())
        if here != made["state"].page:
            told = (
                f"the page of {made['state'].name} is {here}, and links lead to "
                f"{made['state'].page}; rename the file, or write another code."
            )
            warn("state", told, self.get_location())
        notes(self.env, PAGES)[here] = code
        notes(self.env, CHAPTERS)[here] = chapters
        (page,) = as_nodes(content.written(made), here, self.cited)
        page.insert(1, nodes.paragraph("", " ".join(made["summary"])))
        return [page]


class StatesIndex(_OfStates):
    """``{states}``: the list of all States and the map of tiles."""

    def run(self) -> list[nodes.Node]:
        """Return list and map."""
        self.note_tables([places.STATES])
        notes(self.env, INDEXES)[self.env.docname] = True
        states = list(tables_of(self.root).states.values())
        folder = "../" * self.env.docname.count("/") + FOLDER
        return as_nodes(content.index(states, folder), self.env.docname, self.cited)


# ------------------------------------------------------------------ what a build does


def _start(app) -> None:
    """Forget what an earlier build of this process read."""
    tables_of.cache_clear()


def _to_read_again(app, env, added, changed, removed) -> list[str]:
    """Return the pages of States whose tables are now read by other chapters."""
    shown = notes(env, CHAPTERS)
    if not shown:
        return []
    now = _chapters(app)
    return [page for page, before in shown.items() if before != now and page in env.found_docs]


def _read_tables(app, env, docnames: list[str]) -> None:
    """Read all before Sphinx parts the work, else each of its processes does."""
    if any(page.startswith(f"{FOLDER}/") for page in docnames):
        try:
            for name in content.tables_of_pages():
                tables_of(Path(app.srcdir)).records(name)
            readers_of_tables(app)
        except DataError as error:
            raise ExtensionError(str(error)) from error


def _add_files(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if pagename in notes(app.env, PAGES) or pagename in notes(app.env, INDEXES):
        app.add_css_file("cards.css")
        app.add_css_file("states.css")


def _write_files(app, exception: Exception | None) -> None:
    """Put the file of each State next to its page."""
    if exception or app.builder.format != "html":
        return
    tables = tables_of(Path(app.srcdir))
    for page, code in notes(app.env, PAGES).items():
        state = tables.state(code)
        file = Path(app.outdir, page).with_name(content.file_of(state))
        text = state_file.as_csv(tables, state, content.tables_of_pages())
        site_files.write(file, text)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("bookmaking.directives.page_notes")
    app.add_directive("state", StatePage)
    app.add_directive("states", StatesIndex)
    app.connect("builder-inited", _start)
    app.connect("env-get-outdated", _to_read_again)
    app.connect("env-before-read-docs", _read_tables)
    app.connect("html-page-context", _add_files)
    app.connect("build-finished", _write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
