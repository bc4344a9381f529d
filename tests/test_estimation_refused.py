"""What the estimator refuses, each with its reason: bad tables, options, cases and models."""

import re

import numpy as np
import pandas as pd
import pytest

from capture_tables import SMALL, of, one_row_a_case, table
from decentwork.estimation import (
    CaptureHistories,
    DecomposableGraphs,
    HistoryError,
    LogLinear,
    NoEstimateError,
    Population,
    Stepwise,
    Stratified,
    all_models,
    search_models,
)

FRAME = CaptureHistories.from_frame
CASES = one_row_a_case(SMALL).assign(person=lambda frame: range(len(frame)))
KOSOVO, UK4 = table("kosovo_1999_four_lists"), table("uk_2013_four_lists")


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
    ("no case is on C", lambda: of({"A": 5, "B": 4, "A+B": 2})),
    ("no case is on two of the 3 lists", lambda: of({"A": 5, "B": 4, "C": 2})),
    ("every case is on A", lambda: of({"A": 5, "A+B": 2, "A+C": 1})),
    ("there is no list D", lambda: of(SMALL | {"A+D": 1})),
    ("100 cases are on no list", lambda: CaptureHistories.from_counts("AB", [((), 100)])),
    ("there is one list", lambda: of({}, "A")),
    ("the counts are not all numbers", lambda: CaptureHistories(["A", "B"], ["1", "x", "2"])),
    ("every case is on all of the lists A, B", lambda: of({"A+B": 1}, "AB")),
    ("twice among A, A: name each list to merge", lambda: of(SMALL).merged(["A", "A"], "X")),
    ("twice among A, A: name each column", lambda: cases(lists=["A", "A"])),
    ("12 can be used", lambda: of({}, "ABCDEFGHIJKLM")),
    # a frame
    ("no column C", lambda: FRAME(pd.DataFrame({"A": [1], "cases": [2]}), lists=["A", "C"])),
    ("no column 'cases'", lambda: frame(A=[1, 0], B=[1, 1], count=[2, 3])),
    ("column B holds 2", lambda: frame(A=[1, 0], B=[1, 2], cases=[2, 3])),
    # cases, one a row
    ("column B, row 3: the cell is empty", lambda: cases(row=2, B=None)),
    ("column B, row 3: the cell does not say", lambda: cases(row=2, B="perhaps")),
    ("row 1 is on no list", lambda: cases(row=0, A=0)),
    ("a person has 2 rows (rows 4, 6)", lambda: cases(row=5, person=3)),
    ("rows 2, 4, 6 and 49 more: the case has no stratum", lambda: cases(
        CASES.assign(sex=["women", None] * 52), by="sex")),
    ("the stratum men of sex, cases: 2, on A: there is one list", lambda: cases(
        CASES.assign(sex=["men"] * 2 + ["women"] * 102), by="sex")),
    # a model
    *((f"'{term}' is not a pair of lists", lambda term=term: LogLinear(KOSOVO, ["EXH:ABA", term]))
      for term in ("EXH:ABA:XYZ", "EXH:ABA:EXH", "EXH:ABA:OSCE:HRW", "EXH")),
    ("2**28 models", lambda: all_models(table("new_orleans_eight_lists"))),
    ("9 lists have too many models", lambda: search_models(
        of({"A+B": 3} | dict.fromkeys("ABCDEFGHI", 2), "ABCDEFGHI"))),
    ("within = -1", lambda: search_models(UK4, within=-1)),
    ("millions of models", lambda: all_models(table("uk_2013_six_lists"), order=3)),
    ("no rule 'p'", lambda: Stepwise(of(SMALL), rule="p")),
    ("1.1 is not a probability", lambda: Stepwise(of(SMALL), threshold=1.1)),
    ("order = 4", lambda: Stepwise(KOSOVO, order=4)),
    # tables that were drawn, and limits
    ("use one of wald, profile", lambda: limits(method="exact")),
    ("alpha = 95", lambda: limits(alpha=95)),
    ("lie on one side", lambda: limits(method="bca", repeats=1)),
    ("no limits by 'bca'", lambda: LogLinear(UK4).fit().params_conf_int(method="bca")),
    ("'LA+X' is not a history", lambda: LogLinear(UK4).fit().predict(["LA+X"])),
    # graphs
    ("no prior 'flat'", lambda: graphs(prior="flat")),
    ("delta = 0", lambda: graphs(delta=0)),
    ("rules out all totals", lambda: graphs(prior=-np.inf)),
    ("too many graphs", lambda: DecomposableGraphs(table("new_orleans_eight_lists"))),
    # imagined populations
    ("each between 0 and 1", lambda: population(chances=(0.1, 1.0))),
    ("size = 1000.5: give a whole number", lambda: population(size=1000.5)),
    ("a number above zero", lambda: population(odds_ratios={(0, 1): 0.0})),
    ("are not pairs", lambda: population(odds_ratios={(1, 0): 2.0})),
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
