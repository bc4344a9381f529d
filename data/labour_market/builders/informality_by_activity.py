"""informality-by-activity: informal share of employment by activity, from labour force surveys."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, require, translate
from builders.informal_employment_regions import ALL_ACTIVITIES, NOVEMBER, WORLD_2022, read_november

ORIGINALS = (NOVEMBER,)

# Outside the European Union; for its members the source revised its values downward within months.
STATES = ("ALB", "ARM", "BIH", "GEO", "KGZ", "MDA", "MKD", "MNG", "SRB", "TUR")
LABOUR_SURVEY = "BA:"
ACTIVITIES = {
    "ECO_AGNAG_AGR": "agriculture",
    "ECO_AGGREGATE_CON": "construction",
    "ECO_AGGREGATE_MAN": "manufacturing",
    "ECO_AGGREGATE_MKT": "market services",
    "ECO_AGGREGATE_MEL": "mining, electricity, gas and water",
    ALL_ACTIVITIES: "all activities",
}
LEFT_OUT = {
    "ECO_AGGREGATE_AGR", "ECO_AGGREGATE_PUB", "ECO_AGGREGATE_TOTAL", "ECO_AGGREGATE_X",
    "ECO_AGNAG_NAG", "ECO_SECTOR_AGR", "ECO_SECTOR_IND", "ECO_SECTOR_SER", "ECO_SECTOR_TOTAL",
    "ECO_SECTOR_X",
}  # fmt: skip
"""The same people in other groups, services outside the market, and those without an activity."""
UNRELIABLE = {"": "no", "B": "no", "U": "yes"}


def build(originals: Folders) -> pd.DataFrame:
    """Return the latest year of each State; stop when the world is not as printed."""
    path = NOVEMBER.under(originals)
    frame = read_november(path)
    check_world(frame, path)
    latest = latest_of_states(frame, path)
    sentence = "a State has another survey than that of the labour force"
    require(latest["survey"].str.startswith(LABOUR_SURVEY).all(), sentence, path)
    return reshape(latest, path)


def check_world(frame: pd.DataFrame, path: Path) -> None:
    """Stop when the share for the world is not the printed one."""
    world = frame.query("place == 'X01' and year == 2022 and activity == @ALL_ACTIVITIES")
    expect(float(world["percent"].squeeze()), WORLD_2022, 0.05, "the share for the world", path)


def latest_of_states(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the used activities in each State's last year; stop at one that is not known."""
    frame = frame[frame["place"].isin(STATES) & ~frame["activity"].isin(LEFT_OUT)].copy()
    frame["activity"] = translate(frame["activity"], ACTIVITIES, path)
    return frame[frame["year"] == frame.groupby("place")["year"].transform("max")]


def reshape(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the table, activities in their order."""
    result = frame[["place", "year", "activity"]].rename(columns={"place": "iso3"})
    result["informal_percent"] = frame["percent"]
    result["unreliable"] = translate(frame["status"], UNRELIABLE, path)
    result["order"] = result["activity"].map(list(ACTIVITIES.values()).index)
    result = result.sort_values(["iso3", "order"], ignore_index=True).drop(columns="order")
    return result.assign(
        source="ilostat831", locator="indicator SDG_0831_SEX_ECO_RT, row of the State", grade="A"
    )
