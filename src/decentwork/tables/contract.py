"""The contract of a table: its CSV file and its metadata agree, or a sentence says where not.

`check` looks at file, columns, cells, keys, published totals and repeated years, and reports every
fault with line, column and what to do. `make check` calls it for each table; reading one does not.
Builders change a table through `write` only, which changes nothing when the check fails.
"""

import csv
import difflib
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from decentwork.repository import DATA, path_in_repository, remedy
from decentwork.tables import places
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import NUMERIC, Field, Metadata, Total

_SHAPES = {
    "integer": (re.compile(r"-?\d+"), "a whole number, digits only"),
    "number": (
        re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?"),
        "a number with a decimal point, no commas",
    ),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), "a date as YYYY-MM-DD"),
    "boolean": (re.compile(r"true|false"), "true or false"),
}


def check(metadata: Metadata) -> pd.DataFrame:
    """Read a table and compare it with its metadata: columns, cells, keys, totals.

    Returns
    -------
    pandas.DataFrame
        With types as in the metadata.

    Raises
    ------
    DataError
        With every fault found.
    """
    return _checked(_text(metadata.csv_path), metadata)


def write(name: str, frame: pd.DataFrame, folder: Path = DATA) -> int:
    """Check a frame against the metadata of a table, write the table, and return its rows.

    The file is UTF-8 with line feeds, its columns in the order of the metadata, its numbers to
    twelve significant digits. It is replaced in one step. When the check fails, DataError is raised
    and the file stays as it is.
    """
    metadata = Metadata.load(places.metadata_file(name, folder))
    if faults := _column_faults(list(frame.columns), metadata):
        raise DataError(path_in_repository(metadata.csv_path), faults)
    text = as_csv(frame, metadata)
    rows = len(_checked(text, metadata))
    temporary = metadata.csv_path.with_name(f".{metadata.csv_path.name}.new")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(metadata.csv_path)
    finally:
        temporary.unlink(missing_ok=True)
    return rows


def as_csv(frame: pd.DataFrame, metadata: Metadata) -> str:
    """Return the text of a table as `write` puts it down."""
    columns = [
        frame[field.name].map(lambda value, field=field: _as_text(field, value))
        for field in metadata.fields
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in metadata.fields)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def codes_of_states(folder: Path = DATA) -> frozenset[str]:
    """Return the iso3 codes of the participating States, from the one table that holds them."""
    path = places.metadata_file(places.STATES, folder).with_suffix(".csv")
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return frozenset(row["iso3"] for row in csv.DictReader(lines))
    except (FileNotFoundError, KeyError):
        what_to_do = remedy(path, "run `make data`")
        raise DataError(
            path_in_repository(path),
            f"the table of participating States cannot be read; {what_to_do}",
        ) from None


def _text(csv_path: Path) -> str:
    try:
        raw = csv_path.read_bytes()
    except FileNotFoundError:
        what_to_do = remedy(csv_path, "run `make data`")
        raise DataError(
            path_in_repository(csv_path), f"there is no such table; {what_to_do}"
        ) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            path_in_repository(csv_path), f"line {line}: this is not UTF-8; save it as UTF-8"
        ) from None


def _checked(text: str, metadata: Metadata) -> pd.DataFrame:
    where = path_in_repository(metadata.csv_path)
    header, lines, rows = _rows(text, metadata.csv_path)
    faults = _column_faults(header, metadata) or _length_faults(header, lines, rows)
    wanted = [field.name for field in metadata.fields]
    if not faults and header != wanted:
        faults.append(
            f"line 1: the order of columns is not that of {metadata.path.name}: {', '.join(wanted)}"
        )
    if faults:
        raise DataError(where, faults)
    texts = pd.DataFrame(rows, columns=header, dtype="string")
    for field in metadata.fields:
        states = codes_of_states(metadata.folder) if field.states else None
        faults += _cell_faults(field, texts[field.name], lines, states)
    faults += _key_faults(metadata.key, texts, lines)
    if faults:
        raise DataError(where, faults)
    frame = pd.DataFrame(
        {field.name: _values(field, texts[field.name]) for field in metadata.fields}
    )
    faults = [fault for total in metadata.totals if (fault := _total_fault(total, frame))]
    faults += _repetition_faults(frame, metadata)
    if faults:
        raise DataError(where, faults)
    return frame


def _rows(text: str, csv_path: Path) -> tuple[list[str], list[int], list[list[str]]]:
    """Return the header, the line of each row, and the rows as text."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        numbered = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        fault = f"line {reader.line_num}: not readable as CSV ({error}); fix the quotes"
        raise DataError(path_in_repository(csv_path), fault) from None
    return header, [line for line, _ in numbered], [row for _, row in numbered]


def _length_faults(header: list[str], lines: list[int], rows: list[list[str]]) -> list[str]:
    return [
        f"line {line}: {len(row)} cells under {len(header)} columns; "
        "put a cell that holds a comma in quotes"
        for line, row in zip(lines, rows, strict=True)
        if len(row) != len(header)
    ]


def _column_faults(header: list[str], metadata: Metadata) -> list[str]:
    wanted = [field.name for field in metadata.fields]
    strange = [name for name in header if name not in wanted]
    faults = []
    for name in wanted:
        if name not in header:
            near = difflib.get_close_matches(name, strange, 1)
            hint = f" (is it {near[0]!r}?)" if near else ""
            faults.append(
                f"line 1: column {name} is missing{hint}; add it, or change {metadata.path.name}"
            )
        elif header.count(name) > 1:
            faults.append(f"line 1: column {name} is there twice; drop one")
    for name in strange:
        faults.append(
            f"line 1: column {name!r} is not in {metadata.path.name}; describe it there or drop it"
        )
    return faults


def _cell_faults(
    field: Field, cells: pd.Series, lines: list[int], states: frozenset[str] | None
) -> list[str]:
    """Return a sentence for each cell of a column that breaks a rule of its field."""
    fault_in = _checker(field, states)
    faults = {text: fault_in(text) for text in cells.unique()}
    return [
        f"line {line}, column {field.name}: {fault}"
        for line, text in zip(lines, cells, strict=True)
        if (fault := faults[text])
    ]


def _checker(field: Field, states: frozenset[str] | None) -> Callable[[str], str | None]:
    shape, meaning = _SHAPES.get(field.type, (None, ""))
    pattern = re.compile(field.pattern) if field.pattern else None
    allowed = [_as_text(field, value) for value in field.enum or ()]

    def fault_in(text: str) -> str | None:
        if text == "":
            return "is empty; fill it in" if field.required else None
        if text != text.strip():
            return f"{text!r} begins or ends with a space; take it away"
        if shape and not shape.fullmatch(text):
            return f"{text!r} is not {meaning}"
        if field.type == "date" and not _is_date(text):
            return f"{text!r} is not a day of the calendar"
        if states is not None and text not in states:
            near = difflib.get_close_matches(text, states, 1)
            hint = f"did you mean {near[0]}? " if near else ""
            return (
                f"{text!r} is not the code of a participating State; {hint}See the table "
                f"{places.STATES}"
            )
        if allowed and text not in allowed:
            near = difflib.get_close_matches(text, allowed, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(allowed)}"
            return f"{text!r} is not in the closed list; {hint}"
        if pattern and not pattern.fullmatch(text):
            return f"{text!r} does not have the form {field.pattern}"
        if field.minimum is not None and float(text) < field.minimum:
            return f"{text} is below the minimum {field.minimum:g}; check it against its source"
        if field.maximum is not None and float(text) > field.maximum:
            return f"{text} is above the maximum {field.maximum:g}; check it against its source"
        return None

    return fault_in


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _values(field: Field, cells: pd.Series) -> pd.Series:
    """Return the values of a column whose text is sound, in the type of its field."""
    cells = cells.replace("", pd.NA)
    if field.type == "integer":
        return cells.astype("Int64")
    if field.type == "number":
        return cells.astype("Float64").astype("float64")
    if field.type == "boolean":
        return cells.map({"true": True, "false": False}).astype("boolean")
    if field.type == "date":
        return pd.to_datetime(cells, format="%Y-%m-%d")
    return cells


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


def _key_faults(key: tuple[str, ...], texts: pd.DataFrame, lines: list[int]) -> list[str]:
    first: dict[tuple[str, ...], int] = {}
    faults = []
    keys = texts[list(key)].itertuples(index=False, name=None)
    for line, values in zip(lines, keys, strict=True):
        if values in first:
            named = ", ".join(f"{name} = {value}" for name, value in zip(key, values, strict=True))
            faults.append(
                f"line {line}, columns {', '.join(key)}: duplicate key; {named} is in line "
                f"{first[values]} already. Keep one"
            )
        first.setdefault(values, line)
    return faults


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
        "Check these rows against their source"
    )


def _repetition_faults(frame: pd.DataFrame, metadata: Metadata) -> list[str]:
    """Return a sentence for each State whose years do not repeat each other, as a remark says."""
    within = [name for name in metadata.key if name not in ("iso3", "year")]
    numeric = [each.name for each in metadata.fields if each.type in NUMERIC]
    columns = [*within, *(name for name in numeric if name not in metadata.key)]
    faults = []
    for remark in metadata.remarks:
        years = remark.get("repeated", [])
        for state in remark["states"] if years else ():
            rows = frame[frame["iso3"] == state].sort_values([*metadata.key])
            first, *others = (
                rows.loc[rows["year"] == year, columns].reset_index(drop=True) for year in years
            )
            if first.empty or not all(map(first.equals, others)):
                faults.append(
                    f"iso3 = {state}: a remark in {metadata.path.name} says that the years "
                    f"{', '.join(map(str, years))} have the same numbers, and they have not. Read "
                    "the source again, and take `repeated` out of the remark if it no longer holds"
                )
    return faults
