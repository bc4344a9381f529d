"""The report on a reader's own lists: their names, all checks, and what is refused."""

import json
import os
import subprocess
import sys
from html import unescape

import pandas as pd
import pytest

from bookmaking.gates import ROOT
from decentwork import data
from decentwork.estimation import CaptureHistories, HistoryError, LogLinear, Stepwise
from decentwork.report import ReportError, __main__, analyse, example, report

TEMPLATES = ROOT / "book" / "templates"
WORDS = {"name": "Valley of Q", "source": "Office for Q, three lists", "as_of": "May 2031"}
OURS = ("Orleans", "SparseMSE:", "Chan", "Silverman", "NewOrl")
FEW = {"repeats": 60}
COUNTS = """A,B,C,cases
1,0,0,40
0,1,0,30
0,0,1,20
1,1,0,6
0,1,1,4
1,0,1,3
1,1,1,1
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A report on a reader's file, with its folder."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "my_lists.csv").write_text(COUNTS, encoding="utf-8")
    return report(folder / "my_lists.csv", **WORDS, **FEW, not_for=["planning of shelters"])


@pytest.mark.parametrize("file", ["report.md", "report.html"])
def test_the_text_names_the_readers_data_and_nobody_elses(written, file):
    text = unescape((written / file).read_text(encoding="utf-8"))
    for word in WORDS.values():
        assert word in text
    assert not [word for word in OURS if word in text]
    for what in (
        "95 per cent interval", "Chao's lower bound", "Sample coverage", "Existence", "Fit:",
        "Cases on both", "Left out", "Threshold", "There are 8 models",
        "must not be used for", "Planning of shelters.", "SHA-256", "Seed: 1", "statsmodels",
    ):  # fmt: skip
        assert what in text, what


def test_tables_and_figures_are_written_and_linked(written):
    text = (written / "report.md").read_text(encoding="utf-8")
    totals = pd.read_csv(written / "tables" / "totals.csv").set_index("rule")
    wanted = Stepwise(CaptureHistories.read(written.parent / "my_lists.csv")).fit()
    assert totals.loc["SparseMSE's rule, p below 0.02", "total"] == pytest.approx(wanted.total)
    assert f"is {wanted.total:,.0f} (SparseMSE's rule" in text
    for name in ("cases-by-list", "fitted-and-observed", "resampled-totals", "totals-by-bic"):
        assert f"(figures/{name}.svg)" in text
        assert (written / "figures" / f"{name}.png").stat().st_size > 5_000
    for link in {part.split(")")[0] for part in text.split("(tables/")[1:]}:
        assert (written / "tables" / link).is_file(), link


def test_words_of_a_reader_are_no_marks(tmp_path):
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    words = WORDS | {"name": "<b>a|b</b>", "as_of": "2031 & later"}
    folder = report(tmp_path / "l.csv", **words, **FEW)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;a|b&lt;/b&gt;" in page and "<b>" not in page and "2031 &amp; later" in page
    assert "\\<b>a\\|b\\</b>" in (folder / "report.md").read_text(encoding="utf-8")


def test_the_same_file_gives_the_same_report(written, tmp_path):
    again = report(
        written.parent / "my_lists.csv",
        **WORDS,
        **FEW,
        not_for=["planning of shelters"],
        folder=tmp_path / "again",
    )
    for path in written.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(written)).read_bytes(), path


# ------------------------------------------------------------------ the templates


def test_templates_hold_the_example():
    example_table = CaptureHistories.from_frame(data.read("example-lists"))
    wide = CaptureHistories.read(TEMPLATES / "my_lists.csv")
    cases = pd.read_csv(TEMPLATES / "my_cases.csv")
    counted = CaptureHistories.from_cases(cases, person="person")
    for table in (wide, counted):
        assert table.lists == example_table.lists
        assert (table.counts == example_table.counts).all()


@pytest.mark.parametrize("template", ["my_lists.csv", "my_cases.csv"])
def test_the_templates_are_read_without_changes(template):
    own = analyse(TEMPLATES / template, **WORDS, repeats=5)
    assert own.histories.observed == data.read("example-lists")["cases"].sum()
    assert WORDS["name"] in own._repr_html_() and "Orleans" not in own._repr_html_()


def test_strata_of_a_file_of_cases_are_added_up(tmp_path):
    rows = pd.read_csv(TEMPLATES / "my_cases.csv")
    both = pd.concat([rows.assign(year=2030), rows.assign(year=2031, person=rows["person"] + 999)])
    both.to_csv(tmp_path / "c.csv", index=False)
    folder = report(tmp_path / "c.csv", **WORDS, repeats=20, by="year")
    text = (folder / "report.md").read_text(encoding="utf-8")
    one = LogLinear(CaptureHistories.from_cases(rows, person="person")).fit()
    assert f"The strata add up to {2 * one.total:,.0f}" in text
    assert pd.read_csv(folder / "tables" / "strata.csv")["stratum"].tolist() == [2030, 2031]


def test_the_example_bears_the_books_names_and_no_other_file_can_take_them():
    given = example()
    assert "Orleans" in given["name"] and given["path"].name == "example-lists.csv"
    with pytest.raises(TypeError, match="required keyword-only arguments: 'name', 'source'"):
        analyse(TEMPLATES / "my_lists.csv")


# ------------------------------------------------------------------ what is refused


def test_a_report_without_words_file_or_empty_folder_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    with pytest.raises(ReportError, match="the report needs a source: a reader must know whose"):
        analyse(tmp_path / "l.csv", **WORDS | {"source": " "})
    with pytest.raises(ReportError, match=r"there is no file .*none\.csv: give the path of a CSV"):
        analyse(tmp_path / "none.csv", **WORDS)
    with pytest.raises(ReportError, match="there is no rule 'best'; use one of overlap, aic, bic"):
        analyse(tmp_path / "l.csv", **WORDS, rule="best")
    with pytest.raises(ReportError, match="has one row a combination of lists, so it has no"):
        analyse(tmp_path / "l.csv", **WORDS, by="year")
    with pytest.raises(ReportError, match="has other files, which a report could overwrite: name"):
        report(tmp_path / "l.csv", **WORDS, folder=tmp_path)
    (tmp_path / "broken.csv").write_text("A,B\n1,\n0,1\n", encoding="utf-8")
    with pytest.raises(HistoryError, match="column B, row 1: the cell is empty"):
        analyse(tmp_path / "broken.csv", **WORDS)


def test_the_command_line_writes_and_refuses(tmp_path, capsys):
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    words = ["--name", "Q", "--source", "Office", "--as-of", "2031", "--repeats", "20"]
    assert __main__.main([str(tmp_path / "l.csv"), *words]) == 0
    assert (tmp_path / "l-report" / "report.html").is_file()
    assert "open report.html" in capsys.readouterr().out
    assert __main__.main([str(tmp_path / "none.csv"), *words]) == 1
    assert "there is no file" in capsys.readouterr().err


def test_estimates_need_no_figures_and_the_report_says_what_it_lacks(tmp_path):
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    code = (
        "import sys, json\nsys.modules['matplotlib'] = None\n"
        "from decentwork.report import analyse, report\n"
        f"words = json.loads({json.dumps(json.dumps(WORDS))})\n"
        "print(analyse('l.csv', **words, repeats=5))\nreport('l.csv', **words)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert "<Analysis of Valley of Q" in run.stdout, run.stderr
    assert run.returncode == 1 and "the package matplotlib is not installed. Install" in run.stderr
    assert not (tmp_path / "l-report").exists()
