"""What notebooks publish is what the ledger has, in the built book and elsewhere.

That the notebooks publish the same on another day and in another place is tested where nbval runs
them, by `bookmaking.checks.elsewhere`.
"""

from datetime import date

import nbformat
import pytest

from bookmaking import ledgers
from bookmaking.checks import published


@pytest.mark.usefixtures("book")
def test_the_built_book_publishes_what_the_ledger_has():
    problems = ledgers.differences(published.LEDGER, published.items())
    assert not problems, "\n".join(problems)


def exhibit(csv: str, **said: str) -> list[dict]:
    note = {"csv": csv, "headline": "It rose", "source": "a2011{p. 5}", "as_of": "2011"} | said
    return [{"metadata": {"scrapbook": {"name": "fig-a"}, "exhibit": note}, "data": {}}]


pytest_plugins = ["pytester"]

VALUES = "State,people\nAlbania,1.5\nAustria,2.5\n"


@pytest.mark.parametrize(
    ("csv", "said", "words"),
    [
        (VALUES.replace("2.5", "2"), {}, ["2 people changed", "sum 4, ", "sum 3.5, "]),
        (VALUES.replace("Austria,2.5\n", ""), {}, ["2 people", "words", "1 rows"]),
        ("State,people\nAlbania,2.5\nAustria,1.5\n", {}, ["2 people changed"]),
        (VALUES.replace("people", "cases"), {}, ["2 cases is new", "2 people is gone"]),
        (VALUES.replace("Albania", "Andorra"), {}, ["words changed"]),
        (VALUES, {"headline": "It fell"}, ["“It rose” before, “It fell” now"]),
        (VALUES, {"source": ""}, ["fig-a / source is gone"]),
        (VALUES.replace("1.5", "1.5000000001"), {}, []),
    ],
)
def test_a_change_of_a_figure_is_named_with_both_values(tmp_path, csv, said, words):
    ledgers.enter("numbers", published.of_outputs("law", exhibit(VALUES)), tmp_path)
    now = published.of_outputs("law", exhibit(csv, **said))
    problems = "\n".join(ledgers.differences("numbers", now, tmp_path))
    assert bool(problems) is bool(words)
    assert all(word in problems for word in words), problems


def number(text: str) -> list[dict]:
    glued = {"scrapbook": {"name": "law-states"}}
    return [{"metadata": glued, "data": {"application/papermill.record/text/plain": f"'{text}'"}}]


def test_a_change_of_a_number_is_named_with_both_values(tmp_path):
    ledgers.enter("numbers", published.of_outputs("law", number("57")), tmp_path)
    now = published.of_outputs("law", number("45"))
    (problem,) = ledgers.differences("numbers", now, tmp_path)
    assert "law / law-states changed: “'57'” before, “'45'” now" in problem


def test_a_book_that_is_not_built_is_told(tmp_path):
    with pytest.raises(ledgers.LedgerError, match="run `make book` first"):
        published.items(tmp_path)


CELLS = (
    f"import datetime\nassert datetime.date.today().toordinal() > {date.today().toordinal()} + 390",
    "from decentwork import exhibits\nexhibits.number('planted', str(hash('a') % 97))",
)
RUN = ("-p", "bookmaking.checks.elsewhere", "-p", "no:cacheprovider", "--nbval-lax", "-q", "-n0")


@pytest.mark.kernel
def test_a_number_that_depends_on_the_run_is_found_where_nbval_runs_it(pytester):
    made = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    nbformat.write(notebook, pytester.path / "alliance.ipynb")
    result = pytester.runpytest_subprocess(*RUN, "alliance.ipynb")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*[[]2[]] in JupyterLab: alliance / planted is *in the ledger*"])
