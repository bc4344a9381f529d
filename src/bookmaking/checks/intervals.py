"""Low is not above high, no part above its whole, and no date where it cannot be.

What a table's columns are called says which of them bound each other; its sidecar says the rest
under ``holds`` (`decentwork.tables.sidecars`). No date of the book lies after today, unless a table
has it in a column that looks ahead: the day on which a law applies, for example.
"""

import calendar
import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from bookmaking.checks import ROOT
from bookmaking.source import pages
from decentwork import sources
from decentwork.days import MONTHS
from decentwork.tables import places
from decentwork.tables.sidecars import Sidecar

LOW_AND_HIGH = {
    "low": "high", "lower": "upper", "minimum": "maximum", "min": "max", "from": "to",
    "start": "end", "starts": "ends", "first": "last", "since": "until", "begin": "end",
}  # fmt: skip
BEST = ("total", "median", "mean", "effect", "percent", "value", "estimate", "best")
"""What the single figure between two limits is called where its name is not that of the limits."""
SIGNED = ("log ratio", "standard deviations")
"""Units of what may be below zero; others may where the sidecar gives a minimum below zero."""
ABOVE_100 = ("per cent of gross domestic product",)
"""Percentages that may be more than a hundred, since they are no parts of a whole."""
ROUNDING = 1e-6
YEAR = re.compile(r"(?<![\d.,/-])(?:1[5-9]|20|21)\d\d(?![\d,]*\d)|(?<=\d\d-)(?:19|20)\d\d\b")
PERIOD = re.compile(r"((?:1[89]|20|21)\d\d)(?:\s?(?:-|–|/| to )\s?(\d{4}|\d\d(?!\d)))?(?:-\d\d)?")
DAY = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")
WRITTEN_DAY = re.compile(rf"(?:\b(\d{{1,2}}) )?\b({'|'.join(MONTHS)}) ((?:1[5-9]|20|21)\d\d)\b")
NUMBER = r"\d[\d,]*(?:\.\d+)?"
SPAN = re.compile(
    rf"\bbetween ({NUMBER})(?: per cent|%| million)? and ({NUMBER})"
    rf"|(?<![\w.,/–-])({NUMBER})\s?[–]\s?({NUMBER})(?![\w/–-])"
    r"|\b((?:1[89]|20)\d\d)(?:-| to )((?:1[89]|20)\d\d)\b"
)
FALLING = re.compile(r"\b(?:from|fell|rose|in|since)\b[^.]*$")
TEXT_COLUMNS = ("locator", "note", "printed")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return intervals, parts and dates that cannot be, in tables, sources and pages."""
    folder, bibliography = root / "data", root / "references.bib"
    sidecars = places.sidecars(folder) if folder.is_dir() else {}
    stems = {path.stem for path in files}
    of_all = not files or root / "data" / places.SHARED in files
    problems = []
    ahead: set[str] = set()
    for name, path in sidecars.items():
        if files and name not in stems and not any(path.suffix != ".csv" for path in files):
            continue
        sidecar = Sidecar.load(path)
        rows = _rows(sidecar)
        ahead |= _days_ahead(sidecar, rows)
        if of_all or name in stems:
            problems += table(sidecar, rows, root)
    if not files or bibliography in files:
        problems += of_sources(bibliography)
    problems += of_the_release(root)
    for path in pages.changed(root, files):
        problems += in_text(path, root, ahead)
    return problems


def table(sidecar: Sidecar, rows: Sequence[Mapping[str, str]], root: Path = ROOT) -> list[str]:
    """Return what cannot be in a table or its sidecar."""
    where = sidecar.csv_path.relative_to(root).as_posix()
    described = sidecar.path.relative_to(root).as_posix()
    problems = [f"{described}: {problem}" for problem in _of_sidecar(sidecar, rows)]
    orders = _orders(sidecar)
    for number, row in enumerate(rows, 2):
        for problem in (*_of_row(sidecar, row, orders), *_years_of_row(sidecar, row)):
            key = ", ".join(row[name] for name in sidecar.key)
            problems.append(f"{where}, line {number} ({key}): {problem}")
    problems += [f"{where}: {problem}" for problem in _of_wholes(sidecar, rows)]
    return [*problems, *(f"{where}: {each}" for each in _too_early(sidecar, rows, root))]


def _rows(sidecar: Sidecar) -> list[dict[str, str]]:
    """Return the rows of a table as text; none if its columns are not those of its sidecar."""
    with sidecar.csv_path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        known = set(reader.fieldnames or ()) == {field.name for field in sidecar.fields}
        return list(reader) if known else []


# Within one row


def _of_row(
    sidecar: Sidecar, row: Mapping[str, str], orders: Iterable[tuple[str, str]]
) -> Iterator[str]:
    exempt = _is_exempt(sidecar, row)
    for low, high in orders:
        if not exempt and row[low] and row[high] and _value(row[low]) > _value(row[high]):
            yield (
                f"{low} is {row[low]}, above {high}, {row[high]}. Look both up in the source "
                "and mend the one that is wrong."
            )
    for whole, parts in sidecar.holds.get("sums", {}).items():
        if not exempt and all(row[name] for name in (whole, *parts)):
            total = sum(_value(row[name]) for name in parts)
            if abs(total - _value(row[whole])) > _slack(sidecar, whole, parts):
                yield (
                    f"{' + '.join(parts)} is {total:.12g}, and {whole} is {row[whole]}. Look all "
                    "of them up in the source."
                )
    for share, (part, whole) in sidecar.holds.get("shares", {}).items():
        if row[share] and row[part] and row[whole]:
            exact = 100 * _value(row[part]) / _value(row[whole])
            if abs(exact - _value(row[share])) > _half_a_digit(row[share]):
                yield (
                    f"{share} is {row[share]}, and {part} of {whole} is {exact:.3g} per cent. "
                    "Look the three up in the source."
                )
    for field in sidecar.fields:
        counted = field.type in ("integer", "number") and field.unit and row[field.name]
        if counted and (field.minimum is None or field.minimum >= 0):
            yield from _within_its_unit(field.name, field.unit, _value(row[field.name]))


def _is_exempt(sidecar: Sidecar, row: Mapping[str, str]) -> bool:
    return any(
        all(row[name] == str(value) for name, value in each.items())
        for each in sidecar.holds.get("exempt", [])
    )


def _orders(sidecar: Sidecar) -> list[tuple[str, str]]:
    """Return the pairs of columns of which the first is at most the second, by name or stated."""
    fields = {field.name: field for field in sidecar.fields if field.type != "string"}
    pairs = [pair for chain in sidecar.holds.get("order", []) for pair in pairwise(chain)]
    for low, high in _named_limits(sidecar):
        pairs.append((low, high))
        bare = "_".join(word for word in low.split("_") if word not in LOW_AND_HIGH)
        for best in (bare, *BEST):
            unit = fields[low].unit
            if best in fields and fields[best].unit == unit and unit != "year":
                pairs += [(low, best), (best, high)]
                break
    for name, field in fields.items():  # One limit alone: percent and percent_high.
        *words, last = name.split("_")
        bare = "_".join(words)
        if bare in fields and fields[bare].unit == field.unit != "year":
            pairs += [(name, bare)] if last in LOW_AND_HIGH else []
            pairs += [(bare, name)] if last in LOW_AND_HIGH.values() else []
    return list(dict.fromkeys(pairs))


def _named_limits(sidecar: Sidecar) -> Iterator[tuple[str, str]]:
    """Yield the columns whose names make them the two limits of one thing."""
    names = [field.name for field in sidecar.fields if field.type != "string"]
    for name in names:
        words = name.split("_")
        for place, word in enumerate(words):
            high = "_".join([*words[:place], LOW_AND_HIGH.get(word, ""), *words[place + 1 :]])
            if word in LOW_AND_HIGH and high in names:
                yield name, high


def _value(text: str) -> float:
    """Return a number or a day as a number; what is neither bounds nothing, and stamping says so.

    Days as YYYY-MM-DD follow each other as numbers do.
    """
    for written in (text, text.replace("-", "")):
        try:
            return float(written)
        except ValueError:
            continue
    return math.nan


def _half_a_digit(text: str) -> float:
    _, _, digits = text.partition(".")
    return 0.5 * 10 ** -len(digits) + ROUNDING


def _slack(sidecar: Sidecar, whole: str, parts: Iterable[str]) -> float:
    """Return how far rounding may move a sum: nothing for whole numbers."""
    kinds = {field.name: field.type for field in sidecar.fields}
    return ROUNDING if kinds[whole] == "integer" else 0.05 * (1 + len(list(parts))) + ROUNDING


def _within_its_unit(name: str, unit: str, value: float) -> Iterator[str]:
    most = None
    if unit.startswith("per cent") and unit not in ABOVE_100:
        most = 100
    elif unit in ("share", "probability"):
        most = 1
    if value < 0 and unit not in SIGNED:
        yield f"{name} is {value:g}; {unit} cannot be below 0. Look it up in the source."
    if most is not None and value > most:
        yield f"{name} is {value:g}; {unit} cannot be above {most}. Look it up in the source."


# Wholes in other rows


def _of_wholes(sidecar: Sidecar, rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield parts that are above the whole which another row gives."""
    high_of = dict(_named_limits(sidecar))
    for column, name in sidecar.holds.get("whole", {}).items():
        rest = [key for key in sidecar.key if key != column]
        wholes = {tuple(row[key] for key in rest): row for row in rows if row[column] == name}
        counts = {
            field.name: high_of.get(field.name, field.name)
            for field in sidecar.fields
            if field.type in ("integer", "number")
            and field.name not in sidecar.key
            and field.unit
            and not field.unit.startswith(("per cent", "US dollars per", "people per", "year"))
            and field.name not in high_of.values()
        }
        for number, row in enumerate(rows, 2):
            whole = wholes.get(tuple(row[key] for key in rest))
            if whole is None or row[column] == name or _is_exempt(sidecar, row):
                continue
            for count, most in counts.items():
                if row[count] and whole[most] and _value(row[count]) > _value(whole[most]):
                    yield (
                        f"line {number} ({row[column]}): {count} is {row[count]}, above {most} of "
                        f"{name}, {whole[most]}. Look both up in the source."
                    )


# Years and days


def _years_of_row(sidecar: Sidecar, row: Mapping[str, str]) -> Iterator[str]:
    stated = sidecar.holds.get("years", {})
    ahead = sidecar.holds.get("ahead", [])
    for name, (first, last) in stated.items():
        for year in map(int, _years(row[name])):
            if not first <= year <= last:
                yield (
                    f"{name} is {row[name]!r}, and {sidecar.path.name} says {first} to {last} "
                    "(holds: years). Look it up in the source, or mend the sidecar."
                )
                break
        if name not in ahead and (late := _after_today(row[name])):
            yield f"{name} is {row[name]!r}, and {late} lies in the future. Mend the date."
        if backward := _backward(row[name]):
            yield f"{name} is {row[name]!r}, and {backward} ends before it begins. Mend it."


@cache
def _years(text: str) -> list[str]:
    return re.findall(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)", text)


@cache
def _backward(text: str) -> str | None:
    """Return the first period of a text that ends before it begins."""
    for found in re.finditer(
        r"(?<![\d-])((?:1[89]|20)\d\d)\s?(?:-|–|/| to )\s?(\d{4}|\d\d)(?![\d-])", text
    ):
        first, last = found[1], found[2]
        if len(last) == 2 and "-" in found[0] and int(last) <= 12 and f"{first[:2]}{last}" < first:
            continue  # A month: 2018-02.
        if f"{first[: -len(last)]}{last}" < first and not first.endswith("99"):
            return found[0]
    return None


@cache
def _after_today(text: str) -> str | None:
    """Return the first day, month or year of a text that has not begun yet."""
    today = date.today()
    for day in DAY.findall(text):
        if day > today.isoformat()[: len(day)]:
            return day
    for found in WRITTEN_DAY.finditer(text):
        if (int(found[3]), MONTHS[found[2]], int(found[1] or 1)) > today.timetuple()[:3]:
            return found[0]
    return next((year for year in _years(text) if int(year) > today.year), None)


def _of_sidecar(sidecar: Sidecar, rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    stated, ahead = sidecar.holds.get("years", {}), sidecar.holds.get("ahead", [])
    for field in sidecar.fields:
        if field.name not in stated and _is_of_years(field, rows):
            yield (
                f"{field.name} holds years, and `holds: years:` does not say which. Add "
                f"{field.name}: [first, last]."
            )
    for name, period in stated.items():
        if not (len(period) == 2 and all(isinstance(each, int) for each in period)):
            yield f"holds: years: {name} is {period}; write [first, last]."
        elif period[0] > period[1]:
            yield f"holds: years: {name} is {period}: it ends before it begins."
    if late := _after_today(sidecar.as_of):
        yield f"as_of is {sidecar.as_of!r}, and {late} lies in the future. Mend the date."
    known = _years(sidecar.as_of)
    if known:
        for name, period in stated.items():
            if name not in ahead and period[1] > int(max(known)):
                yield (
                    f"holds: years: {name} goes to {period[1]}, and as_of is {sidecar.as_of!r}. "
                    "Mend the one that is wrong."
                )
    for place, each in enumerate(sidecar.origin):
        yield from _of_origin(f"origin {place + 1} ({each['citation_key']})", each)
    covered = [year for period in stated.values() for year in period]
    for each in sidecar.breaks:
        latest = max([*map(int, known), *covered]) if covered else 0
        if covered and not min(covered) <= each["year"] <= latest:
            yield (
                f"breaks: {each['year']} lies outside the years of the table, {min(covered)} to "
                f"{latest}. Mend the year."
            )
    for each in sidecar.holds.get("exempt", []):
        if not any(all(row[name] == str(value) for name, value in each.items()) for row in rows):
            yield f"holds: exempt: no row has {each}; take it out."


def _of_origin(place: str, origin: Mapping[str, Any]) -> Iterator[str]:
    published, accessed = origin.get("date_published", ""), origin.get("date_accessed", "")
    for name, text in (("date_published", published), ("date_accessed", accessed)):
        if late := _after_today(text):
            yield f"{place}: {name} is {text!r}, and {late} lies in the future. Mend the date."
    if published and accessed and published > accessed:
        yield (
            f"{place}: read on {accessed}, before it was published, {published}. Mend the one that "
            "is wrong."
        )


def _is_of_years(field: Any, rows: Sequence[Mapping[str, str]]) -> bool:
    if field.type == "date" or field.unit == "year":
        return True
    if field.type != "string" or field.name in TEXT_COLUMNS:
        return False
    filled = [row[field.name] for row in rows if row[field.name]]
    periods = sum(bool(PERIOD.fullmatch(text) or DAY.fullmatch(text)) for text in filled)
    return bool(filled) and periods >= 0.4 * len(filled)


def _days_ahead(sidecar: Sidecar, rows: Sequence[Mapping[str, str]]) -> set[str]:
    """Return the years that a table has in columns which look ahead, and the years in its texts."""
    texts = [
        row[field.name]
        for field in sidecar.fields
        if field.name in sidecar.holds.get("ahead", [])
        or (field.type == "string" and field.name not in TEXT_COLUMNS)
        for row in rows
    ]
    return {year for text in texts if "20" in text for year in _future_years(text)}


def _future_years(text: str) -> list[str]:
    return [year for year in YEAR.findall(text) if int(year) > date.today().year]


def _too_early(
    sidecar: Sidecar, rows: Sequence[Mapping[str, str]], root: Path
) -> Iterator[str]:  # fmt: skip
    """Yield days before the text was made to which they belong, by its date in references.bib."""
    for column, rule in sidecar.holds.get("not_before", {}).items():
        cited = sources.load(root / "references.bib")
        earliest = {value: _first_day(cited[key]) for value, key in rule["of"].items()}
        for number, row in enumerate(rows, 2):
            day = earliest.get(row[rule["by"]])
            if day and row[column] and row[column] < day:
                yield (
                    f"line {number}: {column} is {row[column]}, before {row[rule['by']]} was made "
                    f"({day}, {rule['of'][row[rule['by']]]} in references.bib). Look it up."
                )


# Sources


def of_sources(bibliography: Path) -> list[str]:
    """Return the dates and pages of sources that cannot be."""
    problems = []
    for key, entry in sources.load(bibliography).items():
        where = f"{bibliography.name}, line {entry.start_line + 1}, {key}"
        problems += [f"{where}: {problem}" for problem in _of_entry(entry)]
    return problems


def _of_entry(entry: Any) -> Iterator[str]:
    given = {name: str(field.value) for name, field in entry.fields_dict.items()}
    for name in ("year", "date"):
        if late := _after_today(given.get(name, "")):
            yield f"{name} is {given[name]}, and {late} lies in the future. Mend the date."
    for found in WRITTEN_DAY.finditer(given.get("date", "")):
        year, month = int(found[3]), MONTHS[found[2]]
        if found[1] and not 1 <= int(found[1]) <= calendar.monthrange(year, month)[1]:
            yield f"{found[0]} is not a day of the calendar. Mend the date."
    pages_of = re.fullmatch(r"(\d+)--(\d+)", given.get("pages", ""))
    if pages_of and int(pages_of[1]) > int(pages_of[2]):
        yield f"pages {pages_of[0]} end before they begin. Mend them."


def _first_day(entry: Any) -> str:
    found = WRITTEN_DAY.search(entry.fields_dict["date"].value)
    year = entry.fields_dict["year"].value
    return f"{found[3]}-{MONTHS[found[2]]:02d}-{int(found[1] or 1):02d}" if found else f"{year}"


# Pages


def of_the_release(root: Path) -> list[str]:
    """Return a sentence if the day of the release lies in the future."""
    path = root / "CITATION.cff"
    if not path.is_file():
        return []
    released = str(yaml.safe_load(path.read_text(encoding="utf-8")).get("date-released", ""))
    if late := _after_today(released):
        return [f"CITATION.cff: date-released is {late}, in the future. Mend the date."]
    return []


def in_text(path: Path, root: Path = ROOT, ahead: Iterable[str] = ()) -> list[str]:
    """Return what a page says of days to come, and the spans in it that end before they begin.

    Parameters
    ----------
    path
        A notebook or a page.
    root
        The tree in which it stands.
    ahead
        The years to come that a table of the book has, so that a page may name them.
    """
    known = {*ahead, "2030"}  # The year of the Sustainable Development Goals.
    problems = []
    for cell in pages.cells(path, root):
        if cell.kind != "markdown" or not any(_in_passage(cell.text, known)):
            continue  # Most cells need no parser to be found sound.
        for passage in pages.passages(cell):
            problems += [f"{cell.place}: {problem}" for problem in _in_passage(passage.text, known)]
    return problems


def _in_passage(text: str, known: set[str]) -> Iterator[str]:
    for year in _future_years(text):
        if year not in known:
            yield (
                f"{year} in “{_near(text, year)}” lies in the future, and no table has it. Mend "
                "the year, or enter it in a table of what is to come."
            )
    for found in WRITTEN_DAY.finditer(text):
        if found[3] not in known and not _future_years(found[0]) and _after_today(found[0]):
            yield f"{found[0]} lies in the future. Mend the date."
        year, month = int(found[3]), MONTHS[found[2]]
        if found[1] and not 1 <= int(found[1]) <= calendar.monthrange(year, month)[1]:
            yield f"{found[0]} is not a day of the calendar. Mend the date."
    for found in SPAN.finditer(text):
        low, high = [each for each in found.groups() if each]
        if _number(low) > _number(high) and not _is_short_year(low, high):
            if found[5] and FALLING.search(text[: found.start()]):
                continue
            yield f"“{found[0]}” ends before it begins. Put the lower end first, or mend it."


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _is_short_year(low: str, high: str) -> bool:
    """Return whether a span is one of years whose second is shortened: 2015–19."""
    return len(low) == 4 and len(high) == 2 and f"{low[:2]}{high}" > low


def _near(text: str, word: str) -> str:
    at = text.index(word)
    return pages.readable(text[max(0, at - 40) : at + 30]).strip()
