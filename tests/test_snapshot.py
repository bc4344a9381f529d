"""What notebooks publish is what the snapshot has, in the built book and elsewhere.

That they publish the same on another day and in another place is tested where nbval runs them, by
`bookmaking.checks.elsewhere`.
"""

from datetime import date

import nbformat
import pytest

from bookmaking import make as make_book
from bookmaking import snapshot

pytest_plugins = ["pytester"]

VALUES = "State,people\nAlbania,1.5\nAustria,2.5\n"


@pytest.mark.usefixtures("book")
def test_the_built_book_publishes_what_the_snapshot_has():
    problems = snapshot.differences(make_book.published())
    assert not problems, "\n".join(problems)


def exhibit(csv: str, **said: str) -> list[dict]:
    note = {"csv": csv, "headline": "It rose", "source": "a2011{p. 5}", "as_of": "2011"} | said
    return [{"metadata": {"scrapbook": {"name": "fig-a"}, "exhibit": note}, "data": {}}]


CHANGES = [
    (VALUES.replace("2.5", "2"), {}, ["values was", "sum 4, ", "sum 3.5, "]),
    ("State,people\nAlbania,2.5\nAustria,1.5\n", {}, ["values was"]),
    (VALUES, {"headline": "It fell"}, ["was “It rose” and is now “It fell”"]),
    (VALUES.replace("1.5", "1.5000000001"), {}, []),
]


def test_a_change_of_a_figure_is_named_with_both_values(tmp_path, subtests):
    (tmp_path / "book").mkdir()
    snapshot.write(snapshot.of_outputs("law", exhibit(VALUES)), tmp_path)
    for csv, said, words in CHANGES:
        with subtests.test(str(words)):
            now = snapshot.of_outputs("law", exhibit(csv, **said))
            problems = "\n".join(snapshot.differences(now, tmp_path))
            assert bool(problems) is bool(words)
            assert all(word in problems for word in words), problems


CELLS = (
    f"import datetime\nassert datetime.date.today().toordinal() > {date.today().toordinal()} + 390",
    "from decentwork import exhibits\nexhibits.number('planted', str(hash('a') % 97))",
)
RUN = ("-p", "bookmaking.checks.elsewhere", "-p", "no:cacheprovider", "--nbval-lax", "-q", "-n0")


def test_a_number_that_depends_on_the_run_is_found_where_nbval_runs_it(pytester):
    made = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    nbformat.write(notebook, pytester.path / "alliance.ipynb")
    result = pytester.runpytest_subprocess(*RUN, "alliance.ipynb")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*[[]2[]] in JupyterLab*alliance / planted was*"])
