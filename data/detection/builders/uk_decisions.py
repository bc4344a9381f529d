"""uk-decisions: decisions of the two stages of the UK's referral mechanism, by quarter and age."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_r, require, translate

DECISIONS = {
    "reasonable": catalogued("uk-nrm/nrm_reasonable_grounds.rda"),
    "conclusive": catalogued("uk-nrm/nrm_conclusive_grounds.rda"),
}
ORIGINALS = tuple(DECISIONS.values())

AGES = {
    "Adult (18 or over)": "adults",
    "Child (17 or under)": "children",
    "Age not specified or unknown": "age not known",
}
OF_2023 = {"reasonable": 15_247, "conclusive": 9_825}  # bulletin of 7 March 2024
YEARS = range(2014, 2024)
OF_THE_YEAR = "Total"
QUARTERS = {quarter: quarter for quarter in ("Q1", "Q2", "Q3", "Q4", OF_THE_YEAR)}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per stage, quarter and age; stop when parts do not add to printed totals."""
    stages = []
    for stage, original in DECISIONS.items():
        path = original.under(originals)
        rows = read(stage, path)
        check(stage, rows, path)
        stages.append(reshape(stage, rows))
    return pd.concat(stages)


def read(stage: str, path: Path) -> pd.DataFrame:
    """Return one row per quarter or year and age, with both outcomes and their printed sum.

    Raises DataError at a period that is not known, and where ages do not add to their total.
    """
    outcomes = {
        "negative": f"Negative {stage} grounds",
        "positive": f"Positive {stage} grounds",
        "all": "Total",
    }
    columns = [f"{age} - {outcome}" for age in AGES for outcome in outcomes.values()]
    frame = read_r(path, ["Year", "Quarter", *columns, "Total"])
    translate(frame["Quarter"], QUARTERS, path)
    for column in ("Year", *columns, "Total"):
        frame[column] = numbers(frame[column], path).astype("Int64")
    apart = int((frame[columns[2::3]].sum(axis=1) - frame["Total"]).abs().max())
    sentence = f"the difference between a quarter and its ages is {apart}; look at them"
    require(apart == 0, sentence, path)
    parts = []
    for age, name in AGES.items():
        cells = {short: frame[f"{age} - {outcome}"] for short, outcome in outcomes.items()}
        parts.append(frame[["Year", "Quarter"]].assign(age=name, **cells))
    return pd.concat(parts)


def check(stage: str, rows: pd.DataFrame, path: Path) -> None:
    """Stop when outcomes, quarters or the decisions of 2023 do not add to what is printed."""
    apart = int((rows["negative"] + rows["positive"] - rows["all"]).abs().max())
    sentence = f"the difference between an age and its two outcomes is {apart}; look at them"
    require(apart == 0, sentence, path)
    of_years = rows[rows["Quarter"] == OF_THE_YEAR].set_index(["Year", "age"])["all"]
    quarters = _quarters(rows)
    apart = int((quarters.groupby(["Year", "age"])["all"].sum() - of_years).abs().max())
    sentence = f"the difference between a year and its quarters is {apart}; look at them"
    require(apart == 0, sentence, path)
    wanted = len(YEARS) * 4 * len(AGES)
    expect(len(quarters), wanted, 0, "the number of quarters and ages", path)
    expect(int(of_years[2023].sum()), OF_2023[stage], 0, "the decisions of 2023", path)


def reshape(stage: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the quarters of one stage, with sources."""
    rows = _quarters(rows).rename(columns={"Year": "year", "Quarter": "quarter"})
    rows = rows.drop(columns="all").astype({"year": int})
    rows = rows.sort_values(["year", "quarter", "age"], ignore_index=True)
    return rows.assign(
        stage=stage,
        source="nrm2023",
        locator=f"data tables, {stage} grounds decisions by quarter and age",
        grade="A",
    )


def _quarters(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["Quarter"] != OF_THE_YEAR]
