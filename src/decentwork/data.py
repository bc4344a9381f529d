"""The tables of the book: `read(name)` gives a typed frame, with what is known of the table.

Tables are checked by `make check` and before a build (`bookmaking.checks.data`), not at each read.
"""

import hashlib
import json
from pathlib import Path

import pandas as pd

from decentwork.repository import DATA, path_in_repository, remedy
from decentwork.tables import places
from decentwork.tables.cited_cells import keys_of
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import Metadata

__all__ = [
    "DataError",
    "as_first_defined",
    "digest",
    "metadata",
    "names",
    "read",
    "states",
    "without_repeated",
]

_DTYPES = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
"""The type in a frame of each type of Table Schema; the others are read as text."""


def names(folder: Path = DATA) -> list[str]:
    """Return the names that `read` knows, of all themes, in alphabetical order.

    Raises DataError if two tables have the same name.

    Examples
    --------
    >>> from decentwork import data
    >>> "ilo-rounds" in data.names()
    True
    """
    return list(places.metadata_files(folder))


def metadata(name: str, folder: Path = DATA) -> Metadata:
    """Return what is known of a table without its rows.

    Raises DataError for an unknown name, with near ones.

    Examples
    --------
    >>> from decentwork import data
    >>> about = data.metadata("ilo-rounds")
    >>> print(about.title)
    Estimates of forced labour by the International Labour Organization, rounds of 2005, 2012, 2017
    and 2022
    >>> about.as_of, about.units["million"]
    ('2022-09', 'million people')
    >>> about.csv_path.name
    'ilo-rounds.csv'
    """
    path = places.metadata_file(name, folder)
    return Metadata.load(path)


def digest(name: str, folder: Path = DATA) -> str:
    """Return a checksum of everything that `read` uses for this table.

    That is the table, its metadata, and what the metadata take from ``shared.yml``.

    Examples
    --------
    >>> from decentwork import data
    >>> data.digest("ilo-rounds") == data.digest("ilo-rounds")
    True
    >>> len(data.digest("ilo-rounds"))
    64
    """
    known_of_it = metadata(name, folder)
    taken = {
        "schema": known_of_it.schema,
        "licence": dict(known_of_it.licence),
        "origin": [dict(each) for each in known_of_it.origin],
    }
    content = (
        known_of_it.csv_path.read_bytes(),
        known_of_it.path.read_bytes(),
        json.dumps(taken, sort_keys=True).encode(),
    )
    return hashlib.sha256(b"\0".join(content)).hexdigest()


def read(name: str, folder: Path = DATA) -> pd.DataFrame:
    """Return a table as a typed frame.

    Parameters
    ----------
    name
        The table's name, for example ``ilo-rounds``; its theme is not needed.
    folder
        The folder of all themes.

    Returns
    -------
    pandas.DataFrame
        Its ``attrs`` hold ``name``, ``title``, ``units`` (column to unit), ``sources`` (citation
        keys of the rows, in order of appearance), ``as_of``, ``breaks`` and
        ``must_not_be_used_for``.

    Raises
    ------
    DataError
        With near names for a table that is unknown; for a table that lacks a column, or that holds
        a cell of another type than its column.

    Examples
    --------
    >>> from decentwork import data
    >>> rounds = data.read("ilo-rounds")
    >>> rounds.query("dimension == 'total'")[["round", "among", "million"]]
        round                                among  million
    0    2005                        forced labour    12.30
    13   2012                        forced labour    20.90
    30   2012  forced labour in the European Union     0.88
    33   2017                        forced labour    24.90
    50   2022                        forced labour    27.60
    >>> rounds.attrs["units"]["million"], rounds.attrs["as_of"]
    ('million people', '2022-09')
    >>> rounds.attrs["must_not_be_used_for"][0]
    'a line or a trend from one round to the next'
    """
    known_of_it = metadata(name, folder)
    types = {each.name: each.type for each in known_of_it.fields}
    path = known_of_it.csv_path
    try:
        dtypes = {column: _DTYPES.get(kind, "string") for column, kind in types.items()}
        frame = pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])[[*types]]
        for column in [column for column, kind in types.items() if kind == "date"]:
            frame[column] = pd.to_datetime(frame[column], format="%Y-%m-%d")
    except FileNotFoundError:
        fault = f"there is no such table; {remedy(path, 'run `make data`')}"
        raise DataError(path_in_repository(path), fault) from None
    except (KeyError, ValueError) as error:
        fault = f"does not have the types of its columns ({error}); "
        fault += remedy(path, "`make check` says which cell is wrong")
        raise DataError(path_in_repository(path), fault) from None
    cited = (key for cell in frame.get("source", []) for key in keys_of(cell))
    frame.attrs.update(
        name=name,
        title=known_of_it.title,
        units=known_of_it.units,
        sources=list(dict.fromkeys(cited)),
        as_of=known_of_it.as_of,
        breaks=[dict(each) for each in known_of_it.breaks],
        must_not_be_used_for=list(known_of_it.must_not_be_used_for),
    )
    return frame


def as_first_defined(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that count what its first years count.

    A break in the metadata parts all later years of its States from the first ones, or of all rows
    where it names no States. A break with ``first_again`` ends this: from its year on the first
    definition holds again.

    Parameters
    ----------
    frame
        A table as `read` gives it, with a column ``year``, and ``iso3`` where breaks name States.

    Returns
    -------
    pandas.DataFrame
        Some of the rows, in their order.

    Raises
    ------
    DataError
        If the frame was made again and has lost the breaks of its table.

    Examples
    --------
    >>> from decentwork import data
    >>> inspectors = data.read("labour-inspectors")
    >>> poland = inspectors.query("iso3 == 'POL' and year < 2013")
    >>> poland["year"].tolist(), data.as_first_defined(poland)["year"].tolist()
    ([2009, 2010, 2011, 2012], [2009, 2010])
    """
    if "breaks" not in frame.attrs:
        raise DataError(
            "a frame", "it has lost the breaks of its table; give the rows as data.read gave them."
        )
    parted = pd.Series(False, index=frame.index)
    for each in sorted(frame.attrs["breaks"], key=lambda each: each["year"]):
        later = frame["year"] >= each["year"]
        if "states" in each:
            later &= frame["iso3"].isin(each["states"])
        parted[later] = not each.get("first_again", False)
    return frame[~parted]


def without_repeated(
    frame: pd.DataFrame, like: str | None = None, folder: Path = DATA
) -> pd.DataFrame:
    """Return the rows of a table without years of a State that have the same numbers.

    One of two such years may be a copy of the other, or both may be wrong, so both are left out.
    Remarks in the metadata name them, and a table in which they differ is refused when it is read.

    Parameters
    ----------
    frame
        A table with columns ``iso3`` and ``year``.
    like
        The name of the table whose remarks name the years; without it, that of ``frame``. A table
        made from the same file may show the repetition less plainly.
    folder
        The folder of all tables.

    Returns
    -------
    pandas.DataFrame
        Some of the rows, in their order.

    Raises
    ------
    DataError
        If no table is named and the frame has lost its name, or if the table repeats no years.

    Examples
    --------
    >>> from decentwork import data
    >>> detected = data.read("detected-victims").query("form == 'all forms'")
    >>> albania = detected.query("iso3 == 'ALB' and 2016 <= year <= 2019")
    >>> albania["year"].tolist(), data.without_repeated(albania)["year"].tolist()
    ([2016, 2017, 2018, 2019], [2016, 2019])
    """
    name = like or frame.attrs.get("name")
    if name is None:
        raise DataError("a frame", "it has lost the name of its table; name the table in `like`.")
    repeated = [
        (state, year)
        for remark in metadata(name, folder).remarks
        for state in remark["states"]
        for year in remark.get("repeated", ())
    ]
    if not repeated:
        raise DataError(name, "its metadata name no repeated years, so none can be left out.")
    return frame[~pd.MultiIndex.from_frame(frame[["iso3", "year"]]).isin(repeated)]


def states(folder: Path = DATA) -> pd.DataFrame:
    """Return the 57 participating States indexed by iso3, with names and memberships by date.

    Examples
    --------
    >>> from decentwork import data
    >>> states = data.states()
    >>> len(states)
    57
    >>> states.loc["KAZ", "name"]
    'Kazakhstan'
    >>> int(states["eu_2011"].sum())  # how many were in the European Union in 2011
    27
    """
    return read(places.STATES, folder).set_index("iso3")
