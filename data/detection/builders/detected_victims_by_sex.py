"""detected-victims-by-sex: detected victims of forced labour and of sexual exploitation, by sex.

The original gives the sexes by age group and fills gaps with "<5". A row compares the sum of its
sexes with the number of the same form in the original. It describes the form only if the sum does
not exceed that number and covers nearly all of it. Some rows repeat another State's figures.
"""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import require
from builders.detected_victims import EDITION, SHEET, WORKBOOK, bounds, sheet_rows
from decentwork import data

ORIGINALS = (WORKBOOK,)
FORMS = {"Forced labour": "forced labour", "Sexual exploitation": "sexual exploitation"}
SEXES = {"Female": "women", "Male": "men", "Other": "other", "Unknown": "other"}
FIRST_YEAR = 2014  # the file has no sexes by form before
COVERED = 0.9
"""Share of a form's victims whose sex must be known for the sexes to describe the form."""


Cells = dict[str, list[tuple[int, int, int]]]  # group: [(least, most, row of the sheet)]


def build(originals: Folders) -> pd.DataFrame:
    """Return one row for each State, year and form for which the workbook gives women or men."""
    path = WORKBOOK.under(originals)
    found = {key: cells for key, cells in read(path).items() if {"women", "men"} & cells.keys()}
    first = min(year for _, year, _ in found)
    sentence = f"has sexes by form before {FIRST_YEAR}; revise the builder"
    require(first == FIRST_YEAR, sentence, path)
    return reshape(found)


def reshape(found: dict[tuple[str, int, str], Cells]) -> pd.DataFrame:
    """Return the table, with how the sexes of a row stand to its form."""
    rows = [
        {"iso3": state, "year": year, "form": form, **_row(cells)}
        for (state, year, form), cells in sorted(found.items())
    ]
    counts = [name for name in rows[0] if name.endswith(("_low", "_high"))]
    frame = pd.DataFrame(rows).astype(dict.fromkeys(counts, "Int64"))
    return frame.assign(source="unodcdata2025", grade="A")


def read(path: Path, edition: str = EDITION) -> dict[tuple[str, int, str], Cells]:
    """Return the cells of each State, year and form by sex, each with the row of the sheet."""
    participating = set(data.states().index)
    found: dict[tuple[str, int, str], Cells] = {}
    for number, row in sheet_rows(path, edition):
        wanted = (
            row["Iso3_code"] in participating
            and row["Indicator"] == "Detected trafficking victims"
            and row["Category"] in FORMS
        )
        if not wanted:
            continue
        group = SEXES.get(row["Sex"], "all" if row["Age"] == "Total" else None)
        if group is None:
            continue  # both sexes of one age group: the same people again
        key = row["Iso3_code"], row["Year"], FORMS[row["Category"]]
        ends = bounds(row["txtVALUE"])
        found.setdefault(key, {}).setdefault(group, []).append((*ends, number))
    return found


def _row(cells: Cells) -> dict[str, object]:
    sums = {
        group: (sum(low for low, _, _ in values), sum(high for _, high, _ in values))
        for group, values in cells.items()
    }
    women, men, other = (sums.get(group, (0, 0)) for group in ("women", "men", "other"))
    numbers = sorted(number for group, values in cells.items() for _, _, number in values)
    row: dict[str, object] = {}
    for name, (low, high) in {"women": women, "men": men, "other": other}.items():
        row |= {f"{name}_low": low, f"{name}_high": high}
    return row | {
        "sexes_add_up": _sums(sums, women, men, other),
        "locator": f"sheet {SHEET}, rows {', '.join(map(str, numbers))}",
    }


def _sums(sums: dict[str, tuple[int, int]], *sexes: tuple[int, int]) -> str:
    """Say how the sexes, added up, stand to the number of the same form."""
    low, high = (sum(ends) for ends in zip(*sexes, strict=True))
    if "all" not in sums:
        return "not known"
    least, most = sums["all"]
    if not {"women", "men"} <= sums.keys():
        return "one sex only"
    if low > most:
        return "more than all"
    return "as all" if high >= COVERED * least else "fewer than all"
