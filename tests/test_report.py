"""The report on a reader's own lists: their names, all checks, and what is refused."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from html import unescape
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from bookmaking.checks import ROOT
from decentwork import data
from decentwork.estimation import AllModels, CaptureHistories, HistoryError, LogLinear, Stepwise
from decentwork.estimation.diagnostics import LowerBound
from decentwork.report import ReportError, __main__, analyse, contents, example, pages, report
from decentwork.report.pages import as_markdown

TEMPLATES = ROOT / "book" / "templates"
WORDS = {"name": "Valley of Q", "source": "Office for Q, three lists", "as_of": "May 2031"}
OURS = ("Orleans", "SparseMSE:", "Chan", "Silverman", "NewOrl")
FEW = {"repeats": 200}
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
    own = analyse(TEMPLATES / template, **WORDS, **FEW)
    assert own.histories.observed == data.read("example-lists")["cases"].sum()
    assert WORDS["name"] in own._repr_html_() and "Orleans" not in own._repr_html_()


def cases():
    """The table of counts with one row a case."""
    counts = pd.read_csv(StringIO(COUNTS))
    return counts.loc[counts.index.repeat(counts["cases"]), ["A", "B", "C"]]


def test_strata_of_a_file_of_cases_are_added_up(tmp_path):
    both = pd.concat([cases().assign(year=2030), cases().assign(year=2031)])
    both.to_csv(tmp_path / "c.csv", index=False)
    folder = report(tmp_path / "c.csv", **WORDS, **FEW, by="year")
    text = (folder / "report.md").read_text(encoding="utf-8")
    one = LogLinear(CaptureHistories.from_cases(cases())).fit()
    assert f"The strata add up to {2 * one.total:,.0f}" in text
    assert "may be chance, or another choice of pairs" in text
    assert "This sum lies outside" not in text
    assert pd.read_csv(folder / "tables" / "strata.csv")["stratum"].tolist() == [2030, 2031]


def test_strata_that_contradict_the_answer_are_named(tmp_path):
    # In the second stratum A and B share many cases, and in the first they share few.
    wide = cases().assign(year=2030)
    dense = pd.DataFrame({"A": [1] * 90, "B": [1] * 90, "C": [0, 1, 1] * 30, "year": 2031})
    ones = np.tile(np.eye(3, dtype=int), (5, 1))
    alone = pd.DataFrame(ones, columns=["A", "B", "C"]).assign(year=2031)
    pd.concat([wide, dense, alone]).to_csv(tmp_path / "c.csv", index=False)
    own = analyse(tmp_path / "c.csv", **WORDS, **FEW, by="year")
    sentences = answer(own)
    assert "This sum lies outside the interval of all cases" in sentences
    own.sum_of_strata["total"] = own.drawn_of_all.conf_int().loc["chosen"].mean()
    assert "This sum lies outside" not in answer(own)


# ------------------------------------------------------------------ the answer and its warnings


def answer(own):
    """The part of a report before the lists."""
    return as_markdown(own, dict.fromkeys(contents.PICTURES, "")).split("## The lists")[0]


def of(counts, tmp_path, **options):
    """The analysis of cases by letters, as {"A": 40, "AB": 6}, and the text of its report."""
    names = sorted(set("".join(counts)))
    rows = [[int(name in history) for name in names] + [n] for history, n in counts.items()]
    pd.DataFrame(rows, columns=[*names, "cases"]).to_csv(tmp_path / "t.csv", index=False)
    own = analyse(tmp_path / "t.csv", **WORDS, **FEW | options)
    return own, as_markdown(own, dict.fromkeys(contents.PICTURES, ""))


ANTI = {"A": 1200, "B": 1100, "C": 1000, "AB": 600, "AC": 5, "BC": 600, "ABC": 400}
TWO = {"A": 20, "B": 30, "AB": 1}


def test_the_interval_of_the_answer_is_that_of_all_models(written):
    lists = CaptureHistories.read(written.parent / "my_lists.csv")
    results = AllModels(lists).fit()
    limits = results.conf_int(repeats=200, seed=1)
    text = (written / "report.md").read_text(encoding="utf-8")
    first = text.split("## The lists")[0]
    chosen, averaged = limits.round().astype(int).to_numpy()
    assert f"The 95 per cent interval is {chosen[0]:,} to {chosen[1]:,}. For it the model" in first
    assert f"is {results.averaged:,.0f}, with an interval of {averaged[0]:,} to" in first
    assert "in each of 200 resampled tables" in first and "BCa" not in first.split("\n-")[0]
    assert len(pd.read_csv(written / "tables" / "resampled-all-models.csv")) == 200


def test_a_sparse_table_draws_fewer_tables_for_all_models_and_says_so(written):
    own = analyse(**example() | FEW | {"repeats": 300})
    assert own.repeats_of_all == 200
    # The table is the same for the sentence; the draws of few lists are quick.
    own = analyse(written.parent / "my_lists.csv", **WORDS, repeats=300)
    assert own.repeats_of_all == 300 and "fewer were drawn" not in answer(own)
    own.__dict__["repeats_of_all"] = 200
    del own.__dict__["drawn_of_all"]
    assert "in each of 200 resampled tables. More tables would take long, so fewer" in answer(own)


def test_without_all_models_the_answer_takes_the_wider_interval(tmp_path):
    own, _ = of(ANTI, tmp_path)
    few = replace(own, models=None)
    moved = (few.main["resampled_lower"], few.main["resampled_upper"])
    middle = contents._middle(few)
    wider = max(moved, middle, key=lambda limits: limits[1] - limits[0])
    assert f"is {wider[0]:,.0f} to {wider[1]:,.0f}. For it the rule chose" in answer(few)
    failed = few.totals.assign(resampled_lower=np.nan, resampled_upper=np.nan, lacks="one side")
    text = answer(replace(few, totals=failed))
    assert f"is {middle[0]:,.0f} to {middle[1]:,.0f}." in text
    assert "BCa could not be computed: one side." in text
    outside = replace(own, totals=own.totals.assign(total=1e9))
    assert "1,000,000,000 lies outside the interval" in answer(outside)


def test_rules_and_lists_that_disagree_are_named(tmp_path):
    own, text = of(ANTI, tmp_path)
    assert "The rules disagree: their totals go from 7,027 to 298,238." in answer(own)
    assert "With all lists the total is 298,238. Without one of them it goes from 5,4" in text
    assert "the chosen model fits every table of this kind" in text
    assert "In the first row the model stays the same in each resampled table." in text
    one = own.left_out.assign(total=[298_238, 276, np.nan, np.nan])
    text = answer(replace(own, left_out=one))
    assert "Without one list it is 276. Without any other there is none." in text


def test_lists_that_reach_most_people_make_the_interval_too_narrow(tmp_path):
    reached = {"A": 9, "B": 9, "C": 9, "AB": 28, "AC": 28, "BC": 28, "ABC": 84}
    own, _ = of(reached, tmp_path)
    said = "The lists have more than half of the estimated total."
    assert said in answer(own)
    assert said not in answer(of(ANTI, tmp_path)[0])


def test_two_lists_and_one_shared_case(tmp_path):
    own, text = of(TWO, tmp_path)
    assert "rests on the 1 case that is on two lists or more" in text
    assert "1 of them is on two lists" in text and "1 of them has an estimate" in text
    assert "for independent lists. With two lists, dependence cannot be measured." in text
    assert np.isnan(own.main["resampled_upper"])
    assert "95 per cent lie in the range" in answer(own) and "taken for true" in answer(own)


def test_a_lower_bound_above_the_answer_and_a_list_without_estimate_are_named(tmp_path, written):
    own = analyse(written.parent / "my_lists.csv", **WORDS, **FEW)
    above = replace(own, lower_bound=LowerBound(own.main["total"] + 100, 1.0))
    below = replace(own, lower_bound=LowerBound(own.main["total"] - 100, 1.0))
    assert "so it is no bound here" in answer(above)
    assert "so it is no bound here" not in answer(below)
    columns = ["list", "truth", "seen", "blind", "total", "log_ratio", "lacks"]
    rows = [("A", 50, 25, "", 100.0, 0.7, ""), ("B", 40, 25, "", np.nan, np.nan, "no table")]
    text = as_markdown(
        replace(own, known=pd.DataFrame(rows, columns=columns)),
        dict.fromkeys(contents.PICTURES, ""),
    )
    assert "| Why none |" in text and "| no table |" in text
    assert "The one estimate is 2.00 times the known number." in text


# ------------------------------------------------------------------ the example


def test_the_example_bears_the_books_names_and_no_other_file_can_take_them():
    given = example()
    assert "Orleans" in given["name"] and given["path"].name == "example-lists.csv"
    with pytest.raises(TypeError, match="required keyword-only arguments: 'name', 'source'"):
        analyse(TEMPLATES / "my_lists.csv")


# ------------------------------------------------------------------ what is refused


def test_a_report_removes_its_own_files_only_and_never_its_input(tmp_path):
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    folder = report(tmp_path / "l.csv", **WORDS, **FEW)
    mine, old = folder / "tables" / "notes.csv", folder / "tables" / "strata.csv"
    for file in (mine, old):
        file.write_text("of an earlier day", encoding="utf-8")
    written = {path.name for path in (folder / "tables").iterdir()} - {mine.name, old.name}
    assert written <= set(pages.WRITTEN["tables"])
    assert {path.name for path in (folder / "figures").iterdir()} == set(pages.WRITTEN["figures"])
    report(tmp_path / "l.csv", **WORDS, **FEW)
    assert mine.is_file() and not old.exists()
    inside = folder / "tables" / "l.csv"
    inside.write_text(COUNTS, encoding="utf-8")
    with pytest.raises(ReportError, match=r"lies in .*tables, where the report writes: move it"):
        report(inside, **WORDS, **FEW, folder=folder)
    assert inside.is_file()


def test_a_report_without_words_file_or_empty_folder_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    with pytest.raises(ReportError, match="the report needs a source: a reader must know whose"):
        analyse(tmp_path / "l.csv", **WORDS | {"source": " "})
    with pytest.raises(
        ReportError, match=r"as_of = 'yesterday' means another day to each reader: write"
    ):
        analyse(tmp_path / "l.csv", **WORDS | {"as_of": "yesterday"})
    with pytest.raises(ReportError, match=r"is a folder: give the path of a CSV file"):
        report(tmp_path, **WORDS)
    with pytest.raises(ReportError, match=r"there is no file .*none\.csv: give the path of a CSV"):
        analyse(tmp_path / "none.csv", **WORDS)
    with pytest.raises(ReportError, match="repeats = 199: an interval of 95 per cent needs 200"):
        analyse(tmp_path / "l.csv", **WORDS, repeats=199)
    with pytest.raises(ReportError, match="there is no rule 'best'; use one of overlap, aic, bic"):
        analyse(tmp_path / "l.csv", **WORDS, rule="best")
    with pytest.raises(ReportError, match="has one row a combination of lists, so it has no"):
        analyse(tmp_path / "l.csv", **WORDS, by="year")
    with pytest.raises(ReportError, match="has other files, which a report could overwrite: name"):
        report(tmp_path / "l.csv", **WORDS, folder=tmp_path)
    (tmp_path / "broken.csv").write_text("A,B\n1,\n0,1\n", encoding="utf-8")
    with pytest.raises(HistoryError, match="column B, row 1: the cell is empty"):
        analyse(tmp_path / "broken.csv", **WORDS)


def test_the_command_line_needs_a_file_and_no_more(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    assert __main__.main(["l.csv", "--repeats", "200"]) == 0
    text = (tmp_path / "l-report" / "report.html").read_text(encoding="utf-8")
    assert "Data: l. Source: not named. Day or period: not named (the file was saved in" in text
    assert "3 combinations of lists have fewer than 5 cases" in text
    said = capsys.readouterr().out
    assert "open report.html" in said and "takes the place" not in said
    assert "say whose lists these are: --name, --source, --as-of." in said
    words = ["--name", "Q", "--source", "Office", "--as-of", "2031", "--repeats", "200"]
    assert __main__.main([*words, "--lists", "A", "B", "C", "l.csv"]) == 0
    said = capsys.readouterr().out
    assert "It takes the place of the report that was there." in said and "say whose" not in said


PERSONS = "name,A,B\nAda Example,1,0\nBo Example,1,1\nCy Example,0,1\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.csv"], "there is no file none.csv: give the path of a CSV file"),
        (["."], ". is a folder: give the path of a CSV file"),
        (["p.csv"], "column name, rows 1, 2, 3: the cell does not say whether the case is on the"),
        (
            ["p.csv"],
            "identifies persons, name it with --person … If it counts cases, call it cases.",
        ),
        (["p.csv"], "name the columns of lists with --lists …"),
        (["l.csv", "--as-of", "yesterday"], "as_of = 'yesterday' means another day to each reader"),
    ],
)
def test_the_command_line_refuses_without_naming_a_person(
    words, said, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    (tmp_path / "p.csv").write_text(PERSONS, encoding="utf-8")
    assert __main__.main(words) == 1
    told = capsys.readouterr().err
    assert said in told and "Example" not in told and "Traceback" not in told
    assert not list(tmp_path.glob("*-report"))


def test_estimates_need_no_figures_and_the_report_says_what_it_lacks(tmp_path):
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    code = (
        "import sys, json\nsys.modules['matplotlib'] = None\n"
        "from decentwork.report import analyse, report\n"
        f"words = json.loads({json.dumps(json.dumps(WORDS))})\n"
        "print(analyse('l.csv', **words, repeats=200))\nreport('l.csv', **words)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert "<Analysis of Valley of Q" in run.stdout, run.stderr
    assert run.returncode == 1 and "matplotlib is not installed" in run.stderr
    assert not (tmp_path / "l-report").exists()
