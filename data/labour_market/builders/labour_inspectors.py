"""labour-inspectors: inspectors per 10,000 employed persons around 2010 and since 2018."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

INSPECTORS = catalogued("ilostat-labour-inspectors-2024/lai_inde_osce_2009_2024.csv")
ORIGINALS = (INSPECTORS,)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "flag", "source"]
VALUES, STATES = 419, 40
KEPT_FLAGS = ("", "very small State")
KNOWN_ERROR = ("UKR", "2019")  # 31.56, a hundred times the year before; flagged when cut
GERMANY_2016 = 1.42  # the same in an export of 2021

FAULTS = (
    Fault(
        "a flag that nobody has read",
        INSPECTORS,
        text(
            'ARM,2009,LAI_INDE_NOC_RT,1.2,"inspectors per 10,000 employed persons",,',
            'ARM,2009,LAI_INDE_NOC_RT,1.2,"inspectors per 10,000 employed persons",break,',
        ),
        said="[['ARM', '2009'], ['UKR', '2019']]; read them, then decide",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State and year of the two periods; the one known error is left out."""
    path = INSPECTORS.under(originals)
    result = read(path)
    check(result, path)
    result = result[result["year"].between(2009, 2012) | (result["year"] >= 2018)]
    return result.assign(source="ilostatlai", locator="LAI_INDE_NOC_RT", grade="A")


def read(path: Path) -> pd.DataFrame:
    """Return all values but the known error; stop at a flag that nobody has read."""
    frame = read_original(path, COLUMNS)
    expect(len(frame), VALUES, 0, "the number of values", path)
    expect(frame["iso3"].nunique(), STATES, 0, "the number of States", path)
    flagged = frame[~frame["flag"].isin(KEPT_FLAGS)]
    places = list(zip(flagged["iso3"], flagged["year"], strict=True))
    listed = flagged[["iso3", "year"]].to_numpy().tolist()
    require(places == [KNOWN_ERROR], f"flags {listed}; read them, then decide", path)
    frame = frame.drop(flagged.index)
    result = pd.DataFrame({"iso3": frame["iso3"], "year": frame["year"].astype(int)})
    result["per_10000"] = numbers(frame["value"], path)
    return result


def check(result: pd.DataFrame, path: Path) -> None:
    """Stop when a known value is another one: this catches a shifted column."""
    germany = result.query("iso3 == 'DEU' and year == 2016")["per_10000"].squeeze()
    expect(float(germany), GERMANY_2016, 0.005, "the value of Germany in 2016", path)
