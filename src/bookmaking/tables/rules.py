"""What makes the rows of a table plausible, as its metadata say under ``holds``.

Declarations are there for what the columns mean, so that a slipped digit shows and a new row does
not break them. Bounds and lists of a cell are constraints of its field; what compares cells is
here::

    years: {year: [2009, 2023]}               the years that a column covers, also in words
    ahead: [applies]                          columns whose years may lie in the future
    rules: [low <= value <= high]             what holds in each row; == allows for rounding
    rounded: {percent: 0.1}                   each number is printed with one decimal
    steps: {referrals: 3}                     no value is over 3 times its neighbour in a series
    exempt: [{year: 2017}]                    rows that break a rule as their source has it
    whole: {form: all forms}                  no part is above the row that is the whole
    sums: [{of: percent, by: [year], is: 100, within: 1}]     the rows of a group add up
    same: {place: [study]}                    rows of one study have one place
    in_sources: {studies: source}             no row counts more studies than it names sources
    order: [date]                             no row has an earlier date than the row before
    printed: {percent: [size]}                the number is in the words of a column of its row
    elsewhere: [{column: visas, on: {fiscal_year: fiscal_year}, table: farm-jobs, is: issued}]
    since: {period: 3}                        at most so many years older than the row's source
    not_before: {deposited: {by: …, of: …}}   no day before that of a cited text
    after: {in_force: {from: deposited, by: treaty, is: {CRC: {days: 30}}}}   days so far apart
    same_year: {adopted: source}              years of a row that agree
    same_day: date                            the day of the row's source

A comparison in which a cell is empty is left out. ``breaks`` lie within the years of the table.
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
TEXT_COLUMNS = ("locator", "note", "printed", "source", "read_in")
ROUNDING = 1e-6
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")
DAY = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")
WRITTEN_DAY = re.compile(rf"(?:\b(\d{{1,2}}) )?\b({'|'.join(MONTHS)}) ((?:1[5-9]|20|21)\d\d)\b")
PERIOD = re.compile(r"((?:1[89]|20|21)\d\d)(?:\s?(?:-|–|/| to )\s?(\d{4}|\d\d(?!\d)))?(?:-\d\d)?")
SPAN = re.compile(r"(?<![\d-])((?:1[89]|20)\d\d)\s?(?:-|–|/| to )\s?(\d{4}|\d\d)(?![\d-])")
KEYS_OF_SERIES = ("year", "edition", "period", "fiscal_year", "quarter_end", "month", "harvest")
SIGN = re.compile(r"(<=|>=|==|<|>)")
AGAINST = "Check both against their source."

Sources = Mapping[str, Any]
"""The years and the day (as YYYY-MM-DD, or empty) of each source: ``years`` and ``day``."""
Table = Callable[[str], tuple[Metadata, pd.DataFrame]]
"""Gives the metadata and the cells of another table."""


def broken(
    metadata: Metadata, cells: pd.DataFrame, sources: Sources, other: Table
) -> Iterator[str]:
    """Yield where the rows of a table, as `contract.read` has them, break what is declared."""
    held = metadata.holds
    counted = cells
    for each in held.get("exempt", ()):
        counted = counted[~chosen(counted, each)]
    for rule in held.get("rules", ()):
        yield from _rule(rule, metadata, counted)
    for name, of in _OF_A_COLUMN.items():
        rows = cells if of in (_same_year, _not_before) else counted  # no reading excuses a date
        for column, value in held.get(name, {}).items():
            yield from of(column, value, metadata, rows, sources)
    for each in held.get("sums", ()):
        yield from _sums(each, counted)
    for column in held.get("order", ()):
        yield from _order(column, counted)
    for each in held.get("elsewhere", ()):
        yield from _elsewhere(each, counted, *other(each["table"]))
    for field in metadata.fields:
        yield from _unit(field, cells[field.name])
    yield from _years(metadata, cells)
    if "same_day" in held:
        yield from _same_day(held["same_day"], cells, sources)


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


# Numbers of one row


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
    return pd.to_numeric(cells.str.replace(r"(?<=\d)-", "", regex=True), errors="coerce").astype(
        float
    )


def _unit(field: Field, cells: pd.Series) -> Iterator[str]:
    unit, minimum = field.unit, field.constraints.get("minimum")
    if field.type not in NUMERIC or not unit or (minimum is not None and minimum < 0):
        return
    per_cent = unit.startswith("per cent") and unit not in ABOVE_100
    most = 100 if per_cent else 1 if unit in ("share", "probability") else np.inf
    values = _numbers(cells)
    for line, value in values[(values < 0) | (values > most)].items():
        told = f"above {most:g}" if value > 0 else "below 0"
        if value > 0 or unit not in SIGNED:
            yield (
                f"line {line}: {field.name} is {value:g}; {unit} cannot be {told}. Check it "
                "against its source."
            )


def _rounded(
    column: str, step: float, metadata: Metadata, cells: pd.DataFrame, *_: Any
) -> Iterator[str]:
    parts = _numbers(cells[column]) / step
    for line in cells.index[(parts - parts.round()).abs() > ROUNDING]:
        yield (
            f"line {line}: {column} is {cells.loc[line, column]}, no multiple of {step:g} as the "
            "others (holds: rounded). Check it against its source."
        )


def _printed(
    column: str, words: list[str], metadata: Metadata, cells: pd.DataFrame, *_: Any
) -> Iterator[str]:
    """Yield numbers that the words of their row do not have."""
    for line, row in cells[cells[column] != ""].iterrows():
        text = " ".join(row[word] for word in words)
        said = {abs(float(n)) for n in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}
        if abs(float(row[column])) not in said:
            yield (
                f"line {line}: {column} is {row[column]}, and {', '.join(words)} says {text!r}. "
                f"{AGAINST}"
            )


# Rows of one table


def _steps(
    column: str, factor: float, metadata: Metadata, cells: pd.DataFrame, *_: Any
) -> Iterator[str]:
    """Yield values that are far from those before and after them in their series."""
    time = next((name for name in metadata.key if name in KEYS_OF_SERIES), None)
    if time is None:
        return
    rest = [name for name in metadata.key if name != time]
    rows = cells.assign(value=_numbers(cells[column])).sort_values([*rest, time])
    rows = rows[rows["value"] > 0]
    before = rows.shift()
    series = (rows[rest] == before[rest]).all(axis=1)
    high, low = (
        np.maximum(rows["value"], before["value"]),
        np.minimum(rows["value"], before["value"]),
    )
    for line in rows.index[series & (high > factor * low)]:
        row, last = rows.loc[line], before.loc[line]
        named = ", ".join(filter(None, row[rest])) or column
        yield (
            f"line {line}: {column} of {named} is {row[column]} in {row[time]} and {last[column]} "
            f"in {last[time]}, more than {factor:g} times apart, and {metadata.path.name} says "
            f"that no step is so large (holds: steps). {AGAINST}"
        )


def _whole(
    column: str, name: str, metadata: Metadata, cells: pd.DataFrame, *_: Any
) -> Iterator[str]:
    """Yield parts that are above the whole, which another row gives."""
    rest = [key for key in metadata.key if key != column]
    wholes = cells[cells[column] == name].set_index(rest) if rest else None
    no_parts = ("per cent", "US dollars per", "people per", "year")
    for field in metadata.fields:
        count, unit = field.name, field.unit or ""
        if (field.type not in NUMERIC or count in metadata.key or not unit
                or count.endswith(("_high", "upper")) or unit.startswith(no_parts)):  # fmt: skip
            continue
        most = count.replace("low", "high") if count.replace("low", "high") in cells else count
        if rest:
            keys = pd.MultiIndex.from_frame(cells[rest])
            given = pd.Series(wholes[most].reindex(keys).to_numpy(), cells.index).fillna("")
        else:
            given = pd.Series(cells.loc[cells[column] == name, most].iloc[0], cells.index)
        above = (_numbers(cells[count]) > _numbers(given)) & (cells[column] != name)
        for line, row in cells[above].iterrows():
            yield (
                f"line {line} ({row[column]}): {count} is {row[count]}, above {most} of {name}, "
                f"{given[line]}. {AGAINST}"
            )


def _same(
    column: str, by: list[str], metadata: Metadata, cells: pd.DataFrame, *_: Any
) -> Iterator[str]:
    """Yield rows that differ in a column from the other rows of their group."""
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for line, text, *group in zip(cells.index, cells[column], *(cells[b] for b in by), strict=True):
        if text and all(group):
            groups.setdefault(tuple(group), []).append((line, text))
    for group, rows in groups.items():
        usual = Counter(text for _, text in rows).most_common(1)[0][0]
        for line, text in rows:
            if text != usual:
                yield (
                    f"line {line}: {column} is {text!r}, and {usual!r} in the other rows of "
                    f"{', '.join(group)}. Fix the one that is wrong."
                )


def _in_sources(
    column: str, _by: Any, metadata: Metadata, cells: pd.DataFrame, *_: Any
) -> Iterator[str]:
    """Yield rows that count more studies than they name sources."""
    for line, text, keys in zip(cells.index, cells[column], cells["source"], strict=True):
        if text and int(text) > len(keys.split("; ")):
            yield (
                f"line {line}: {column} is {text}, and the row names fewer sources: {keys}. Fix "
                "the number, or add the sources."
            )


def _sums(said: Mapping[str, Any], cells: pd.DataFrame) -> Iterator[str]:
    """Yield groups whose rows do not add up to what is declared; one row is no sum."""
    column, wanted, within = said["of"], said["is"], said.get("within", 0)
    rows = cells[chosen(cells, said.get("where", {})) & (cells[column] != "")]
    for group, parts in rows.groupby(said["by"], sort=False)[column]:
        if len(parts) > 1 and abs((have := parts.astype(float).sum()) - wanted) > within + ROUNDING:
            yield (
                f"lines {parts.index[0]} to {parts.index[-1]} ({', '.join(group)}): {column} adds "
                f"to {have:g}, not to {wanted:g}. Check these rows against their source."
            )


def _order(column: str, cells: pd.DataFrame) -> Iterator[str]:
    filled = cells.loc[cells[column] != "", column]
    years = filled.str.extract(r"(\d{4}(?:-\d\d)*)")[0].dropna() if len(filled) else filled
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
    theirs = theirs[chosen(theirs, said.get("where", {}))]
    known = dict(zip(zip(*(theirs[name] for name in on.values()), strict=True),
                     theirs[said["is"]], strict=True))  # fmt: skip
    for line, row in cells[chosen(cells, said.get("when", {}))].iterrows():
        other = known.get(tuple(row[name] for name in on), "")
        if other and row[column] and abs(float(other) - float(row[column])) > said.get("within", 0):
            yield (
                f"line {line}: {column} is {row[column]}, and {metadata.name} has {other}. "
                f"{AGAINST}"
            )


# Years and days


def _since(
    column: str, most: int, metadata: Metadata, cells: pd.DataFrame, sources: Sources
) -> Iterator[str]:
    """Yield years that are much older than the source that tells of them."""
    for line, text, keys in zip(cells.index, cells[column], cells["source"], strict=True):
        told, of_source = YEAR.findall(text), _years_of(keys, sources)
        if told and of_source and min(of_source) - int(max(told)) > most:
            yield (
                f"line {line}: {column} is {text!r}, more than {most} years before its source, "
                f"{keys} (holds: since). Check the year against the source."
            )


def _years_of(keys: str, sources: Sources) -> set[int]:
    return {year for key in keys.split("; ") if key in sources for year in sources[key].years}


def _years(metadata: Metadata, cells: pd.DataFrame) -> Iterator[str]:
    held = metadata.holds
    for name, (first, last) in held.get("years", {}).items():
        wrong: dict[str, list[str]] = {}
        for text in dict.fromkeys(cells[name]):
            if any(not first <= int(year) <= last for year in YEAR.findall(text)):
                wrong.setdefault(text, []).append(
                    f"{metadata.path.name} says {first} to {last} (holds: years). Check it against "
                    "its source, or widen the years"
                )
            if name not in held.get("ahead", ()) and (late := after_today(text)):
                wrong.setdefault(text, []).append(f"{late} lies in the future. Fix the date")
            if backward := _backward(text):
                wrong.setdefault(text, []).append(f"{backward} ends before it begins. Fix it")
        for line, text in cells[name].items() if wrong else ():
            for told in wrong.get(text, ()):
                place = _place(metadata, line, cells.loc[line])
                yield f"{place}{name} is {text!r}, and {told}."


def _same_year(
    column: str, other: str, metadata: Metadata, cells: pd.DataFrame, sources: Sources
) -> Iterator[str]:
    for line, text, beside in zip(cells.index, cells[column], cells[other], strict=True):
        years = set(YEAR.findall(beside))
        if other == "source":  # A key such as nrmq42025 has its year behind another digit.
            years = set(re.findall(r"(?:19|20)\d\d(?!\d)", beside))
            years |= {str(year) for year in _years_of(beside, sources)}
        told = set(YEAR.findall(text))
        if told and years and not told & years:
            yield (
                f"line {line}: {column} is {text!r}, and {other} is {beside!r} "
                f"({', '.join(sorted(years))}); they share a year in the other rows. Check both."
            )


def _not_before(
    column: str, rule: Mapping[str, Any], metadata: Metadata, cells: pd.DataFrame, sources: Sources
) -> Iterator[str]:
    for line, text, by in zip(cells.index, cells[column], cells[rule["by"]], strict=True):
        source = sources.get(key := rule["of"].get(by))
        day = (source.day or str(min(source.years))) if source else ""
        if text and text < day:
            yield (
                f"line {line}: {column} is {text}, before {by} was made ({day}, {key} in "
                "references.bib). Check it against its source."
            )


def _after(
    column: str, rule: Mapping[str, Any], metadata: Metadata, cells: pd.DataFrame, *_: Any
) -> Iterator[str]:
    """Yield days that are not as long after another as a text says for those it was not new to."""
    days = pd.to_datetime(cells[column], errors="coerce")
    start = pd.to_datetime(cells[rule["from"]], errors="coerce")
    for name, apart in rule["is"].items():
        rows = cells.index[(cells[rule["by"]] == name) & days.notna() & start.notna()]
        wanted = pd.Series([day + pd.DateOffset(**apart) for day in start[rows]], rows)
        for line in rows[(days[rows] != wanted) & (days[rows] != days[rows].min())]:
            yield (
                f"{_place(metadata, line, cells.loc[line])}{column} is {cells.loc[line, column]}, "
                f"and {rule['from']} {cells.loc[line, rule['from']]}; by {name} it would be "
                f"{wanted[line].date()} (holds: after). {AGAINST}"
            )


def _same_day(column: str, cells: pd.DataFrame, sources: Sources) -> Iterator[str]:
    for line, text, keys in zip(cells.index, cells[column], cells["source"], strict=True):
        days = {sources[key].day for key in keys.split("; ") if key in sources} - {""}
        if days and text not in days:
            yield (
                f"line {line}: {column} is {text}, not the day of the source {keys} "
                f"({', '.join(sorted(days))}). Check both."
            )


_OF_A_COLUMN: Mapping[str, Callable[..., Iterator[str]]] = {
    "rounded": _rounded, "printed": _printed, "steps": _steps, "whole": _whole, "same": _same,
    "in_sources": _in_sources, "since": _since, "same_year": _same_year, "not_before": _not_before,
    "after": _after,
}  # fmt: skip
"""What compares one column with something: its name below ``holds``, and what finds the faults."""


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
