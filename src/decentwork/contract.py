"""The contract of a table: a CSV file and its sidecar agree, and the check says where they do not.

Every table of the book is `data/<name>.csv` beside `data/<name>.yml`. The sidecar says what a
column holds, what may stand in it, what the published totals are, and what the bytes hash to.
`check` reads a table against its sidecar and reports every fault with file, line, column and what
to do; `write` is the only way in which builders change a table, and changes nothing when the check
fails.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork.sidecars import DATA, Column, DataError, Sidecar, Total, shown

__all__ = ["DATA", "STATES_FILE", "DataError", "Sidecar", "as_csv", "check", "record", "write"]

STATES_FILE = "participating-states.csv"

_SHAPES = {
    "integer": (re.compile(r"-?\d+"), "a whole number, digits only"),
    "number": (
        re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?"),
        "a number with a decimal point, no commas",
    ),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), "a date as YYYY-MM-DD"),
    "boolean": (re.compile(r"true|false"), "true or false"),
}


def check(csv_path: Path, sidecar: Sidecar) -> pd.DataFrame:
    """Read a table and hold it against its sidecar: bytes, columns, cells, keys, rows, totals.

    Returns the frame with types as in the sidecar (text as `string`, whole numbers as `Int64`,
    numbers as `float64`, true and false as `boolean`, dates as `datetime64`). Raises DataError with
    every fault found.
    """
    text = _text(csv_path)
    frame = _checked(text, sidecar, csv_path)
    if hashlib.sha256(text.encode()).hexdigest() != sidecar.integrity["sha256"]:
        raise DataError(shown(csv_path), _changed_bytes(sidecar))
    if len(frame) != sidecar.rows:
        raise DataError(
            shown(csv_path), f"has {len(frame)} rows; {sidecar.path.name} says {sidecar.rows}"
        )
    return frame


def write(name: str, frame: pd.DataFrame, folder: Path = DATA) -> None:
    """Check a frame against `<folder>/<name>.yml`, then write the CSV and record its checksum.

    UTF-8, line feeds, columns in the order of the sidecar, numbers to twelve significant digits.
    Each file is replaced in one step. When the check fails, DataError is raised and no file is
    touched.
    """
    sidecar = Sidecar.load(folder / f"{name}.yml")
    if faults := _column_faults(list(frame.columns), sidecar):
        raise DataError(shown(sidecar.csv_path), faults)
    text = as_csv(frame, sidecar)
    checked = _checked(text, sidecar, sidecar.csv_path)
    stamped = _stamped(sidecar, sha256=hashlib.sha256(text.encode()).hexdigest(), rows=len(checked))
    _replace(sidecar.csv_path, text)
    _replace(sidecar.path, stamped)


def record(name: str, folder: Path = DATA) -> None:
    """Check a table that was typed by hand and record its new checksum and rows in its sidecar.

    Numbers are put into the common format. DataError for a table that a builder writes.
    """
    sidecar = Sidecar.load(folder / f"{name}.yml")
    if sidecar.builder:
        raise DataError(shown(sidecar.csv_path), f"is written by {sidecar.builder}, not by hand")
    write(name, _checked(_text(sidecar.csv_path), sidecar, sidecar.csv_path), folder)


def _changed_bytes(sidecar: Sidecar) -> str:
    if sidecar.builder:
        return (
            f"its bytes are not those that {sidecar.path.name} records, and {sidecar.builder} "
            "writes it. If the change is meant, make it in the builder and run `make data`; "
            "if not, restore the file with git"
        )
    return (
        f"its bytes are not those that {sidecar.path.name} records. "
        "If the change is meant, run `make data`; if not, restore the file with git"
    )


def _text(csv_path: Path) -> str:
    try:
        raw = csv_path.read_bytes()
    except FileNotFoundError:
        raise DataError(shown(csv_path), "there is no such table; run `make data`") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            shown(csv_path), f"line {line}: this is not UTF-8; save it as UTF-8"
        ) from None


def _checked(text: str, sidecar: Sidecar, csv_path: Path) -> pd.DataFrame:
    header, lines, rows = _rows(text, csv_path)
    faults = _column_faults(header, sidecar) or _length_faults(header, lines, rows)
    wanted = [column.name for column in sidecar.columns]
    if not faults and header != wanted:
        faults.append(
            f"line 1: the order of columns is not that of {sidecar.path.name}: {', '.join(wanted)}"
        )
    if faults:
        raise DataError(shown(csv_path), faults)
    cells = pd.DataFrame(rows, columns=header, dtype="string")
    for column in sidecar.columns:
        states = _state_codes(csv_path.parent) if column.states else None
        faults += _cell_faults(column, cells[column.name], lines, states)
    faults += _key_faults(sidecar.key, cells, lines)
    if faults:
        raise DataError(shown(csv_path), faults)
    frame = pd.DataFrame(
        {column.name: _typed(column, cells[column.name]) for column in sidecar.columns}
    )
    faults = [fault for total in sidecar.totals if (fault := _total_fault(total, frame))]
    if faults:
        raise DataError(shown(csv_path), faults)
    return frame


def _rows(text: str, csv_path: Path) -> tuple[list[str], list[int], list[list[str]]]:
    """Header, line numbers and cells."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        numbered = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        fault = f"line {reader.line_num}: not readable as CSV ({error}); mend the quotes"
        raise DataError(shown(csv_path), fault) from None
    return header, [line for line, _ in numbered], [row for _, row in numbered]


def _length_faults(header: list[str], lines: list[int], rows: list[list[str]]) -> list[str]:
    return [
        f"line {line}: {len(row)} cells under {len(header)} columns; "
        "put a cell that holds a comma in quotes"
        for line, row in zip(lines, rows, strict=True)
        if len(row) != len(header)
    ]


def _column_faults(header: list[str], sidecar: Sidecar) -> list[str]:
    wanted = [column.name for column in sidecar.columns]
    strange = [name for name in header if name not in wanted]
    faults = []
    for name in wanted:
        if name not in header:
            near = difflib.get_close_matches(name, strange, 1)
            hint = f" (is it {near[0]!r}?)" if near else ""
            faults.append(
                f"line 1: column {name} is missing{hint}; add it, or change {sidecar.path.name}"
            )
        elif header.count(name) > 1:
            faults.append(f"line 1: column {name} stands twice; drop one")
    for name in strange:
        faults.append(
            f"line 1: column {name!r} is not in {sidecar.path.name}; describe it there or drop it"
        )
    return faults


def _cell_faults(
    column: Column, cells: pd.Series, lines: list[int], states: frozenset[str] | None
) -> list[str]:
    shape, meaning = _SHAPES.get(column.type, (None, ""))
    pattern = re.compile(column.pattern) if column.pattern else None
    seen: dict[str, str | None] = {}

    def fault(text: str) -> str | None:
        if text == "":
            return "is empty; fill it in" if column.required else None
        if text != text.strip():
            return f"{text!r} begins or ends with a space; take it away"
        if shape and not shape.fullmatch(text):
            return f"{text!r} is not {meaning}"
        if column.type == "date" and not _is_date(text):
            return f"{text!r} is no day of the calendar"
        if states is not None and text not in states:
            near = difflib.get_close_matches(text, states, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            return f"{text!r} is not the code of a participating State; {hint}See {STATES_FILE}"
        if column.enum and text not in column.enum:
            near = difflib.get_close_matches(text, column.enum, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(column.enum)}"
            return f"{text!r} is not in the closed list; {hint}"
        if pattern and not pattern.fullmatch(text):
            return f"{text!r} does not have the form {column.pattern}"
        if column.minimum is not None and float(text) < column.minimum:
            return f"{text} is below the minimum {column.minimum:g}; check the value in the source"
        if column.maximum is not None and float(text) > column.maximum:
            return f"{text} is above the maximum {column.maximum:g}; check the value in the source"
        return None

    faults = []
    for line, text in zip(lines, cells, strict=True):
        if text not in seen:
            seen[text] = fault(text)
        if seen[text]:
            faults.append(f"line {line}, column {column.name}: {seen[text]}")
    return faults


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _key_faults(key: tuple[str, ...], cells: pd.DataFrame, lines: list[int]) -> list[str]:
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for line, values in zip(
        lines, cells[list(key)].itertuples(index=False, name=None), strict=True
    ):
        if values in first:
            named = ", ".join(f"{name} = {value}" for name, value in zip(key, values, strict=True))
            faults.append(
                f"line {line}, columns {', '.join(key)}: duplicate key; {named} stands in line "
                f"{first[values]} already. Keep one"
            )
        first.setdefault(values, line)
    return faults


def _typed(column: Column, cells: pd.Series) -> pd.Series:
    cells = cells.replace("", pd.NA)
    if column.type == "integer":
        return cells.astype("Int64")
    if column.type == "number":
        return cells.astype("Float64").astype("float64")
    if column.type == "boolean":
        return cells.map({"true": True, "false": False}).astype("boolean")
    if column.type == "date":
        return pd.to_datetime(cells, format="%Y-%m-%d")
    return cells


def _total_fault(total: Total, frame: pd.DataFrame) -> str | None:
    chosen = pd.Series(True, index=frame.index)
    for name, value in total.where.items():
        chosen &= frame[name].isin(value if isinstance(value, list) else [value])
    named = ", ".join(f"{name} = {value}" for name, value in total.where.items()) or "all rows"
    if not chosen.any():
        return f"column {total.sum_of}: no row has {named}, but a published total is given for it"
    have = float(frame.loc[chosen, total.sum_of].sum())
    if abs(have - total.equals) <= total.tolerance + 1e-9:
        return None
    return (
        f"column {total.sum_of}: {named} adds to {have:.10g}, and the published total is "
        f"{total.equals:.10g} (tolerance {total.tolerance:g}: {total.because}). "
        "Check these rows in the source"
    )


def _state_codes(folder: Path) -> frozenset[str]:
    """The iso3 codes of the participating States, from the one table that holds them."""
    path = folder / STATES_FILE
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return frozenset(row["iso3"] for row in csv.DictReader(lines))
    except (FileNotFoundError, KeyError):
        raise DataError(
            shown(path), "the table of participating States cannot be read; run `make data`"
        ) from None


def as_csv(frame: pd.DataFrame, sidecar: Sidecar) -> str:
    """The text of a table as `write` puts it down: order of columns, number format, line ends."""
    columns = [
        frame[column.name].map(lambda value, c=column: _as_text(value, c))
        for column in sidecar.columns
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in sidecar.columns)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def _as_text(value: Any, column: Column) -> str:
    if pd.isna(value):
        return ""
    if column.type == "number" and isinstance(value, (int, float)):
        return f"{value:.12g}"
    if column.type == "integer" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    if column.type == "boolean" and not isinstance(value, str):
        return "true" if value else "false"
    if column.type == "date" and not isinstance(value, str):
        return value.strftime("%Y-%m-%d")
    return str(value)


def _stamped(sidecar: Sidecar, *, sha256: str, rows: int) -> str:
    """The sidecar's text with a new checksum and row count, and nothing else changed."""
    text = sidecar.path.read_text(encoding="utf-8")
    for field, value in {"sha256": f'"{sha256}"', "rows": rows}.items():
        text, found = re.subn(rf"^(  {field}:) .*$", rf"\g<1> {value}", text, flags=re.MULTILINE)
        if found != 1:
            raise DataError(
                shown(sidecar.path),
                f"the line '  {field}: …' must stand once, with two spaces before it",
            )
    return text


def _replace(path: Path, text: str) -> None:
    """Put a whole new file in place of the old one in a single step."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
