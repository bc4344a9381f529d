"""What the page on provenance says: for each table from where, by whom, how made, and last read.

Each function takes a `Record` and returns elements (see `elements`); nothing here needs Sphinx.
What is known comes from `bookmaking.tables.provenance`.
"""

from itertools import groupby

from bookmaking.directives.check_content import Record, listed_sources
from bookmaking.directives.elements import Content, Element, html
from bookmaking.directives.pieces import NOTHING, bullets, capital, counted, joined, row, rows_table
from bookmaking.tables.originals import Original, Source
from bookmaking.tables.provenance import COMPUTED, REBUILT, TYPED, Provenance
from decentwork.days import in_words

WAYS = {
    REBUILT: "rebuilt by a program from what a publisher put at an address",
    COMPUTED: "computed by a program from other tables of the book",
    TYPED: "typed by the authors from the texts that each row names",
}


def summary(record: Record) -> list[Element]:
    """Return how many tables and rows are made in each way, and how many rows were re-read."""
    rows = []
    for way, words in WAYS.items():
        made = [each for each in record.provenance.values() if each.way == way]
        lines = sum(each.rows for each in made)
        again = sum(each.reread for each in made)
        told = f"{again:,} of {lines:,}" if way == TYPED else "the tests build them again"
        rows.append(row([capital(words)], [str(len(made))], [f"{lines:,}"], [told]))
    columns = ["How made", "Tables", "Rows", "Rows that a second reader compared with their source"]
    return [rows_table("How the tables are made", columns, rows)]


def tables(record: Record) -> list[Element]:
    """Return of each table from where it is, who made it, and when it was last read, by theme."""
    columns = ["Table", "From where", "By whom", "Last read"]
    made = []
    ordered = sorted(record.tables.values(), key=lambda each: (each.theme, each.name))
    for theme, group in groupby(ordered, lambda each: each.theme):
        rows = [_row(record, each.name) for each in group]
        title = capital(theme.replace("_", " "))
        inside = rows_table(f"Where the tables come from: {title}", columns, rows)
        handle = html("summary", f"{title}: {counted(rows, 'table')}")
        made.append(html("details", handle, inside, class_="check"))
    return made


def _row(record: Record, name: str) -> Element:
    known = record.provenance[name]
    return row([record.table(name)], _where(record, known), _whom(known), _read(known))


def _where(record: Record, known: Provenance) -> list[Content]:
    if known.way == TYPED:
        return listed_sources(list(record.tables[known.name].sources), record)
    if known.way == COMPUTED:
        return joined([record.table(each) for each in known.tables]) or ["a simulation"]
    told = [_source(source, files) for source, files in known.sources.items()]
    return told if len(told) == 1 else [bullets(told)]


def _source(source: Source, files: list[Original]) -> Element:
    """Return publisher and title of a source, with a link to its file, or to the first of them."""
    first = files[0]
    link = html("a", first.file.rpartition("/")[2], href=first.address or "")
    told: list[Content] = [link]
    if len(files) > 1:
        told = [f"{len(files)} files, the first of them ", link]
    return html("span", f"{source.publisher}: {source.title} (", *told, ")")


def _whom(known: Provenance) -> list[Content]:
    if known.way != TYPED:
        return ["a program, from the files" if known.way == REBUILT else "a program"]
    if not known.reread:
        return ["the authors; no row compared with a source"]
    share = f"{known.reread:,} of {counted(known.rows, 'row')}"
    return [f"the authors; {share} compared by {', '.join(known.readers)}"]


def _read(known: Provenance) -> list[Content]:
    return [in_words(known.read) if known.read else NOTHING]


PARTS = {"summary": summary, "tables": tables}
"""What ``{provenance}`` can show, by its argument."""


def unknown_part(name: str) -> str:
    """Return the sentence on a directive ``{provenance}`` that asks for something else."""
    return f"{{provenance}} has no part {name!r}; write one of {', '.join(PARTS)}."
