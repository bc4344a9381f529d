"""What each figure, number and line was made from, and which tests stand behind a table."""

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from at_hand import BUILDERS
from bookmaking.checks import ROOT, planting
from bookmaking.directives import check_content
from bookmaking.fresh.kept import KeptNotebooks, folder_of
from bookmaking.make.execution import notebooks
from bookmaking.record import chapter, planted, reads, tests_of
from decentwork import data

KNOWN = frozenset({"first", "second", "third", "evidence", "participating-states"})
READ = 'one = data.read("first")\ntwo = data.read("second")'


def read_by(*cells: str) -> reads.CellReads:
    """Return what the last of some cells reads."""
    return reads.of_cells(cells, KNOWN)[-1]


CODE = {
    "by name": ([READ, 'exhibits.table("tbl-a", one)'], {"first"}),
    "through a variable": ([READ, "part = one.head()", 'exhibits.table("tbl-a", part)'], {"first"}),
    "of two": ([READ, "both = one.merge(two)", 'exhibits.table("tbl-a", both)'], {*KNOWN} - {
        "third", "evidence", "participating-states"}),
    "at once": ([READ, 'exhibits.table("tbl-a", data.read("third"))'], {"third"}),
    "left out as another table has it": (
        [READ, 'exhibits.table("tbl-a", data.without_repeated(one, like="third"))'],
        {"first", "third"},
    ),
    "from a list of names": (
        [READ, 'NAMES = ["first", "third"]', "every = [data.read(name) for name in NAMES]",
         'exhibits.table("tbl-a", every[0])'],
        {"first", "third"},
    ),
    "by a helper": (
        ['def rows():\n    return data.read("second")', 'exhibits.table("tbl-a", rows())'],
        {"second"},
    ),
    "added later": ([READ, 'one["x"] = two["x"]', 'exhibits.table("tbl-a", one)'], {
        "first", "second"}),
    "the States": (["states = data.states()", 'exhibits.table("tbl-a", states)'], {
        "participating-states"}),
    "findings": (['exhibits.findings("S1-Q8", "tbl-a")'], {"evidence"}),
    "another value in the same name": (
        [READ, "rows = one", "rows = two", 'exhibits.table("tbl-a", rows)'], {"second"}),
    "a name inside a function is its own": (
        [READ, "def f():\n    one = 1\n    return one", 'exhibits.table("tbl-a", f())'], set()),
    "a word that is no table": ([READ, 'x = "third"', 'exhibits.table("tbl-a", x)'], set()),
}  # fmt: skip


@pytest.mark.parametrize("how", CODE)
def test_a_table_is_found_however_code_reads_it(how):
    cells, tables = CODE[how]
    assert read_by(*cells).named["tbl-a"] == tables


def test_a_figure_and_the_numbers_of_its_cell_have_their_own_tables():
    drawn = '@exhibits.figure("fig-a", values=one)\ndef draw(ax):\n    ax.plot(one)'
    read = read_by(READ, f'exhibits.numbers({{"n": str(len(two))}})\n{drawn}')
    assert read.of("fig-a", is_number=False) == {"first"}
    assert read.of("n", is_number=True) == {"second"}
    assert read_by("not python (").every == frozenset()


def listed_in(names):
    """Return the tables whose names stand in cells of other tables, such as a list of series."""
    columns = [
        column
        for name in names
        for _, column in data.read(name).select_dtypes(["object", "string"]).items()
    ]
    parts = {part for column in columns for cell in column.dropna() for part in cell.split("; ")}
    return parts & set(data.names())


def test_code_reads_what_its_kernel_read(book):
    """The kernel knows all tables of a notebook; what is found in the code must be the same."""
    kept = KeptNotebooks(folder_of(book))
    problems = []
    for path, run in kept.runs(notebooks(ROOT)).items():
        cells = [cell.source for cell in kept.executed(path).cells]
        found = frozenset().union(
            *(each.every for each in reads.of_cells(cells, set(data.names())))
        )
        if missed := set(run.tables) - found - listed_in(found):
            problems.append(f"{path.name} read {sorted(missed)}, and nothing in its code names it.")
        if invented := found - set(run.tables):
            problems.append(f"{path.name} did not read {sorted(invented)}, which its code names.")
    assert not problems, "\n".join(problems)


# --------------------------------------------------------------------------- chapters


def glued(name: str, **metadata) -> dict:
    about = {"scrapbook": {"name": name}, **metadata}
    return new_output("display_data", {"text/plain": "'12 per cent'"}, metadata=about)


TEXT = """# Title

```{claim} S2-05
```

## First

It is {glue:text}`n`.

```{claim} S2-06, S2-07
```

### Inside

```{exhibit} tbl-a
# no heading: this stands in a fence
```

## Second

```{claim} S2-09
```
"""


def notebook(**changed):
    exhibit = {"kind": "table", "source": "key{p. 1}"}
    outputs = [glued("n"), glued("tbl-a", exhibit=exhibit)]
    code = f'{READ}\nexhibits.number("n", str(len(two)))\nexhibits.table("tbl-a", one)'
    return new_notebook(cells=[new_markdown_cell(TEXT), new_code_cell(code, outputs=outputs)])


def test_a_chapter_says_what_it_publishes_where_and_from_what():
    made = chapter.of_notebook(notebook(), notebook(), KNOWN)
    assert made.published["n"] == chapter.Published(2, "number", ("second",), text="12 per cent")
    assert made.published["tbl-a"] == chapter.Published(2, "table", ("first",), source="key{p. 1}")
    assert (made.placed, made.cells, made.compared) == (["tbl-a"], 1, 0)


def test_a_line_has_the_tables_of_its_section_and_of_no_other():
    made = chapter.of_notebook(notebook(), notebook(), KNOWN)
    assert made.argued["S2-05"].shows == ("n", "tbl-a")
    assert made.tables_of_line("S2-06") == made.tables_of_line("S2-07") == ["first", "second"]
    assert made.tables_of_line("S2-09") == []


# --------------------------------------------------------------------------- tests

SECOND = """\"\"\"Numbers of one theme.

More.\"\"\"

def helper():
    return data.read("first")

def test_a_sum_is_that_of_the_original():
    original("folder/file.csv")
    helper()

def test_with_a_fault(copy):
    data.read("second")
"""
SAMPLE = """\"\"\"Something else.\"\"\"

@pytest.mark.tables
def test_a_marked_one():
    data.read("second")

def test_that_takes_a_table_as_example():
    data.read("third")
"""


@pytest.fixture
def tests_in(tmp_path):
    for name, text in (("second_paths/test_one.py", SECOND), ("test_two.py", SAMPLE)):
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_only_a_test_that_compares_a_table_stands_behind_it(tests_in):
    found, _ = tests_of.read(tests_in, KNOWN)
    assert found.keys() == {"first", "second"}, "an example or a planted fault was counted"
    (second,), (marked,) = found["first"], found["second"]
    assert second.in_words == "a sum is that of the original"
    assert (second.is_second_path, second.originals) == (True, ("folder/file.csv",))
    assert (marked.name, marked.is_second_path) == ("test_a_marked_one", False)


def test_a_file_of_tests_says_what_it_proves_and_looks_at(tests_in):
    _, (one, two) = tests_of.read(tests_in, KNOWN)
    assert (one.says, one.looks_at, one.tests) == (
        "Numbers of one theme.",
        ("the tables that it reads",),
        2,
    )
    assert two.looks_at == (tests_of.OTHER,)
    _, gates = tests_of.read(ROOT, KNOWN)
    assert all(gate.says and gate.tests for gate in gates)


def test_each_gate_says_what_it_looks_at():
    modules = {path.stem for path in (ROOT / "src" / "bookmaking" / "gates").glob("[!_]*.py")}
    unproved = [
        name
        for name in sorted(modules - {gate.name for gate in planting.gates()})
        if "\ndef check(root" in (ROOT / "src/bookmaking/checks" / f"{name}.py").read_text()
    ]
    assert not unproved, f"plant faults for {unproved}, in a file .yml beside each"
    source = ROOT / "src"
    files = {name: source / f"{name.replace('.', '/')}.py" for name in tests_of.HELD_TO}
    gone = [name for name, file in files.items() if not file.is_file()]
    assert not gone, f"HELD_TO in record/tests_of.py names what is gone: {gone}"


def test_every_second_path_is_on_the_page(book):
    page = (book / "book" / "check.html").read_text(encoding="utf-8")
    found, _ = tests_of.read(ROOT, frozenset(data.names()))
    second = {test.in_words for tests in found.values() for test in tests if test.is_second_path}
    assert len(second) > 50
    assert not [name for name in second if name not in page]


def test_every_planted_fault_is_on_the_page(book):
    page = BeautifulSoup((book / "book" / "check.html").read_text(encoding="utf-8"), "html.parser")
    shown = {cell.get_text() for cell in page.select("tbody th")}
    assert not {fault.name for gate in planted.all_gates(ROOT) for fault in gate.faults} - shown


@pytest.mark.proof
def test_faults_of_builders_are_read_as_the_builders_have_them():
    read = [
        (gate.name, fault.name, fault.said)
        for gate in planted.all_gates(ROOT)
        if gate.tree == planted.ORIGINALS
        for fault in gate.faults
    ]
    listed = [
        (f"{name.replace('-', '_')}.py", fault.what, fault.said)
        for name, builder in BUILDERS.items()
        for fault in builder.FAULTS
    ]
    assert sorted(read) == sorted(listed)


def test_an_unknown_part_is_named_with_those_that_are_known():
    said = check_content.unknown_part("rows")
    assert said == (
        "{check} has no part 'rows'; write one of build, faults, reread, notebooks, lines, "
        "exhibits, tables, gates."
    )
