"""What the check page says: of each line, exhibit and table what it was made from, and its checks.

Each function takes a `Record` and returns elements (see `elements`); nothing here needs Sphinx.
Links are plain, because a `Record` knows the addresses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bookmaking.checks import planting
from bookmaking.directives.elements import Content, Element, html
from bookmaking.directives.pieces import NOTHING, bullets, counted, joined, row, rows_table
from bookmaking.directives.register_content import days_in_words, row_label
from bookmaking.fresh.kept import Run
from bookmaking.record.built_from import MARK
from bookmaking.record.chapter import Chapter, Published
from bookmaking.record.tests_of import Gate, TestOfTable
from bookmaking.tables.entries import Entry
from bookmaking.tables.provenance import Provenance
from decentwork import citations
from decentwork.claims import Claim

IN_THE_TEXT = "as in the text"
MOST_SOURCES = 5
"""How many sources stand in a cell by name; of more it says only the number."""


def table_label(name: str) -> str:
    """Return the permanent id of a table: of its entry in the catalogue and of its tests."""
    return f"table-{name}"


@dataclass(frozen=True)
class Record:
    """All that the check page draws on.

    ``address`` returns the address of a page, or of a place on it, as seen from the check page;
    ``titles`` has the pages in the order of the book. ``numbers`` has the number that a figure or
    table bears on its page, ``cited`` the name and year by which a source is cited.
    ``catalogue`` is the page with an entry for each table, if the book has one. ``planted`` has the
    gates with the faults that are planted for them,
    ``provenance`` where each table comes from, where a page asks for it.
    """

    claims: Sequence[Claim]
    chapters: Mapping[str, Chapter]
    titles: Mapping[str, str]
    runs: Mapping[str, Run]
    tables: Mapping[str, Entry]
    tests: Mapping[str, Sequence[TestOfTable]]
    gates: Sequence[Gate]
    python: str
    packages: Mapping[str, str]
    numbers: Mapping[str, str]
    cited: Callable[[str], str]
    address: Callable[[str, str], str]
    catalogue: str | None = None
    planted: Sequence[planting.Gate] = ()
    provenance: Mapping[str, Provenance] = field(default_factory=dict)

    def link(self, page: str, fragment: str, text: Content) -> Element:
        """Return a link to a place of a page."""
        return html("a", text, href=self.address(page, fragment))

    def table(self, name: str) -> Element:
        """Return the name of a table as a link to its entry in the catalogue."""
        code = html("code", name)
        place = f"#{table_label(name)}"
        return self.link(self.catalogue, place, code) if self.catalogue else code

    def tests_of(self, tables: Iterable[str]) -> list[TestOfTable]:
        """Return the tests that read any of the tables, each once."""
        found = (test for name in tables for test in self.tests.get(name, ()))
        return list(dict.fromkeys(found))


# ------------------------------------------------------------------ the build


def build(record: Record) -> list[Element]:
    """Return from which commit, when and with which versions the book was built."""
    days = sorted({run.when.date() for run in record.runs.values()})
    executed = days_in_words(days[0], days[-1]) if days else NOTHING
    rows = [
        row(["Built from"], [html("span", "not known yet", class_=MARK)]),
        row(["Notebooks executed on"], [executed]),
        row(["Python"], [record.python]),
    ]
    packages = [row([name], [version]) for name, version in record.packages.items()]
    inside = rows_table("Packages that the book asks for", ["Package", "Version"], packages)
    return [
        rows_table("What this book was built from", ["What", "Which"], rows),
        _folded("Packages", counted(packages, "package"), inside),
    ]


def notebooks(record: Record) -> list[Element]:
    """Return of each notebook how long it ran, what it read and how much of it is compared."""
    rows = []
    for page, chapter in _in_order(record):
        run = record.runs.get(page)
        if not chapter.cells:
            continue
        rows.append(
            row(
                [record.link(page, "", record.titles[page])],
                # Nobody looks for it, and it would make another search index of each build.
                [html("span", f"{run.seconds:.1f} s", class_="ran-for")]
                if run and run.seconds
                else [NOTHING],
                [str(len(run.tables)) if run and run.tables is not None else NOTHING],
                [str(chapter.cells)],
                [str(chapter.compared)],
                [str(sum(each.kind == "number" for each in chapter.published.values()))],
            )
        )
    columns = ["Notebook", "Ran for", "Tables read", "Code cells", "Outputs compared", "Numbers"]
    return [rows_table("The notebooks, as they were last executed", columns, rows)]


# ------------------------------------------------------------------ lines of the note


def lines(record: Record) -> list[Element]:
    """Return of each line of the note where it is argued, from what, and how that is checked."""
    columns = ["Line", "Argued in", "Tables behind its section", "Sources of the answer", "Checks"]
    made = []
    for part, group in groupby(record.claims, lambda claim: claim.part):
        rows = [_line(claim, record) for claim in group]
        made.append(
            _folded(part, counted(rows, "line"), rows_table(f"Lines: {part}", columns, rows))
        )
    return made


def _line(claim: Claim, record: Record) -> Element:
    name = html("span", claim.id, id=f"check-{row_label(claim.id)}")
    chapter = record.chapters.get(claim.page)
    if not claim.is_examined or chapter is None or claim.id not in chapter.argued:
        return row([name], ["not yet examined"], [NOTHING], [NOTHING], [NOTHING])
    argued = chapter.argued[claim.id]
    tables = chapter.tables_of_line(claim.id)
    place = [record.link(claim.page, f"#{claim.label}", record.titles[claim.page])]
    if chapter.cells:
        place.append(f", cell {argued.cell}")
    keys = citations.as_text(claim.sources)
    return row(
        [name], place, _tables(tables, record), _sources(keys, record), _checks(tables, record)
    )


# ------------------------------------------------------------------ figures and tables


def exhibits(record: Record) -> list[Element]:
    """Return of each figure, table and cell of numbers what it was made from, by chapter."""
    columns = ["What", "Cell", "Tables read", "Sources", "Checks"]
    made = []
    for page, chapter in _in_order(record):
        placed = [name for name in chapter.placed if name in chapter.published]
        rows = [_exhibit(name, page, chapter.published[name], record) for name in placed]
        rows += _cells_of_numbers(chapter, record)
        if rows:
            title = record.titles[page]
            how_many = f"{counted(placed, 'figure or table', 'figures and tables')}"
            made.append(_folded(title, how_many, rows_table(f"Made in: {title}", columns, rows)))
    return made


def _exhibit(name: str, page: str, made: Published, record: Record) -> Element:
    number = record.numbers.get(name)
    link = record.link(page, f"#{name}", number or name)
    head = [link, " ", html("code", name)] if number else [link]
    return row(
        head,
        [str(made.cell)],
        _tables(made.tables, record),
        _sources(made.source, record),
        _checks(made.tables, record),
    )


def _cells_of_numbers(chapter: Chapter, record: Record) -> list[Element]:
    """Return a row for each cell that publishes numbers for the text."""
    numbers = [each for each in chapter.published.values() if each.kind == "number"]
    rows = []
    for cell, group in groupby(sorted(numbers, key=_cell), _cell):
        of_cell = list(group)
        tables = sorted({table for each in of_cell for table in each.tables})
        what = counted(of_cell, "number in the text", "numbers in the text")
        cells = [_tables(tables, record), [IN_THE_TEXT], _checks(tables, record)]
        rows.append(row([what], [str(cell)], *cells))
    return rows


def _cell(made: Published) -> int:
    return made.cell


# ------------------------------------------------------------------ tables and their tests


def tables(record: Record) -> list[Element]:
    """Return of each table of data who made it and which tests compare it, by theme."""
    columns = ["Table", "Made by", "Reached by a second path", "Other comparisons"]
    made = []
    ordered = sorted(record.tables.values(), key=lambda one: (one.theme, one.name))
    for theme, group in groupby(ordered, lambda one: one.theme):
        rows = [_table_of_data(one, record) for one in group]
        title = theme.replace("_", " ").capitalize()
        made.append(
            _folded(title, counted(rows, "table"), rows_table(f"Tables: {title}", columns, rows))
        )
    return made


def _table_of_data(one: Entry, record: Record) -> Element:
    tests = record.tests_of([one.name])
    second = [test for test in tests if test.is_second_path]
    others = [test for test in tests if test not in second]
    return row(
        [html("span", record.table(one.name), id=table_label(one.name)), f" {one.title}"],
        ["program" if one.built else "hand"],
        _list(second),
        _list(others),
    )


def gates(record: Record) -> list[Element]:
    """Return the files of tests: what each says it proves, and what it looks at."""
    rows = [
        row(
            [html("code", gate.file.removeprefix("tests/"))],
            [gate.says],
            [", ".join(gate.looks_at)],
            [str(gate.tests)],
        )
        for gate in record.gates
    ]
    columns = ["File", "What it proves", "Looks at", "Tests"]
    return [rows_table("All files of tests", columns, rows)]


def faults(record: Record) -> list[Element]:
    """Return by kind what the gates hold, and each planted fault with what its gate says of it."""
    by_kind: dict[str, list[planting.Gate]] = {}
    for gate in record.planted:
        by_kind.setdefault(gate.kind, []).append(gate)
    made = []
    for kind, gates_of_kind in sorted(by_kind.items()):
        rows = [
            row([fault.name], [html("code", fault.where)], [html("code", gate.name)], [fault.said])
            for gate in gates_of_kind
            for fault in gate.faults
        ]
        columns = ["Planted fault", "File", "Gate", "Words of the message"]
        holds = (html("p", each) for each in dict.fromkeys(gate.holds for gate in gates_of_kind))
        table = rows_table(f"Planted faults: {kind}", columns, rows)
        made.append(_folded(kind, counted(rows, "planted fault"), html("div", *holds, table)))
    return made


PARTS = {
    "build": build,
    "faults": faults,
    "notebooks": notebooks,
    "lines": lines,
    "exhibits": exhibits,
    "tables": tables,
    "gates": gates,
}
"""What ``{check}`` can show, by its argument."""


def unknown_part(name: str) -> str:
    """Return the sentence on a directive ``{check}`` that asks for something else."""
    return f"{{check}} has no part {name!r}; write one of {', '.join(PARTS)}."


# ------------------------------------------------------------------ pieces


def _in_order(record: Record) -> list[tuple[str, Chapter]]:
    return [(page, record.chapters[page]) for page in record.titles if page in record.chapters]


def _folded(title: str, how_many: str, inside: Element) -> Element:
    return html("details", html("summary", f"{title}: {how_many}"), inside, class_="check")


def _tables(names: Sequence[str], record: Record) -> list[Content]:
    if not names:
        return [NOTHING]
    return joined(map(record.table, names))


def _sources(cited: str, record: Record) -> list[Content]:
    keys = dict.fromkeys(citation.key for citation in citations.parse(cited)) if cited else {}
    return listed_sources(list(keys), record)


def listed_sources(keys: Sequence[str], record: Record) -> list[Content]:
    """Return the sources by name and year, or only their number if they are many."""
    if len(keys) > MOST_SOURCES:
        return [f"{len(keys)} sources"]
    return ["; ".join(record.cited(key) for key in keys) or NOTHING]


def _checks(tables: Sequence[str], record: Record) -> list[Content]:
    """Return how many tests compare the tables, and how many of them by a second path."""
    tests = record.tests_of(tables)
    second = sum(test.is_second_path for test in tests)
    if not tests:
        return [NOTHING]
    if second == len(tests):
        return [f"{second} by a second path"]
    return [counted(tests, "test") + (f", {second} of them by a second path" if second else "")]


def _in_words(test: TestOfTable) -> str:
    """Return what a test proves, and the originals with which it compares."""
    folders = dict.fromkeys(file.partition("/")[0] for file in test.originals)
    return f"{test.in_words} (reads {', '.join(folders)})" if folders else test.in_words


def _list(tests: Sequence[TestOfTable]) -> list[Content]:
    return [bullets(map(_in_words, tests))] if tests else [NOTHING]
