"""small-boat-decisions: what became of referrals of people who came by small boat."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate

OUTCOMES = catalogued("uk-small-boats-nrm/nrm_outcomes_by_arrival_year.csv")
ORIGINALS = (OUTCOMES,)

COLUMNS = ["arrival_year", "outcome_group", "outcome", "people"]
STAGES = {
    "Reasonable grounds decision": "reasonable",
    "Conclusive grounds decision": "conclusive",
    "Awaiting a decision": "waiting",
    "Withdrawn/Closed": "closed",
}
WAITING = "Awaiting a conclusive grounds decision"

FAULTS = (
    Fault(
        "a decision that moved",
        OUTCOMES,
        text(
            "2019,Conclusive grounds decision,Negative,11",
            "2019,Conclusive grounds decision,Negative,12",
        ),
        said="the difference between positive first decisions and what follows them is 1",
    ),
    Fault(
        "an unknown group",
        OUTCOMES,
        text("2018,Withdrawn/Closed,Withdrawn/Closed,1", "2018,Withdrawn,Withdrawn/Closed,1"),
        said="no rule for ['Withdrawn']",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per arrival year, stage and outcome; stop when stages do not fit."""
    path = OUTCOMES.under(originals)
    frame = read_original(path, COLUMNS).rename(columns={"arrival_year": "year"})
    frame["year"] = frame["year"].astype(int)
    frame["people"] = numbers(frame["people"], path).astype("Int64")
    frame["stage"] = translate(frame["outcome_group"], STAGES, path)
    check(frame, path)
    frame["outcome"] = frame["outcome"].str.replace("/", " or ").str.lower()
    return frame[["year", "stage", "outcome", "people"]].assign(
        source="hosmallboats2023", locator="NRM outcomes of small boat arrivals", grade="A"
    )


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
