"""labour-inspectors: inspectors per 10,000 employed persons around 2010 and since 2018."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import (
    expect,
    of_participating_states,
    read_datapoints,
    require,
)

SERIES = "lai_inde_noc_rt"
INSPECTORS = catalogued(
    f"ilostat-labour-inspectors-2024/ddf--datapoints--{SERIES}--by--ref_area--time.csv"
)
ORIGINALS = (INSPECTORS,)

VALUES, STATES = 419, 40
KNOWN_ERROR = [("UKR", 2019)]  # 31.56, a hundred times the year before
HIGHEST = 10
"""More than this is read before it is believed. San Marino comes next, with 8.04 in 2017."""
GERMANY_2016 = 1.42  # the same in an export of 2021


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year of the two periods; the one known error is left out."""
    path = INSPECTORS.under(originals)
    result = read(path)
    check(result, path)
    result = result[result["year"].between(2009, 2012) | (result["year"] >= 2018)]
    return result.assign(source="ilostatlai", locator="LAI_INDE_NOC_RT", grade="A")


def read(path: Path) -> pd.DataFrame:
    """Return the values of participating States but the known error; stop at another such one."""
    frame = of_participating_states(read_datapoints(path, "ref_area", SERIES), "place")
    frame = frame.rename(columns={"value": "per_10000"})
    expect(len(frame), VALUES, 0, "the number of values", path)
    expect(frame["iso3"].nunique(), STATES, 0, "the number of States", path)
    beyond = frame[frame["per_10000"] > HIGHEST]
    listed = list(zip(beyond["iso3"], beyond["year"], strict=True))
    sentence = f"{listed} have more than {HIGHEST} inspectors; look at them, then decide"
    require(listed == KNOWN_ERROR, sentence, path)
    return frame.drop(beyond.index).sort_values(["iso3", "year"])


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop when a known value is another one: this catches a shifted column."""
    germany = result.query("iso3 == 'DEU' and year == 2016")["per_10000"].squeeze()
    expect(float(germany), GERMANY_2016, 0.005, "the value of Germany in 2016", path)
