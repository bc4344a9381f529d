"""The book's sources: ``references.bib`` read and checked, and citations made from tables."""

from functools import cache
from pathlib import Path

import bibtexparser
import pandas as pd
from bibtexparser.middlewares.names import split_multiple_persons_names
from bibtexparser.model import Entry
from pylatexenc.latex2text import LatexNodes2Text

from decentwork.repository import BIBLIOGRAPHY

REQUIRED: dict[str, tuple[str, ...]] = {
    "article": ("author", "title", "journal", "year"),
    "book": ("author", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "year"),
    "techreport": ("author", "title", "institution", "year"),
    "misc": ("author", "title", "year"),
    "jurisdiction": ("title", "shorthand", "court", "number", "date", "year"),
    "legislation": ("title", "shorthand", "date", "year"),
    "oscedocument": ("author", "title", "shorthand", "date", "year"),
}
"""Entry types that `bookmaking.pages.citations` can list, with the fields that each must have."""

asked: set[str] = set()
"""Keys that this process has asked for: a notebook is executed again when one is removed."""


class SourceError(ValueError):
    """A bibliography that cannot be used; the message says where and what to do."""


@cache
def load(path: Path = BIBLIOGRAPHY) -> dict[str, Entry]:
    """Return the entries of a BibTeX file by key.

    Raises SourceError if a block cannot be read, a key stands twice, or an entry has an unknown
    type or lacks a field that its type requires.
    """
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


def described(key: str) -> tuple[str | None, str, str | None]:
    """Return author, title and address of a source as plain text, None for what it does not have.

    Raises SourceError if the key is not in references.bib.
    """
    asked.add(key)
    if key not in load():
        raise SourceError(f"source {key!r} is not in references.bib; add it there.")
    fields = load()[key].fields_dict
    authors = split_multiple_persons_names(fields["author"].value) if "author" in fields else []
    url = fields["url"].value if "url" in fields else None
    return _plain("; ".join(authors)) or None, _plain(fields["title"].value), url


def _plain(latex: str) -> str:
    return LatexNodes2Text().latex_to_text(latex)


def cited(frame: pd.DataFrame) -> str:
    """Return the sources of a table's rows as a citation, ``key{locator},key{locator}``.

    Parameters
    ----------
    frame
        Rows with the columns ``source`` (keys of references.bib, several joined by "; ") and
        ``locator`` (as many, or one for all). Locators of one source are joined by semicolons in
        the order of their first row.

    Raises SourceError if a key is not in references.bib or a row names no locator.
    """
    parts = []
    for key, locators in _located(frame).groupby("source", sort=False)["locator"]:
        if key not in load():
            raise SourceError(
                f"source {key!r} of {len(locators)} rows is not in references.bib; add it there."
            )
        if locators.isna().all():
            raise SourceError(f"source {key!r}: no row names a locator; add page or section.")
        parts.append(f"{key}{{{'; '.join(locators.dropna().unique())}}}")
    return ",".join(parts)


def role(frame: pd.DataFrame) -> pd.Series:
    """Return for each row the citation of its sources with locator, a MyST role ``{cite:p}``."""
    located = _located(frame)
    cites = located["source"] + "{" + located["locator"] + "}"
    return "{cite:p}`" + cites.groupby(level=0, sort=False).agg(",".join) + "`"


def _located(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a source of each row of ``frame``, with its locator.

    A row with several sources has as many locators, in the same order, or one for all of them.
    """

    def pairs(row: pd.Series) -> list[tuple[str, str]]:
        keys = row["source"].split("; ")
        places = row["locator"].split("; ") if len(keys) > 1 else [row["locator"]]
        if len(places) != len(keys):
            places = [row["locator"]] * len(keys)
        return list(zip(keys, places, strict=True))

    exploded = frame.apply(pairs, axis=1).explode()
    located = pd.DataFrame(exploded.tolist(), index=exploded.index, columns=["source", "locator"])
    asked.update(located["source"])
    return located
