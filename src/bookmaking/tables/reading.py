"""What builders share: strict reading of an original, closed translation, published figures."""

import warnings
import zlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyreadr
from python_calamine import CalamineError

from decentwork import data
from decentwork.tables.errors import DataError

FEWER_THAN_FIVE = "<5"
"""What statistics print for one to four persons, and some also where nothing was reported."""


def require_here(path: Path) -> None:
    """Raise DataError if an original is not on this machine."""
    if not path.is_file():
        raise DataError(str(path), "this original is not here; run `make data ORIGINALS=yes`")


def read_original(path: Path, columns: list[str], encoding: str = "utf-8-sig") -> pd.DataFrame:
    """Read an original CSV as text; a mark of byte order at its beginning is left out.

    Raises DataError if its columns are not these: this catches a new edition, and a column that
    moved, before a builder reads one column for another.
    """
    require_here(path)
    frame = pd.read_csv(path, dtype="string", keep_default_na=False, encoding=encoding)
    if list(frame.columns) != columns:
        fault = f"has the columns {list(frame.columns)}, not {columns}; revise the builder"
        raise DataError(str(path), fault)
    return frame


def read_r(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read the one data frame of a file that R saved (``.rda``, ``.RData`` or ``.rds``).

    Raises DataError if the file is not here, is not readable, or lacks one of the columns that a
    builder reads. Other columns are left out.
    """
    require_here(path)
    try:
        [frame] = pyreadr.read_r(str(path)).values()
    except (pyreadr.PyreadrError, pyreadr.LibrdataError, ValueError) as error:
        raise DataError(str(path), f"is not one data frame of R ({error}); look at it") from None
    return _only(frame, columns, path)


def read_cached(path: Path) -> pd.DataFrame:
    """Read what knitr kept of a run of R code (``.rdb``): a data frame, or a list of its rows.

    knitr writes each object as a length of four bytes and, compressed, what R writes for
    ``saveRDS``. pyreadr does not read such a list. Raises DataError for anything else.
    """
    import rdata  # takes a second, and only two builders need it

    require_here(path)
    try:
        with warnings.catch_warnings(action="ignore"):  # classes of R that only print otherwise
            found = rdata.conversion.convert(
                rdata.parser.parse_data(zlib.decompress(path.read_bytes()[4:]))
            )
        return pd.DataFrame(
            [row.to_series() for row in found] if isinstance(found, list) else found
        )
    except (ValueError, EOFError, AttributeError, NotImplementedError, zlib.error) as error:
        raise DataError(str(path), f"is not one object that R kept ({error})") from None


def _only(frame: pd.DataFrame, columns: list[str], path: Path) -> pd.DataFrame:
    """Return some columns of a frame. Raises DataError if it lacks one."""
    if lacking := [each for each in columns if each not in frame]:
        fault = f"has the columns {list(frame.columns)} and lacks {lacking}; revise the builder"
        raise DataError(str(path), fault)
    return frame[columns]


def read_datapoints(path: Path, place: str, series: str) -> pd.DataFrame:
    """Read one series as Open Numbers publishes it: a value for each place and year.

    The file has the columns ``place`` (the name of its column of places), ``time`` and ``series``.
    Returns the columns ``place`` (its code in capitals: ``iso3`` of a State, or that of a region),
    ``year`` and ``value``. Raises DataError for other columns, text in place of a number, or two
    values for one place and year.
    """
    frame = read_original(path, [place, "time", series])
    twice = frame.duplicated([place, "time"]).any()
    require(not twice, "a place has two values for one year; look at the original", path)
    return pd.DataFrame(
        {
            "place": frame[place].str.upper(),
            "year": frame["time"].astype(int),
            "value": numbers(frame[series], path),
        }
    )


def of_participating_states(frame: pd.DataFrame, column: str = "iso3") -> pd.DataFrame:
    """Return the rows of a frame whose column has the code of a participating State."""
    return frame[frame[column].isin(data.states().index)].rename(columns={column: "iso3"})


def read_workbook(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read columns of the first sheet of a workbook of any age as text, by the names in row 1.

    Raises DataError if the file is not here, is no workbook, or lacks a column. For a large sheet
    calamine takes a second where openpyxl takes ten.
    """
    require_here(path)
    try:
        frame = pd.read_excel(path, dtype="string", keep_default_na=False, engine="calamine")
    except (CalamineError, ValueError) as error:
        raise DataError(str(path), f"is no workbook ({error}); look at it") from None
    return _only(frame, columns, path)


def translate(values: pd.Series, mapping: Mapping[str, str], path: Path) -> pd.Series:
    """Translate through a closed list. Raises DataError for a value that is not in it."""
    unknown = sorted(set(values.dropna()) - set(mapping))
    if unknown:
        fault = f"column {values.name}: no rule for {unknown}; read the source, then add one"
        raise DataError(str(path), fault)
    return values.map(mapping).astype("string")


def numbers(values: pd.Series, path: Path) -> pd.Series:
    """Turn text into numbers, empty text into no number. Raises DataError for any other text."""
    filled = values.replace("", pd.NA)
    try:
        return pd.to_numeric(filled).astype("Float64")
    except ValueError as error:
        raise DataError(str(path), f"column {values.name}: {error}; revise the builder") from None


def bounds(printed: str) -> tuple[int, int]:
    """Return the least and the most that a printed count can mean: 0 and 4 for ``<5``."""
    if printed == FEWER_THAN_FIVE:
        return 0, 4
    count = int(printed.replace(",", ""))
    return count, count


def expect(have: float, published: float, tolerance: float, what: str, path: Path) -> None:
    """Raise DataError if a figure computed from the original is not the published one."""
    if abs(have - published) > tolerance:
        fault = f"{what} is {have:,.10g}, published is {published:,.10g}; check the original"
        raise DataError(str(path), fault)


def require(condition: bool, sentence: str, path: Path) -> None:
    """Raise DataError with a sentence on an original unless a condition holds."""
    if not condition:
        raise DataError(str(path), sentence)
