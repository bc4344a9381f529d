"""A row and its source: its place can be found, its grade and year fit what the source is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bookmaking.checks import rows
from decentwork.days import IN_WORDS, MONTHS

NO_PLACE = re.compile(
    r"\W*(?:various|several|passim|somewhere|throughout|everywhere|ib(?:id|idem)?|same|as above|"
    r"see (?:above|below|text|source|there)|(?:web ?)?site|web ?page|web|online|internet|link|url|"
    r"pages?|pp?|sections?|chapters?|paragraphs?|paras?|tables?\s*\?|source|document|book|pdf|file|"
    r"n/?a|none|nil|unknown|not known|not given|unspecified|tbd|tba|todo|fixme|x+|the "
    r"(?:text|source|document|report|page|site|publication|study))?\W*",
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
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
ENTRY = re.compile(r"^@\w+\{([^,\s]+),(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^\s*(year|date|read|dated|note)\s*=\s*\{(.*?)\},?$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """What the bibliography says of a source: its years, its day as YYYY-MM-DD, how it was read."""

    years: tuple[int, ...]
    day: str
    read: str


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return rows whose place, grade or year does not fit their source."""
    known = _sources(root / "references.bib", (root / "references.bib").stat().st_mtime_ns)
    changed = list(rows.tables(root, [path for path in files if path.suffix != ".bib"]))
    if files and all(path.suffix == ".bib" for path in files):
        changed = list(rows.tables(root))
    found = [problem for table in changed for problem in _of(table, known)]
    return found + odd_grades(list(rows.tables(root)))


def _of(table: rows.Table, known: Mapping[str, Source]) -> Iterator[str]:
    if "source" not in table.columns:
        return
    dates = [column for column in DATES if column in table.columns and _is_date(column, table)]
    seen = set()
    for row in table.rows:
        about = (row["source"], row["locator"], row["grade"], *(row[column] for column in dates))
        if table.is_built and about in seen:
            continue
        seen.add(about)
        yield from _place(row, table)
        yield from _grade(row, known)
        yield from _years(row, table, dates, known)


def _is_date(column: str, table: rows.Table) -> bool:
    return table.fields.get(column, {}).get("unit", "year") == "year"


def _place(row: rows.Row, table: rows.Table) -> Iterator[str]:
    if "locator" not in table.columns:
        return
    places = row["locator"].split(rows.SEVERAL)
    if empty := [place for place in places if NO_PLACE.fullmatch(place.strip())]:
        yield (
            f"{row.place}, column locator: {empty[0].strip()!r} leads nowhere; name the page, "
            "section, paragraph or table."
        )


def _grade(row: rows.Row, known: Mapping[str, Source]) -> Iterator[str]:
    if row["grade"] != "A":
        return
    if quoted := QUOTED.search(row["locator"]):
        yield (
            f"{row.place}, column grade: A, but the place says “{quoted[0]}”; a figure that was "
            "read in another text has grade B."
        )
    for key in rows.parts(row["source"]):
        if key in known and known[key].read.startswith(SECOND_HAND):
            yield (
                f"{row.place}, column grade: A, but references.bib says that {key} was read "
                f"“{known[key].read}”; set the grade to B, or read the source."
            )


def _years(
    row: rows.Row, table: rows.Table, dates: Iterable[str], known: Mapping[str, Source]
) -> Iterator[str]:
    sources = [known[key] for key in rows.parts(row["source"]) if key in known]
    years = {year for source in sources for year in source.years}
    if not years or not all(source.years for source in sources):
        return
    for column in dates:
        told = [int(year) for year in YEAR.findall(row[column])]
        ahead = AHEAD.search(row[column]) or str(max(told, default="")) in row["locator"]
        if told and max(told) > max(years) and not ahead:
            yield (
                f"{row.place}, column {column}: {row[column]!r} is later than the source "
                f"{row['source']} of {max(years)}; mend the year or the key."
            )
    held = table.said.get("holds") or {}
    column = held.get("same_year")
    told = [int(year) for year in YEAR.findall(row[column])] if column else []
    years |= {int(year) for year in YEAR.findall(_apart(row["source"]))}
    if told and not set(told) & years:
        yield (
            f"{row.place}, column {column}: {row[column]!r} is not the year of the source "
            f"{row['source']} ({', '.join(map(str, sorted(years)))}), as in the other rows of the "
            "table; mend the year or the key."
        )
    column = held.get("same_day")
    days = {source.day for source in sources if source.day}
    if column and days and row[column] not in days:
        yield (
            f"{row.place}, column {column}: {row[column]} is not the day of the source "
            f"{row['source']} ({', '.join(sorted(days))}); mend one of them."
        )


def _apart(keys: str) -> str:
    """Return keys with their years apart from other digits, such as the 4 of nrmq42025."""
    return re.sub(r"(?=(?:19|20)\d\d(?!\d))", " ", keys)


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


@cache
def _sources(path: Path, version: int) -> Mapping[str, Source]:
    found = {}
    for key, body in ENTRY.findall(path.read_text(encoding="utf-8")):
        fields = dict(FIELD.findall(body))
        days = [
            f"{year}-{MONTHS[month]:02}-{int(day):02}"
            for day, month, year in IN_WORDS.findall(fields.get("date", ""))
            if month in MONTHS
        ]
        years = YEAR.findall(" ".join(fields.get(name, "") for name in ("year", "date", "dated")))
        found[key] = Source(
            tuple(map(int, years)), days[0] if len(days) == 1 else "", fields.get("read", "")
        )
    return found
