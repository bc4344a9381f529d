"""What makes the rows of a table plausible, as its metadata say under ``holds``.

Declarations are there for what the columns mean, so that a slipped digit shows and a new row does
not break them: bounds of a cell are constraints of its field, this module has what compares cells::

    years: {year: [2009, 2023]}               the years that a column covers, also in words
    ahead: [applies]                          columns whose years may lie in the future
    rules: [low <= value <= high]             what holds in each row; == allows for rounding
    steps: {referrals: 3}                     no value is over 3 times its neighbour in a series
    exempt: [{year: 2017}]                    rows that break a rule as their source has it
    whole: {form: all forms}                  no part is above the row that is the whole
    not_before: {deposited: {by: …, of: …}}   no day before that of a cited text
    same_year: {adopted: source}              years of a row that agree
    same_day: date                            the day of the row's source

A comparison in which a cell is empty is left out. ``breaks`` lie within the years of the table.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import pandas as pd

from decentwork.days import MONTHS
from decentwork.tables.metadata import Field, Metadata

SIGNED = ("log ratio", "standard deviations")
"""Units of what may be below zero; others may where the field has a minimum below zero."""
ABOVE_100 = ("per cent of gross domestic product",)
"""Percentages that may be more than a hundred, since they are no parts of a whole."""
TEXT_COLUMNS = ("locator", "note", "printed", "source", "read_in")
ROUNDING = 1e-6
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")
DAY = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")
WRITTEN_DAY = re.compile(rf"(?:\b(\d{{1,2}}) )?\b({'|'.join(MONTHS)}) ((?:1[5-9]|20|21)\d\d)\b")
PERIOD = re.compile(r"((?:1[89]|20|21)\d\d)(?:\s?(?:-|–|/| to )\s?(\d{4}|\d\d(?!\d)))?(?:-\d\d)?")
SPAN = re.compile(r"(?<![\d-])((?:1[89]|20)\d\d)\s?(?:-|–|/| to )\s?(\d{4}|\d\d)(?![\d-])")
OPERATORS = {ast.LtE: "<=", ast.Lt: "<", ast.GtE: ">=", ast.Gt: ">", ast.Eq: "=="}
KEYS_OF_SERIES = ("year", "edition", "period", "fiscal_year", "quarter_end", "month", "harvest")

Row = Mapping[str, str]
Rows = Sequence[tuple[int, Row]]
"""The rows of a table as text, each with its line in the file."""


def broken(metadata: Metadata, rows: Rows, sources: Mapping[str, Any]) -> Iterator[str]:
    """Yield where the rows of a table break what its metadata declare.

    Parameters
    ----------
    sources
        The years and the day (as YYYY-MM-DD, or empty) of each source: ``years`` and ``day``.
    """
    held = metadata.holds
    exempt = {line for line, row in rows if any(_has(row, each) for each in held.get("exempt", ()))}
    counted = [(line, row) for line, row in rows if line not in exempt]
    for rule in held.get("rules", ()):
        yield from _rule(rule, metadata, counted)
    for column, factor in held.get("steps", {}).items():
        yield from _steps(column, factor, metadata, counted)
    for column, name in held.get("whole", {}).items():
        yield from _whole(column, name, metadata, counted)
    for line, row in rows:
        for sentence in (*_units(metadata.fields, row), *_years(metadata, row),
                         *_agreement(metadata, row, sources)):  # fmt: skip
            yield f"line {line} ({', '.join(row[name] for name in metadata.key)}): {sentence}"


def unsound(metadata: Metadata, rows: Rows) -> Iterator[str]:
    """Yield what the metadata say of years that cannot be, and what they leave out."""
    held = metadata.holds
    stated, ahead = held.get("years", {}), held.get("ahead", ())
    for field in metadata.fields:
        if field.name not in stated and _is_of_years(field, [row[field.name] for _, row in rows]):
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
        for text in (published, read):
            if late := after_today(text):
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
        if not any(_has(row, each) for _, row in rows):
            yield f"holds: exempt: no row has {each}; take it out."


def _has(row: Row, wanted: Mapping[str, Any]) -> bool:
    return all(row[name] == str(value) for name, value in wanted.items())


# Numbers of one row


def _rule(rule: str, metadata: Metadata, rows: Rows) -> Iterator[str]:
    """Yield the rows in which a rule does not hold; ``a <= b <= c`` compares a with c as well."""
    try:
        tree = ast.parse(rule, mode="eval").body
        assert isinstance(tree, ast.Compare)
        signs = {OPERATORS[type(each)] for each in tree.ops}
        [sign] = signs
    except (SyntaxError, AssertionError, KeyError, ValueError):
        yield f"holds: rules: {rule!r} is no comparison; write one, as in low <= value <= high."
        return
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    frame = pd.DataFrame({name: [_value(row[name]) for _, row in rows] for name in sorted(names)})
    sides = [ast.unparse(each) for each in (tree.left, *tree.comparators)]
    values = {side: frame.eval(side) if len(frame) else frame.index for side in sides}
    compared = pairwise(sides) if sign == "==" else combinations(sides, 2)
    for left, right in compared if len(frame) else ():
        apart = values[left] - values[right]
        if sign == "==":
            slack = [_slack(names, metadata, row) for _, row in rows]
            wrong = apart.abs() > slack
        else:
            apart = -apart if sign in (">=", ">") else apart
            wrong = apart > ROUNDING if "=" in sign else apart >= 0
        for place in frame.index[wrong.fillna(False)]:
            line, row = rows[place]
            told = ", ".join(f"{name} is {row[name]}" for name in _in_order(left, right))
            computed = (f"{side} is {values[side][place]:.6g}" for side in (left, right))
            sums = "" if {left, right} <= names else f" ({', '.join(computed)})"
            key = ", ".join(row[name] for name in metadata.key)
            yield (
                f"line {line} ({key}): {told}, and {metadata.path.name} says that {rule}{sums}. "
                "Check these cells against their source."
            )


def _in_order(*sides: str) -> list[str]:
    """Return the columns that the sides of a comparison name, each once."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", " ".join(sides))))


def _value(text: str) -> float:
    """Return a number or a day as a number; days as YYYY-MM-DD follow each other as numbers do."""
    for written in (text, text.replace("-", "")):
        try:
            return float(written)
        except ValueError:
            continue
    return float("nan")


def _slack(names: Iterable[str], metadata: Metadata, row: Row) -> float:
    """Return how far rounding may move an identity: half a digit of each cell that is no count."""
    kinds = {field.name: field.type for field in metadata.fields}
    digits = [len(row[name].partition(".")[2]) for name in names if kinds[name] == "number"]
    return sum(0.5 * 10**-each for each in digits) + ROUNDING


def _steps(column: str, factor: float, metadata: Metadata, rows: Rows) -> Iterator[str]:
    """Yield values that are far from those before and after them in their series."""
    time = next((name for name in metadata.key if name in KEYS_OF_SERIES), None)
    series: dict[tuple[str, ...], list[tuple[str, int, str]]] = {}
    for line, row in rows:
        if time and _value(row[column]) > 0:
            rest = tuple(row[name] for name in metadata.key if name != time)
            series.setdefault(rest, []).append((row[time], line, row[column]))
    for rest, given in series.items():
        for (before, _, was), (when, line, now) in pairwise(sorted(given)):
            low, high = sorted((_value(was), _value(now)))
            if high > factor * low:
                named = ", ".join(filter(None, rest)) or column
                yield (
                    f"line {line}: {column} of {named} is {now} in {when} and {was} in {before}, "
                    f"more than {factor:g} times apart, and {metadata.path.name} says that no step "
                    "is so large (holds: steps). Check both against their source."
                )


def _whole(column: str, name: str, metadata: Metadata, rows: Rows) -> Iterator[str]:
    """Yield parts that are above the whole, which another row gives."""
    rest = [key for key in metadata.key if key != column]
    wholes = {tuple(row[key] for key in rest): row for _, row in rows if row[column] == name}
    counts = [
        field.name
        for field in metadata.fields
        if field.type in ("integer", "number")
        and field.name not in metadata.key
        and not field.name.endswith(("_high", "upper"))
        and field.unit
        and not field.unit.startswith(("per cent", "US dollars per", "people per", "year"))
    ]
    for line, row in rows:
        whole = wholes.get(tuple(row[key] for key in rest))
        for count in counts if whole is not None and row[column] != name else ():
            most = count.replace("low", "high") if count.replace("low", "high") in row else count
            if row[count] and whole[most] and _value(row[count]) > _value(whole[most]):
                yield (
                    f"line {line} ({row[column]}): {count} is {row[count]}, above {most} of "
                    f"{name}, {whole[most]}. Check both against their source."
                )


def _units(fields: Iterable[Field], row: Row) -> Iterator[str]:
    for field in fields:
        if field.type not in ("integer", "number") or not field.unit or not row[field.name]:
            continue
        if field.minimum is not None and field.minimum < 0:
            continue
        value, unit, most = _value(row[field.name]), field.unit, None
        if unit.startswith("per cent") and unit not in ABOVE_100:
            most = 100
        elif unit in ("share", "probability"):
            most = 1
        if value < 0 and unit not in SIGNED:
            yield (
                f"{field.name} is {value:g}; {unit} cannot be below 0. Check it against its source."
            )
        if most is not None and value > most:
            yield (
                f"{field.name} is {value:g}; {unit} cannot be above {most}. Check it against its "
                "source."
            )


# Years and days


def _years(metadata: Metadata, row: Row) -> Iterator[str]:
    held = metadata.holds
    for name, (first, last) in held.get("years", {}).items():
        text = row[name]
        if any(not first <= int(year) <= last for year in YEAR.findall(text)):
            yield (
                f"{name} is {text!r}, and {metadata.path.name} says {first} to {last} (holds: "
                "years). Check it against its source, or widen the years."
            )
        if name not in held.get("ahead", ()) and (late := after_today(text)):
            yield f"{name} is {text!r}, and {late} lies in the future. Fix the date."
        if backward := _backward(text):
            yield f"{name} is {text!r}, and {backward} ends before it begins. Fix it."


def _agreement(metadata: Metadata, row: Row, sources: Mapping[str, Any]) -> Iterator[str]:
    """Yield dates that do not agree with those of the row's source or of its other cells."""
    held = metadata.holds
    of_row = [sources[key] for key in row.get("source", "").split("; ") if key in sources]
    for column, other in held.get("same_year", {}).items():
        told = set(YEAR.findall(row[column]))
        years = {str(year) for source in of_row for year in source.years}
        # A key such as nrmq42025 has its year behind another digit.
        years |= set(re.findall(r"(?:19|20)\d\d(?!\d)", row[other]))
        if other != "source":
            years = set(YEAR.findall(row[other]))
        if told and years and not told & years:
            yield (
                f"{column} is {row[column]!r}, and {other} is {row[other]!r} "
                f"({', '.join(sorted(years))}); they share a year in the other rows. Check both."
            )
    column, days = held.get("same_day"), {each.day for each in of_row if each.day}
    if column and days and row[column] not in days:
        yield (
            f"{column} is {row[column]}, not the day of the source {row['source']} "
            f"({', '.join(sorted(days))}). Check both."
        )
    for column, rule in held.get("not_before", {}).items():
        key = rule["of"].get(row[rule["by"]])
        day = sources[key].day or str(min(sources[key].years)) if key in sources else ""
        if row[column] and row[column] < day:
            yield (
                f"{column} is {row[column]}, before {row[rule['by']]} was made ({day}, {key} in "
                "references.bib). Check it against its source."
            )


def _is_of_years(field: Field, cells: Iterable[str]) -> bool:
    if field.type == "date" or field.unit == "year":
        return True
    if field.type != "string" or field.name in TEXT_COLUMNS:
        return False
    filled = [text for text in cells if text]
    periods = sum(bool(PERIOD.fullmatch(text) or DAY.fullmatch(text)) for text in filled)
    return bool(filled) and periods >= 0.4 * len(filled)


@cache
def _backward(text: str) -> str | None:
    """Return the first period of a text that ends before it begins."""
    for found in SPAN.finditer(text):
        first, last = found[1], found[2]
        if len(last) == 2 and "-" in found[0] and int(last) <= 12 and f"{first[:2]}{last}" < first:
            continue  # A month: 2018-02.
        if f"{first[: -len(last)]}{last}" < first and not first.endswith("99"):
            return found[0]
    return None


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
