"""unions-and-bargaining: trade union density and coverage of collective agreements, two periods."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Fault, Original
from bookmaking.tables.reading import expect, numbers, read_original, translate

UNIONS = Original(
    "union-density-bargaining/ilostat_tud_cbc_labourshare_osce.csv",
    sha256="d1144e409ec6520441aa9f5154755d35f726fc9479ec4bf179410fd93a5845d9",
    made=(
        "Cut from output/data/proc/ilo_stat.rds at commit 48d14d33 of "
        "fabrica-datos-laborales/fdl-data (sha256 e7977dcb)."
    ),
)
ORIGINALS = (UNIONS,)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
INDICATORS = {
    "ILR_TUMT_NOC_RT": "union density",
    "ILR_CBCT_NOC_RT": "bargaining coverage",
    "LAP_2GDP_NOC_RT": "not used",
}
PERIODS = {"2000-2005": (2000, 2005), "2016-2020": (2016, 2020)}
EARLIEST = "2000-2005"  # the period from which the first value is taken, not the last
STATES = {"union density": 46, "bargaining coverage": 45}
GERMANY_2019 = {"union density": 16.25, "bargaining coverage": 51.8}  # read in a second copy

FAULTS = (
    Fault(
        "a coverage that is not the published one",
        UNIONS,
        old="DEU,2019,ILR_CBCT_NOC_RT,5",
        new="DEU,2019,ILR_CBCT_NOC_RT,6",
        said="bargaining coverage in Germany in 2019 is 6",
    ),
)


def build(originals: Path) -> pd.DataFrame:
    """Return one row per State, measure and period: the earliest value before 2006, the last since.

    It stops when a measure has lost States, or is not as known for Germany.
    """
    path = UNIONS.under(originals)
    frame = read(path)
    check(frame, path)
    return reshape(frame)


def read(path: Path) -> pd.DataFrame:
    """Return density and coverage by State and year; stop at a measure that is not known."""
    frame = read_original(path, COLUMNS)
    frame["measure"] = translate(frame["indicator"], INDICATORS, path)
    frame = frame[frame["measure"] != "not used"]
    return frame.assign(year=frame["year"].astype(int), percent=numbers(frame["value"], path))


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop when a measure has lost States, or its value for Germany is not the known one."""
    for measure, rows in frame.groupby("measure"):
        states = rows["iso3"].nunique()
        expect(states, STATES[measure], 0, f"the number of States with {measure}", path)
        germany = rows.query("iso3 == 'DEU' and year == 2019")["percent"].squeeze()
        expect(float(germany), GERMANY_2019[measure], 0.05, f"{measure} in Germany in 2019", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one value of each State and measure in each period."""
    parts = []
    for period, years in PERIODS.items():
        rows = frame[frame["year"].between(*years)].sort_values("year")
        rows = rows.groupby(["iso3", "measure"])
        chosen = rows.first() if period == EARLIEST else rows.last()
        parts.append(chosen.assign(period=period))
    result = pd.concat(parts).reset_index().sort_values(["iso3", "measure", "period"])
    result = result[["iso3", "measure", "period", "year", "percent"]]
    return result.round({"percent": 2}).assign(
        source="ilostatunions", locator="ILR_TUMT_NOC_RT and ILR_CBCT_NOC_RT", grade="A"
    )
