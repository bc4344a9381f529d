"""One row a case, with strata: what is read, what is refused, and the sum with its interval."""

import pandas as pd
import pytest

from capture_tables import SMALL, of
from decentwork.estimation import (
    CaptureHistories,
    HistoryError,
    LogLinear,
    NoEstimateError,
    Population,
    Stratified,
)


def one_row_a_case(counts, lists="ABC"):
    rows = [
        {name: int(name in history.split("+")) for name in lists}
        for history, cases in counts.items()
        for _ in range(cases)
    ]
    return pd.DataFrame(rows)


CASES = one_row_a_case(SMALL).assign(person=lambda frame: range(len(frame)))


def test_cases_are_counted_in_each_way_of_writing_yes_and_no(subtests):
    wanted = of(SMALL)
    for written in (
        {}, {0: False, 1: True}, {0: "no", 1: "Yes"}, {0: "0", 1: "1"}, {0: 0.0, 1: 1.0},
    ):  # fmt: skip
        frame = CASES.assign(**{name: CASES[name].replace(written) for name in "ABC"})
        have = CaptureHistories.from_cases(frame, person="person")
        with subtests.test(written=written):
            assert have.lists == wanted.lists and (have.counts == wanted.counts).all()


def changed(row, **columns):
    """The cases with other values in one row."""
    frame = CASES.astype(object)
    frame.loc[row, list(columns)] = list(columns.values())
    return frame


BY_SEX = {"by": "sex"}
NO_MEN = pd.Categorical(["women"] * 104, categories=["women", "men"])
REFUSED = {
    "column B, row 3: the cell is empty. Write 0 if the list was searched": (changed(2, B=None),),
    "column B, row 3: the cell does not say whether the case is on": (changed(2, B="perhaps"),),
    "row 1 is on no list. The number of cases on no list is what is to be": (changed(0, A=0),),
    "column person: a person has 2 rows (rows 4, 6). Make them one row": (changed(5, person=3),),
    "column person, row 6: the person has no identifier": (changed(5, person=None),),
    "column sex, rows 2, 4, 6 and 49 more: the case has no stratum. Name one, as 'not known'": (
        CASES.assign(sex=["women", None] * 52), BY_SEX,
    ),
    "column sex: no case is in men. Nothing is known of": (CASES.assign(sex=NO_MEN), BY_SEX),
    "the stratum men of sex, cases: 2, on A: there is one list.": (
        CASES.assign(sex=["men"] * 2 + ["women"] * 102), BY_SEX,
    ),
    "there is no column D; columns": (CASES, {"lists": ["A", "D"]}),
    "two columns have the name B: rename one.": (
        CASES.rename(columns={"C": "B"}), {"lists": ["A", "B"]},
    ),
    "the table has no row": (CASES.iloc[:0],),
}  # fmt: skip


def test_cases_that_cannot_be_counted_are_refused_with_advice(subtests):
    for message, (frame, *options) in REFUSED.items():
        with subtests.test(message):
            with pytest.raises(HistoryError) as refused:
                CaptureHistories.from_cases(frame, person="person", **dict(*options))
            assert message in str(refused.value), refused.value


def test_cases_where_counts_are_awaited_are_refused_with_the_call_that_reads_them(tmp_path):
    CASES.to_csv(tmp_path / "cases.csv", index=False)
    with pytest.raises(HistoryError) as refused:
        CaptureHistories.read(tmp_path / "cases.csv")
    advice = "count the cases with CaptureHistories.from_cases(frame, lists=['A', 'B', 'C'])."
    assert advice in str(refused.value)


# ------------------------------------------------------------------ strata


def test_strata_have_tables_of_their_own_without_lists_that_have_no_case():
    women = CASES.drop(columns="person").assign(sex="women")
    men = one_row_a_case({"A": 25, "B": 30, "A+B": 9}).assign(sex="men")
    strata = CaptureHistories.from_cases(pd.concat([women, men]), by="sex")
    assert list(strata) == ["men", "women"]
    assert strata["men"].lists == ("A", "B") and strata["women"].lists == ("A", "B", "C")
    results = Stratified(strata, LogLinear).fit()
    assert results.to_frame()["without_case"].tolist() == ["C", ""]
    apart = [LogLinear(table).fit().total for table in strata.values()]
    assert results.total == pytest.approx(sum(apart))
    assert results.to_frame()["total"].tolist() == pytest.approx(apart)


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
    none = of({"A": 9, "B": 9, "C": 9, "A+B": 3})
    with pytest.raises(NoEstimateError, match="the stratum men: the model with A:B"):
        Stratified({"men": none}, lambda table: LogLinear(table, ["A:B", "A:C", "B:C"])).fit()
    with pytest.raises(HistoryError, match="there is no stratum"):
        Stratified({}, LogLinear)
