"""women-by-activity: women's share of employment in agriculture, industry and services, by State.

The original does not print it. It prints which part of all employed people, of employed women and
of employed men works in an activity. If f is women's share of all employment, then

    part of all = f * part of women + (1 - f) * part of men,

so that f follows from each of the three activities, and women's share in an activity is
f * part of women / part of all. The three values of f must agree.
"""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import numbers, read_original, require
from decentwork import data

STRUCTURE = catalogued("wdi-ilo-context/structure_osce_1990_2025.csv")
ORIGINALS = (STRUCTURE,)

COLUMNS = ["iso3", "year", "indicator", "value", "unit", "source"]
YEAR = 2023
ACTIVITIES = {"agriculture": "agriculture", "industry": "industry", "service": "services"}
NOT_IN_THE_SOURCE = {"AND", "LIE", "MCO", "SMR", "UKR", "VAT"}
PARTS_ADD_WITHIN = 0.01  # percentage points
AGREE_WITHIN = 1e-4

FAULTS = (
    Fault(
        "women who are more than all",
        STRUCTURE,
        text(
            "ITA,2023,female_agriculture_workers_percent_of_female_employment,2.18",
            "ITA,2023,female_agriculture_workers_percent_of_female_employment,3.18",
        ),
        said="how far the three parts of women are from 100",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return three rows a State; stop when activities disagree on women's share of employment."""
    path = STRUCTURE.under(originals)
    everyone, women, men = read(path)
    check_parts({"all": everyone, "women": women, "men": men}, path)
    share = (everyone - men) / (women - men)
    apart = float((share.max(axis=1) - share.min(axis=1)).max())
    sentence = f"the activities disagree on women's share by {apart:.3g}; check the original"
    require(apart <= AGREE_WITHIN, sentence, path)
    return reshape(everyone, women, share["services"])


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return which part of all, of women and of men works in each activity, in per cent.

    Raises DataError when other States than those known are missing.
    """
    frame = read_original(path, COLUMNS)
    frame = frame[frame["year"] == str(YEAR)]
    frame = frame.assign(value=numbers(frame["value"], path).astype(float))
    parts = frame.pivot(index="iso3", columns="indicator", values="value")
    missing = set(data.states().index) - set(parts.index)
    strange = sorted(missing ^ NOT_IN_THE_SOURCE)
    require(not strange, f"{strange} are not there as expected; revise the builder", path)
    return tuple(
        pd.DataFrame({name: parts[f"{whose}{key}_workers_percent_of_{whose}employment"]
                      for key, name in ACTIVITIES.items()})
        for whose in ("", "female_", "male_")
    )  # fmt: skip


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
