"""The book's sources: ``references.bib`` read and checked, in this one place."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from decentwork.extras import lacking
from decentwork.repository import BIBLIOGRAPHY, NOT_HERE

if _error := lacking("tables", "bibtexparser", "pylatexenc"):
    raise _error
import bibtexparser
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import Entry
from pylatexenc.latex2text import LatexNodes2Text

REQUIRED: dict[str, tuple[str, ...]] = {
    "article": ("author", "title", "journal", "year"),
    "book": ("author", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "year"),
    "techreport": ("author", "title", "institution"),
    "paper": ("author", "title"),
    "dataset": ("author", "title", "year"),
    "software": ("author", "title", "year"),
    "news": ("author", "title"),
    "release": ("author", "title"),
    "webpage": ("author", "title"),
    "misc": ("author", "title"),
    "jurisdiction": ("title", "shorthand", "court", "number", "date", "year"),
    "legislation": ("title", "shorthand", "date", "year"),
    "oscedocument": ("author", "title", "shorthand", "date", "year"),
}
"""Entry types that `bookmaking.directives.citations` can list, with the fields that each must have.

``paper`` is a working paper, a preprint or a paper whose journal was not seen; ``news`` a text of a
newspaper, magazine, news site or blog; ``release`` a press release, news text, speech or statement
of an institution; ``webpage`` any other page; ``legislation`` a law, treaty or resolution. A source
without a year bears none: it is cited as "n.d.".
"""

OPTIONAL: dict[str, tuple[str, ...]] = {
    "article": ("volume", "number", "pages", "doi", "eprint"),
    "book": ("editor", "edition", "address", "isbn", "doi"),
    "incollection": ("editor", "publisher", "pages", "chapter", "doi"),
    "techreport": ("number", "date", "year", "doi"),
    "paper": ("kind", "date", "year", "eprint", "doi"),
    "dataset": ("kind", "version", "date", "doi"),
    "software": ("kind", "version", "date", "doi"),
    "news": ("organization", "kind", "date", "year"),
    "release": ("organization", "kind", "date", "year"),
    "webpage": ("organization", "kind", "date", "year"),
    "misc": ("howpublished", "publisher", "date", "year", "doi"),
    "jurisdiction": ("ecli",),
    "legislation": ("number",),
    "oscedocument": ("number",),
}
"""Fields that an entry of a type may have besides those that it must have and those of `ANY`."""

ANY = ("shorthand", "dated", "url", "copy", "read", "note", "quoted", "places")
"""Fields of every type.

``url`` is the publisher's address, ``copy`` the place where another copy was read, ``read`` how far
the source was read (`READ`), ``dated`` how the year is known of a text that bears none, ``quoted``
the numbers that the text quotes from the source and no table has, each with its place
(`bookmaking.checks.told`), ``places`` those in the source that sentences cite and no row has
(`bookmaking.checks.sources`).
"""


class Extent(NamedTuple):
    """How far a source was read, as lists of sources say it."""

    mark: str
    then: str = ": "
    """What is between the mark and the words after the colon of the field."""
    asked: str = ""
    """What these words say; there are none if this is empty."""


READ = {
    "in full": Extent("● Read in full"),
    "in part": Extent("◐ Read in part", asked="which"),
    "abstract": Extent("○ Abstract read"),
    "secondary": Extent("◇ Not opened; known from", " ", "where"),
    "data": Extent("■ Data used"),
}
"""How far a source was read: what the field ``read`` says up to its colon."""


class SourceError(ValueError):
    """A bibliography that cannot be used; the message says where and what to do."""


def load(path: Path = BIBLIOGRAPHY) -> dict[str, Entry]:
    """Return the entries of a BibTeX file by key.

    Raises SourceError if there is no such file, a block cannot be read, a key is twice, or an
    entry has an unknown type or lacks a field that its type requires.
    """
    if not path.is_file():
        raise SourceError(f"{path}: {NOT_HERE}.")
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed: int) -> dict[str, Entry]:
    library = bibtexparser.parse_file(str(path))
    problems = [
        f"{path.name}, line {block.start_line + 1}: {type(block).__name__}: {block.error}"
        for block in library.failed_blocks
    ]
    problems += [problem for entry in library.entries for problem in _lacking(entry, path.name)]
    if problems:
        raise SourceError("\n".join(problems))
    return library.entries_dict


def _lacking(entry: Entry, file: str) -> list[str]:
    where = f"{file}, line {entry.start_line + 1}, {entry.key}"
    if entry.entry_type not in REQUIRED:
        return [
            f"{where}: type @{entry.entry_type} is not known; use one of {', '.join(REQUIRED)}."
        ]
    missing = [name for name in REQUIRED[entry.entry_type] if name not in entry.fields_dict]
    if entry.entry_type == "book" and missing == ["author"] and "editor" in entry.fields_dict:
        missing = []
    return [
        f"{where}: @{entry.entry_type} needs the field {name}; add it from the source."
        for name in missing
    ]


class SourceInWords(NamedTuple):
    """Who wrote a source, what it is called and where it is found, as plain text."""

    authors: str | None
    title: str
    address: str | None


def entry(key: str) -> Entry:
    """Return the entry of a source. Raises SourceError if the key is not in references.bib."""
    if key not in load():
        raise SourceError(f"source {key!r} is not in references.bib; add it there.")
    return load()[key]


def in_words(key: str) -> SourceInWords:
    """Return a source as plain text. Raises SourceError if the key is not in references.bib."""
    fields = entry(key).fields_dict
    authors = split_multiple_persons_names(fields["author"].value) if "author" in fields else []
    address = fields["url"].value if "url" in fields else None
    return SourceInWords(_plain("; ".join(authors)) or None, _plain(fields["title"].value), address)


def _plain(latex: str) -> str:
    return LatexNodes2Text().latex_to_text(latex)
