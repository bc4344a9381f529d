"""The pages of the participating States, and their index.

Directives: ``{state} ALB`` makes the whole page of a State, its title included; ``{states}`` is the
map and the list of all States. `state_content` writes what they say; here it meets Sphinx. Beside
each page stands a file with all values (`state_file`).
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from bookmaking.directives import state_content as content
from bookmaking.directives import state_file
from bookmaking.directives.domain_of_pages import DomainOfPages
from bookmaking.directives.element_nodes import as_nodes, empty_section, section_of
from bookmaking.directives.elements import Content, Section, html
from bookmaking.directives.state_rows import FOLDER, StateError, Tables
from bookmaking.fresh import fingerprint
from bookmaking.fresh.kept import KeptNotebooks
from bookmaking.fresh.unless_kept import unless_kept
from bookmaking.record import reads
from bookmaking.warn import warn
from decentwork import data
from decentwork.data import DataError
from decentwork.tables import places

CHAPTERS = "chapters"


class StatesDomain(DomainOfPages):
    """The tables on States, and which page is that of which State."""

    name = "states"
    label = "Participating States"
    initial_data = {"pages": {}, "indexes": {}, CHAPTERS: {}}
    by_page = ("pages", "indexes")

    @property
    def pages(self) -> dict[str, str]:
        """The code of the State of each page: ``{page: code}``."""
        return self.data["pages"]

    @property
    def indexes(self) -> dict[str, bool]:
        """The pages that hold the index of all States: ``{page: True}``."""
        return self.data["indexes"]

    @cached_property
    def tables(self) -> Tables:
        """The tables of the book, read once in a build."""
        return Tables(Path(self.env.srcdir) / "data")

    @cached_property
    def chapters(self) -> dict[str, list[str]]:
        """The pages that read each table, by the table's name: the catalogue names the same."""
        folder = Path(self.env.srcdir, "notebooks")
        kernels = KeptNotebooks.of_build(self.env.app).tables(sorted(folder.rglob("*.ipynb")))
        names = data.names(self.tables.folder)
        readers = reads.by_notebook(folder, names, kernels, self._tables_of)
        return {
            table: [notebook.removesuffix(".ipynb") for notebook in notebooks]
            for table, notebooks in readers.items()
        }

    def _tables_of(self, notebook: Path, known: list[str]) -> frozenset[str]:
        made_from = [notebook.read_text(encoding="utf-8"), known]
        name = f"tables of {notebook.relative_to(self.env.srcdir).as_posix()}"
        return unless_kept(self.env, name, made_from, lambda: reads.of_notebook(notebook, known))

    def files(self, names: Iterable[str]) -> list[str]:
        """Return the files of tables, with their metadata, as paths from the root of the book."""
        paths = [self.tables.metadata(name).path for name in names]
        every = [file for path in paths for file in (path, path.with_suffix(".csv"))]
        return [file.relative_to(self.env.srcdir).as_posix() for file in every]


class _OfStates(SphinxDirective):
    """A directive whose page is read again when a table that it shows changes."""

    @property
    def domain(self) -> StatesDomain:
        return self.env.get_domain(StatesDomain.name)

    def note_tables(self, names: Iterable[str]) -> None:
        for file in self.domain.files(names):
            self.env.note_dependency(file)

    def nodes_of(self, elements: Iterable[Content]) -> list[nodes.Node]:
        made = []
        for element in elements:
            made += as_nodes(element, self.env.docname, self._cited)
        return made

    def _cited(self, cited: str) -> list[nodes.Node]:
        made, messages = self.parse_inline(f"{{cite:t}}`{cited}`")
        return [*made, *messages]


class StatePage(_OfStates):
    """``{state} ALB``: the page of a State, as its only content."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the page as a section with its title, or a warning that says what to mend."""
        code = self.arguments[0]
        try:
            state = self.domain.tables.state(code)
            written = content.page(self.domain.tables, code, self.domain.chapters)
        except StateError as error:
            warn("state", str(error), self.get_location())
            return []
        except DataError as error:
            raise ExtensionError(str(error)) from error
        self.note_tables(content.tables_of_pages())
        if self.env.docname != state.page:
            warn("state", content.misplaced(state, self.env.docname), self.get_location())
        self.domain.pages[self.env.docname] = code
        page = empty_section(written.title)
        page += nodes.paragraph("", " ".join(written.summary))
        page += self.nodes_of(written.opening)
        page += [section_of(part, self.env.docname, self._cited) for part in written.sections]
        return [page]


class StatesIndex(_OfStates):
    """``{states}``: the map of tiles and the list of all States."""

    def run(self) -> list[nodes.Node]:
        """Return map and list."""
        self.note_tables([places.STATES])
        self.domain.indexes[self.env.docname] = True
        states = list(self.domain.tables.states.values())
        folder = "../" * self.env.docname.count("/") + FOLDER
        tiles = (
            "Each tile is one State, near its place on a map. The list above has the codes. On a "
            "narrow screen the map scrolls to the right."
        )
        made = []
        for title, shown in (
            ("Find a State by name", [content.state_list(states, folder)]),
            ("Find a State on the map", [html("p", tiles), content.tile_map(states, folder)]),
        ):
            made.append(section_of(Section(title, shown), self.env.docname, self._cited))
        return made


# ------------------------------------------------------------------ what a build does


def _pages_to_read_again(app, env, added, changed, removed) -> list[str]:
    """Return the pages of States if other chapters read the tables than when they were read."""
    domain = env.get_domain(StatesDomain.name)
    shown = {table: domain.chapters.get(table, []) for table in content.tables_of_pages()}
    if domain.data[CHAPTERS] == shown or not any(
        page.startswith(FOLDER) for page in env.found_docs
    ):
        return []
    domain.data[CHAPTERS] = shown
    return list(domain.pages)


def _read_tables(app, env, docnames: list[str]) -> None:
    """Read the tables before Sphinx parts the work, else each of its processes reads them."""
    if any(page.startswith(f"{FOLDER}/") for page in docnames):
        tables = env.get_domain(StatesDomain.name).tables
        try:
            for name in content.tables_of_pages():
                tables.records(name)
        except DataError as error:
            raise ExtensionError(str(error)) from error


def _add_files(app, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    domain = app.env.get_domain(StatesDomain.name)
    if pagename in domain.pages or pagename in domain.indexes:
        app.add_css_file("cards.css")
        app.add_css_file("states.css")


def _write_files(app, env) -> None:
    """Put the file of each State beside its page, before Sphinx keeps what was made from tables."""
    domain, outdir = env.get_domain(StatesDomain.name), Path(app.outdir)
    if app.builder.format != "html":
        return

    def write() -> fingerprint.Digests:
        files = []
        for page, code in domain.pages.items():
            state = domain.tables.state(code)
            beside = Path(page).with_name(content.file_of(state))
            text = state_file.as_csv(domain.tables, state, content.tables_of_pages())
            (outdir / beside).parent.mkdir(parents=True, exist_ok=True)
            (outdir / beside).write_text(text, encoding="utf-8")
            files.append(str(beside))
        return fingerprint.of_files(outdir, tuple(files))

    tables = fingerprint.of_files(Path(env.srcdir), fingerprint.TABLES)
    written = unless_kept(env, "files of States", [tables, domain.pages], write)
    if written != fingerprint.of_files(outdir, tuple(written)):
        write()


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(StatesDomain)
    app.add_directive("state", StatePage)
    app.add_directive("states", StatesIndex)
    app.connect("env-get-outdated", _pages_to_read_again)
    app.connect("env-before-read-docs", _read_tables)
    app.connect("html-page-context", _add_files)
    app.connect("env-updated", _write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
