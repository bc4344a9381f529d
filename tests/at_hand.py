"""The originals of the tables, where they are here; where not, a test says so and stops."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from bookmaking.tables.builders import builders
from bookmaking.tables.originals import Original, catalogue, catalogued, folders
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables.errors import DataError

BUILDERS = builders()
KNOWN = catalogue()
ORIGINALS = folders()


def complete(originals: Iterable[Original]) -> tuple[Path, ...]:
    """Return the folders of originals if they hold these; else the test says so and stops."""
    missing = [each for each in originals if not each.under(ORIGINALS).is_file()]
    if missing:
        names = ", ".join(each.file for each in missing)
        pytest.skip(
            f"Nothing was compared, because no folder of originals holds {names}. "
            f"{where_to_get(missing)}"
        )
    return ORIGINALS


def where_to_get(missing: Iterable[Original]) -> str:
    """Return what to do to have originals that are not available, as a sentence."""
    if all(each.address for each in missing):
        return "Run `make data ORIGINALS=yes`, or set DECENTWORK_ORIGINALS to their folder."
    return (
        "Some were typed or cut by hand and have no address: ask the authors for them, and set "
        "DECENTWORK_ORIGINALS to their folder."
    )


def original(file: str) -> Path:
    """Return the path of one original. Fails if the catalogue does not list it."""
    try:
        found = catalogued(file)
    except DataError as error:
        pytest.fail(str(error), pytrace=False)
    return found.under(complete([found]))


def unexplained(
    name: str,
    original: dict[tuple[str, ...], dict[str, str]],
    frame: pd.DataFrame,
    folder: Path = DATA,
) -> list[str]:
    """Return values of a typed table that differ from its original and are not corrections.

    Parameters
    ----------
    name
        The table.
    original
        For each key of the table as text, the values of the original by column, as text.
    frame
        The table's rows.
    folder
        The folder of all themes, for the corrections in the table's metadata.
    """
    metadata = data.metadata(name, folder)
    place = f"data/{metadata.theme}/{name}"
    explained = {
        (tuple(map(str, each["row"])), each.get("column")) for each in metadata.corrections
    }
    keys = list(frame[list(metadata.key)].astype(str).itertuples(index=False, name=None))
    table = dict(zip(keys, frame.to_dict("records"), strict=True))
    differing: set[tuple[tuple[str, ...], str | None]] = {
        (key, None) for key in table.keys() ^ original.keys()
    }
    for key in table.keys() & original.keys():
        for column, was in original[key].items():
            now = table[key][column]
            if (was == "") != bool(pd.isna(now)) or (was != "" and float(was) != float(now)):
                differing.add((key, column))
    problems = []
    for key, column in sorted(differing - explained, key=str):
        what = f"column {column}" if column else "the whole row"
        problems.append(
            f"{place}.csv, row {list(key)}: {what} is not as in the original; correct it, "
            f"or say why under corrections in {place}.yml"
        )
    for key, column in sorted(explained - differing, key=str):
        what = f"column {column}" if column else "the whole row"
        problems.append(
            f"{place}.yml, corrections: row {list(key)}, {what}: nothing differs there "
            "from the original; take the entry out"
        )
    return problems


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return an original as text, row by row."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
