"""Numbers of pages: figures and tables are cited by them ("Fig. 5.3").

A number must not shift when a chapter is added or moved. So each page holds its own, apart from its
place in the contents: a notebook as ``number`` in its metadata, where ``make tidy`` writes it, and
a page of Markdown as ``number`` in its front matter. Chapters have whole numbers. Pages that show
tables and are not chapters have a letter. A number is never given again: `_toc.yml` keeps those of
pages that are no more, under ``meta: retired``.
"""

import json
import string
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml
from myst_parser.config.main import read_topmatter

from bookmaking.source import pages

KEY = "number"
CONTENTS = "_toc.yml"
RETIRED = "retired"
LETTERS = tuple(string.ascii_uppercase)

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


def given(root: Path) -> dict[str, Number]:
    """Return every number that was ever given, also those of pages that are no more."""
    return with_retired(of_pages(root), root)


def with_retired(numbers: Numbers, root: Path) -> dict[str, Number]:
    """Return the numbers of pages with those of pages that are no more, which say so."""
    path = root / CONTENTS
    contents = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    retired = (contents.get("meta") or {}).get(RETIRED) or {}
    gone = {f"{page} ({RETIRED} in {CONTENTS})": number for page, number in retired.items()}
    return {**numbers, **gone}


def faults(numbers: Numbers) -> list[str]:
    """Return what is wrong with all numbers that were given: given twice, or left out.

    A number that is left out was a chapter's that is no more, and could be given again.
    """
    by_number: dict[Number, list[str]] = {}
    for page, number in numbers.items():
        by_number.setdefault(number, []).append(page)
    last = max((each for each in by_number if isinstance(each, int)), default=0)
    letter = max(by_number.keys() & set(LETTERS), default="")
    wanted = [*range(1, last + 1), *(each for each in LETTERS if each <= letter)]
    strange = [
        f"{' and '.join(named)}: the number is {each!r}; write a whole number from 1, or one "
        "capital letter."
        for each, named in by_number.items()
        if each not in wanted
    ]
    twice = [
        f"{' and '.join(named)} have the number {each}, and figures are cited by it: give the "
        f"newer page {next_free(numbers, is_chapter=isinstance(each, int))}."
        for each, named in by_number.items()
        if len(named) > 1
    ]
    lost = [
        f"No page has the number {each}: write it into the page that lost it. If that page is no "
        f"more, write the line '<its name>: {each}' under 'meta: {RETIRED}:' in {CONTENTS}. Else "
        "somebody will give it again."
        for each in wanted
        if each not in by_number
    ]
    return [*strange, *twice, *lost]


def next_free(numbers: Numbers, *, is_chapter: bool = True) -> Number:
    """Return the number that the next chapter takes, or the letter for a page that is none.

    ``numbers`` are all that were ever given.
    """
    if is_chapter:
        return max((each for each in numbers.values() if isinstance(each, int)), default=0) + 1
    letters = {each for each in numbers.values() if not isinstance(each, int)}
    return next(each for each in LETTERS if each not in letters)


def unnumbered(page: str, numbers: Numbers) -> str:
    """Return the sentence on a ``page`` that shows figures or tables and has no number."""
    shows = f"{page} shows figures or tables and has no number, by which they are cited."
    if page.startswith("notebooks/"):
        return f"{shows} `make tidy` gives it the next free one, {next_free(numbers)}."
    letter = next_free(numbers, is_chapter=False)
    return f"{shows} Begin the page with three lines: ---, {KEY}: {letter} and ---."
