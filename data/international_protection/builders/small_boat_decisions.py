"""small-boat-decisions: what became of referrals of people who came by small boat."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate

OUTCOMES = catalogued("uk-small-boats-nrm/small_boat_NRM_outcomes.csv")
ORIGINALS = (OUTCOMES,)

COLUMNS = [
    "Date", "Year", "Quarter", "Nationality", "Region", "Sex", "Age Group", "NRM Case Outcome",
    "NRM Case Outcome Group", "Referrals",
]  # fmt: skip
RENAMED = {
    "Year": "year", "NRM Case Outcome Group": "stage", "NRM Case Outcome": "outcome",
    "Referrals": "people",
}  # fmt: skip
STAGES = {
    "Reasonable grounds decision": "reasonable",
    "Conclusive grounds decision": "conclusive",
    "Awaiting a decision": "waiting",
    "Withdrawn/Closed": "closed",
}
WAITING = "Awaiting a conclusive grounds decision"
DECISIONS = {"Positive", "Negative"}
OUTCOMES_OF_STAGES = {
    "reasonable": DECISIONS,
    "conclusive": DECISIONS,
    "waiting": {WAITING, "Awaiting a reasonable grounds decision", "Awaiting reconsideration"},
    "closed": {"Withdrawn/Closed"},
}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per arrival year, stage and outcome; stop when stages do not fit."""
    path = OUTCOMES.under(originals)
    frame = read(path)
    check(frame, path)
    frame["outcome"] = frame["outcome"].str.replace("/", " or ").str.lower()
    return frame.assign(
        source="hosmallboats2023", locator="NRM outcomes of small boat arrivals", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the people by arrival year, stage and outcome, of all nationalities and ages."""
    frame = read_original(path, COLUMNS).rename(columns=RENAMED)
    frame["people"] = numbers(frame["people"], path).astype("Int64")
    frame["year"] = frame["year"].astype(int)
    people = frame.groupby(["year", "stage", "outcome"], as_index=False)["people"].sum()
    people["stage"] = translate(people["stage"], STAGES, path)
    for stage, outcomes in people.groupby("stage")["outcome"]:
        strange = sorted(set(outcomes) - OUTCOMES_OF_STAGES[stage])
        sentence = f"no rule for the outcomes {strange} of the stage {stage}; add them here"
        require(not strange, sentence, path)
    return people


def check(frame: pd.DataFrame, path: Path) -> None:
    """Each positive first decision is followed by a second decision or by waiting for one."""
    first = frame.query("stage == 'reasonable' and outcome == 'Positive'")
    second = frame[(frame["stage"] == "conclusive") | (frame["outcome"] == WAITING)]
    apart = first.set_index("year")["people"] - second.groupby("year")["people"].sum()
    most = int(apart.abs().max())
    sentence = f"the difference between positive first decisions and what follows them is {most}"
    require(most == 0, sentence, path)
    positive = int(first["people"].sum())
    expect(positive, 5_070, 0, "the number of positive first decisions", path)
