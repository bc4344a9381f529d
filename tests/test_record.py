"""What each figure and number was made from."""

from itertools import chain

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from bookmaking.checks import ROOT
from bookmaking.execute import KeptNotebooks
from bookmaking.record import reads
from bookmaking.source import pages
from decentwork import data

KNOWN = frozenset({"of-one", "of-two", "evidence", "participating-states"})
READ = 'one = data.read("of-one")\ntwo = data.read("of-two")'
SHOW = 'exhibits.table("tbl-a", {})'


def read_by(*cells: str) -> dict[str, reads.Tables]:
    """Return what the last of some cells reads."""
    return reads.of_cells(cells, KNOWN)[-1]


CODE = {
    "through a variable": ([READ, "part = one.head()", SHOW.format("part")], {"of-one"}),
    "of two": ([READ, "both = one.merge(two)", SHOW.format("both")], {"of-one", "of-two"}),
    "added later": ([READ, 'one["x"] = two["x"]', SHOW.format("one")], {"of-one", "of-two"}),
    "the States": (["states = data.states()", SHOW.format("states")], {"participating-states"}),
    "findings": (['exhibits.findings("S1-Q8", "tbl-a")'], {"evidence"}),
    "a column with the name of a table": ([READ, SHOW.format('one["evidence"]')], {"of-one"}),
    "another value in the same name": (
        [READ, "rows = one", "rows = two", SHOW.format("rows")],
        {"of-two"},
    ),
}


def test_a_table_is_found_however_code_reads_it(subtests):
    for how, (cells, tables) in CODE.items():
        with subtests.test(how):
            assert read_by(*cells)["tbl-a"] == tables


def test_a_figure_and_a_table_of_one_cell_have_their_own_tables():
    older = '@exhibits.figure("fig-a", values=one)\ndef draw(ax):\n    ax.plot(one)'
    drawn = 'def draw(width):\n    return one.plot()\nexhibits.publish(draw, "fig-a", values=x)'
    for way in (older, drawn):
        read = read_by(READ, f"{SHOW.format('two')}\n{way}")
        assert (read["fig-a"], read["tbl-a"]) == ({"of-one"}, {"of-two"})
    assert read_by("not python (") == {}


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
    kept = KeptNotebooks(ROOT).tables(pages.notebooks(ROOT))
    problems = []
    for path, tables in kept.items():
        code = [cell.text for cell in pages.cells(path, ROOT) if cell.kind == "code"]
        found = {
            name for cell in reads.of_cells(code, data.names()) for name in chain(*cell.values())
        }
        if missed := set(tables) - found - listed_in(found):
            problems.append(f"{path.name} read {sorted(missed)}, and nothing in its code names it.")
        if invented := found - set(tables):
            problems.append(f"{path.name} did not read {sorted(invented)}, which its code names.")
    assert not problems, "\n".join(problems)


# --------------------------------------------------------------------------- chapters


def glued(name: str, **metadata) -> dict:
    about = {"scrapbook": {"name": name}, **metadata}
    return new_output("display_data", {"text/plain": "'12 per cent'"}, metadata=about)


TEXT = "# Title\n\n```{exhibit} tbl-a\nThe caption.\n```\n"


def notebook():
    exhibit = {"kind": "table"}
    outputs = [glued("n"), glued("tbl-a", exhibit=exhibit)]
    code = f'{READ}\nexhibits.number("n", str(len(two)))\nexhibits.table("tbl-a", one)'
    return new_notebook(cells=[new_markdown_cell(TEXT), new_code_cell(code, outputs=outputs)])


def test_a_chapter_says_what_it_publishes_where_and_from_what():
    made = reads.of_notebook(notebook(), notebook(), KNOWN)
    assert made.published == {"tbl-a": reads.Published(2, ("of-one",))}
    assert made.placed == ["tbl-a"]


def test_the_bibliography_counts_only_where_it_decides_how_sure_a_part_is(book):
    kept = KeptNotebooks(ROOT)
    counted = {
        path.stem
        for path in pages.notebooks(ROOT)
        if "references.bib" in kept.record(path).data["made_from"]
    }
    assert "claim_by_claim" in counted and "law" not in counted
