"""state-business-measures: how many participating States have measures on business."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, numbers, require
from builders.slavery_index import NAMES_IN_THE_INDEX, WORKBOOK, codes_of, read_sheet

ORIGINALS = (WORKBOOK,)
SHEET, HEADER_LINE, COUNTRIES = "Govt response - Indicators", 3, 176
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


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a measure, with the States that have it."""
    path = WORKBOOK.under(originals)
    answers = read(path)
    check(answers, path)
    return reshape(answers)


def read(path: Path) -> pd.DataFrame:
    """Return the answers for the participating States, a column for each measure."""
    frame = read_sheet(path, SHEET, HEADER_LINE, COUNTRIES)
    lacking = [each for each in ("Country", *NAMES) if each not in frame]
    require(not lacking, f"lacks {lacking}; revise the builder", path)
    frame = frame[codes_of(frame["Country"], NAMES_IN_THE_INDEX).notna()]
    return frame[list(NAMES)].apply(lambda column: numbers(column, path))


def check(answers: pd.DataFrame, path: Path) -> None:
    """Stop when a State is missing, an answer is not known, or a known count is another one."""
    expect(len(answers), ASSESSED, 0, "the participating States assessed", path)
    require(bool(answers.isin([0, 1]).all(axis=None)), "an answer is neither 0 nor 1", path)
    with_policy = int(answers["M5112"].sum())
    expect(with_policy, WITH_POLICY, 0, "States with a policy for purchases", path)


def reshape(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the number of States with each measure."""
    totals = answers.sum().astype(int)
    rows = [
        {"code": code, "state_as": role, "measure": name, "states": int(totals[code])}
        for code, (role, name) in NAMES.items()
    ]
    return pd.DataFrame(rows).assign(
        states_assessed=ASSESSED, source="walkfree2023data",
        locator="sheet Govt response - Indicators, milestone 5", grade="A",
    )  # fmt: skip
