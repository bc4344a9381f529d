"""unions-and-bargaining: trade union density and coverage of agreements, before and after 2011."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import (
    expect,
    numbers,
    of_participating_states,
    read_original,
    read_r,
    require,
    translate,
)

UNIONS = catalogued("union-density-bargaining/ilo_stat.rds")
OECD = catalogued("union-density-bargaining/trade_union_density.csv")
ORIGINALS = (UNIONS, OECD)

MEASURES = {"ud": "union density", "cbc": "bargaining coverage"}
PERIODS = {"2000-2005": (2000, 2005), "2008-2011": (2008, 2011), "2016-2020": (2016, 2020)}
OECD_COLUMNS = [
    "COU", "Country", "FREQ", "Frequency", "SOURCE", "Source", "SERIES", "Series", "MEAS",
    "Measure", "_TIME_", "Year", "Value", "Flag Codes", "Flags",
]  # fmt: skip
OECD_ONE_KIND = {"FREQ": "A", "SERIES": "TUD", "MEAS": "PCT"}
"""What all rows of the OECD have in common: a year's union density in per cent."""
HOW_COUNTED = {"ADM": "counts of members", "SVY": "surveys"}
OECD_MEASURE = "union density, OECD"
OECD_PERIODS = {"1990-1992": (1990, 1992), "2008-2011": (2008, 2011)}
EARLIEST = {"1990-1992", "2000-2005"}  # the first value of these periods is taken, not the last
STATES = {"union density": 46, "bargaining coverage": 45}
GERMANY_2019 = {"union density": 16.25, "bargaining coverage": 51.8}  # read in a second copy
OECD_STATES = 29  # with a membership that is counted, not asked for in a survey
OECD_GERMANY_2010 = 18.9  # union density of the other source


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
    """Return density and coverage by State and year."""
    frame = of_participating_states(read_r(path, ["iso3c", "year", *MEASURES]), "iso3c")
    frame = frame.rename(columns=MEASURES).astype({"year": int})
    frame = frame.melt(["iso3", "year"], var_name="measure", value_name="percent")
    return frame.dropna(subset="percent")


def read_oecd(path: Path) -> pd.DataFrame:
    """Return density by State and year from counts of members, which differ from surveys."""
    frame = read_original(path, OECD_COLUMNS)
    for column, one in OECD_ONE_KIND.items():
        others = sorted(set(frame[column]) - {one})
        require(not others, f"column {column} has {others} beside {one}; look at them", path)
    counted = translate(frame["SOURCE"], HOW_COUNTED, path) == "counts of members"
    frame = of_participating_states(frame[counted], "COU")
    return pd.DataFrame(
        {
            "iso3": frame["iso3"],
            "measure": OECD_MEASURE,
            "year": frame["Year"].astype(int),
            "percent": numbers(frame["Value"], path),
        }
    )


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
