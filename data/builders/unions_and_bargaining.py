"""unions-and-bargaining: trade union density and coverage of collective agreements, two periods."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original, translate

NAME = "unions-and-bargaining"
ORIGINALS = ("union-density-bargaining",)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
INDICATORS = {
    "ILR_TUMT_NOC_RT": "union density",
    "ILR_CBCT_NOC_RT": "bargaining coverage",
    "LAP_2GDP_NOC_RT": "not used",
}
PERIODS = {"2000-2005": (2000, 2005), "2016-2020": (2016, 2020)}
STATES = {"union density": 46, "bargaining coverage": 45}
GERMANY_2019 = {"union density": 16.25, "bargaining coverage": 51.8}  # read in a second copy


def build(originals: Path) -> pd.DataFrame:
    """One row per State, measure and period: the earliest value before 2006, the last since."""
    path = originals / "union-density-bargaining" / "ilostat_tud_cbc_labourshare_osce.csv"
    frame = original(path, COLUMNS)
    frame["measure"] = translate(frame["indicator"], INDICATORS, path)
    frame = frame[frame["measure"] != "not used"]
    frame = frame.assign(year=frame["year"].astype(int), percent=numbers(frame["value"], path))
    for measure, rows in frame.groupby("measure"):
        count = rows["iso3"].nunique()
        expect(count, STATES[measure], 0, f"the number of States with {measure}", path)
        germany = rows.query("iso3 == 'DEU' and year == 2019")["percent"].squeeze()
        expect(float(germany), GERMANY_2019[measure], 0.05, f"{measure} in Germany in 2019", path)
    parts = []
    for period, years in PERIODS.items():
        rows = frame[frame["year"].between(*years)].sort_values("year")
        rows = rows.groupby(["iso3", "measure"])
        earliest = period == "2000-2005"
        parts.append((rows.first() if earliest else rows.last()).assign(period=period))
    result = pd.concat(parts).reset_index().sort_values(["iso3", "measure", "period"])
    result = result[["iso3", "measure", "period", "year", "percent"]]
    return result.round({"percent": 2}).assign(
        source="ilostatunions", locator="ILR_TUMT_NOC_RT and ILR_CBCT_NOC_RT", grade="A"
    )
