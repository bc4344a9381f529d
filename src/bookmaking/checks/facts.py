"""Facts in rows, sources and sentences: what two places say of one fact agrees.

A row and its source (place, grade, year), the code and the name of a State, two rows that say the
same, a verdict and its findings, the day of a source and the calendar. What one table says of its
own columns is declared in its metadata (`bookmaking.checks.data`).
"""

import calendar
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from bookmaking.checks import rows
from bookmaking.source import pages
from bookmaking.tables.rules import WRITTEN_DAY, YEAR, after_today
from decentwork import sources
from decentwork.days import MONTHS
from decentwork.tables import places
from decentwork.tables.metadata import OF_THE_SOURCE

NO_PLACE = re.compile(
    r"\W*(?:various|several|passim|throughout|ib(?:id|idem)?|see (?:above|below|text|source)|"
    r"(?:web ?)?(?:site|page)|online|internet|link|pages?|pp?|sections?|source|document|"
    r"n/?a|none|unknown|not (?:known|given)|tbd|todo|x+|"
    r"the (?:text|source|document|report|page))?\W*",
    re.IGNORECASE,
)
"""Locators that lead nowhere, and locators without letters or digits."""
QUOTED = re.compile(r"\bas (?:quoted|reported|cited|summari[sz]ed|printed) (?:by|in)\b")
SECOND_HAND = "secondary"
"""How ``read`` begins in the bibliography where only others' words on a source were read."""
FEWEST = 3
"""From how many rows of a source one row with another grade is the odd one."""
DATES = (
    "year", "edition", "period", "fiscal_year", "flow_year", "quarter_end", "reference_year",
    "reference_period", "date", "starts", "month", "adopted", "decided", "published", "round",
    "when", "fieldwork", "publication_date",
)  # fmt: skip
AHEAD = re.compile(r"\b(?:from|will|planned|announced|expected|to apply)\b")
"""Words of a cell that speaks of a time to come, as a law that shall apply."""
PLACES = ("place", "state", "country", "territory", "importer", "name", "other_name")
"""Columns that hold the name of a place."""
OTHERS = ("source", "note", "read_in")
"""Columns that may speak of another State: keys, remarks, and where a text was read."""
FROM = ("workers", "what_followed")
"""Columns that say from where people come, or where a court of the State looked."""
LITTLE = re.compile(r"\b(?:[Tt]he|an?|of|in|and|for|to|on|by|or)\b")
WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
ABOUT_THE_SOURCE = (*OF_THE_SOURCE, "read_in", "note", "osce_area", "as_of")
"""Columns that many rows share."""
NEEDED = {
    "supported": ("for",),
    "partly supported": ("for",),
    "contested": ("for", "against"),
    "not supported": ("against",),
}
"""The sides that a verdict needs among the findings of its line; ``mixed`` is both."""
ABOVE = re.compile(r"(?:just )?(?:more than|over|at least|above)\b")
NUMBER = r"\d[\d,]*(?:\.\d+)?"
SPAN = re.compile(
    rf"\bbetween ({NUMBER})(?: per cent|%| million)? and ({NUMBER})"
    rf"|(?<![\w.,/–-])({NUMBER})\s?[–]\s?({NUMBER})(?![\w/–-])"
    r"|\b((?:1[89]|20)\d\d)(?:-| to )((?:1[89]|20)\d\d)\b"
)
FALLING = re.compile(r"\b(?:from|fell|rose|in|since)\b[^.]*$")
FUTURE_YEAR = re.compile(r"(?<![\d.,/-])20\d\d(?![\d,]*\d)|(?<=\d\d-)20\d\d\b")


@dataclass(frozen=True)
class Source:
    """What the bibliography says of a source: its years, its day as YYYY-MM-DD, and its fields."""

    years: tuple[int, ...]
    day: str
    fields: Mapping[str, str]
    line: int


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return facts that two places tell differently."""
    known = cited(root)
    changed = list(rows.tables(root, [path for path in files if path.suffix in (".csv", ".yml")]))
    if files and any(path.suffix == ".bib" for path in files):
        changed = list(rows.tables(root))
    every = list(rows.tables(root))
    problems = [
        problem
        for table in changed
        for problem in (*_of_sources(table, known), *_of_states(table, root, known),
                        *twins(table, root), *_hedges(table))
    ]  # fmt: skip
    problems += [*odd_grades(every), *_shared_names(root), *_verdicts(root)]
    if not files or root / "references.bib" in files:
        problems += [problem for key, each in known.items() for problem in _of_entry(key, each)]
    return problems + of_pages(root, files)


# Rows and their sources


def cited(root: Path) -> Mapping[str, Source]:
    """Return what ``references.bib`` says of each source, by its key."""
    path = root / "references.bib"
    return _cited(path, path.stat().st_mtime_ns)


@cache
def _cited(path: Path, _changed: int) -> Mapping[str, Source]:
    found = {}
    for key, entry in sources.load(path).items():
        fields = {field.key: re.sub(r"[{}\\]", "", str(field.value)) for field in entry.fields}
        days = [
            f"{day[3]}-{MONTHS[day[2]]:02}-{int(day[1]):02}"
            for day in WRITTEN_DAY.finditer(fields.get("date", ""))
            if day[1]
        ]
        years = YEAR.findall(" ".join(fields.get(name, "") for name in ("year", "date", "dated")))
        day = days[0] if len(days) == 1 else ""
        found[key] = Source(tuple(map(int, years)), day, fields, entry.start_line + 1)
    return found


def _of_sources(table: rows.Table, known: Mapping[str, Source]) -> Iterator[str]:
    if "source" not in table.columns:
        return
    dates = [
        column
        for column in DATES
        if column in table.columns and table.fields[column].get("unit", "year") == "year"
    ]
    seen = set()
    for row in table.rows:
        about = (row["source"], row["locator"], row["grade"], *(row[column] for column in dates))
        if table.is_built and about in seen:
            continue
        seen.add(about)
        for place in row["locator"].split(rows.SEVERAL) if "locator" in table.columns else ():
            if NO_PLACE.fullmatch(place.strip()):
                yield (
                    f"{row.place}, column locator: {place.strip()!r} leads nowhere; name the page, "
                    "section, paragraph or table."
                )
        yield from _grade(row, known)
        yield from _later(row, dates, known)


def _grade(row: rows.Row, known: Mapping[str, Source]) -> Iterator[str]:
    if row["grade"] != "A":
        return
    if quoted := QUOTED.search(row["locator"]):
        yield (
            f"{row.place}, column grade: A, but the place says “{quoted[0]}”; a figure that was "
            "read in another text has grade B."
        )
    for key in rows.parts(row["source"]):
        how = known[key].fields.get("read", "") if key in known else ""
        if how.startswith(SECOND_HAND):
            yield (
                f"{row.place}, column grade: A, but references.bib says that {key} was read "
                f"“{how}”; set the grade to B, or read the source."
            )


def _later(row: rows.Row, dates: Iterable[str], known: Mapping[str, Source]) -> Iterator[str]:
    """Yield years that are later than the source that tells of them."""
    cited = [known[key] for key in rows.parts(row["source"]) if key in known]
    years = {year for source in cited for year in source.years}
    if not years or not all(source.years for source in cited):
        return
    for column in dates:
        told = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", row[column])]
        ahead = AHEAD.search(row[column]) or str(max(told, default="")) in row["locator"]
        if told and max(told) > max(years) and not ahead:
            yield (
                f"{row.place}, column {column}: {row[column]!r} is later than the source "
                f"{row['source']} of {max(years)}; fix the year or the key."
            )


def odd_grades(tables: Iterable[rows.Table]) -> list[str]:
    """Return the one row of grade A of a source that all other rows grade B."""
    graded: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for table in tables:
        if {"source", "grade"} <= set(table.columns):
            source, grade = (table.columns.index(name) for name in ("source", "grade"))
            for line, cells in table.lines:
                if len(cells) == len(table.columns):
                    graded[cells[source]][cells[grade]].append(f"{table.place}, line {line}")
    return [
        f"{by_grade['A'][0]}, column grade: A, but every other row that cites {source} has B; set "
        "it to B, or say in the locator what was read in the source itself."
        for source, by_grade in graded.items()
        if len(by_grade.get("A", ())) == 1 and len(by_grade.get("B", ())) >= FEWEST - 1
    ]


# States


def _of_states(table: rows.Table, root: Path, known: Mapping[str, Source]) -> Iterator[str]:
    """Yield rows whose codes, names of States and titles of sources do not belong together."""
    codes = _columns_of_codes(table, root)
    named = [column for column in PLACES if column in table.columns and column not in codes]
    if table.path.stem == places.STATES or not (codes or named):
        return
    texts = [column for column in table.columns if column not in (*codes, *named, *OTHERS)]
    # Locators of a built table are made from one phrase; what they name is not the row's State.
    texts = [] if table.is_built else [column for column in texts if column not in FROM]
    for row in table.rows:
        coded = {code for column in codes for code in rows.parts(row[column])}
        said = {code for column in named for code in rows.states_named(row[column], root)}
        cells = ", ".join(repr(row[column]) for column in named if row[column])
        if "iso3" in codes and said and not coded:
            yield (
                f"{row.place}: {cells} is a participating State, and the row has no code; write "
                f"{' or '.join(sorted(said))}."
            )
        if coded and said and not coded & said:
            yield (
                f"{row.place}: the code {', '.join(sorted(coded))} is not that of {cells}; fix one "
                "of them."
            )
        keys = () if table.is_built else rows.parts(row["source"])
        for key in keys if len(keys) == 1 else ():
            fields = known[key].fields if key in known else {}
            titled, noted = (fields.get(name, "") for name in ("title", "note"))
            told, own = rows.states_named(titled, root), coded | said
            if told and own and not own & (told | rows.states_named(noted, root)):
                yield (
                    f"{row.place}: the row is of {', '.join(sorted(own))}, and its source {key} is "
                    f"called “{titled}”; fix one of them."
                )
        for column in texts:
            other = rows.states_named(row[column], root)
            if other and (coded | said) and not other & (coded | said):
                yield (
                    f"{row.place}, column {column}: {row[column]!r} names "
                    f"{' and '.join(sorted(other))}, and the row is of "
                    f"{', '.join(sorted(coded | said))}; fix one of them."
                )


def _columns_of_codes(table: rows.Table, root: Path) -> list[str]:
    """Return the columns in which every filled cell is one or several codes of States."""
    known = set(rows.states_by_name(root).values())
    found = []
    for index, column in enumerate(table.columns):
        cells = {row[index] for _, row in table.lines if len(row) > index and row[index]}
        if cells and all(set(rows.parts(cell)) <= known for cell in cells):
            found.append(column)
    return found


def _shared_names(root: Path) -> Iterator[str]:
    """Yield codes and names that two participating States share."""
    table = rows.table(places.STATES, root)
    for column in ("iso3", "iso2", "name", "other_name"):
        first: dict[str, str] = {}
        for row in table.rows if table else ():
            if row[column] in first:
                yield (
                    f"{row.place}, column {column}: {row[column]!r} is that of "
                    f"{first[row[column]]} too; fix one of them."
                )
            if row[column]:
                first[row[column]] = row["iso3"]


# Rows that say the same


def twins(table: rows.Table, root: Path) -> Iterator[str]:
    """Yield a sentence for each row whose key is that of an earlier row in another spelling.

    Such a row counts twice in every sum. Keys are compared without case, accents, punctuation,
    articles and plurals, and with every name of a State as its code.
    """
    first: dict[tuple[str, ...], rows.Row] = {}
    states = rows.states_version(root)
    for row in table.rows if table.key else ():
        key = tuple(_plain(row[column], root, states) for column in table.key)
        if key in first:
            told = ", ".join(repr(row[column]) for column in table.key)
            yield (
                f"{row.place}: {told} says again what {first[key].place.rpartition(', ')[2]} says; "
                "keep one of the two rows, or tell in the key how they differ."
            )
        else:
            first[key] = row


@cache
def _plain(cell: str, root: Path, _states: tuple[Path, int]) -> str:
    for text, instead in (("&", " and "), ("%", " per cent "), ("percent", "per cent"),
                          ("labor", "labour")):  # fmt: skip
        cell = cell.replace(text, instead)
    text = unicodedata.normalize("NFKD", LITTLE.sub(" ", rows.with_one_name(cell, root)))
    text = "".join(char for char in text if not unicodedata.combining(char)).casefold()
    words = WORD.findall(text)
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


# Judgements


def _hedges(table: rows.Table) -> Iterator[str]:
    """Yield figures that are printed with a hedge and have lost it in their interval."""
    for row in table.rows if not table.is_built and "percent_high" in table.columns else ():
        for column in ("printed", "as_printed", "percent_printed"):
            low, high, printed = row["percent_low"], row["percent_high"], row[column]
            if low and low == high and ABOVE.match(printed.strip("“ ").lower()):
                yield (
                    f"{row.place}: {column} says {printed!r}, and percent_high is {high}, as if "
                    "the figure were exact; open the interval, or fix the words."
                )


def _verdicts(root: Path) -> Iterator[str]:
    """Yield verdicts for which no finding speaks as they need it."""
    register, findings = rows.table("claims", root), rows.table("evidence", root)
    if not (register and findings):
        return
    sides = Counter((row["claim"], row["side"]) for row in findings.rows)
    for row in register.rows:
        has = {side for side in ("for", "against", "mixed") if sides[row["id"], side]}
        for side in NEEDED.get(row["verdict"], ()):
            if has and not has & {side, "mixed"}:
                yield (
                    f"{row.place}: {row['id']} is {row['verdict']!r}, and no finding of "
                    f"{rows.EVIDENCE} speaks {side} it; fix the sides or the verdict."
                )


# Days of sources and in sentences


def _of_entry(key: str, source: Source) -> Iterator[str]:
    """Yield the dates and pages of a source that cannot be."""
    where = f"references.bib, line {source.line}, {key}"
    for name in ("year", "date"):
        if late := after_today(source.fields.get(name, "")):
            yield f"{where}: {name} is {source.fields[name]}, and {late} is to come. Fix it."
    for found in WRITTEN_DAY.finditer(source.fields.get("date", "")):
        if not _is_a_day(found):
            yield f"{where}: {found[0]} is not a day of the calendar. Fix the date."
    span = re.fullmatch(r"(\d+)--(\d+)", source.fields.get("pages", ""))
    if span and int(span[1]) > int(span[2]):
        yield f"{where}: pages {span[0]} end before they begin. Fix them."


def _is_a_day(found: re.Match[str]) -> bool:
    year, month = int(found[3]), MONTHS[found[2]]
    return not found[1] or 1 <= int(found[1]) <= calendar.monthrange(year, month)[1]


def of_pages(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return days to come that no table has, days of no calendar, and spans turned round."""
    problems = []
    release = root / "CITATION.cff"
    if release.is_file():
        said = yaml.safe_load(release.read_text(encoding="utf-8")).get("date-released", "")
        if late := after_today(str(said)):
            problems.append(f"CITATION.cff: date-released is {late}, in the future. Fix the date.")
    known = {"2030", *_years_ahead(root)}  # 2030: the Sustainable Development Goals.
    for path in pages.changed(root, files):
        for cell in pages.cells(path, root):
            if cell.kind != "markdown" or not any(_in_passage(cell.text, known)):
                continue  # Most cells need no parser to be found sound.
            for passage in pages.shown(cell):
                problems += [f"{cell.place}: {each}" for each in _in_passage(passage.text, known)]
    return problems


def _years_ahead(root: Path) -> set[str]:
    """Return the years to come that a table has, in columns that look ahead and in its texts."""
    return {
        year
        for table in rows.tables(root)
        for _, cells in table.lines
        for column, cell in zip(table.columns, cells, strict=False)
        if "20" in cell and column not in ABOUT_THE_SOURCE
        for year in _future(cell)
    }


@cache
def _future(text: str) -> tuple[str, ...]:
    return tuple(year for year in FUTURE_YEAR.findall(text) if int(year) > date.today().year)


def _in_passage(text: str, known: set[str]) -> Iterator[str]:
    for year in _future(text):
        if year not in known:
            near = pages.readable(text[max(0, text.index(year) - 40) : text.index(year) + 30])
            yield (
                f"{year} in “{near.strip()}” lies in the future, and no table has it. Fix the "
                "year, or add a row to a table of what is to come."
            )
    for found in WRITTEN_DAY.finditer(text):
        if found[3] not in known and not _future(found[0]) and after_today(found[0]):
            yield f"{found[0]} lies in the future. Fix the date."
        if not _is_a_day(found):
            yield f"{found[0]} is not a day of the calendar. Fix the date."
    for found in SPAN.finditer(text):
        low, high = [each for each in found.groups() if each]
        short = len(low) == 4 and len(high) == 2 and f"{low[:2]}{high}" > low  # 2015–19
        falling = found[5] and FALLING.search(text[: found.start()])
        if _number(low) > _number(high) and not short and not falling:
            yield f"“{found[0]}” ends before it begins. Put the lower end first, or fix it."


def _number(text: str) -> float:
    return float(text.replace(",", ""))
