"""unions-and-bargaining: trade union density and coverage of agreements, before and after 2011."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, translate

UNIONS = catalogued("union-density-bargaining/ilostat_tud_cbc_labourshare_osce.csv")
OECD = catalogued("union-density-bargaining/oecd_tud_cbc_osce_1960_2017.csv")
ORIGINALS = (UNIONS, OECD)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
INDICATORS = {
    "ILR_TUMT_NOC_RT": "union density",
    "ILR_CBCT_NOC_RT": "bargaining coverage",
    "LAP_2GDP_NOC_RT": "not used",
}
PERIODS = {"2000-2005": (2000, 2005), "2008-2011": (2008, 2011), "2016-2020": (2016, 2020)}
OECD_COLUMNS = ["iso3", "year", "indicator", "value", "unit", "kind", "flags", "source"]
OECD_MEASURE = "union density, OECD"
OECD_PERIODS = {"1990-1992": (1990, 1992), "2008-2011": (2008, 2011)}
EARLIEST = {"1990-1992", "2000-2005"}  # the first value of these periods is taken, not the last
STATES = {"union density": 46, "bargaining coverage": 45}
GERMANY_2019 = {"union density": 16.25, "bargaining coverage": 51.8}  # read in a second copy
OECD_STATES = 29  # with a membership that is counted, not asked for in a survey
OECD_GERMANY_2010 = 18.9  # union density of the other source

FAULTS = (
    Fault(
        "a coverage that is not the published one",
        UNIONS,
        text("DEU,2019,ILR_CBCT_NOC_RT,5", "DEU,2019,ILR_CBCT_NOC_RT,6"),
        said="bargaining coverage in Germany in 2019 is 6",
    ),
    Fault(
        "a density that the other source contradicts",
        OECD,
        text("DEU,2010,TUD,18.8", "DEU,2010,TUD,28.8"),
        said="union density in Germany in 2010 is 28.8",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State, measure and period: the first value of early periods, or the last.

    It stops when a measure has lost States, or is not as known for Germany.
    """
    path, oecd_path = UNIONS.under(originals), OECD.under(originals)
    frame, oecd = read(path), read_oecd(oecd_path)
    check(frame, path)
    check_oecd(oecd, oecd_path)
    parts = [
        reshape(frame, PERIODS).assign(
            source="ilostatunions", locator="ILR_TUMT_NOC_RT and ILR_CBCT_NOC_RT"
        ),
        reshape(oecd, OECD_PERIODS).assign(source="oecdtud", locator="TUD, administrative data"),
    ]
    result = pd.concat(parts).sort_values(["iso3", "measure", "period"])
    return result.round({"percent": 2}).assign(grade="A")


def read(path: Path) -> pd.DataFrame:
    """Return density and coverage by State and year; stop at a measure that is not known."""
    frame = read_original(path, COLUMNS)
    frame["measure"] = translate(frame["indicator"], INDICATORS, path)
    frame = frame[frame["measure"] != "not used"]
    return frame.assign(year=frame["year"].astype(int), percent=numbers(frame["value"], path))


def read_oecd(path: Path) -> pd.DataFrame:
    """Return density by State and year from counts of members, which differ from surveys."""
    frame = read_original(path, OECD_COLUMNS)
    frame = frame[(frame["indicator"] == "TUD") & (frame["kind"] == "ADM")]
    values = numbers(frame["value"], path)
    return frame.assign(measure=OECD_MEASURE, year=frame["year"].astype(int), percent=values)


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when a measure has lost States, or its value for Germany is not the known one."""
    for measure, rows in frame.groupby("measure"):
        states = rows["iso3"].nunique()
        expect(states, STATES[measure], 0, f"the number of States with {measure}", path)
        germany = rows.query("iso3 == 'DEU' and year == 2019")["percent"].squeeze()
        expect(float(germany), GERMANY_2019[measure], 0.05, f"{measure} in Germany in 2019", path)


def check_oecd(oecd: pd.DataFrame, path: Path) -> None:
    """Stop when States are missing, or the density of Germany is not that of the other source."""
    expect(oecd["iso3"].nunique(), OECD_STATES, 0, "the number of States that count members", path)
    germany = oecd.query("iso3 == 'DEU' and year == 2010")["percent"].squeeze()
    expect(float(germany), OECD_GERMANY_2010, 0.2, "union density in Germany in 2010", path)


def reshape(frame: pd.DataFrame, periods: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Return one value of each State and measure in each period."""
    parts = []
    for period, years in periods.items():
        rows = frame[frame["year"].between(*years)].sort_values("year")
        rows = rows.groupby(["iso3", "measure"])
        chosen = rows.first() if period in EARLIEST else rows.last()
        parts.append(chosen.assign(period=period))
    return pd.concat(parts).reset_index()[["iso3", "measure", "period", "year", "percent"]]
