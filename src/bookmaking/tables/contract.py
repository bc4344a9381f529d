"""The contract of a table: its CSV file and its metadata agree, or a sentence says where not.

`read` gives the cells as text, and `faults` compares them with the metadata: types, closed lists,
keys and published totals. `make check` does this once for each table. Builders change a table
through `write` only, which changes nothing when a fault is found.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bookmaking.tables.described import near
from decentwork.repository import DATA, path_in_repository
from decentwork.tables import places
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import Field, Metadata

_SHAPES = {
    "integer": (re.compile(r"-?\d+"), "a whole number, digits only"),
    "number": (re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?"), "a number without commas"),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), "a date as YYYY-MM-DD"),
    "boolean": (re.compile(r"true|false"), "true or false"),
}


def read(metadata: Metadata) -> pd.DataFrame:
    """Return the cells of a table as text, each row under the line on which it ends.

    Raises DataError if there is no such file, or if it is no CSV in UTF-8 with these columns.
    """
    where = path_in_repository(metadata.csv_path)
    try:
        return cells_of(metadata.csv_path.read_text(encoding="utf-8"), metadata)
    except FileNotFoundError:
        raise DataError(where, "there is no such table; run `make data`") from None
    except UnicodeDecodeError as error:
        raise DataError(where, f"this is not UTF-8 ({error}); save it as UTF-8") from None


def cells_of(text: str, metadata: Metadata) -> pd.DataFrame:
    """Return the cells of a CSV. Raises DataError for bad quotes, rows or columns."""
    where = path_in_repository(metadata.csv_path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        numbered = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        fault = f"line {reader.line_num}: not readable as CSV ({error}); fix the quotes"
        raise DataError(where, fault) from None
    if wrong := _columns(header, metadata):
        raise DataError(where, wrong)
    for line, row in numbered:
        if len(row) != len(header):
            fault = f"line {line}: {len(row)} cells under {len(header)} columns; put a cell that"
            raise DataError(where, f"{fault} holds a comma in quotes")
    lines, rows = [line for line, _ in numbered], [row for _, row in numbered]
    return pd.DataFrame(rows, index=lines, columns=header, dtype=object)


def faults(cells: pd.DataFrame, metadata: Metadata) -> list[str]:
    """Return a sentence for each cell, key and total that breaks the metadata."""
    found = []
    for field in metadata.fields:
        allowed = [_as_text(field, value) for value in field.constraints.get("enum", ())]
        if field.states:
            allowed = _codes_of_states(metadata.folder)
        column = cells[field.name]
        wrong = {text: fault for text in set(column) if (fault := _fault(text, field, allowed))}
        found += [f"line {line}, column {field.name}: {wrong[text]}"
                  for line, text in column[column.isin(wrong)].items()]  # fmt: skip
    key = [*metadata.key]
    for line, row in cells[cells.duplicated(key)].iterrows():
        named = ", ".join(f"{name} = {row[name]}" for name in key)
        first = cells.index[(cells[key] == row[key]).all(axis=1)][0]
        found.append(
            f"line {line}, columns {', '.join(key)}: duplicate key; {named} is in line {first} "
            "already. Keep one"
        )
    return found or [*_totals(cells, metadata)]


def write(name: str, frame: pd.DataFrame, folder: Path = DATA) -> int:
    """Compare a frame with the metadata of a table, write the table, and return its rows.

    The file is UTF-8 with line feeds, its columns in the order of the metadata, its numbers to
    twelve significant digits. It is replaced in one step. When a fault is found, DataError is
    raised and the file stays as it is.
    """
    metadata = Metadata.load(places.metadata_file(name, folder))
    names = [field.name for field in metadata.fields]
    header = [each for each in names if each in frame] + [*frame.columns.difference(names)]
    found = _columns(header, metadata)
    if not found:
        text = as_csv(frame, metadata)
        found = faults(cells_of(text, metadata), metadata)
    if found:
        raise DataError(path_in_repository(metadata.csv_path), found)
    temporary = metadata.csv_path.with_name(f".{metadata.csv_path.name}.new")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(metadata.csv_path)
    finally:
        temporary.unlink(missing_ok=True)
    return len(frame)


def as_csv(frame: pd.DataFrame, metadata: Metadata) -> str:
    """Return the text of a table as `write` puts it down."""
    texts = {each.name: [_as_text(each, v) for v in frame[each.name]] for each in metadata.fields}
    return pd.DataFrame(texts, dtype=object).to_csv(index=False, lineterminator="\n")


def chosen(cells: pd.DataFrame, where: Mapping[str, Any]) -> np.ndarray:
    """Return which rows have these values: texts, numbers, true or false, or lists of them."""
    found = np.ones(len(cells), dtype=bool)
    for name, value in where.items():
        values = value if isinstance(value, list) else [value]
        wanted = {str(v).lower() if isinstance(v, bool) else str(v) for v in values}
        found &= cells[name].isin(wanted).to_numpy()
    return found


def _columns(header: Sequence[str], metadata: Metadata) -> list[str]:
    wanted, yml = [field.name for field in metadata.fields], metadata.path.name
    strange = [name for name in header if name not in wanted]
    found = [f"column {name!r} is not in {yml}; describe it there or drop it" for name in strange]
    found += [f"column {name} is missing; add it, or change {yml}"
              for name in wanted if name not in header]  # fmt: skip
    if not found and list(header) != wanted:
        found = [f"the columns are not in the order of {yml}: {', '.join(wanted)}"]
    return [f"line 1: {fault}" for fault in found]


def _codes_of_states(folder: Path) -> list[str]:
    """Return the iso3 codes of the participating States, from the one table that holds them."""
    path = places.metadata_file(places.STATES, folder).with_suffix(".csv")
    if not path.is_file():
        fault = "the table of participating States cannot be read; run `make data`"
        raise DataError(path_in_repository(path), fault)
    return pd.read_csv(path, usecols=["iso3"], keep_default_na=False)["iso3"].tolist()


def _fault(text: str, field: Field, allowed: Sequence[str]) -> str | None:
    """Return what is wrong with the text of a cell."""
    said = field.constraints
    shape, meaning = _SHAPES.get(field.type, (None, ""))
    if text == "":
        return "is empty; fill it in" if field.required else None
    if text != text.strip():
        return f"{text!r} begins or ends with a space; take it away"
    if (shape and not shape.fullmatch(text)) or (field.type == "date" and not _is_date(text)):
        return f"{text!r} is not {meaning}"
    if allowed and text not in allowed:
        what = f"the code of a State in {places.STATES}" if field.states else "in the closed list"
        return f"{text!r} is not {what}; {near(text, allowed)}"
    if "pattern" in said and not re.fullmatch(said["pattern"], text):
        return f"{text!r} does not have the form {said['pattern']}"
    for name, sign in (("minimum", 1), ("maximum", -1)):
        if name in said and sign * (float(text) - said[name]) < 0:
            side = "below" if sign > 0 else "above"
            return f"{text} is {side} the {name} {said[name]}; check it against its source"
    return None


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _as_text(field: Field, value: Any) -> str:
    """Return the text of one value: numbers to twelve significant digits, dates as YYYY-MM-DD."""
    if pd.isna(value):
        return ""
    if field.type == "number" and isinstance(value, (int, float)):
        return f"{value:.12g}"
    if field.type == "integer" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    if field.type == "boolean" and not isinstance(value, str):
        return "true" if value else "false"
    if field.type == "date" and not isinstance(value, str):
        return value.strftime("%Y-%m-%d")
    return str(value)


def _totals(cells: pd.DataFrame, metadata: Metadata) -> Iterator[str]:
    for total in metadata.totals:
        column, where = total["sum_of"], total.get("where", {})
        named = ", ".join(f"{name} = {value}" for name, value in where.items()) or "all rows"
        rows = cells[chosen(cells, where)]
        have = pd.to_numeric(rows[column], errors="coerce").sum()
        if rows.empty:
            yield f"column {column}: no row has {named}, but a published total is given for it"
        elif abs(have - total["equals"]) > total["tolerance"] + 1e-9:
            yield (
                f"column {column}: {named} adds to {have:.10g}, and the published total is "
                f"{total['equals']:.10g} (tolerance {total['tolerance']:g}: {total['because']}). "
                "Check these rows against their source"
            )
