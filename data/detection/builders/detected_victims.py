"""detected-victims: victims of trafficking whom participating States detected, by form.

The original prints "<5" for one to four persons. It also prints 0, but in some State-years "<5"
fits the sums only as 0, so "<5" keeps the interval 0 to 4 unless the other cells of the same State
and year contradict it. And it prints 0 where victims are counted but no form is recorded, as for
Canada in 2019: 411 victims, and 0 of each form. Such a 0 is no count (`_readings`).
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import openpyxl
import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from decentwork import data
from decentwork.data import DataError

WORKBOOK = catalogued("unodc-glotip-2025-10/data_glotip_2025-10-28.xlsx")
ORIGINALS = (WORKBOOK,)
SHEET = "data_glotip_1"
EDITION = "28/10/2025"
FEWER_THAN_FIVE = "<5"
"""What statistics print for one to four persons, and some also where nothing was reported."""
HEADER = (
    "Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex",
    "Age", "Year", "Unit of measurement", "txtVALUE", "Source",
)  # fmt: skip
CLOSED = {
    "Indicator": {
        "Detected trafficking victims", "Persons convicted", "Persons prosecuted",
        "Persons brought into formal contact", "Offences of trafficking in persons",
    },
    "Dimension": {
        "Total", "by form of exploitation", "by citizenship", "by country of repatriation",
    },
    "Sex": {"Total", "Female", "Male", "Other", "Unknown"},
    "Age": {"Total", "18 years or over", "0 to 17 years", "Unknown"},
    "Unit of measurement": {"Counts"},
    "Source": {"GLOTIP"},
}  # fmt: skip
FORMS = {
    ("Total", "Total"): "all forms",
    ("by form of exploitation", "Forced labour"): "forced labour",
    ("by form of exploitation", "Sexual exploitation"): "sexual exploitation",
    ("by form of exploitation", "Other forms of exploitation"): "other",
}
# The file splits other forms into kinds that it does not name; their rows share one key and are
# added, also where two print the same value (Türkiye 2022: 106 + 160 + 16 + 16 + 41 of 343).
SEVERAL_ROWS_ALLOWED = {"other"}


Cells = dict[str, list[tuple[str, int]]]  # form: [(value as printed, row of the sheet)]


def build(originals: Folders) -> pd.DataFrame:
    """Return four rows (all forms and three forms) for each State and year of the workbook."""
    return reshape(read(WORKBOOK.under(originals)))


def reshape(found: dict[tuple[str, int], Cells]) -> pd.DataFrame:
    """Return the table; a series ends where the metadata names a break of the State."""
    breaks = data.metadata("detected-victims").breaks
    rows = []
    for (state, year), cells in sorted(found.items()):
        series = 1 + sum(state in each["states"] and year >= each["year"] for each in breaks)
        rows += [{"iso3": state, "year": year, "series": series, **row} for row in _rows(cells)]
    frame = pd.DataFrame(rows).astype({"persons_low": "Int64", "persons_high": "Int64"})
    return frame.assign(source="unodcdata2025", grade="A")


def read(path: Path, edition: str = EDITION) -> dict[tuple[str, int], Cells]:
    """Return the cells of each State and year; stop at an unknown form or a second value."""
    participating = set(data.states().index)
    dimensions = {dimension for dimension, _ in FORMS}
    found: dict[tuple[str, int], Cells] = {}
    for number, row in sheet_rows(path, edition):
        wanted = (
            row["Iso3_code"] in participating
            and row["Indicator"] == "Detected trafficking victims"
            and row["Dimension"] in dimensions
            and (row["Sex"], row["Age"]) == ("Total", "Total")
        )
        if not wanted:
            continue
        form = FORMS.get((row["Dimension"], row["Category"]))
        if form is None:
            raise DataError(str(path), f"row {number}: no rule for the form {row['Category']!r}")
        key = row["Iso3_code"], row["Year"]
        cells = found.setdefault(key, {form: [] for form in FORMS.values()})
        cells[form].append((row["txtVALUE"].replace(",", ""), number))
        if len(cells[form]) > 1 and form not in SEVERAL_ROWS_ALLOWED:
            raise DataError(str(path), f"row {number}: a second value for {key} {form}")
    return found


def sheet_rows(path: Path, edition: str = EDITION) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the rows of the workbook with their numbers.

    Raises DataError at another edition, and at a category that is not in `CLOSED`.
    """
    numbered = enumerate(_values(path, sha256(path.read_bytes()).hexdigest()), start=1)
    head = [next(numbered)[1] for _ in range(3)]
    if head[1][0] != edition or head[2] != HEADER:
        fault = f"is not the edition of {edition} with the columns {HEADER}; revise the builder"
        raise DataError(str(path), fault)
    for number, values in numbered:
        row = dict(zip(HEADER, values, strict=True))
        for column, allowed in CLOSED.items():
            if row[column] not in allowed:
                raise DataError(str(path), f"row {number}: no rule for {column} = {row[column]!r}")
        yield number, row


@lru_cache(maxsize=2)
def _values(path: Path, digest: str) -> tuple[tuple[object, ...], ...]:
    """Return the cells of the sheet; several tables read it, and each reading takes seconds.

    The digest is that of the file, so that a changed file is read again.
    """
    workbook = openpyxl.load_workbook(path, read_only=True)
    try:
        sheet = workbook[SHEET]
        sheet.reset_dimensions()  # the file states a wrong size
        return tuple(sheet.iter_rows(values_only=True))
    finally:
        workbook.close()


def _rows(cells: Cells) -> Iterator[dict[str, object]]:
    """Yield the four rows of one State and year."""
    added = {form: _bounds([printed for printed, _ in values]) for form, values in cells.items()}
    sums = _sums(added)
    readings = _readings(cells, added, sums)
    for form, values in cells.items():
        blank = readings[form] in ("no row", "not reported")
        low, high = (None, None) if blank else added[form]
        yield {
            "form": form,
            "persons_low": low,
            "persons_high": high,
            "printed": " + ".join(printed for printed, _ in values) or None,
            "reading": readings[form],
            "forms_add_up": sums,
            "locator": f"sheet {SHEET}, {_places([number for _, number in values])}",
        }


def bounds(printed: str) -> tuple[int, int]:
    """Return the least and the most that a printed count can mean: 0 and 4 for ``<5``."""
    if printed == FEWER_THAN_FIVE:
        return 0, 4
    count = int(printed.replace(",", ""))
    return count, count


def _bounds(printed: list[str]) -> tuple[int, int] | None:
    if not printed:
        return None
    ends = [bounds(value) for value in printed]
    return sum(low for low, _ in ends), sum(high for _, high in ends)


def _sums(added: dict[str, tuple[int, int] | None]) -> str:
    """Say how the forms, added up, stand to the number of victims of all forms."""
    total = added["all forms"]
    forms = [added[form] for form in added if form != "all forms"]
    have = [each for each in forms if each]
    if total and have and sum(low for low, _ in have) > total[1]:
        return "more than all forms"
    if total is None or len(have) < len(forms):
        return "not known"
    if sum(high for _, high in have) < total[0]:
        return "fewer than all forms"
    return "as all forms"


def _readings(cells: Cells, added: dict[str, tuple[int, int] | None], sums: str) -> dict[str, str]:
    """Say how each cell is read; "<5" and 0 are no counts where the sums rule them out."""
    forms = [form for form in cells if form != "all forms"]
    without_form = _without_form(added)
    printed = {form: {value for value, _ in cells[form]} for form in cells}
    no_form_counted = all(printed[form] <= {FEWER_THAN_FIVE, "0"} for form in forms)
    readings = {}
    for form in cells:
        part = form != "all forms"
        short = part and sums == "fewer than all forms"
        uncounted = short and (no_form_counted or printed[form] == {"0"})
        formless = part and without_form and added[form] in ((0, 0), added["all forms"])
        if added[form] is None:
            readings[form] = "no row"
        elif uncounted or formless:
            readings[form] = "not reported"
        elif FEWER_THAN_FIVE not in printed[form]:
            readings[form] = "counted"
        elif not part and sums == "more than all forms":
            readings[form] = "not reported"
        else:
            readings[form] = "doubtful" if short else "fewer than five"
    return readings


def _without_form(added: dict[str, tuple[int, int] | None]) -> bool:
    """Say whether victims are counted and none has a form: all are "other", or all forms are 0.

    Such a State reported no forms, as Finland for 2023: 224 victims, 224 of them "other", and no
    row for forced labour. At least one form has no row; where all have one, `_sums` decides.
    """
    named = [added["forced labour"], added["sexual exploitation"]]
    return (
        None in named
        and all(each in (None, (0, 0)) for each in named)
        and (added["all forms"] or (0, 0))[0] > 0
        and added["other"] in ((0, 0), added["all forms"])
    )


def _places(numbers: list[int]) -> str:
    if not numbers:
        return "no row"
    return ("row " if len(numbers) == 1 else "rows ") + ", ".join(map(str, numbers))
