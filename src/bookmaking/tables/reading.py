"""What builders share: strict reading of an original, closed translation, published figures.

`bookmaking.tables.builders` has checked that the originals are here and are those of the catalogue.
"""

import warnings
import zlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyreadr

from decentwork import data
from decentwork.tables.errors import DataError


def read_original(path: Path, columns: list[str], encoding: str = "utf-8-sig") -> pd.DataFrame:
    """Read an original CSV as text; a mark of byte order at its beginning is left out.

    Raises DataError if its columns are not these: this catches a new edition, and a column that
    moved, before a builder reads one column for another.
    """
    frame = pd.read_csv(path, dtype="string", keep_default_na=False, encoding=encoding)
    fault = f"has the columns {list(frame.columns)}, not {columns}; revise the builder"
    require(list(frame.columns) == columns, fault, path)
    return frame


def read_r(path: Path, columns: list[str]) -> pd.DataFrame:
    """Return columns of the one data frame that R saved (``.rda``, ``.RData`` or ``.rds``).

    Raises DataError if it lacks one of them.
    """
    [frame] = pyreadr.read_r(str(path)).values()
    lacking = [each for each in columns if each not in frame]
    fault = f"has the columns {list(frame.columns)} and lacks {lacking}; revise the builder"
    require(not lacking, fault, path)
    return frame[columns]


def read_cached(path: Path) -> pd.DataFrame:
    """Read what knitr kept of a run of R code (``.rdb``): a data frame, or a list of its rows.

    knitr writes each object as a length of four bytes and, compressed, what R writes for
    ``saveRDS``. pyreadr does not read such a list.
    """
    import rdata  # takes a second, and only two builders need it

    with warnings.catch_warnings(action="ignore"):  # classes of R that only print otherwise
        parsed = rdata.parser.parse_data(zlib.decompress(path.read_bytes()[4:]))
        found = rdata.conversion.convert(parsed)
    return pd.DataFrame([row.to_series() for row in found] if isinstance(found, list) else found)


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


def translate(values: pd.Series, mapping: Mapping[str, str], path: Path) -> pd.Series:
    """Translate through a closed list. Raises DataError for a value that is not in it."""
    unknown = sorted(set(values.dropna()) - set(mapping))
    fault = f"column {values.name}: no rule for {unknown}; read the source, then add one"
    require(not unknown, fault, path)
    return values.map(mapping).astype("string")


def numbers(values: pd.Series, path: Path) -> pd.Series:
    """Turn text into numbers, empty text into no number. Raises DataError for any other text."""
    try:
        return pd.to_numeric(values.replace("", pd.NA)).astype("Float64")
    except ValueError as error:
        raise DataError(str(path), f"column {values.name}: {error}; revise the builder") from None


def expect(have: float, published: float, tolerance: float, what: str, path: Path) -> None:
    """Raise DataError if a figure computed from the original is not the published one."""
    fault = f"{what} is {have:,.10g}, published is {published:,.10g}; check the original"
    require(abs(have - published) <= tolerance, fault, path)


def require(condition: bool, sentence: str, path: Path) -> None:
    """Raise DataError with a sentence on an original unless a condition holds."""
    if not condition:
        raise DataError(str(path), sentence)
