"""uk-decisions: decisions of the two stages of the UK's referral mechanism, by quarter and age."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original

NAME = "uk-decisions"
ORIGINALS = ("uk-nrm",)

AGES = {
    "Adult (18 or over)": "adults",
    "Child (17 or under)": "children",
    "Age not specified or unknown": "age not known",
}
STAGES = {"reasonable": 15_247, "conclusive": 9_825}  # decisions of 2023, bulletin of 7 March 2024
YEARS = range(2014, 2024)


def build(originals: Path) -> pd.DataFrame:
    """One row per stage, quarter and age; stops when parts do not add to the printed totals."""
    frame = pd.concat([_stage(stage, originals / "uk-nrm") for stage in STAGES])
    return frame.assign(
        source="nrm2023",
        locator=frame["stage"].map("data tables, {} grounds decisions by quarter and age".format),
        grade="A",
    )


def _stage(stage: str, folder: Path) -> pd.DataFrame:
    path = folder / f"nrm_{stage}_grounds_2014_2023.csv"
    outcomes = [f"Negative {stage} grounds", f"Positive {stage} grounds", "Total"]
    columns = [f"{age} - {outcome}" for age in AGES for outcome in outcomes]
    frame = original(path, ["Year", "Quarter", *columns, "Total"])
    for column in (*columns, "Total"):
        frame[column] = numbers(frame[column], path).astype("Int64")
    parts = [frame[["Year", "Quarter"]].assign(age=name, **_cells(frame, age, outcomes))
             for age, name in AGES.items()]  # fmt: skip
    rows = pd.concat(parts)
    apart = int((rows["negative"] + rows["positive"] - rows["all"]).abs().max())
    expect(apart, 0, 0, "the difference between an age and its two outcomes", path)
    of_years = rows[rows["Quarter"] == "Total"].set_index(["Year", "age"])["all"]
    rows = rows[rows["Quarter"] != "Total"]
    apart = int((rows.groupby(["Year", "age"])["all"].sum() - of_years).abs().max())
    expect(apart, 0, 0, "the difference between a year and its quarters", path)
    expect(len(rows), len(YEARS) * 4 * len(AGES), 0, "the number of quarters and ages", path)
    expect(int(of_years["2023"].sum()), STAGES[stage], 0, "the decisions of 2023", path)
    rows = rows.rename(columns={"Year": "year", "Quarter": "quarter"}).drop(columns="all")
    rows["year"] = rows["year"].astype(int)
    rows = rows.sort_values(["year", "quarter", "age"], ignore_index=True)
    return rows.assign(stage=stage)


def _cells(frame: pd.DataFrame, age: str, outcomes: list[str]) -> dict[str, pd.Series]:
    names = ("negative", "positive", "all")
    return {
        name: frame[f"{age} - {outcome}"] for name, outcome in zip(names, outcomes, strict=True)
    }
