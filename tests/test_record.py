"""What each figure, number and line was made from."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bookmaking.checks import ROOT
from bookmaking.execute import KeptNotebooks, folder_of
from bookmaking.record import chapter, reads
from bookmaking.source import pages
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


def test_a_table_is_found_however_code_reads_it(subtests):
    for how, (cells, tables) in CODE.items():
        with subtests.test(how):
            assert read_by(*cells).named["tbl-a"] == tables


def test_a_figure_and_the_numbers_of_its_cell_have_their_own_tables():
    older = '@exhibits.figure("fig-a", values=one)\ndef draw(ax):\n    ax.plot(one)'
    drawn = 'def draw(width):\n    return one.plot()\nexhibits.publish(draw, "fig-a", values=x)'
    for way in (older, drawn):
        read = read_by(READ, f'exhibits.numbers({{"n": str(len(two))}})\n{way}')
        assert read.of("fig-a", is_number=False) == {"first"}
        assert read.of("n", is_number=True) == {"second"}
    assert read_by("not python (").every == frozenset()


def listed_in(names):
    """Return the tables whose names are in cells of other tables, such as a list of series."""
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
    for path, tables in kept.tables(pages.notebooks(ROOT)).items():
        cells = [cell.source for cell in kept.executed(path).cells]
        found = frozenset().union(
            *(each.every for each in reads.of_cells(cells, set(data.names())))
        )
        if missed := set(tables) - found - listed_in(found):
            problems.append(f"{path.name} read {sorted(missed)}, and nothing in its code names it.")
        if invented := found - set(tables):
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
    assert (made.placed, made.cells) == (["tbl-a"], 1)


def test_a_line_has_the_tables_of_its_section_and_of_no_other():
    made = chapter.of_notebook(notebook(), notebook(), KNOWN)
    assert made.argued["S2-05"].shows == ("n", "tbl-a")
    assert made.tables_of_line("S2-06") == made.tables_of_line("S2-07") == ["first", "second"]
    assert made.tables_of_line("S2-09") == []
