"""The contract of a table: a CSV file and its sidecar agree, and the check says where they do not.

The sidecar says what a column holds, what may stand in it, what the published totals are, and what
the bytes hash to. `check` reads a table against its sidecar and reports every fault with file,
line, column and what to do. Builders change a table through `write` only, which changes nothing
when the check fails. `stamp` records a change that was typed by hand.

The checksum covers all bytes of a table, with one exception. A sidecar may name under
``integrity.of`` the columns that the checksum covers. The claim register does: the note's own words
never change, so the checksum guards them. Its verdicts change by intention, and
`decentwork.claims` checks them row by row; a checksum of them would only show that they changed.
"""

import csv
import difflib
import hashlib
import io
import re
from pathlib import Path

import pandas as pd

from decentwork.repository import DATA, path_in_repository, remedy
from decentwork.tables import cells, places
from decentwork.tables.errors import DataError
from decentwork.tables.fields import NUMERIC
from decentwork.tables.sidecars import Sidecar, Total


def check(sidecar: Sidecar) -> pd.DataFrame:
    """Read a table and hold it against its sidecar: bytes, columns, cells, keys, rows, totals.

    Returns
    -------
    pandas.DataFrame
        With types as in the sidecar: text as ``string``, whole numbers as ``Int64``, numbers as
        ``float64``, true and false as ``boolean``, dates as ``datetime64``.

    Raises
    ------
    DataError
        With every fault found.
    """
    text = _text(sidecar.csv_path)
    frame = _checked(text, sidecar)
    if not {"sha256", "rows"} <= sidecar.integrity.keys():
        raise DataError(
            path_in_repository(sidecar.path),
            "has no checksum or no number of rows yet; run `make data`, which checks the table and "
            "writes both",
        )
    if _checksum(text, frame, sidecar) != sidecar.integrity["sha256"]:
        raise DataError(path_in_repository(sidecar.csv_path), _changed_bytes(sidecar))
    if "of" in sidecar.integrity and as_csv(frame, sidecar) != text:
        raise DataError(
            path_in_repository(sidecar.csv_path),
            "quotes, numbers or line ends are not in the common format; run `make data`, which "
            "puts them into it",
        )
    if len(frame) != sidecar.rows:
        what_to_do = remedy(sidecar.csv_path, "run `make data`, which counts them again")
        raise DataError(
            path_in_repository(sidecar.csv_path),
            f"has {len(frame)} rows; {sidecar.path.name} says {sidecar.rows}; {what_to_do}",
        )
    return frame


def write(name: str, frame: pd.DataFrame, folder: Path = DATA) -> None:
    """Check a frame against the sidecar of a table, then write the table and stamp the sidecar.

    The file is UTF-8 with line feeds, its columns in the order of the sidecar, its numbers to
    twelve significant digits. Each file is replaced in one step. When the check fails, DataError is
    raised and no file is touched.
    """
    sidecar = Sidecar.load(places.sidecar(name, folder))
    if faults := _column_faults(list(frame.columns), sidecar):
        raise DataError(path_in_repository(sidecar.csv_path), faults)
    text = as_csv(frame, sidecar)
    checked = _checked(text, sidecar)
    stamped = _stamped(sidecar, sha256=_checksum(text, checked, sidecar), rows=len(checked))
    _replace(sidecar.csv_path, text)
    _replace(sidecar.path, stamped)


def stamp(name: str, folder: Path = DATA) -> None:
    """Check a table that was typed by hand, and stamp its sidecar with checksum and rows.

    Numbers are put into the common format. Raises DataError for a table that a builder writes.
    """
    sidecar = Sidecar.load(places.sidecar(name, folder))
    if sidecar.builder:
        raise DataError(
            path_in_repository(sidecar.csv_path),
            f"is written by {path_in_repository(sidecar.builder)}, not by hand: change the "
            "builder, then run `make data`",
        )
    write(name, _checked(_text(sidecar.csv_path), sidecar), folder)


def as_csv(frame: pd.DataFrame, sidecar: Sidecar, only: list[str] | None = None) -> str:
    """Return the text of a table as `write` puts it down, or of some of its columns."""
    fields = [field for field in sidecar.fields if only is None or field.name in only]
    columns = [
        frame[field.name].map(lambda value, field=field: cells.text(field, value))
        for field in fields
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def _checksum(text: str, frame: pd.DataFrame, sidecar: Sidecar) -> str:
    covered = sidecar.integrity.get("of")
    content = as_csv(frame, sidecar, covered) if covered else text
    return hashlib.sha256(content.encode()).hexdigest()


def _changed_bytes(sidecar: Sidecar) -> str:
    covered = sidecar.integrity.get("of")
    what = f"the columns {', '.join(covered)} are" if covered else "its bytes are"
    differ = f"{what} not those that {sidecar.path.name} records"
    meant = "run `make data`"
    if sidecar.builder:
        differ += f", and {path_in_repository(sidecar.builder)} writes it"
        meant = "make it in the builder and run `make data`"
    what_to_do = f"if the change is meant, {meant}; if not, restore the file with git"
    what_to_do = remedy(sidecar.csv_path, what_to_do)
    return f"{differ}. {what_to_do[0].upper()}{what_to_do[1:]}"


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


def _checked(text: str, sidecar: Sidecar) -> pd.DataFrame:
    where = path_in_repository(sidecar.csv_path)
    header, lines, rows = _rows(text, sidecar.csv_path)
    faults = _column_faults(header, sidecar) or _length_faults(header, lines, rows)
    wanted = [field.name for field in sidecar.fields]
    if not faults and header != wanted:
        faults.append(
            f"line 1: the order of columns is not that of {sidecar.path.name}: {', '.join(wanted)}"
        )
    if faults:
        raise DataError(where, faults)
    texts = pd.DataFrame(rows, columns=header, dtype="string")
    for field in sidecar.fields:
        states = codes_of_states(sidecar.folder) if field.states else None
        faults += cells.faults(field, texts[field.name], lines, states)
    faults += _key_faults(sidecar.key, texts, lines)
    if faults:
        raise DataError(where, faults)
    frame = pd.DataFrame(
        {field.name: cells.values(field, texts[field.name]) for field in sidecar.fields}
    )
    faults = [fault for total in sidecar.totals if (fault := _total_fault(total, frame))]
    faults += _repetition_faults(frame, sidecar)
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
        fault = f"line {reader.line_num}: not readable as CSV ({error}); mend the quotes"
        raise DataError(path_in_repository(csv_path), fault) from None
    return header, [line for line, _ in numbered], [row for _, row in numbered]


def _length_faults(header: list[str], lines: list[int], rows: list[list[str]]) -> list[str]:
    return [
        f"line {line}: {len(row)} cells under {len(header)} columns; "
        "put a cell that holds a comma in quotes"
        for line, row in zip(lines, rows, strict=True)
        if len(row) != len(header)
    ]


def _column_faults(header: list[str], sidecar: Sidecar) -> list[str]:
    wanted = [field.name for field in sidecar.fields]
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


def _key_faults(key: tuple[str, ...], texts: pd.DataFrame, lines: list[int]) -> list[str]:
    first: dict[tuple[str, ...], int] = {}
    faults = []
    for line, values in zip(
        lines, texts[list(key)].itertuples(index=False, name=None), strict=True
    ):
        if values in first:
            named = ", ".join(f"{name} = {value}" for name, value in zip(key, values, strict=True))
            faults.append(
                f"line {line}, columns {', '.join(key)}: duplicate key; {named} stands in line "
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
        "Check these rows in the source"
    )


def _repetition_faults(frame: pd.DataFrame, sidecar: Sidecar) -> list[str]:
    """Return a sentence for each State whose years do not repeat each other, as a remark says."""
    within = [name for name in sidecar.key if name not in ("iso3", "year")]
    numeric = [each.name for each in sidecar.fields if each.type in NUMERIC]
    columns = [*within, *(name for name in numeric if name not in sidecar.key)]
    faults = []
    for remark in sidecar.remarks:
        years = remark.get("repeated", [])
        for state in remark["states"] if years else ():
            rows = frame[frame["iso3"] == state].sort_values([*sidecar.key])
            first, *others = (
                rows.loc[rows["year"] == year, columns].reset_index(drop=True) for year in years
            )
            if first.empty or not all(map(first.equals, others)):
                faults.append(
                    f"iso3 = {state}: a remark in {sidecar.path.name} says that the years "
                    f"{', '.join(map(str, years))} have the same numbers, and they have not. Read "
                    "the source again, and take `repeated` out of the remark if it no longer holds"
                )
    return faults


def codes_of_states(folder: Path = DATA) -> frozenset[str]:
    """Return the iso3 codes of the participating States, from the one table that holds them."""
    path = places.sidecar(places.STATES, folder).with_suffix(".csv")
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return frozenset(row["iso3"] for row in csv.DictReader(lines))
    except (FileNotFoundError, KeyError):
        what_to_do = remedy(path, "run `make data`")
        raise DataError(
            path_in_repository(path),
            f"the table of participating States cannot be read; {what_to_do}",
        ) from None


def _stamped(sidecar: Sidecar, *, sha256: str, rows: int) -> str:
    """Return the sidecar's text with a new checksum and row count, and nothing else changed.

    A new sidecar gets both lines below the line ``integrity:``.
    """
    text = sidecar.path.read_text(encoding="utf-8")
    for field, value in {"rows": rows, "sha256": f'"{sha256}"'}.items():
        if field not in sidecar.integrity:
            text = re.sub(r"^integrity:$", rf"integrity:\n  {field}: …", text, flags=re.MULTILINE)
        text, found = re.subn(rf"^(  {field}:) .*$", rf"\g<1> {value}", text, flags=re.MULTILINE)
        if found != 1:
            raise DataError(
                path_in_repository(sidecar.path),
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
