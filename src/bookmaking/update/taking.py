"""Write a table and its metadata with what a publisher sent, and say what an author does next."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from bookmaking.tables import contract
from bookmaking.update.candidates import rows_of
from bookmaking.update.series import Series
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables.metadata import load_shared


def write(
    series: Series, made: pd.DataFrame, about: Mapping[str, Any], day: str, folder: Path = DATA
) -> None:
    """Write the table below a folder, and into its metadata where the rows are from.

    The metadata gets its dates, its version, and the last year of its key where that is later. When
    the table does not agree with its metadata, DataError says how, and both stay as they were.
    """
    metadata = data.metadata(series.table, folder)
    before = metadata.path.read_text(encoding="utf-8")
    own = _with_own_origins(before, load_shared(metadata.folder).origins)
    after = _described(own, series, made, about, day)
    metadata.path.write_text(after, encoding="utf-8", newline="\n")
    try:
        contract.write(series.table, made, folder)
    except BaseException:
        metadata.path.write_text(before, encoding="utf-8", newline="\n")
        raise


def _with_own_origins(text: str, shared: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the text of the metadata with its origins themselves in place of names of shared ones.

    Tables that were not taken are still made from what is shared.
    """
    for name, origin in shared.items():
        said = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}"
                         for key, value in origin.items())  # fmt: skip
        text = text.replace(f"\n  - {name}\n", f"\n  - {{{said}}}\n")
    return text


def _described(
    text: str, series: Series, made: pd.DataFrame, about: Mapping[str, Any], day: str
) -> str:
    timed = made.get("year", made.get("month", pd.Series(series.periods)))
    first, last = timed.astype(str).min(), timed.astype(str).max()
    released = about["released"] or day
    of = (
        f"interface of {about['publisher']}, asked on {day}, rows with sha256 {about['sha256'][:8]}"
    )
    as_of = series.as_of.format(released=released, first=first, last=last)
    text = _set(text, r'(?m)^(as_of: )"[^"]*"', as_of)
    text = _set(text, r'(date_accessed: )"[^"]*"', day)
    text = _set(text, r'(version: )"[^"]*"', of)
    if about["released"]:
        text = _set(text, r'(date_published: )"[^"]*"', released)
    if "year" in made:
        text = _raised(text, r"(name: year, .*?maximum: )(\d{4})", last)
    if "year" in made or "month" in made:
        text = _raised(text, r"(years: \{(?:year|month): \[\d{4}, )(\d{4})", last[:4])
    return text


def _set(text: str, pattern: str, value: str) -> str:
    return re.sub(pattern, lambda found: f'{found[1]}"{value}"', text, count=1)


def _raised(text: str, pattern: str, last: str) -> str:
    """Return the text with a year put up, never down: the bound of a column, or what it covers."""
    return re.sub(pattern, lambda found: f"{found[1]}{max(found[2], last)}", text, count=1)


def refusals(differs: pd.DataFrame, series: Series, about: Mapping[str, Any]) -> list[str]:
    """Return why a table needs a reason: it lost something, or its publisher renamed a series.

    ``differs`` has the cells that differ (`candidates.difference`).
    """
    metadata = data.metadata(series.table)
    told = []
    if gone := rows_of(differs[differs["new"].isna()], metadata):
        told.append(f"{len(gone)} rows are gone")
    emptied = (
        differs["column"].isin(series.values) & (differs["new"] == "") & differs["old"].notna()
    )
    if emptied.any():
        told.append(f"{emptied.sum()} cells lost their value")
    return told + other_meanings(series, about)


def other_meanings(series: Series, about: Mapping[str, Any]) -> list[str]:
    """Return the series that the publisher names otherwise than when the table was made."""
    return [
        f"{code} is now called “{about['called'].get(code, '')}”, and it was called “{name}”, "
        "so it may count another thing"
        for code, name in series.called.items()
        if not about["called"].get(code, "").startswith(name)
    ]


def next_steps(series: Series, about: Mapping[str, Any], path: Path, root: Path) -> list[str]:
    """Return what an author does after a table was taken."""
    metadata = data.metadata(series.table, root / DATA.name)
    described = metadata.path.relative_to(root)
    let = f"Let {metadata.builder.relative_to(root)} read it, or" if metadata.builder else ""
    return [
        f"Read title, description, limits, breaks and remarks in {described} again, and compute "
        "its known_numbers again, in what the publisher sent and without the builder.",
        f"Keep {path.name} (sha256 {about['sha256']}) as an original: list it below `cuts` in "
        f"{described.parent}/originals, with the addresses in the file next to it. {let}"
        f"{' `make data` writes the old table again.' if let else ''}".rstrip(),
        "Set the date of the source in references.bib, if it has changed.",
        "Run `make book`: cells whose words no longer hold fail, and the diff of book/numbers.csv "
        "has each number, headline and value that changed. Read each verdict and sentence on them.",
    ]
