"""What the estimator refuses, each with its reason: bad tables, options, cases and models."""

import re

import numpy as np
import pandas as pd
import pytest

from capture_tables import SMALL, of, one_row_a_case, table
from decentwork.estimation import (
    AllModels,
    CaptureHistories,
    DecomposableGraphs,
    HistoryError,
    LogLinear,
    NoEstimateError,
    Population,
    Stepwise,
    Stratified,
    all_models,
    study,
)

FRAME = CaptureHistories.from_frame
CASES = one_row_a_case(SMALL).assign(person=lambda frame: range(len(frame)))
KOSOVO, UK4 = table("kosovo_1999_four_lists"), table("uk_2013_four_lists")
NO_MEN = pd.Categorical(["women"] * 104, categories=["women", "men"])


def frame(**columns):
    """Read a frame of counts."""
    return FRAME(pd.DataFrame(columns))


def cases(given=CASES, row=None, by=None, lists=None, **columns):
    """Count cases, one of which has other values."""
    given = given.astype(object) if row is not None else given
    if row is not None:
        given.loc[row, list(columns)] = list(columns.values())
    return CaptureHistories.from_cases(given, person="person", by=by, lists=lists)


def graphs(prior="1/N", hidden=range(100), **options):
    """Average over the graphs of four lists; a number is a prior that gives it everywhere."""
    flat = prior if isinstance(prior, str) else lambda n: np.full(len(n), prior)
    return DecomposableGraphs(UK4, prior=flat, hidden=hidden, **options).fit()


def limits(**options):
    """Limits of a small table."""
    return LogLinear(of(SMALL)).fit().conf_int(**options)


def population(**changed):
    """An imagined population with other values."""
    return Population(**{"size": 100, "chances": (0.1, 0.2, 0.3)} | changed)


REFUSED = [
    # a table of counts
    ("(-6) is negative", lambda: of(SMALL | {"A+B": -6})),
    ("(6.5) is not a whole number", lambda: of(SMALL | {"A+B": 6.5})),
    ("(nan) is missing", lambda: of(SMALL | {"A+B": np.nan})),
    ("(1,234) is not a number", lambda: of(SMALL | {"A+B": "1,234"})),
    ("A+B appears twice", lambda: of(SMALL | {"B+A": 2})),
    ("no case is on C", lambda: of({"A": 5, "B": 4, "A+B": 2})),
    ("no case is on two of the 3 lists", lambda: of({"A": 5, "B": 4, "C": 2})),
    ("every case is on A", lambda: of({"A": 5, "A+B": 2, "A+C": 1})),
    ("there is no list D", lambda: of(SMALL | {"A+D": 1})),
    ("100 cases are on no list", lambda: CaptureHistories.from_counts("AB", [((), 100)])),
    ("there is one list", lambda: of({}, "A")),
    ("a list appears twice", lambda: of({}, "ABA")),
    ("cannot be the name", lambda: CaptureHistories.from_counts(["A:B", "C"], [])),
    ("12 can be used", lambda: of({}, "ABCDEFGHIJKLM")),
    ("name those to merge", lambda: of(SMALL).merged([], "M")),
    ("no list D", lambda: of(SMALL).without("D")),
    # a frame
    ("no column C", lambda: FRAME(pd.DataFrame({"A": [1], "cases": [2]}), lists=["A", "C"])),
    ("no column 'cases'", lambda: frame(A=[1, 0], B=[1, 1], count=[2, 3])),
    ("column B holds 2", lambda: frame(A=[1, 0], B=[1, 2], cases=[2, 3])),
    ("column A holds <NA>", lambda: frame(A=[1, pd.NA], B=[1, 1], cases=[2, 3])),
    ("A+B appears twice", lambda: frame(history=["A+B", "A", "B+A"], cases=[2, 3, 1])),
    ("names no history", lambda: frame(history=["A+B", "A", None], cases=[2, 3, 1])),
    ("names a list twice", lambda: frame(history=["A+B", "A", "B+B"], cases=[2, 3, 1])),
    # cases, one a row
    ("column B, row 3: the cell is empty", lambda: cases(row=2, B=None)),
    ("column B, row 3: the cell does not say", lambda: cases(row=2, B="perhaps")),
    ("row 1 is on no list", lambda: cases(row=0, A=0)),
    ("a person has 2 rows (rows 4, 6)", lambda: cases(row=5, person=3)),
    ("row 6: the person has no identifier", lambda: cases(row=5, person=None)),
    ("rows 2, 4, 6 and 49 more: the case has no stratum", lambda: cases(
        CASES.assign(sex=["women", None] * 52), by="sex")),
    ("no case is in men", lambda: cases(CASES.assign(sex=NO_MEN), by="sex")),
    ("the stratum men of sex, cases: 2, on A: there is one list", lambda: cases(
        CASES.assign(sex=["men"] * 2 + ["women"] * 102), by="sex")),
    ("there is no column D", lambda: cases(lists=["A", "D"])),
    ("two columns have the name B", lambda: cases(
        CASES.rename(columns={"C": "B"}), lists=["A", "B"])),
    ("the table has no row", lambda: cases(CASES.iloc[:0])),
    ("there is no stratum", lambda: Stratified({}, LogLinear)),
    # a model
    *((f"'{term}' is not a pair of lists", lambda term=term: LogLinear(KOSOVO, ["EXH:ABA", term]))
      for term in ("EXH:ABA:XYZ", "EXH:ABA:EXH", "EXH:ABA:OSCE:HRW", "EXH", "::")),
    ("2**28 models", lambda: all_models(table("new_orleans_eight_lists"))),
    ("2**28 models", lambda: AllModels(table("new_orleans_eight_lists"))),
    ("no criterion 'p'", lambda: AllModels(UK4, "p")),
    ("no rule 'p'", lambda: Stepwise(of(SMALL), rule="p")),
    ("1.1 is not a probability", lambda: Stepwise(of(SMALL), threshold=1.1)),
    ("leave the threshold out", lambda: Stepwise(of(SMALL), rule="bic", threshold=0.1)),
    ("order = 4", lambda: Stepwise(KOSOVO, order=4)),
    # tables that were drawn, and limits
    ("have the shape (1, 3)", lambda: Stepwise(of(SMALL)).totals([[1, 2, 3]])),
    ("have the shape (1, 3)", lambda: AllModels(UK4).choose([[1, 2, 3]])),
    ("(-1) is negative", lambda: Stepwise(of(SMALL)).totals([[5, 5, 1, 5, 1, -1, 1]])),
    ("(nan) is missing", lambda: Stepwise(of(SMALL)).totals([[5, 5, 1, np.nan, 1, 1, 1]])),
    ("use one of wald, profile", lambda: limits(method="exact")),
    ("alpha = 95", lambda: limits(alpha=95)),
    ("'wald' takes no repeats", lambda: limits(method="wald", repeats=10)),
    ("at least one table", lambda: limits(method="bca", repeats=0)),
    ("lie on one side", lambda: limits(method="bca", repeats=1)),
    ("alpha = 95", lambda: AllModels(UK4).fit().conf_int(alpha=95)),
    ("no limits by 'bca'", lambda: LogLinear(UK4).fit().params_conf_int(method="bca")),
    ("'LA+X' is not a history", lambda: LogLinear(UK4).fit().predict(["LA+X"])),
    ("a repeated list", lambda: LogLinear(UK4).fit().predict(["LA+LA"])),
    # graphs
    ("no prior 'flat'", lambda: graphs(prior="flat")),
    ("delta = 0", lambda: graphs(delta=0)),
    ("hidden = range(0, 9, 2)", lambda: graphs(hidden=range(0, 9, 2))),
    ("hidden = 500", lambda: graphs(hidden=500)),
    ("a value that is not a number", lambda: graphs(prior=np.nan)),
    ("rules out all totals", lambda: graphs(prior=-np.inf)),
    ("level = 1", lambda: graphs().quantile(1)),
    ("alpha = 0", lambda: graphs().credible_interval(0)),
    ("too many graphs", lambda: DecomposableGraphs(table("uk_2013_six_lists"))),
    # imagined populations
    ("each between 0 and 1", lambda: population(chances=(0.1, 1.0))),
    ("one person or more", lambda: population(size=0)),
    ("are shares", lambda: population(elusive=1.0)),
    ("faintness = 0", lambda: population(faintness=0.0)),
    ("a number above zero", lambda: population(odds_ratios={(0, 1): 0.0})),
    ("are not pairs", lambda: population(odds_ratios={(1, 0): 2.0})),
    ("there is no estimator", lambda: study({}, estimators=["magic"])),
]  # fmt: skip


def test_what_cannot_be_estimated_is_refused_with_its_reason(subtests):
    for said, call in REFUSED:
        with subtests.test(said), pytest.raises(ValueError, match=re.escape(said)):
            call()


ALL_PAIRS, FULL = ["A:B", "A:C", "B:C"], CaptureHistories("ABC", np.full(7, 9))
SPARSE = np.array([5, 5, 5, 5, 5, 5, 0, 0, 5, 5, 5, 5, 5, 5, 5])
SAME_ORDERS = {"A": 140356, "B": 578512, "C": 273600, "D": 641602, "E": 566054, "F": 293463}
NO_ESTIMATE = [
    ("the stratum men: the model with A:B", lambda: Stratified(
        {"men": of({"A": 9, "B": 9, "C": 9, "A+B": 3})},
        lambda some: LogLinear(some, ALL_PAIRS)).fit()),
    ("nobody can have the history A+C, B+C, A+B+C", lambda: LogLinear(
        table("artificial_three_lists"), ["A:B"]).fit()),
    ("no three lists share cases each with each", lambda: LogLinear(
        table("artificial_three_lists"), ALL_PAIRS).fit()),
    ("A:B:C has a term for every history", lambda: LogLinear(FULL, ["A:B:C"]).fit()),
    ("sums of its lists and terms nobody can have the", lambda: LogLinear(
        CaptureHistories("ABCD", SPARSE), ["A:B:C", "A:B:D", "A:C:D", "B:C:D"]).fit()),
    ("641,602 cases share so few that the estimate is lost", lambda: LogLinear(
        of(SAME_ORDERS | dict.fromkeys(["A+B+D", "A+C+E", "B+D+E", "B+C+F", "A+C+D+E+F"], 1),
           "ABCDEF"), ["B:D", "D:E", "D:F", "E:F"]).fit()),
]  # fmt: skip


def test_a_model_without_an_estimate_says_why(subtests):
    for said, call in NO_ESTIMATE:
        with subtests.test(said), pytest.raises(NoEstimateError, match=re.escape(said)):
            call()


def test_cases_and_encodings_where_counts_are_awaited_are_refused_with_advice(tmp_path):
    mine = tmp_path / "mine.csv"
    CASES.to_csv(mine, index=False)
    with pytest.raises(HistoryError, match=r"CaptureHistories.from_cases\(frame, lists=\['A', "):
        CaptureHistories.read(mine)
    mine.write_text("history,cases\né,9\n", encoding="cp1252")
    with pytest.raises(HistoryError, match=r"mine.csv is not in UTF-8"):
        CaptureHistories.read(mine)
