"""What makes the rows of a table plausible, as its metadata say under ``holds``.

Declarations are there for what the columns mean, so that a slipped digit shows and a new row does
not break them. ``metadata.schema.yml`` says what each of them means. Bounds and lists of a cell are
constraints of its field; what compares cells is here. A comparison in which a cell is empty is left
out.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
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
NO_PARTS = ("per cent", "US dollars per", "people per", "year")
"""How units begin in which no row is a part of another."""
TEXT_COLUMNS = ("locator", "note", "printed", "source", "read_in")
ROUNDING = 1e-6
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")
DAY = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")
WRITTEN_DAY = re.compile(rf"(?:\b(\d{{1,2}}) )?\b({'|'.join(MONTHS)}) ((?:1[5-9]|20|21)\d\d)\b")
PERIOD = re.compile(r"((?:1[89]|20|21)\d\d)(?:\s?(?:-|–|/| to )\s?(\d{4}|\d\d(?!\d)))?(?:-\d\d)?")
SPAN = re.compile(r"(?<![\d-])((?:1[89]|20)\d\d)\s?(?:-|–|/| to )\s?(\d{4}|\d\d)(?![\d-])")
KEYS_OF_SERIES = ("year", "edition", "period", "fiscal_year", "quarter_end", "month", "harvest")
SIGN = re.compile(r"(<=|>=|==|<|>)")
BOTH = "Check both against their source."

Sources = Mapping[str, Any]
"""The years and the day (as YYYY-MM-DD, or empty) of each source: ``years`` and ``day``."""
Table = Callable[[str], tuple[Metadata, pd.DataFrame]]
"""Gives the metadata and the cells of another table."""
Row = Mapping[str, str]


def broken(
    metadata: Metadata, cells: pd.DataFrame, sources: Sources, other: Table
) -> Iterator[str]:
    """Yield where the rows of a table, as `contract.read` has them, break what is declared."""
    held = metadata.holds
    counted = cells
    for each in held.get("exempt", ()):
        counted = counted[~chosen(counted, each)]
    for name, fault in _OF_A_ROW.items():
        rows = cells if name in DATES else counted  # no reading of a source excuses a date
        records = rows.to_dict("records") if name in held else ()
        for column, said in held.get(name, {}).items():
            for line, row in zip(rows.index, records, strict=True):
                if row[column] and (told := fault(row[column], said, row, sources)):
                    yield f"line {line}: {column} is {row[column]!r}, {told} ({name}). {BOTH}"
    for name, faults in _OF_A_COLUMN.items():
        for column, said in held.get(name, {}).items():
            yield from faults(column, said, metadata, counted)
    for rule in held.get("rules", ()):
        yield from _rule(rule, metadata, counted)
    for column in held.get("order", ()):
        yield from _order(column, counted)
    for each in held.get("elsewhere", ()):
        yield from _elsewhere(each, counted, *other(each["table"]))
    for field in metadata.fields:
        yield from _unit(field, cells[field.name])
    yield from _years(metadata, cells)


def unsound(metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield what the metadata say of years that cannot be, and what they leave out."""
    held = metadata.holds
    stated, ahead = held.get("years", {}), held.get("ahead", ())
    for field in metadata.fields:
        if field.name not in stated and _is_of_years(field, cells[field.name]):
            yield (
                f"{field.name} holds years, and `holds: years:` does not say which. Add "
                f"{field.name}: [first, last]."
            )
    known = [int(year) for year in YEAR.findall(metadata.as_of)]
    for name, (first, last) in stated.items():
        if first > last:
            yield f"holds: years: {name} is [{first}, {last}]: it ends before it begins."
        if known and name not in ahead and last > max(known):
            yield (
                f"holds: years: {name} goes to {last}, and as_of is {metadata.as_of!r}. Fix the "
                "one that is wrong."
            )
    if late := after_today(metadata.as_of):
        yield f"as_of is {metadata.as_of!r}, and {late} lies in the future. Fix the date."
    for number, each in enumerate(metadata.origin, 1):
        published, read = each.get("date_published", ""), each.get("date_accessed", "")
        where = f"origin {number} ({each['citation_key']})"
        for late in filter(None, map(after_today, (published, read))):
            yield f"{where}: {late} lies in the future. Fix the date."
        if published and read and published > read:
            yield f"{where}: read on {read}, before it was published, {published}. Fix one of them."
    covered = [year for period in stated.values() for year in period]
    for each in metadata.breaks if covered else ():
        if not min(covered) <= each["year"] <= max([*known, *covered]):
            yield (
                f"breaks: {each['year']} lies outside the years of the table, {min(covered)} to "
                f"{max([*known, *covered])}. Fix the year."
            )
    for each in held.get("exempt", ()):
        if not chosen(cells, each).any():
            yield f"holds: exempt: no row has {each}; take it out."


def sides_of(rule: str) -> tuple[str, list[str]]:
    """Return the sign of a comparison and its sides; no sign for what is no comparison."""
    signs = set(SIGN.findall(rule))
    return (signs.pop() if len(signs) == 1 else ""), [s.strip() for s in SIGN.split(rule)[::2]]


def columns_of(rule: str) -> list[str]:
    """Return the columns that a rule names, each once, in their order."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", rule)))


@cache
def after_today(text: str) -> str | None:
    """Return the first day, month or year of a text that has not begun yet."""
    today = date.today()
    for day in DAY.findall(text):
        if day > today.isoformat()[: len(day)]:
            return day
    for found in WRITTEN_DAY.finditer(text):
        if (int(found[3]), MONTHS[found[2]], int(found[1] or 1)) > today.timetuple()[:3]:
            return found[0]
    return next((year for year in YEAR.findall(text) if int(year) > today.year), None)


# One cell and what else its row says: each returns what is wrong, in words


def _rounded(text: str, step: float, row: Row, sources: Sources) -> str | None:
    parts = float(text) / step
    return f"no multiple of {step:g}" if abs(parts - round(parts)) > ROUNDING else None


def _printed(text: str, columns: list[str], row: Row, sources: Sources) -> str | None:
    words = " ".join(row[column] for column in columns)
    said = {abs(float(n)) for n in re.findall(r"\d+(?:\.\d+)?", words.replace(",", ""))}
    return None if abs(float(text)) in said else f"and {', '.join(columns)} says {words!r}"


def _in_sources(text: str, other: str, row: Row, sources: Sources) -> str | None:
    more = int(text) > len(row[other].split("; "))
    return f"and the row names fewer sources: {row[other]}" if more else None


def _since(text: str, most: int, row: Row, sources: Sources) -> str | None:
    told, of_source = YEAR.findall(text), _years_of(row["source"], sources)
    old = told and of_source and min(of_source) - int(max(told)) > most
    return f"more than {most} years before its source, {row['source']}" if old else None


def _same_year(text: str, other: str, row: Row, sources: Sources) -> str | None:
    years = set(YEAR.findall(row[other]))
    if other == "source":  # A key such as nrmq42025 has its year behind another digit.
        years = set(re.findall(r"(?:19|20)\d\d(?!\d)", row[other]))
        years |= {str(year) for year in _years_of(row[other], sources)}
    told = set(YEAR.findall(text))
    if told and years and not told & years:
        return f"and {other} is {row[other]!r} ({', '.join(sorted(years))}), of another year"
    return None


def _same_day(text: str, other: str, row: Row, sources: Sources) -> str | None:
    days = {sources[key].day for key in row[other].split("; ") if key in sources} - {""}
    if days and text not in days:
        return f"not the day of the source {row[other]} ({', '.join(sorted(days))})"
    return None


def _not_before(text: str, rule: Mapping[str, Any], row: Row, sources: Sources) -> str | None:
    by = row[rule["by"]]
    source = sources.get(key := rule["of"].get(by))
    day = (source.day or str(min(source.years))) if source else ""
    return f"before {by} was made ({day}, {key} in references.bib)" if text < day else None


def _years_of(keys: str, sources: Sources) -> set[int]:
    return {year for key in keys.split("; ") if key in sources for year in sources[key].years}


_OF_A_ROW: Mapping[str, Callable[[str, Any, Row, Sources], str | None]] = {
    "rounded": _rounded, "printed": _printed, "in_sources": _in_sources, "since": _since,
    "same_year": _same_year, "same_day": _same_day, "not_before": _not_before,
}  # fmt: skip
"""What compares a cell with its row: its name below ``holds``, and what finds the fault."""
DATES = ("same_year", "same_day", "not_before")


# Rows of one table, and of two


def _rule(rule: str, metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield the rows in which a rule does not hold; ``a <= b <= c`` compares a with c as well."""
    sign, sides = sides_of(rule)
    if not sign:
        yield f"holds: rules: {rule!r} is no comparison; write one, as in low <= value <= high."
        return
    names = columns_of(rule)
    frame = pd.DataFrame({name: _numbers(cells[name]) for name in names})
    values = {side: frame[side] if side in names else frame.eval(side) for side in sides}
    rounded = [field.name for field in metadata.fields if field.type == "number"]
    for left, right in pairwise(sides) if sign == "==" else combinations(sides, 2):
        apart = values[left] - values[right]
        if sign == "==":
            # Rounding may move an identity by half a digit of each cell that is no count.
            digits = (
                cells[name].str.partition(".")[2].str.len() for name in names if name in rounded
            )
            wrong = apart.abs() > sum((0.5 * 10.0**-each for each in digits), start=0) + ROUNDING
        else:
            apart = -apart if sign in (">=", ">") else apart
            wrong = apart > ROUNDING if "=" in sign else apart >= 0
        for line, row in cells[wrong].iterrows():
            told = ", ".join(f"{name} is {row[name]}" for name in columns_of(f"{left} {right}"))
            computed = (f"{side} is {values[side][line]:.6g}" for side in (left, right))
            sums = "" if {left, right} <= {*names} else f" ({', '.join(computed)})"
            yield (
                f"{_place(metadata, line, row)}{told}, and {metadata.path.name} says that "
                f"{rule}{sums}. Check these cells against their source."
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


def _steps(column: str, factor: float, metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield values that are far from those before and after them in their series."""
    time = next((name for name in metadata.key if name in KEYS_OF_SERIES), None)
    if time is None:
        return
    rest = [name for name in metadata.key if name != time]
    rows = cells.assign(value=_numbers(cells[column])).sort_values([*rest, time])
    rows = rows[rows["value"] > 0]
    before = rows.shift()
    ratio = rows["value"] / before["value"]
    series = (rows[rest] == before[rest]).all(axis=1)
    for line in rows.index[series & ((ratio > factor) | (ratio < 1 / factor))]:
        row, last = rows.loc[line], before.loc[line]
        named = ", ".join(filter(None, row[rest])) or column
        yield (
            f"line {line}: {column} of {named} is {row[column]} in {row[time]} and {last[column]} "
            f"in {last[time]}, more than {factor:g} times apart, and {metadata.path.name} says "
            f"that no step is so large (holds: steps). {BOTH}"
        )


def _whole(column: str, name: str, metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield parts that are above the whole, which another row gives."""
    rest = [key for key in metadata.key if key != column]
    wholes = cells[cells[column] == name].set_index(rest or column)
    keys = pd.MultiIndex.from_frame(cells[rest]) if rest else [name] * len(cells)
    for field in metadata.fields:
        count, unit = field.name, field.unit or ""
        if (field.type not in NUMERIC or count in metadata.key or not unit
                or count.endswith(("_high", "upper")) or unit.startswith(NO_PARTS)):  # fmt: skip
            continue
        most = count.replace("low", "high") if count.replace("low", "high") in cells else count
        given = pd.Series(wholes[most].reindex(keys).to_numpy(), cells.index).fillna("")
        above = (_numbers(cells[count]) > _numbers(given)) & (cells[column] != name)
        for line, row in cells[above].iterrows():
            yield (
                f"line {line} ({row[column]}): {count} is {row[count]}, above {most} of {name}, "
                f"{given[line]}. {BOTH}"
            )


def _same(column: str, by: list[str], metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    """Yield rows that differ in a column from the other rows of their group."""
    groups: dict[tuple[str, ...], dict[int, str]] = {}
    for line, text, *group in zip(cells.index, cells[column], *(cells[b] for b in by), strict=True):
        if text and all(group):
            groups.setdefault(tuple(group), {})[line] = text
    for group, rows in groups.items():
        usual = Counter(rows.values()).most_common(1)[0][0]
        for line in [line for line, text in rows.items() if text != usual]:
            yield (
                f"line {line}: {column} is {rows[line]!r}, and {usual!r} in the other rows of "
                f"{', '.join(group)}. Fix the one that is wrong."
            )


_OF_A_COLUMN: Mapping[str, Callable[..., Iterator[str]]] = {
    "steps": _steps, "whole": _whole, "same": _same,
}  # fmt: skip


def _order(column: str, cells: pd.DataFrame) -> Iterator[str]:
    years = cells[column].str.extract(r"(\d{4}(?:-\d\d)*)", expand=False).dropna()
    for (_, before), (line, now) in pairwise(years.items()):
        if now < before[: len(now)]:
            yield (
                f"line {line}: {column} is {cells.loc[line, column]!r}, earlier than {before} in "
                "the row before (holds: order). Fix the date, or move the row."
            )


def _elsewhere(
    said: Mapping[str, Any], cells: pd.DataFrame, metadata: Metadata, theirs: pd.DataFrame
) -> Iterator[str]:
    """Yield cells that another table has otherwise."""
    column, on = said["column"], said["on"]
    theirs = theirs[chosen(theirs, said.get("where", {}))].set_index([*on.values()])[said["is"]]
    known = dict(theirs.items())
    for line, row in cells[chosen(cells, said.get("when", {}))].iterrows():
        key = tuple(row[name] for name in on)
        other = known.get(key if len(key) > 1 else key[0], "")
        if other and row[column] and abs(float(other) - float(row[column])) > said.get("within", 0):
            yield f"line {line}: {column} is {row[column]}, and {metadata.name} has {other}. {BOTH}"


# Years


def _years(metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    held = metadata.holds
    for name, (first, last) in held.get("years", {}).items():
        wrong = {}
        for text in cells[name].unique():
            if any(not first <= int(year) <= last for year in YEAR.findall(text)):
                wrong[text] = (
                    f"{metadata.path.name} says {first} to {last} (holds: years). Check it against "
                    "its source, or widen the years"
                )
            elif name not in held.get("ahead", ()) and (late := after_today(text)):
                wrong[text] = f"{late} lies in the future. Fix the date"
            elif backward := _backward(text):
                wrong[text] = f"{backward} ends before it begins. Fix it"
        for line, row in cells[cells[name].isin(wrong)].iterrows():
            text = row[name]
            yield f"{_place(metadata, line, row)}{name} is {text!r}, and {wrong[text]}."


def _is_of_years(field: Field, cells: pd.Series) -> bool:
    if field.type == "date" or field.unit == "year":
        return True
    if field.type != "string" or field.name in TEXT_COLUMNS:
        return False
    filled = [text for text in cells if text]
    periods = sum(bool(PERIOD.fullmatch(text) or DAY.fullmatch(text)) for text in filled)
    return bool(filled) and periods >= 0.4 * len(filled)


def _backward(text: str) -> str | None:
    """Return the first period of a text that ends before it begins."""
    for found in SPAN.finditer(text):
        first, last = found[1], found[2]
        if len(last) == 2 and "-" in found[0] and int(last) <= 12 and f"{first[:2]}{last}" < first:
            continue  # A month: 2018-02.
        if f"{first[: -len(last)]}{last}" < first and not first.endswith("99"):
            return found[0]
    return None
