"""How the book speaks: words that it does not use, and what it says in their place."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.checks import ROOT, numbers, rows
from bookmaking.source import pages
from bookmaking.source.pages import CITED, CITED_IN_TEXT

PEOPLE = r"(?:im|e)?migra\w+|workers?|aliens?|residents?|people|persons?|entrants?|foreigners?"
AVOIDED = {
    # Words for people and places.
    rf"\billegal(?:ly)?\s+(?:{PEOPLE})|\billegals\b|\bclandestines?\b": (
        "people are not illegal; say that their status, stay or employment is irregular"
    ),
    r"\bsex slaves?\b|\bprostitutes?\b|\bmodern(?:-day)? slaves\b": (
        "say what happened to the person, in the words of the source"
    ),
    r"\bTurkey\b": "the State calls itself Türkiye",
    r"(?<!North )\bMacedonia\b": "the State calls itself North Macedonia",
    r"\bCzech Republic\b": "the State calls itself Czechia",
    r"\b(?:Byelorussia|Kirghizia|Moldavia|Holland)\b": "use the State's own name",
    # Drama.
    r"\b(?:scourge|plague|shocking|heinous|alarming|worrying|staggering|stark)(?:s|d|ly)?\b": (
        "the judgement is the reader's; give the finding"
    ),
    r"\btackl(?:e|es|ed|ing)\b": "say what is done: prevent, prosecute, inspect",
    # Filler.
    r"\b(?:crucial|pivotal|multifaceted|holistic|nuanced|groundbreaking)(?:ly)?\b": (
        "say what depends on it"
    ),
    r"\brobust(?:ly|ness)?\b(?! standard error)": "say what it withstood",
    r"\b(?:landscape|tapestry|realm of|myriad|plethora)\b": "name the things",
    r"\bdelv(?:e|es|ed|ing)\b|\bleverag(?:e|es|ed|ing)\b|\bunderscor(?:e|es|ed|ing)\b": (
        "use a plain verb"
    ),
    r"\bsheds? light\b|\bpaints? a picture\b|\btestament to\b|\bplays? an? \w+ role\b": (
        "say what follows from it"
    ),
    r"\bit is (?:important|worth) (?:to note|noting)\b|\bneedless to say\b|\bin conclusion\b": (
        "leave it out"
    ),
    r"\bmore research is needed\b|\bfurther research is (?:needed|required)\b": (
        "always true; say what would have to be collected, and by whom"
    ),
    r"\bexperts (?:agree|say|believe)\b|\bit is widely (?:accepted|known|believed)\b": (
        "say who, with a citation"
    ),
    r"\bever-(?:evolving|changing|growing)\b|\bin today's world\b": (
        "it could not be false, so it says nothing"
    ),
    "—": "use a comma, a colon or a full stop",
}
ANY = re.compile("|".join(AVOIDED), re.IGNORECASE)
"""All of them at once, because few sentences and cells hold any."""
OTHER_WORDS = ("other_name",)
"""Columns with the words of others: readers look for a State also by the name it has elsewhere."""
ADDRESSES = ("http://", "https://")
BESIDE = ("README.md", "CONTRIBUTING.md")
"""Texts for readers that are no pages of the book."""
QUOTATION = re.compile(r"[\"“][^\"“”]+[\"”]")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the words of all notebooks, pages and tables, and of `BESIDE`, that are not used."""
    paths = pages.changed(root, files)
    beside = (root / name for name in BESIDE)
    paths += [path for path in beside if path.is_file() and (not files or path in files)]
    return [
        *(problem for path in paths for problem in avoided(path, root)),
        *(problem for table in rows.tables(root, files) for problem in _of_table(table)),
    ]


def _of_table(table: rows.Table) -> Iterator[str]:
    """Yield the words of the cells of a table that the book does not use."""
    seen: dict[str, list[str]] = {}
    for row in table.rows:
        for column, text in row.cells.items():
            if column in OTHER_WORDS or text.startswith(ADDRESSES):
                continue
            if text not in seen:
                seen[text] = found(QUOTATION.sub("“…”", text))
            yield from (f"{row.place}, column {column}: {problem}" for problem in seen[text])


def avoided(path: Path, root: Path = ROOT) -> list[str]:
    """Return the words of a notebook or page that the book does not use, with what to do instead.

    Quotations are left out where they are set apart as words of the note, and where a citation
    stands in the same sentence.
    """
    return [
        f"{cell.place}: {problem} In “{pages.readable(sentence)}”."
        for cell in pages.cells(path, root)
        for sentence in _own_words(cell)
        for problem in found(sentence)
    ]


def found(sentence: str) -> list[str]:
    """Return the avoided words of a sentence, with what to do instead."""
    if not ANY.search(sentence):
        return []
    return [
        f"“{match[0]}”: {advice}."
        for pattern, advice in AVOIDED.items()
        for match in re.finditer(pattern, sentence, re.IGNORECASE)
    ]


def _own_words(cell: pages.Cell) -> Iterator[str]:
    if cell.kind == "code":
        yield from (text for text, _ in pages.strings(cell))
        return
    for passage in pages.passages(cell):
        if passage.from_the_note and CITED in passage.text:
            continue
        for sentence in sentences.split(passage.text):
            if CITED in sentence or CITED_IN_TEXT in sentence:
                sentence = QUOTATION.sub("“…”", sentence)
            yield sentence
