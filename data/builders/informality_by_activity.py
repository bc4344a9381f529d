"""informality-by-activity: informal share of employment by activity, from labour force surveys."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate
from decentwork.contract import DataError

NAME = "informality-by-activity"
ORIGINALS = ("ilostat-informal-employment",)

COLUMNS = [
    "iso3", "area", "year", "indicator", "sex", "activity", "value", "unit", "status", "survey",
    "source",
]  # fmt: skip
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
WORLD_2022 = 58.0  # SDG indicator 8.3.1, as printed by the organization


def build(originals: Path) -> pd.DataFrame:
    """The latest year of each State; stops when the world is not as printed."""
    path = originals / "ilostat-informal-employment" / "sdg_0831_informal_by_sex_activity.csv"
    frame = original(path, COLUMNS)
    frame["value"] = numbers(frame["value"], path)
    world = frame.query("area == 'World' and year == '2022' and sex == 'total'")
    expect(float(world["value"].squeeze()), WORLD_2022, 0.05, "the share for the world", path)
    frame = frame[frame["iso3"].isin(STATES) & (frame["sex"] == "total")]
    frame = frame[~frame["activity"].isin(LEFT_OUT)].copy()
    frame["activity"] = translate(frame["activity"], ACTIVITIES, path)
    frame["year"] = frame["year"].astype(int)
    frame = frame[frame["year"] == frame.groupby("iso3")["year"].transform("max")]
    if not frame["survey"].str.startswith(LABOUR_SURVEY).all():
        raise DataError(str(path), "a State has another survey than that of the labour force")
    result = frame[["iso3", "year", "activity"]].copy()
    result["informal_percent"] = frame["value"]
    result["unreliable"] = translate(frame["status"], UNRELIABLE, path)
    order = list(ACTIVITIES.values())
    result["place"] = result["activity"].map(order.index)
    result = result.sort_values(["iso3", "place"], ignore_index=True).drop(columns="place")
    return result.assign(
        source="ilostat831", locator="indicator SDG_0831_SEX_ECO_RT, row of the State", grade="A"
    )
