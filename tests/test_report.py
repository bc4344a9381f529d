"""The report on a reader's own lists: their names, all checks, and what is refused."""

import re
from dataclasses import replace
from html import unescape
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from bookmaking.checks import ROOT
from decentwork import data
from decentwork.estimation import (
    CaptureHistories,
    Covariates,
    HistoryError,
    LogLinear,
    Stepwise,
    Stratified,
    SuppressedHistories,
    tasks,
)
from decentwork.report import ReportError, __main__, analyse, contents, pages, reading, report
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
    tables = dict.fromkeys(("2030", "2031"), CaptureHistories.from_cases(cases))
    lower, upper = Stratified(tables).fit().conf_int(method="bca", repeats=200, seed=1)
    said = f"The strata add up to {2 * one.total:,.0f}, with an interval of {lower:,.0f} to "
    assert f"{said}{upper:,.0f}." in whole(own)
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


def test_hidden_cells_are_fitted_between_their_limits_and_their_cost_is_said(tmp_path):
    hidden = COUNTS.replace(",4\n", ",<5\n").replace(",3\n", ",1-4\n").replace(",1\n", ",0\n")
    (tmp_path / "t.csv").write_text(hidden, encoding="utf-8")
    folder = report(tmp_path / "t.csv", **WORDS)
    text = (folder / "report.md").read_text(encoding="utf-8")
    rows = {"A": 40, "B": 30, "C": 20, "A+B": 6, "B+C": "<5", "A+C": "<5", "A+B+C": 0}
    frame = pd.DataFrame(list(rows.items()), columns=["history", "cases"])
    table = SuppressedHistories.from_frame(frame)
    terms = table.all_models(2)["terms"].iloc[0]
    wanted = table.fit(terms.split("+") if terms else [])
    lower, upper = wanted.conf_int()
    assert "The file hides 2 of the 7 combinations" in text and "98 to 104 cases" in text
    assert f"is {wanted.total:,.0f} (Best BIC of all models, terms: {terms or 'none'})" in text
    assert f"interval is {lower:,.0f} to {upper:,.0f}. It covers what the hidden cells" in text
    assert "Let the model be chosen on the full table." in text
    cost = pd.read_csv(folder / "tables" / "hidden-cells.csv").set_index("hidden_cells")
    least = LogLinear(CaptureHistories(["A", "B", "C"], [40, 30, 6, 20, 1, 1, 0])).fit()
    assert cost.loc["each its least", "total"] == pytest.approx(least.total)
    error = cost["log_standard_error"]
    times = error["known between limits"] / error["each its mean"]
    assert times > 1 and f"{times:.2f} times that of a full table" in text
    assert "(figures/totals-by-bic.svg)" in text


def persons(tmp_path):
    """A file about persons, whom lists see better the younger they are: its path and its frame."""
    draws = np.random.default_rng(3)
    age = draws.uniform(20, 60, 500)
    chance = 1 / (1 + np.exp((age - 30) / 10))
    frame = pd.DataFrame({name: (draws.random(500) < chance).astype(int) for name in "AB"})
    frame = frame.assign(age=age)[frame.any(axis=1)]
    frame.to_csv(tmp_path / "p.csv", index=False)
    return tmp_path / "p.csv", frame


def test_covariates_give_a_total_beside_that_without_them(tmp_path):
    path, frame = persons(tmp_path)
    own = analyse(path, **WORDS, **FEW, covariates=["age"])
    wanted = Covariates(frame, lists=["A", "B"], covariates=["age"]).fit()
    plain = LogLinear(own.histories).fit()
    assert own.histories.lists == ("A", "B")
    assert own.covariates["total"].tolist() == pytest.approx([plain.total, wanted.total])
    assert f"depends on age, the total is {wanted.total:,.0f}, with" in whole(own)
    assert "AIC is lower with covariates." in whole(own)


def test_the_certificate_says_what_each_interval_covers(tmp_path, capsys, monkeypatch):
    # Without processes, which take longer to start than these tables to fit.
    monkeypatch.setattr(tasks, "run", lambda task, all_, jobs=None: [task(*each) for each in all_])
    (tmp_path / "t.csv").write_text(COUNTS, encoding="utf-8")
    own = analyse(tmp_path / "t.csv", **WORDS, **FEW, certificate=4)
    table = own.certificate
    models = own.models[own.models["bic"] <= own.models["bic"].min() + 2]["terms"].tolist()
    assert table["terms"].unique().tolist() == models and (table["tables"] == 4).all()
    assert capsys.readouterr().err.endswith(f"{len(models)} of {len(models)} models tried\n")
    of_answer = table["interval"] == "best BIC of all models, anew"
    worse = table.assign(covered=np.where(of_answer, 0.25, 1.0))
    text = whole(replace(own, certificate=worse))
    assert "(best BIC of all models, anew) held the total in 25 per cent." in text
    assert "| best BIC of all models, anew | 25 | 25 | 25 |" in text
    assert "| overlap rule, bca | 100 | 100 | 100 |" in text


# ------------------------------------------------------------------ what is refused


def test_a_report_is_the_same_again_and_removes_its_own_files_only(written, lists):
    before = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    mine, old = written / "tables" / "notes.csv", written / "tables" / "strata.csv"
    for file in (mine, old):
        file.write_text("of an earlier day", encoding="utf-8")
    with pytest.raises(ReportError, match="has a report already"):
        report(lists, **WORDS, **FEW)
    report(lists, **WORDS, **FEW, not_for=["planning of shelters"], replace=True)
    assert mine.is_file() and not old.exists()
    assert [path for path, text in before.items() if path.read_bytes() != text] == []


def test_a_report_without_words_file_or_empty_folder_is_refused(lists, tmp_path, subtests):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for said, call in {
        "needs a source": lambda: analyse(lists, **WORDS | {"source": " "}),
        "another day to each reader": lambda: analyse(lists, **WORDS | {"as_of": "yesterday"}),
        r"there is no file .*none\.csv": lambda: analyse("none.csv", **WORDS),
        "199 resampled tables": lambda: analyse(lists, **WORDS, repeats=199),
        "has one row a combination": lambda: analyse(lists, **WORDS, by="A"),
        "has other files, which": lambda: report(lists, **WORDS, folder=tmp_path),
    }.items():
        with subtests.test(said), pytest.raises((ReportError, HistoryError), match=said):
            call()


@pytest.fixture
def shell(tmp_path, capsys, monkeypatch):
    """Give a command in an empty folder; return its status and what it said."""
    monkeypatch.chdir(tmp_path)

    def given(*words, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        status = __main__.main([*words, "--repeats", "200"])
        return status, "".join(capsys.readouterr())

    return given


def test_the_command_of_the_guide_runs_on_the_file_of_the_guide(shell, tmp_path, monkeypatch):
    guide = (ROOT / "README.md").read_text(encoding="utf-8")
    table, command = re.findall(r"```\n(police,.*?|python -m decentwork.report.*?)```", guide, re.S)
    words = command.split()[3:]
    monkeypatch.setattr(pages, "_drawing", lambda: None)
    status, said = shell(*words, my_lists=table)
    text = (tmp_path / "my_lists-report" / "report.html").read_text(encoding="utf-8")
    assert status == 0 and "say whose lists these are: --name, --source, --as-of." in said
    assert "Data: my_lists. Source: not named. Day or period: not named (the file was saved" in text
    for told in (said, text):  # without matplotlib
        assert "The pictures are left out" in told
    assert "<img" not in text and not (tmp_path / "my_lists-report" / "figures").exists()
    status, said = shell(*words)
    assert (
        status == 1
        and "with --folder, or let the new report take its place with --replace." in said
    )


PERSONS = pd.DataFrame(
    [(f"Example {i}", name) for i in range(60) for name in ("police", "clinic") if i % 3 or i % 2]
    + [(f"Example {i}", "police") for i in range(60, 90)]
    + [(f"Example {i}", "clinic") for i in range(90, 110)],
    columns=["name", "register"],
)


def test_forms_of_files_give_one_table(tmp_path):
    long = tmp_path / "long.csv"
    PERSONS.to_csv(long, index=False)
    read = reading.read(long, person="name", list_column="register").histories
    assert read.lists == ("clinic", "police") and read.counts.tolist() == [20, 30, 50]
    PERSONS.set_axis(["person", "list"], axis=1).sample(frac=1, random_state=1).to_csv(long)
    wide = PERSONS.assign(one="yes").pivot(index="name", columns="register", values="one")
    for text in (
        "list,person\n" + "".join(f"{b},{a}\n" for a, b in PERSONS.to_numpy()),
        wide.fillna("no").reset_index(names="person").to_csv(index=False),
        "clinic,police,count\n1,0,20\n0,1,30\n1,1,50\n",
        "history,cases\nclinic,20\npolice,30\nclinic+police,50\n",
    ):
        long.write_text(text, encoding="utf-8")
        found = reading.read(long).histories
        assert found.lists == read.lists and (found.counts == read.counts).all(), text


HIDDEN = "Example"
REFUSED = {
    "column 1, rows 1, 2, 3: the cell does not say": (
        "name,A,B\nExample A,1,0\nExample B,1,1\nExample C,0,1\n",),
    "name it with --person": ("name,A,B\nExample A,1,0\nExample B,1,1\n",),
    "the first line does not name the columns": ("Example A,1,0\nExample B,1,1\n",),
    "the rows have more cells than the first line": ("A,B\nExample A,1,0\nExample B,1,1\n",),
    "column 1, row 1: the cell": ("Example A,police\nExample A,clinic\n",),
    "there is no column 'C'": (COUNTS.replace("C,", "D,"), "--lists", "A", "C"),
    "column 4, row 2: the number of cases": (COUNTS.replace(",30", ",Example"),),
    "column 4, row 5: the number of cases": (COUNTS.replace(",4\n", ",4-1\n"),),
    "needs the full counts: ask for them, or leave --certificate out": (
        COUNTS.replace(",4\n", ",<5\n"), "--certificate"),
    "it has no covariates": (COUNTS, "--covariates", "A"),
    "column 1 (--covariates), row 2: the case has no value": (
        "v,A,B\nExample,1,0\n,1,1\nExample,0,1\n", "--covariates", "v"),
    "with the covariates (--covariates) there is no estimate": (
        "v,A,B\n" + "Example A,1,0\nExample A,0,1\n" * 4
        + "Example B,1,0\nExample B,1,1\nExample B,0,1\n" * 3, "--covariates", "v"),
    "2 of 2 values have fewer than 5": (
        "v,A,B\nExample,1,0\nExample A,1,1\nExample,0,1\n", "--covariates", "v"),
    "row 8: the combination of lists stands in an earlier row": (COUNTS + "1,0,0,2\n",),
    "row 8: cases on no list": (COUNTS + "0,0,0,2\n",),
    "3 of 3 strata have fewer than 5": (
        "name,A,B\nExample A,1,0\nExample B,1,1\nExample C,0,1\n", "--by", "name"),
    "stratum 1 of 2 by name: no case is on two": (
        "s,A,B\n" + "Example A,1,0\nExample A,0,1\n" * 4
        + "Example B,1,0\nExample B,1,1\nExample B,0,1\n" * 3, "--by", "s"),
    "row 3: the person stands in an earlier row": (
        "n,A,B\nExample A,1,0\nExample B,1,1\nExample A,0,1\n", "--person", "n"),
    "13 different entries for 2 persons": (
        "person,list\n" + "".join(f"{i % 2},Example {i}\n" for i in range(13)),),
    "the name of a list is a word": ("person,list\n1,Example:A\n2,B\n2,Example:A\n",),
    "the person has another value": (
        "person,list,s\n1,A,Example A\n1,B,Example B\n2,B,Example A\n", "--by", "s"),
    "no case is on two of the 2 lists": ("person,list\nExample A,A\nExample B,B\n",),
}  # fmt: skip


def test_a_refusal_names_options_and_rows_and_no_cell_of_the_file(shell, subtests):
    for wanted, (text, *words) in REFUSED.items():
        with subtests.test(wanted):
            status, said = shell("t.csv", *words, t=text)
            assert status == 1 and wanted in said
            assert HIDDEN not in said and "Traceback" not in said and "=..." not in said


def test_what_a_report_writes_holds_no_person(tmp_path):
    rows = PERSONS.assign(person=PERSONS["name"], list=PERSONS["register"])[["person", "list"]]
    rows.to_csv(tmp_path / "l.csv", index=False)
    folder = report(tmp_path / "l.csv", **FEW)
    written = [
        path for path in folder.rglob("*") if path.suffix in (".csv", ".md", ".html", ".svg")
    ]
    assert len(written) > 10
    assert not [path.name for path in written if HIDDEN in path.read_text(encoding="utf-8")]


def test_small_cells_are_named_and_a_table_hides_them(own, written):
    published = pd.read_csv(written / "tables" / "counts-to-publish.csv")["cases"].tolist()
    assert published == ["40", "30", "6", "20", "<5", "<5", "<5"]
    assert "3 combinations of lists have from 1 to 4 cases" in whole(own)
    many = replace(own, histories=CaptureHistories(["A", "B"], [9, 9, 9]))
    assert contents.small_cells(many) == ""


def test_the_file_may_stand_behind_the_lists(shell):
    status, said = shell("--lists", "A", "B", "C", "t.csv", t=COUNTS)
    assert status == 0, said
    assert shell("--lists", "A", "B", "gone.csv") == (
        1, "there is no file gone.csv: give the path of a CSV file.\n",
    )  # fmt: skip
    with pytest.raises(SystemExit):
        shell("--lists", "A", "B")
    status, said = shell("t.csv", "--as-of", "yesterday", "--folder", "other")
    assert status == 1 and "the date (--as-of) means another day" in said
