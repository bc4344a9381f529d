"""The report on a reader's own lists: their names, all checks, and what is refused."""

from dataclasses import replace
from html import unescape
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from bookmaking.checks import ROOT
from decentwork import data
from decentwork.estimation import CaptureHistories, HistoryError, LogLinear, Stepwise
from decentwork.report import ReportError, __main__, analyse, contents, pages, report
from decentwork.report.pages import as_markdown

TEMPLATES = ROOT / "book" / "templates"
WORDS = {"name": "Valley of Q", "source": "Office for Q, three lists", "as_of": "May 2031"}
OURS = ("Orleans", "SparseMSE:", "Chan", "Silverman", "NewOrl")
FEW = {"repeats": 200}
COUNTS = "A,B,C,cases\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n0,1,1,4\n1,0,1,3\n1,1,1,1\n"


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    """A reader's file."""
    path = tmp_path_factory.mktemp("own") / "my_lists.csv"
    path.write_text(COUNTS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def written(lists):
    """A report on that file: its folder."""
    return report(lists, **WORDS, **FEW, not_for=["planning of shelters"])


@pytest.fixture(scope="module")
def own(lists):
    """The analysis of that file."""
    return analyse(lists, **WORDS, **FEW)


def whole(own):
    """The text of a report."""
    return as_markdown(own, dict.fromkeys(contents.PICTURES, ""))


def answer(own):
    """The part of a report before the lists."""
    return whole(own).split("## The lists")[0]


def of(counts, tmp_path):
    """The analysis of cases by letters, as {"A": 40, "AB": 6}."""
    names = sorted(set("".join(counts)))
    rows = [[int(name in history) for name in names] + [n] for history, n in counts.items()]
    pd.DataFrame(rows, columns=[*names, "cases"]).to_csv(tmp_path / "t.csv", index=False)
    return analyse(tmp_path / "t.csv", **WORDS, **FEW)


# ------------------------------------------------------------------ what is written


def test_the_text_names_the_readers_data_and_nobody_elses(written, subtests):
    for file in ("report.md", "report.html"):
        text = unescape((written / file).read_text(encoding="utf-8"))
        with subtests.test(file):
            assert not [word for word in WORDS.values() if word not in text]
            assert not [word for word in OURS if word in text]
            for what in (
                "95 per cent interval", "Chao's lower bound", "Sample coverage", "Existence",
                "Fit:", "Cases on both", "Left out", "Threshold", "There are 8 models", "Seed: 1",
                "must not be used for", "Planning of shelters.", "SHA-256", "statsmodels",
            ):  # fmt: skip
                assert what in text, what


def test_tables_and_figures_are_written_and_linked(written, lists):
    text = (written / "report.md").read_text(encoding="utf-8")
    totals = pd.read_csv(written / "tables" / "totals.csv").set_index("rule")
    wanted = Stepwise(CaptureHistories.read(lists)).fit()
    assert totals.loc["SparseMSE's rule, p below 0.02", "total"] == pytest.approx(wanted.total)
    assert f"is {wanted.total:,.0f} (SparseMSE's rule" in text
    for name in ("cases-by-list", "fitted-and-observed", "resampled-totals", "totals-by-bic"):
        assert f"(figures/{name}.svg)" in text
        assert (written / "figures" / f"{name}.png").stat().st_size > 5_000
    for link in {part.split(")")[0] for part in text.split("(tables/")[1:]}:
        assert (written / "tables" / link).is_file(), link


def test_the_interval_of_the_answer_is_that_of_all_models(own, written):
    limits = own.of_all.conf_int(repeats=200, seed=1)
    chosen, averaged = limits.round().astype(int).to_numpy()
    first = answer(own)
    assert f"The 95 per cent interval is {chosen[0]:,} to {chosen[1]:,}. For it the model" in first
    assert f"is {own.of_all.averaged:,.0f}, with an interval of {averaged[0]:,} to" in first
    assert len(pd.read_csv(written / "tables" / "resampled-all-models.csv")) == 200


def test_words_of_a_reader_are_no_marks(own):
    named = replace(own, name="<b>a|b</b>", as_of="2031 & later")
    page = pages.as_html(named, dict.fromkeys(contents.PICTURES, ""))
    assert "&lt;b&gt;a|b&lt;/b&gt;" in page and "<b>" not in page and "2031 &amp; later" in page
    assert "\\<b>a\\|b\\</b>" in whole(named)


def test_templates_hold_the_example_and_are_read_without_changes():
    wanted = CaptureHistories.from_frame(data.read("example-lists"))
    cases = CaptureHistories.from_cases(pd.read_csv(TEMPLATES / "my_cases.csv"), person="person")
    for read in (CaptureHistories.read(TEMPLATES / "my_lists.csv"), cases):
        assert read.lists == wanted.lists
        assert (read.counts == wanted.counts).all()


def test_strata_are_added_up_and_named_where_they_contradict_the_answer(tmp_path):
    counts = pd.read_csv(StringIO(COUNTS))
    cases = counts.loc[counts.index.repeat(counts["cases"]), ["A", "B", "C"]]
    both = pd.concat([cases.assign(year=year) for year in (2030, 2031)])
    both.to_csv(tmp_path / "c.csv", index=False)
    own = analyse(tmp_path / "c.csv", **WORDS, **FEW, by="year")
    one = LogLinear(CaptureHistories.from_cases(cases)).fit()
    assert f"The strata add up to {2 * one.total:,.0f}" in whole(own)
    assert "This sum lies outside" not in whole(own)
    assert contents.tables(own)["strata"]["stratum"].tolist() == ["2030", "2031"]
    own.sum_of_strata["total"] = 1e9
    assert "This sum lies outside the interval of all cases" in answer(own)


def test_warnings_of_the_answer(tmp_path):
    own = of({"A": 1200, "B": 1100, "C": 1000, "AB": 600, "AC": 5, "BC": 600, "ABC": 400}, tmp_path)
    assert "The rules disagree: their totals go from 7,027 to 298,238." in answer(own)
    assert "With all lists the total is 298,238. Without one of them it goes from 5,4" in whole(own)
    assert "the chosen model fits every table of this kind" in whole(own)
    outside = replace(own, totals=own.totals.assign(total=1e9))
    assert "1,000,000,000 lies outside the interval" in answer(outside)
    one = of({"A": 20, "B": 30, "AB": 1}, tmp_path)
    assert "rests on the 1 case that is on two lists or more" in whole(one)
    assert "With two lists, dependence cannot be measured." in whole(one)
    assert np.isnan(one.main["resampled_upper"]) and "taken for true" in answer(one)


# ------------------------------------------------------------------ what is refused


def test_a_report_is_the_same_again_and_removes_its_own_files_only(written, lists):
    before = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    mine, old = written / "tables" / "notes.csv", written / "tables" / "strata.csv"
    for file in (mine, old):
        file.write_text("of an earlier day", encoding="utf-8")
    report(lists, **WORDS, **FEW, not_for=["planning of shelters"])
    assert mine.is_file() and not old.exists()
    assert [path for path, text in before.items() if path.read_bytes() != text] == []


def test_a_report_without_words_file_or_empty_folder_is_refused(lists, tmp_path, subtests):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for said, call in {
        "needs a source": lambda: analyse(lists, **WORDS | {"source": " "}),
        "as_of = 'yesterday'": lambda: analyse(lists, **WORDS | {"as_of": "yesterday"}),
        r"there is no file .*none\.csv": lambda: analyse("none.csv", **WORDS),
        "repeats = 199": lambda: analyse(lists, **WORDS, repeats=199),
        "has one row a combination": lambda: analyse(lists, **WORDS, by="year"),
        "has other files, which": lambda: report(lists, **WORDS, folder=tmp_path),
    }.items():
        with subtests.test(said), pytest.raises((ReportError, HistoryError), match=said):
            call()


def test_the_command_line_needs_a_file_and_refuses_without_naming_a_person(
    tmp_path, capsys, monkeypatch, subtests
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "l.csv").write_text(COUNTS, encoding="utf-8")
    assert __main__.main(["l.csv", "--repeats", "200"]) == 0
    text = (tmp_path / "l-report" / "report.html").read_text(encoding="utf-8")
    assert "Data: l. Source: not named. Day or period: not named (the file was saved in" in text
    assert "say whose lists these are: --name, --source, --as-of." in capsys.readouterr().out
    persons = "name,A,B\nAda Example,1,0\nBo Example,1,1\nCy Example,0,1\n"
    (tmp_path / "p.csv").write_text(persons, encoding="utf-8")
    for said, words in {
        "there is no file none.csv": ["none.csv"],
        "column name, rows 1, 2, 3: the cell does not say whether the case is on the": ["p.csv"],
        "as_of = 'yesterday' means another day": ["l.csv", "--as-of", "yesterday"],
    }.items():
        with subtests.test(said):
            assert __main__.main(words) == 1
            told = capsys.readouterr().err
            assert said in told and "Example" not in told and "Traceback" not in told
