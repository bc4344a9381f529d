"""The contract of a table: its CSV file and its metadata agree, or a sentence says where not.

`read` gives the cells as text, and `faults` compares them with the metadata: types, closed lists,
keys, published totals and repeated years. `make check` does this once for each table. Builders
change a table through `write` only, which changes nothing when a fault is found.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from decentwork.repository import DATA, path_in_repository
from decentwork.tables import places
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import NUMERIC, Field, Metadata

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
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(where, f"line {line}: this is not UTF-8; save it as UTF-8") from None


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
    if ragged := [
        f"line {line}: {len(row)} cells under {len(header)} columns; put a cell that holds a comma "
        "in quotes"
        for line, row in numbered
        if len(row) != len(header)
    ]:
        raise DataError(where, ragged)
    lines, rows = [line for line, _ in numbered], [row for _, row in numbered]
    return pd.DataFrame(rows, index=lines, columns=header, dtype=object)


def faults(cells: pd.DataFrame, metadata: Metadata) -> list[str]:
    """Return a sentence for each cell, key, total and repetition that breaks the metadata."""
    found = [
        fault
        for field in metadata.fields
        for fault in _of_column(field, cells[field.name], metadata)
    ]
    found += _twice(cells, list(metadata.key))
    return found or [*_totals(cells, metadata), *_not_repeated(cells, metadata)]


def write(name: str, frame: pd.DataFrame, folder: Path = DATA) -> int:
    """Compare a frame with the metadata of a table, write the table, and return its rows.

    The file is UTF-8 with line feeds, its columns in the order of the metadata, its numbers to
    twelve significant digits. It is replaced in one step. When a fault is found, DataError is
    raised and the file stays as it is.
    """
    metadata = Metadata.load(places.metadata_file(name, folder))
    names = [field.name for field in metadata.fields]
    found = _columns([each for each in names if each in frame] + [*frame.columns.difference(names)],
                     metadata)  # fmt: skip
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
    columns = [[_as_text(field, v) for v in frame[field.name]] for field in metadata.fields]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in metadata.fields)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def chosen(cells: pd.DataFrame, where: Mapping[str, Any]) -> np.ndarray:
    """Return which rows have these values: texts, numbers, true or false, or lists of them."""
    found = np.ones(len(cells), dtype=bool)
    for name, value in where.items():
        values = value if isinstance(value, list) else [value]
        wanted = {str(v).lower() if isinstance(v, bool) else str(v) for v in values}
        found &= [cell in wanted for cell in cells[name]]
    return found


def _columns(header: Sequence[str], metadata: Metadata) -> list[str]:
    wanted = [field.name for field in metadata.fields]
    strange = [name for name in header if name not in wanted]
    found = []
    for name in wanted:
        if header.count(name) != 1:
            near = difflib.get_close_matches(name, strange, 1)
            hint = f" (is it {near[0]!r}?)" if near else ""
            what = "is there twice" if name in header else f"is missing{hint}"
            found.append(f"line 1: column {name} {what}; add it, or change {metadata.path.name}")
    told = f"is not in {metadata.path.name}; describe it there or drop it"
    found += [f"line 1: column {name!r} {told}" for name in strange]
    if not found and header != wanted:
        found = [f"line 1: the order is not that of {metadata.path.name}: {', '.join(wanted)}"]
    return found


def _of_column(field: Field, cells: pd.Series, metadata: Metadata) -> Iterator[str]:
    """Yield a sentence for each cell that breaks a rule of its field."""
    allowed = [_as_text(field, value) for value in field.constraints.get("enum", ())]
    if field.states:
        allowed = _codes_of_states(metadata.folder)
    wrong = {text: fault for text in set(cells) if (fault := _fault(text, field, allowed))}
    for line, text in cells.items() if wrong else ():
        if text in wrong:
            yield f"line {line}, column {field.name}: {wrong[text]}"


def _codes_of_states(folder: Path) -> list[str]:
    """Return the iso3 codes of the participating States, from the one table that holds them."""
    path = places.metadata_file(places.STATES, folder).with_suffix(".csv")
    if not path.is_file():
        fault = "the table of participating States cannot be read; run `make data`"
        raise DataError(path_in_repository(path), fault)
    with path.open(encoding="utf-8", newline="") as lines:
        return [row["iso3"] for row in csv.DictReader(lines)]


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
        near = difflib.get_close_matches(text, allowed, 1)
        hint = f"did you mean {near[0]}?" if near else f"allowed are {', '.join(allowed)}"
        if field.states:
            return f"{text!r} is not the code of a participating State; {hint} See {places.STATES}"
        return f"{text!r} is not in the closed list; {hint}"
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


def _twice(cells: pd.DataFrame, key: list[str]) -> Iterator[str]:
    first: dict[tuple[str, ...], int] = {}
    for line, *row in cells[key].itertuples(name=None):
        if first.setdefault(tuple(row), line) != line:
            named = ", ".join(f"{name} = {value}" for name, value in zip(key, row, strict=True))
            yield (
                f"line {line}, columns {', '.join(key)}: duplicate key; {named} is in line "
                f"{first[tuple(row)]} already. Keep one"
            )


def _totals(cells: pd.DataFrame, metadata: Metadata) -> Iterator[str]:
    for total in metadata.totals:
        column, where = total["sum_of"], total.get("where", {})
        named = ", ".join(f"{name} = {value}" for name, value in where.items()) or "all rows"
        rows = cells[chosen(cells, where)]
        have = pd.to_numeric(rows[column]).sum()
        if rows.empty:
            yield f"column {column}: no row has {named}, but a published total is given for it"
        elif abs(have - total["equals"]) > total["tolerance"] + 1e-9:
            yield (
                f"column {column}: {named} adds to {have:.10g}, and the published total is "
                f"{total['equals']:.10g} (tolerance {total['tolerance']:g}: {total['because']}). "
                "Check these rows against their source"
            )


def _not_repeated(cells: pd.DataFrame, metadata: Metadata) -> Iterator[str]:
    """Yield States whose years do not repeat each other, as a remark says."""
    within = [name for name in metadata.key if name not in ("iso3", "year")]
    numeric = [each.name for each in metadata.fields if each.type in NUMERIC]
    columns = [*within, *(name for name in numeric if name not in metadata.key)]
    for remark in metadata.remarks:
        years = remark.get("repeated", [])
        for state in remark["states"] if years else ():
            rows = cells[cells["iso3"] == state].sort_values([*metadata.key])
            given = [rows.loc[rows["year"] == str(y), columns].to_numpy().tolist() for y in years]
            if not given[0] or any(each != given[0] for each in given):
                yield (
                    f"iso3 = {state}: a remark in {metadata.path.name} says that the years "
                    f"{', '.join(map(str, years))} have the same numbers, and they have not. Read "
                    "the source again, and take `repeated` out of the remark if it no longer holds"
                )
