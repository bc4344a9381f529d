"""What makes the rows of a table plausible, as its metadata say under ``holds``.

``metadata.schema.yml`` says what each declaration means. Bounds and lists of a cell are constraints
of its field; what compares cells is here. A comparison in which a cell is empty is left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pandas as pd

from bookmaking.tables.contract import chosen
from decentwork.days import MONTHS
from decentwork.tables.metadata import NUMERIC, Field, Metadata

SIGNED = ("log ratio", "standard deviations")
"""Units of what may be below zero; others may where the field has a minimum below zero."""
ABOVE_100 = ("per cent of gross domestic product",)
"""Percentages that may be more than a hundred, since they are no parts of a whole."""
ROUNDING = 1e-6
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")
WRITTEN_DAY = re.compile(rf"(?:\b(\d{{1,2}}) )?\b({'|'.join(MONTHS)}) ((?:1[5-9]|20|21)\d\d)\b")
SIGN = re.compile(r"(<=|>=|==|<|>)")
BOTH = "Check both against their source."

Sources = Mapping[str, Any]
"""The years and the day (as YYYY-MM-DD, or empty) of each source: ``years`` and ``day``."""
Row = Mapping[str, str]


def broken(metadata: Metadata, cells: pd.DataFrame, sources: Sources) -> Iterator[str]:
    """Yield where the rows of a table, as `contract.read` has them, break what is declared."""
    held, counted = metadata.holds, cells
    for each in held.get("exempt", ()):
        counted = counted[~chosen(counted, each)]
    for name, fault in _OF_A_ROW.items():
        for column, said in held.get(name, {}).items():
            for line, row in cells.iterrows():
                if row[column] and (told := fault(row[column], said, row, sources)):
                    yield f"line {line}: {column} is {row[column]!r}, {told} ({name}). {BOTH}"
    for rule in held.get("rules", ()):
        yield from _rule(rule, metadata, counted)
    for column in held.get("order", ()):
        yield from _order(column, cells)
    for field in metadata.fields:
        yield from _unit(field, cells[field.name])
    yield from _years(metadata, cells)


def unsound(metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield what the metadata say of years that cannot be, and what they leave out."""
    stated = metadata.holds.get("years", {})
    for field in metadata.fields:
        if field.name not in stated and (field.type == "date" or field.unit == "year"):
            yield (
                f"{field.name} holds years, and `holds: years:` does not say which. Add "
                f"{field.name}: [first, last]."
            )
    known = [int(year) for year in YEAR.findall(metadata.as_of)]
    if known and max(known) > date.today().year:
        yield f"as_of is {metadata.as_of!r}, which lies in the future. Fix the date."
    for name, (first, last) in stated.items():
        if known and name not in metadata.holds.get("ahead", ()) and last > max(known):
            yield (
                f"holds: years: {name} goes to {last}, and as_of is {metadata.as_of!r}. Fix the "
                "one that is wrong."
            )
        years = [int(year) for year in YEAR.findall(" ".join(cells[name]))]
        if years and (first < min(years) or last > max(years)):
            yield (
                f"holds: years: {name} is [{first}, {last}], and the table has "
                f"[{min(years)}, {max(years)}]. Fix the one that is wrong."
            )
    for each in metadata.origin:
        published, read = each.get("date_published", ""), each.get("date_accessed", "")
        if published and read and published > read:
            yield (
                f"origin {each['citation_key']}: read on {read}, before it was published, "
                f"{published}. Fix one of them."
            )


# One cell and what else its row says: each returns what is wrong, in words


def _printed(text: str, columns: list[str], row: Row, sources: Sources) -> str | None:
    words = " ".join(row[column] for column in columns)
    said = {abs(float(n)) for n in re.findall(r"\d+(?:\.\d+)?", words.replace(",", ""))}
    return None if abs(float(text)) in said else f"and {', '.join(columns)} says {words!r}"


def _same_year(text: str, other: str, row: Row, sources: Sources) -> str | None:
    years = set(YEAR.findall(row[other]))
    if other == "source":  # A key such as nrmq42025 has its year behind another digit.
        years = set(re.findall(r"(?:19|20)\d\d(?!\d)", row[other]))
        keys = [key for key in row[other].split("; ") if key in sources]
        years |= {str(year) for key in keys for year in sources[key].years}
    told = set(YEAR.findall(text))
    if told and years and not told & years:
        return f"and {other} is {row[other]!r} ({', '.join(sorted(years))}), of another year"
    return None


def _same_day(text: str, other: str, row: Row, sources: Sources) -> str | None:
    days = {sources[key].day for key in row[other].split("; ") if key in sources} - {""}
    if days and text not in days:
        return f"not the day of the source {row[other]} ({', '.join(sorted(days))})"
    return None


_OF_A_ROW: Mapping[str, Callable[[str, Any, Row, Sources], str | None]] = {
    "printed": _printed, "same_year": _same_year, "same_day": _same_day,
}  # fmt: skip
"""What compares a cell with its row: its name below ``holds``, and what finds the fault."""


# Rows of one table


def _rule(rule: str, metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield the rows in which a rule does not hold; ``a <= b <= c`` compares a with c as well."""
    signs, sides = set(SIGN.findall(rule)), [side.strip() for side in SIGN.split(rule)[::2]]
    if len(signs) != 1:
        yield f"holds: rules: {rule!r} is no comparison; write one, as in low <= value <= high."
        return
    [sign], names = signs, list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", rule)))
    frame = pd.DataFrame({name: _numbers(cells[name]) for name in names})
    values = {side: frame[side] if side in names else frame.eval(side) for side in sides}
    rounded = [f.name for f in metadata.fields if f.type == "number" and f.name in names]
    for left, right in pairwise(sides) if sign == "==" else combinations(sides, 2):
        apart = values[left] - values[right]
        if sign == "==":
            # Rounding may move an identity by half a digit of each cell that is no count.
            digits = (cells[name].str.partition(".")[2].str.len() for name in rounded)
            wrong = apart.abs() > sum((0.5 * 10.0**-each for each in digits), start=0) + ROUNDING
        else:
            apart = -apart if sign in (">=", ">") else apart
            wrong = apart > ROUNDING if "=" in sign else apart >= 0
        for line, row in cells[wrong].iterrows():
            told = ", ".join(f"{name} is {row[name]}" for name in names)
            yield (
                f"{_place(metadata, line, row)}{told}, and {metadata.path.name} says that {rule}. "
                "Check these cells against their source."
            )


def _place(metadata: Metadata, line: Any, row: pd.Series) -> str:
    return f"line {line} ({', '.join(row[name] for name in metadata.key)}): "


def _numbers(cells: pd.Series) -> pd.Series:
    """Return cells as numbers, also days, which follow each other as YYYYMMDD does."""
    plain = cells.str.replace(r"(?<=\d)-", "", regex=True)
    return pd.to_numeric(plain, errors="coerce").astype(float)


def _unit(field: Field, cells: pd.Series) -> Iterator[str]:
    unit, minimum = field.unit, field.constraints.get("minimum")
    if field.type not in NUMERIC or not unit or (minimum is not None and minimum < 0):
        return
    per_cent = unit.startswith("per cent") and unit not in ABOVE_100
    most = 100 if per_cent else 1 if unit in ("share", "probability") else np.inf
    least = -np.inf if unit in SIGNED else 0
    for line, text in cells.items():
        if text and not least <= float(text) <= most:
            told = f"above {most:g}" if float(text) > 0 else "below 0"
            yield (
                f"line {line}: {field.name} is {text}; {unit} cannot be {told}. Check it against "
                "its source."
            )


def _order(column: str, cells: pd.DataFrame) -> Iterator[str]:
    """Yield rows whose date is before that of the row before."""
    years = cells[column].str.extract(r"(\d{4}(?:-\d\d)*)", expand=False).dropna()
    for (_, before), (line, now) in pairwise(years.items()):
        if now < before[: len(now)]:
            yield (
                f"line {line}: {column} is {cells.loc[line, column]!r}, earlier than {before} in "
                "the row before (holds: order). Fix the date, or move the row."
            )


def _years(metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield cells with a year outside those of their column."""
    for name, (first, last) in metadata.holds.get("years", {}).items():
        for line, row in cells.iterrows():
            if any(not first <= int(year) <= last for year in YEAR.findall(row[name])):
                yield (
                    f"{_place(metadata, line, row)}{name} is {row[name]!r}, and "
                    f"{metadata.path.name} says {first} to {last} (holds: years). Check it against "
                    "its source, or widen the years."
                )
