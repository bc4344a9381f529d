"""labour-inspectors: inspectors per 10,000 employed persons around 2010 and since 2018."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import expect, numbers, original
from decentwork.contract import DataError

NAME = "labour-inspectors"
ORIGINALS = ("ilostat-labour-inspectors-2024",)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "flag", "source"]
VALUES, STATES = 419, 40
KEPT_FLAGS = ("", "very small State")
KNOWN_ERROR = ("UKR", "2019")  # 31.56, a hundred times the year before; flagged when cut
GERMANY_2016 = 1.42  # the same in an export of 2021


def build(originals: Path) -> pd.DataFrame:
    """One row per State and year of the two periods; the one known error is left out."""
    path = originals / "ilostat-labour-inspectors-2024" / "lai_inde_osce_2009_2024.csv"
    frame = original(path, COLUMNS)
    expect(len(frame), VALUES, 0, "the number of values", path)
    expect(frame["iso3"].nunique(), STATES, 0, "the number of States", path)
    flagged = frame[~frame["flag"].isin(KEPT_FLAGS)]
    if list(zip(flagged["iso3"], flagged["year"], strict=True)) != [KNOWN_ERROR]:
        fault = f"flags {flagged[['iso3', 'year']].to_numpy().tolist()}; read them, then decide"
        raise DataError(str(path), fault)
    frame = frame.drop(flagged.index)
    result = pd.DataFrame({"iso3": frame["iso3"], "year": frame["year"].astype(int)})
    result["per_10000"] = numbers(frame["value"], path)
    germany = result.query("iso3 == 'DEU' and year == 2016")["per_10000"].squeeze()
    expect(float(germany), GERMANY_2016, 0.005, "the value of Germany in 2016", path)
    result = result[result["year"].between(2009, 2012) | (result["year"] >= 2018)]
    return result.assign(source="ilostatlai", locator="LAI_INDE_NOC_RT", grade="A")
