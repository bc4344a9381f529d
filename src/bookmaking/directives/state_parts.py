"""What a page of a State shows of the rows of a table, by the kind of the part of a theme."""

from collections.abc import Callable, Sequence
from functools import singledispatch
from urllib.parse import urlsplit

import pandas as pd

from bookmaking.directives import pieces
from bookmaking.directives.elements import Content, Element, html
from bookmaking.directives.state_pieces import (
    BODIES,
    CARDS,
    SINCE,
    cited,
    day,
    in_a_list,
    remarks,
    sources_of,
)
from bookmaking.directives.state_rows import Row, State, Tables
from bookmaking.directives.state_themes import (
    Listing,
    Measure,
    MonitorsTexts,
    Part,
    PersonCounts,
    interval,
)
from decentwork import sources
from decentwork.data import DataError
from decentwork.repository import path_in_repository


@singledispatch
def show(part: object, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    """Return what a page shows of the rows of one part of a theme."""
    raise TypeError(f"no page shows a part of the kind {type(part).__name__}; write how.")


@show.register
def _measure(part: Measure, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    made: list[Element] = []
    for kind in dict.fromkeys(row[part.same] if part.same else "" for row in rows):
        alike = [row for row in rows if not part.same or row[part.same] == kind]
        label = f"{part.title} ({kind})" if kind else part.title
        made.append(_measured(part, label, alike, tables, state))
    return made


def _measured(
    part: Measure, label: str, rows: Sequence[Row], tables: Tables, state: State
) -> Element:
    """Return the row of a measure: values of one kind, and what was crossed between the two."""
    about = min(rows, key=lambda row: (abs(int(str(row[part.when])[:4]) - SINCE), row[part.when]))
    newest = rows[-1]
    first, last = (int(str(row[part.when])[:4]) for row in (about, newest))
    crossed = [
        f"The series changed in {when}, so do not compare across that year: {what}."
        for when, what in tables.breaks(part.table, state)
        if first < when <= last or (first == last == when)
    ]
    between = [row for row in rows if first < int(str(row[part.when])[:4]) <= last]
    marked = [str(row[part.when]) for row in between if part.marked and row[part.marked]]
    if marked:
        crossed.append(
            f"The source marks a break in {in_a_list(marked)}. Do not compare the two values."
        )
    told = [part.to_know, *crossed, tables.remarks(part.table, state), tables.limits(part.table)]
    shown = [f"{part.show(row)} ({day(row[part.when])})" for row in (about, newest)]
    return pieces.row(
        [label],
        [shown[0]],
        ["no later one" if about is newest else shown[1]],
        [" ".join(filter(None, told))],
        [sources_of([about, newest])],
    )


@show.register
def _listing(part: Listing, rows: Sequence[Row], tables: Tables, state: State) -> list[Element]:
    made = []
    for row in rows:
        cells = [[_cell(shown, row)] for shown in part.columns.values()]
        made.append(pieces.row(*cells, [sources_of([row])]))
    return [
        pieces.rows_table(part.title, [*part.columns, "Source"], made, class_=CARDS),
        remarks(_known(part.table, tables, state)),
    ]


def _known(table: str, tables: Tables, state: State) -> str:
    """Return what a table says of this State alone, and what it must not be used for."""
    return " ".join(filter(None, [tables.remarks(table, state), tables.limits(table)]))


def of_union(part: Part, tables: Tables, state: State) -> list[Element]:
    """Return the paragraph on acts of the European Union, if the table has any."""
    told = acts_of_union(part, tables, state)
    return [html("p", told)] if told else []


def acts_of_union(part: Part, tables: Tables, state: State) -> str:
    """Return the sentence on acts of the European Union, which bind members in different ways."""
    column = part.of_union
    rows = tables.of_union(part.table, state) if column else []
    if not rows:
        return ""
    named = "; ".join(f"{row[column]}" for row in rows)
    return (
        f"The table “{tables.metadata(part.table).title}” also has entries of the {BODIES['eu']}: "
        f"{named}. We did not read how they apply in this State."
    )


@show.register
def _person_counts(
    part: PersonCounts, rows: Sequence[Row], tables: Tables, state: State
) -> list[Element]:
    years = sorted({row["year"] for row in rows})
    if part.totals and _says_nothing(rows):
        span = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
        told = f"{part.title}: for {span} the file of the United Nations prints 0 or nothing for "
        told += "single forms, and no number for all forms. This does not mean that there was no "
        told += "victim. "
        known = _known(part.table, tables, state)
        return [html("p", told, "Source: ", sources_of(rows), "."), remarks(known)]
    cells = {(row["year"], row[part.by]): row for row in rows}
    breaks = dict(tables.breaks(part.table, state))
    heads = ["Year", *part.columns,
             *(["Sum of the forms, beside all forms"] if part.totals else [])]  # fmt: skip
    groups: list[list[Element]] = [[]]
    readings: set[str] = set()
    for year in years:
        if year in breaks:
            told = (
                f"Change in {year}: {breaks[year]}. Do not compare later years with earlier ones."
            )
            head = html("th", told, colspan=str(len(heads)), scope="rowgroup")
            groups.append([html("tr", head)])
        found = [cells.get((year, value)) for value in part.columns.values()]
        readings |= {row["reading"] for row in found if row and "reading" in row}
        totals = [[next(row[part.totals] for row in found if row)]] if part.totals else []
        counted = [[count(row)] for row in found]
        groups[-1].append(pieces.row([str(year)], *counted, *totals))
    bodies = [html("tbody", *group) for group in groups if group]
    told = [words for reading, words in part.readings.items() if reading in readings]
    if any("<5" in str(row["printed"]) for row in rows):
        told.append(
            "The original prints “<5” for small numbers. We show 0 to 4; where several rows are "
            "added, the interval is wider."
        )
    source = sources_of(rows)
    return [
        pieces.table(part.title, heads, *bodies, class_="state-table state-counts"),
        remarks(f"{' '.join([*told, _known(part.table, tables, state)])} Source: ", source, "."),
    ]


def _says_nothing(rows: Sequence[Row]) -> bool:
    """Whether no row has a number for all forms, or one above 0 for a form."""
    counted = [row for row in rows if not pd.isna(row["persons_low"])]
    return not any(row["form"] == "all forms" or row["persons_high"] for row in counted)


def is_doubtful(row: Row) -> bool:
    """Whether “<5” may mean in this row that nothing was reported."""
    return row.get("reading", "counted") == "doubtful"


def count(row: Row | None) -> str:
    """Return the persons of a row as a number or an interval, and whether they are in doubt."""
    if row is None:
        return pieces.NOTHING
    reading = row.get("reading", "counted")
    if pd.isna(row["persons_low"]):
        return "not reported" if reading == "not reported" else pieces.NOTHING
    doubt = ", doubtful" if is_doubtful(row) else ""
    return interval(row["persons_low"], row["persons_high"]) + doubt


@show.register
def _monitors_texts(
    part: MonitorsTexts, rows: Sequence[Row], tables: Tables, state: State
) -> list[Element]:
    row = rows[-1]
    fields = {field.name: field for field in tables.metadata(part.table).fields}
    column, sentences = part.sentences
    made: list[Element] = []
    silent: dict[str, list[str]] = {}
    for point, columns in part.points.items():
        code, words = (row[column] if column else pd.NA for column in columns)
        if pd.isna(code):
            silent.setdefault(fields[columns[0]].missing_reason, []).append(point)
            continue
        made.append(pieces.row([point], [code], [pieces.NOTHING if pd.isna(words) else words]))
    keys = [citation.key for citation in row["cited"]]  # the place is the text that is linked
    when = row["publication_date"]
    host = urlsplit(row["read_in"]).hostname or ""
    where = html("a", f"text read at {host}", href=row["read_in"])
    own = host.endswith("coe.int")
    whose = "a page of the Council of Europe" if own else "not a page of the Council of Europe"
    dated = "no date in the text that was read" if pd.isna(when) else day(when)
    contents: list[Content] = []
    if not pd.isna(row["report_date"]):
        ends = _month(keys[1])
        told = (
            f"The index of GRETA’s reports, which ends in {ends}, names as the newest report on "
            f"this State that of round {row['report_round']}, dated {day(row['report_date'])}"
        )
        unread = " We did not read it, and what follows is of an earlier round."
        more = unread if newer_report(row) else ""
        contents.append(html("p", f"{told}: ", cited(keys[1:]), f".{more}"))
    other = ", because a value of this row comes from another text" if own else ""
    graded = f"grade {row['grade']}{other if row['grade'] != 'A' else ''}"
    told = f", {whose}, {graded}; source "
    sentence = "" if pd.isna(row[column]) else f" {sentences[row[column]]}"
    contents.append(
        html("p", f"Round {row['round']}, {dated}: ", where, told, cited(keys[:1]), f".{sentence}")
    )
    if made:
        contents.append(pieces.rows_table(part.title, list(part.columns), made, class_=CARDS))
    if silent:
        told = "; ".join(f"{', '.join(points)} ({why})" for why, points in silent.items())
        contents.append(html("p", f"Points on which we found nothing in this text: {told}."))
    return [*contents, remarks(_known(part.table, tables, state))]


def _month(key: str) -> str:
    """Return the month of a source, which its entry dates to the day."""
    dated = sources.entry(key).fields_dict.get("date")
    if dated is None:
        raise DataError(
            path_in_repository(sources.BIBLIOGRAPHY),
            f"{key} has no date; write the day on which the index ends",
        )
    return dated.value.partition(" ")[2]


def newer_report(release: Row) -> str:
    """Return the sentence on a report that is newer than the text that was read; or nothing."""
    if pd.isna(release["report_round"]) or release["report_round"] <= release["round"]:
        return ""
    return (
        f"GRETA published its report of round {release['report_round']} on "
        f"{day(release['report_date'])}. We did not read it."
    )


def _cell(shown: str | Callable[[Row], str], row: Row) -> str:
    value = shown(row) if callable(shown) else row[shown]
    return pieces.NOTHING if pd.isna(value) else str(value)
