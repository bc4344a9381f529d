"""informality-by-activity: informal share of employment by activity, from labour force surveys."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, numbers, read_original, require, translate
from builders.informal_employment_regions import COLUMNS, JANUARY, WORLD_2022

ORIGINALS = (JANUARY,)

# Outside the European Union; for its members the source revised its values downward within months.
STATES = ("ALB", "ARM", "BIH", "GEO", "KGZ", "MDA", "MKD", "MNG", "SRB", "TUR")
LABOUR_SURVEY = "BA:"
ACTIVITIES = {
    "agriculture": "agriculture",
    "construction": "construction",
    "manufacturing": "manufacturing",
    "market services (trade, transport, accommodation and food, business and administrative"
    " services)": "market services",
    "mining, quarrying, electricity, gas, water": "mining, electricity, gas and water",
    "all activities": "all activities",
}
LEFT_OUT = {
    "agriculture (aggregate)", "non-agriculture",
    "non-market services (public administration, community, social and other services)",
}  # fmt: skip
UNRELIABLE = {"": "no", "B": "no", "U": "yes"}

FAULTS = (
    Fault(
        "a world that is less informal",
        JANUARY,
        text(
            "X01,World,2022,SDG_0831_SEX_ECO_RT,total,all activities,58.01",
            "X01,World,2022,SDG_0831_SEX_ECO_RT,total,all activities,48.01",
        ),
        said="the share for the world is 48.01, published is 58",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return the latest year of each State; stop when the world is not as printed."""
    path = JANUARY.under(originals)
    frame = read(path)
    check_world(frame, path)
    latest = latest_of_states(frame, path)
    sentence = "a State has another survey than that of the labour force"
    require(latest["survey"].str.startswith(LABOUR_SURVEY).all(), sentence, path)
    return reshape(latest, path)


def read(path: Path) -> pd.DataFrame:
    """Return all places and activities with numbers."""
    frame = read_original(path, COLUMNS)
    frame["value"] = numbers(frame["value"], path)
    return frame


def check_world(frame: pd.DataFrame, path: Path) -> None:
    """Stop when the share for the world is not the printed one."""
    world = frame.query("area == 'World' and year == '2022' and sex == 'total'")
    expect(float(world["value"].squeeze()), WORLD_2022, 0.05, "the share for the world", path)


def latest_of_states(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the used activities in each State's last year; stop at one that is not known."""
    frame = frame[frame["iso3"].isin(STATES) & (frame["sex"] == "total")]
    frame = frame[~frame["activity"].isin(LEFT_OUT)].copy()
    frame["activity"] = translate(frame["activity"], ACTIVITIES, path)
    frame["year"] = frame["year"].astype(int)
    return frame[frame["year"] == frame.groupby("iso3")["year"].transform("max")]


def reshape(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the table, activities in their order."""
    result = frame[["iso3", "year", "activity"]].copy()
    result["informal_percent"] = frame["value"]
    result["unreliable"] = translate(frame["status"], UNRELIABLE, path)
    result["place"] = result["activity"].map(list(ACTIVITIES.values()).index)
    result = result.sort_values(["iso3", "place"], ignore_index=True).drop(columns="place")
    return result.assign(
        source="ilostat831", locator="indicator SDG_0831_SEX_ECO_RT, row of the State", grade="A"
    )
