"""One row a case, with strata: what is read, what is refused, and the sum with its interval."""

import pandas as pd
import pytest

from decentwork.estimation import (
    CaptureHistories,
    HistoryError,
    LogLinear,
    NoEstimateError,
    Population,
    Stepwise,
    Stratified,
)

COUNTS = {"A": 40, "B": 30, "C": 20, "A+B": 6, "B+C": 4, "A+C": 3, "A+B+C": 1}


def one_row_a_case(counts, lists="ABC"):
    rows = [
        {name: int(name in history.split("+")) for name in lists}
        for history, cases in counts.items()
        for _ in range(cases)
    ]
    return pd.DataFrame(rows)


CASES = one_row_a_case(COUNTS).assign(person=lambda frame: range(len(frame)))
WANTED = CaptureHistories.from_counts("ABC", [(row.split("+"), n) for row, n in COUNTS.items()])


@pytest.mark.parametrize(
    "written", [{}, {0: False, 1: True}, {0: "no", 1: "Yes"}, {0: "0", 1: "1"}, {0: 0.0, 1: 1.0}]
)
def test_cases_are_counted_in_each_way_of_writing_yes_and_no(written):
    frame = CASES.assign(**{name: CASES[name].replace(written) for name in "ABC"})
    have = CaptureHistories.from_cases(frame, person="person")
    assert have.lists == WANTED.lists and (have.counts == WANTED.counts).all()


def changed(**columns):
    frame = CASES.astype(object)
    for name, (row, value) in columns.items():
        frame.loc[row, name] = value
    return frame


REFUSED = {
    "an empty cell": (
        changed(B=(2, None)),
        {},
        "column B, row 3: the cell is empty. Write 0 if the list was searched",
    ),
    "a cell that says neither": (
        changed(B=(2, "perhaps")),
        {},
        "column B, row 3: the cell does not say whether the case is on the list. Write 1 or 0",
    ),
    "a case on no list": (
        changed(A=(0, 0)),
        {},
        "row 1 is on no list. The number of cases on no list is what is to be estimated: take",
    ),
    "a person twice": (
        changed(person=(5, 3)),
        {},
        "column person: a person has 2 rows (rows 4, 6). Make them one row, with 1 for each",
    ),
    "a person without identifier": (
        changed(person=(5, None)),
        {},
        "column person, row 6: the person has no identifier",
    ),
    "a case without stratum": (
        CASES.assign(sex=["women", None] * 52),
        {"by": "sex"},
        "column sex, rows 2, 4, 6 and 49 more: the case has no stratum. Name one, as 'not known'",
    ),
    "a stratum without case": (
        CASES.assign(sex=pd.Categorical(["women"] * 104, categories=["women", "men"])),
        {"by": "sex"},
        "column sex: no case is in men. Nothing is known of such a stratum",
    ),
    "a stratum that is too small": (
        CASES.assign(sex=["men"] * 2 + ["women"] * 102),
        {"by": "sex"},
        "the stratum men of sex, cases: 2, on A: there is one list.",
    ),
    "a column that is not there": (CASES, {"lists": ["A", "D"]}, "there is no column D; columns"),
    "two columns of one name": (
        CASES.rename(columns={"C": "B"}),
        {"lists": ["A", "B"]},
        "two columns have the name B: rename one.",
    ),
    "no row": (CASES.iloc[:0], {}, "the table has no row"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_cases_that_cannot_be_counted_are_refused_with_advice(fault):
    frame, options, message = REFUSED[fault]
    with pytest.raises(HistoryError) as refused:
        CaptureHistories.from_cases(frame, **{"person": "person"} | options)
    assert message in str(refused.value), refused.value


def test_cases_where_counts_are_awaited_are_refused_with_the_call_that_reads_them(tmp_path):
    CASES.to_csv(tmp_path / "cases.csv", index=False)
    with pytest.raises(HistoryError) as refused:
        CaptureHistories.read(tmp_path / "cases.csv")
    advice = "count the cases with CaptureHistories.from_cases(frame, lists=['A', 'B', 'C'])."
    assert advice in str(refused.value)
    with pytest.raises(HistoryError, match="If each row is one case, use Capt"):
        CaptureHistories.from_frame(CASES[["A", "B", "C"]].assign(cases=1))


# ------------------------------------------------------------------ strata


@pytest.fixture(scope="module")
def strata():
    women = CASES.drop(columns="person").assign(sex="women")
    men = one_row_a_case({"A": 25, "B": 30, "A+B": 9}, "ABC").assign(sex="men")
    return CaptureHistories.from_cases(pd.concat([women, men]), by="sex")


def test_strata_have_tables_of_their_own_without_lists_that_have_no_case(strata):
    assert list(strata) == ["men", "women"]
    assert strata["men"].lists == ("A", "B") and strata["women"].lists == ("A", "B", "C")
    results = Stratified(strata, LogLinear).fit()
    assert results.to_frame()["without_case"].tolist() == ["C", ""]
    apart = [LogLinear(table).fit().total for table in strata.values()]
    assert results.total == pytest.approx(sum(apart))
    assert results.to_frame()["total"].tolist() == pytest.approx(apart)
    assert "2 strata" in repr(results)


@pytest.mark.slow
def test_intervals_of_a_sum_hold_a_known_total_about_as_often_as_they_say():
    """Two imagined strata with independent lists: 0.95 of 120, give or take three errors."""
    sizes, chances = (300, 500), ([0.3, 0.25, 0.4], [0.2, 0.3, 0.35])
    tables = [
        Population(size, chance).tables(120, seed)
        for seed, (size, chance) in enumerate(zip(sizes, chances, strict=True))
    ]
    held = 0
    for one, other in zip(*tables, strict=True):
        strata = {"one": CaptureHistories("ABC", one), "other": CaptureHistories("ABC", other)}
        lower, upper = Stratified(strata, LogLinear).fit().conf_int(repeats=200)
        held += lower <= sum(sizes) <= upper
    assert 0.89 <= held / 120 <= 1


def test_a_stratum_without_estimate_is_named():
    none = CaptureHistories.from_counts("ABC", [("A", 9), ("B", 9), ("C", 9), ("AB", 3)])
    with pytest.raises(NoEstimateError, match="the stratum men: the model with A:B"):
        Stratified({"men": none}, lambda table: LogLinear(table, ["A:B", "A:C", "B:C"])).fit()
    with pytest.raises(HistoryError, match="there is no stratum"):
        Stratified({}, Stepwise)
