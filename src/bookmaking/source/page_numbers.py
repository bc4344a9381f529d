"""Numbers of pages: figures and tables are cited by them ("Fig. 5.3").

A number must not shift when a chapter is added or moved. So each page holds its own, apart from its
place in the contents: a notebook as ``number`` in its metadata, where ``make tidy`` writes it, and
a page of Markdown as ``number`` in its front matter. Chapters have whole numbers. Pages that show
tables and are not chapters have a letter.
"""

import json
import string
from collections.abc import Iterable, Mapping
from pathlib import Path

from myst_parser.config.main import read_topmatter

from bookmaking.source import pages

KEY = "number"
CONTENTS = "_toc.yml"

Number = int | str
Numbers = Mapping[str, Number]


def of_pages(root: Path) -> dict[str, Number]:
    """Return the number or letter of each page that has one, chapters first."""
    return of_files(pages.written(root), root)


def of_files(files: Iterable[Path], root: Path) -> dict[str, Number]:
    """Return the number or letter of each of these pages that has one, chapters first."""
    found = {file.relative_to(root).with_suffix("").as_posix(): _of_file(file) for file in files}
    numbered = {page: number for page, number in found.items() if number is not None}
    return dict(sorted(numbered.items(), key=lambda item: (isinstance(item[1], str), item[1])))


def _of_file(file: Path) -> Number | None:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ipynb":
        return json.loads(text)["metadata"].get(KEY)
    return (read_topmatter(text) or {}).get(KEY)


def faults(numbers: Numbers) -> list[str]:
    """Return which numbers are given twice: a reference to a figure would lead to two."""
    return [
        f"{page} has the number {number} of another page, and figures are cited by it: give the "
        f"newer page {next_free(numbers, is_chapter=isinstance(number, int))}."
        for page, number in numbers.items()
        if list(numbers.values()).count(number) > 1
    ]


def next_free(numbers: Numbers, *, is_chapter: bool = True) -> Number:
    """Return the number that the next chapter takes, or the letter for a page that is none."""
    if is_chapter:
        return max((each for each in numbers.values() if isinstance(each, int)), default=0) + 1
    return next(each for each in string.ascii_uppercase if each not in numbers.values())


def unnumbered(page: str, numbers: Numbers) -> str:
    """Return the sentence on a ``page`` that shows figures or tables and has no number."""
    shows = f"{page} shows figures or tables and has no number, by which they are cited."
    if page.startswith("notebooks/"):
        return f"{shows} `make tidy` gives it the next free one, {next_free(numbers)}."
    letter = next_free(numbers, is_chapter=False)
    return f"{shows} Begin the page with three lines: ---, {KEY}: {letter} and ---."
