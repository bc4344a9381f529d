"""Large workbooks: some columns of the only sheet, read in less than a second.

openpyxl makes an object of each cell, which takes ten seconds for ten thousand rows with a hundred
columns. This module looks for the cells of the asked columns alone, with patterns of text. That is
safe for a file whose checksum the catalogue holds, and a count of the rows guards it.
"""

import html
import re
import zipfile
from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import NOT_HERE, require
from decentwork.tables.errors import DataError

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"

_CELL = rb'<c r="(%s)(%s)"([^>]*?)(?:/>|>(.*?)</c>)'
"""A cell by its column and row: its attributes and its content, which an empty cell lacks."""
_CONTENT = re.compile(rb"<(?:v|t)(?: [^>]*)?>([^<]*)<")
_STRING = re.compile(rb"<si>(.*?)</si>", re.DOTALL)
_PIECE = re.compile(rb"<t(?: [^>]*)?>([^<]*)</t>")


def read_columns(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read columns of the only sheet of a workbook as text, by the names in its first row.

    Raises DataError if the file is not here, lacks a column, or has a row without any of them.
    """
    if not path.is_file():
        raise DataError(str(path), NOT_HERE)
    if path.suffix == ".xls":
        return _of_older_format(path, columns)
    with zipfile.ZipFile(path) as book:
        for part in (SHEET, STRINGS):
            require(part in book.namelist(), f"lacks its part {part}; read it with openpyxl", path)
        sheet, strings = book.read(SHEET), _strings(book.read(STRINGS))
    letters = {
        _text(attributes, content, strings): letter.decode()
        for letter, _, attributes, content in _cells(sheet, b"[A-Z]+", b"1")
    }
    if lacking := [each for each in columns if each not in letters]:
        fault = f"has the columns {list(letters)} and lacks {lacking}; revise the builder"
        raise DataError(str(path), fault)
    names = {letters[each]: each for each in columns}
    found: dict[str, dict[int, str]] = {each: {} for each in columns}
    for letter, row, attributes, content in _cells(sheet, "|".join(names).encode(), b"[0-9]+"):
        found[names[letter.decode()]][int(row)] = _text(attributes, content, strings)
    frame = pd.DataFrame(found, dtype="string").fillna("").sort_index()
    whole = len(frame) == sheet.count(b"<row ")
    require(whole, f"has rows without any of {columns}; look at them", path)
    return frame.iloc[1:]


def _of_older_format(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read columns of the only sheet of a workbook as Excel wrote it until 2003."""
    frame = pd.read_excel(path, dtype="string", keep_default_na=False, engine="xlrd")
    if lacking := [each for each in columns if each not in frame]:
        fault = f"has the columns {list(frame.columns)} and lacks {lacking}; revise the builder"
        raise DataError(str(path), fault)
    return frame[columns]


def _cells(sheet: bytes, column: bytes, row: bytes) -> list[tuple[bytes, ...]]:
    return re.findall(_CELL % (column, row), sheet, re.DOTALL)


def _strings(part: bytes) -> list[str]:
    return [
        html.unescape(b"".join(_PIECE.findall(each)).decode()) for each in _STRING.findall(part)
    ]


def _text(attributes: bytes, content: bytes, strings: list[str]) -> str:
    """Return what a cell shows: its own text, or the one of the shared strings that it names."""
    given = _CONTENT.search(content)
    if given is None:
        return ""
    shared = b't="s"' in attributes
    return strings[int(given[1])] if shared else html.unescape(given[1].decode())
