"""women-by-activity: women's share of employment in agriculture, industry and services, by State.

The original does not print it. It prints which part of all employed people, of employed women and
of employed men works in an activity. If f is women's share of all employment, then

    part of all = f * part of women + (1 - f) * part of men,

so that f follows from each of the three activities, and women's share in an activity is
f * part of women / part of all. The three values of f must agree.
"""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import require
from builders.growth_and_trade import original_of, read_series
from decentwork import data

YEAR = 2023
ACTIVITIES = {"agriculture": "agriculture", "industry": "industry", "service": "services"}
WHOSE = ("", "female_", "male_")
"""All people, women and men, as they stand in the names of series."""


def series_of(whose: str, activity: str) -> str:
    """Return the name of the series: which part of these people works in an activity."""
    return f"{whose}{activity}_workers_percent_of_{whose}employment"


SERIES = [series_of(whose, activity) for whose in WHOSE for activity in ACTIVITIES]
ORIGINALS = tuple(map(original_of, SERIES))
WOMEN_IN_FARMING = original_of(series_of("female_", "agriculture"))

NOT_IN_THE_SOURCE = {"AND", "LIE", "MCO", "SMR", "UKR", "VAT"}
PARTS_ADD_WITHIN = 0.01  # percentage points
AGREE_WITHIN = 1e-4


def build(originals: Folders) -> pd.DataFrame:
    """Return three rows a State; stop when activities disagree on women's share of employment."""
    everyone, women, men = (read(whose, originals) for whose in WHOSE)
    path = WOMEN_IN_FARMING.under(originals)
    check_parts({"all": everyone, "women": women, "men": men}, path)
    share = (everyone - men) / (women - men)
    apart = float((share.max(axis=1) - share.min(axis=1)).max())
    sentence = f"the activities disagree on women's share by {apart:.3g}; check the original"
    require(apart <= AGREE_WITHIN, sentence, path)
    return reshape(everyone, women, share["services"])


def read(whose: str, originals: Folders) -> pd.DataFrame:
    """Return which part of these people works in each activity, in per cent, one row a State.

    Raises DataError when other States than those known are missing.
    """
    parts = {}
    for key, name in ACTIVITIES.items():
        series = series_of(whose, key)
        path = original_of(series).under(originals)
        part = read_series(path, series).astype(float).xs(YEAR, level="year")
        missing = set(data.states().index) - set(part.index)
        strange = sorted(missing ^ NOT_IN_THE_SOURCE)
        require(not strange, f"{strange} are not there as expected; revise the builder", path)
        parts[name] = part
    return pd.DataFrame(parts).sort_index()


def check_parts(shares: dict[str, pd.DataFrame], path: Path) -> None:
    """Stop when the three activities of a State do not add to all employment."""
    for who, share in shares.items():
        apart = float((share.sum(axis=1) - 100).abs().max())
        sentence = f"how far the three parts of {who} are from 100 is {apart:.3g}; look at them"
        require(apart <= PARTS_ADD_WITHIN, sentence, path)


def reshape(everyone: pd.DataFrame, women: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """Return women's part of each activity; ``share`` is their part of all employment."""
    among = women.mul(share, axis=0) / everyone * 100
    result = among.rename_axis(columns="activity").stack().rename("women_percent").reset_index()
    result["women_percent"] = result["women_percent"].round(1)
    result["part_of_all_percent"] = everyone.stack().round(1).to_numpy()
    result.insert(1, "year", YEAR)
    return result.assign(
        source="wdi2026",
        locator="series SL.AGR.EMPL, SL.IND.EMPL and SL.SRV.EMPL, .ZS, .FE.ZS and .MA.ZS",
        grade="B",
    )
