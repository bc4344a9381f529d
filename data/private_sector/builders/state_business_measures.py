"""state-business-measures: how many participating States have measures on business."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

MEASURES = catalogued(
    "walkfree-gsi2023-private-sector/milestone5_business_government_indicators.csv"
)
ORIGINALS = (MEASURES,)
NAMES = {
    "M5211": ("lawmaker", "asks firms to report"),
    "M5212": ("lawmaker", "may punish firms that do not report"),
    "M5213": ("lawmaker", "has punished a firm that did not report"),
    "M5221": ("lawmaker", "obliges firms to due diligence"),
    "M5223": ("lawmaker", "has punished a firm for its due diligence"),
    "M5233": ("lawmaker", "bans imports made with forced labour"),
    "M5112": ("buyer", "has a policy for its purchases"),
    "M5111": ("buyer", "has guidelines for buyers"),
    "M5114": ("buyer", "has trained buyers"),
    "M5113": ("buyer", "publishes a yearly report"),
    "M5115": ("buyer", "has acted on a case found"),
}
ASSESSED = 53
WITH_POLICY = 34

FAULTS = (
    Fault(
        "a State that lost its policy",
        MEASURES,
        text("Europe and Central Asia,Albania,0,1,", "Europe and Central Asia,Albania,0,0,"),
        said="States with a policy for purchases is 33, published is 34",
    ),
    Fault(
        "an answer between yes and no",
        MEASURES,
        text("Europe and Central Asia,Albania,0,1,0,", "Europe and Central Asia,Albania,0,1,2,"),
        said="an answer is neither 0 nor 1",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a measure, with the States that have it."""
    path = MEASURES.under(originals)
    columns = ["region", "country"] + [
        f"M5{group}{number}" for group, last in (("11", 5), ("21", 4), ("22", 3), ("23", 4))
        for number in range(1, last + 1)
    ] + ["Milestone 5", "Milestone 5 %", "osce_participating_state"]  # fmt: skip
    frame = read_original(path, columns)
    frame = frame[frame["osce_participating_state"] == "Yes"]
    expect(len(frame), ASSESSED, 0, "the participating States assessed", path)
    answers = frame[list(NAMES)].apply(lambda column: numbers(column, path))
    require(bool(answers.isin([0, 1]).all(axis=None)), "an answer is neither 0 nor 1", path)
    totals = answers.sum().astype(int)
    expect(totals["M5112"], WITH_POLICY, 0, "States with a policy for purchases", path)
    rows = [
        {"code": code, "state_as": role, "measure": name, "states": int(totals[code])}
        for code, (role, name) in NAMES.items()
    ]
    return pd.DataFrame(rows).assign(
        states_assessed=ASSESSED, source="walkfree2023data",
        locator="sheet Govt response - Indicators, milestone 5", grade="A",
    )  # fmt: skip
