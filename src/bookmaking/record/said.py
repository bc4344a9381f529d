"""What the book says at one time: verdicts and numbers. Two such records can be compared.

A record is kept for each release (`release.tag`). CHANGELOG.md compares each release with the one
before, and the page on changes also the present book with the last release.
"""

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from bookmaking import snapshot
from bookmaking.source import pages
from decentwork import claims, days
from decentwork.claims import UNEXAMINED, strength_in_words
from decentwork.repository import path_in_repository

FORM = 1
FOLDER = "data/register/releases"
"""Where the repository keeps what earlier releases said."""
LINE = ("verdict", "strength", "answer")


class SaidError(ValueError):
    """A file that does not hold what a book says in the form that is known."""


@dataclass(frozen=True)
class Said:
    """What the book says: its name, a sentence on how it was made, and the date of its commit.

    ``lines`` has verdict, strength and answer by the line of the note ("" for what is not filled),
    and ``numbers`` the text of each number by its name, for each page. ``rows_not_reread`` counts
    the rows typed by hand that no second reader had compared; None where nobody counted them.
    """

    name: str
    made: str
    date: str
    lines: Mapping[str, Mapping[str, str]]
    numbers: Mapping[str, Mapping[str, str]]
    rows_not_reread: int | None = None

    def as_json(self) -> str:
        """Return the text of the file."""
        whole = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps({"form": FORM, **whole}, ensure_ascii=False, indent=1) + "\n"


class Change(NamedTuple):
    """What changed: its name, what was said before and after, and the page of a number."""

    name: str
    before: str
    after: str
    page: str = ""


def parsed(text: str, file: str) -> Said:
    """Return what a ``file`` holds. SaidError says in a sentence what is wrong with it."""
    try:
        whole = json.loads(text)
        if (form := whole.pop("form")) != FORM:
            raise ValueError(f"it has the form {form!r}")
        return Said(**whole)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SaidError(
            f"{file} is not what a book says in the form {FORM} ({error}); take it from the commit "
            "of its release."
        ) from error


def kept(root: Path) -> list[Said]:
    """Return what earlier releases said, as the book at ``root`` keeps it, the last one first."""
    files = sorted((root / FOLDER).glob("*.json"))
    found = [parsed(path.read_text(encoding="utf-8"), path_in_repository(path)) for path in files]
    return sorted(found, key=lambda one: (one.date, one.name), reverse=True)


def of_book(root: Path, published: snapshot.Published | None = None) -> Said:
    """Return what the book at ``root`` says: its register, and what its notebooks published.

    Without ``published`` the numbers are those of the snapshot.
    """
    lines = {
        claim.id: {name: getattr(claim, name) or "" for name in LINE}
        for claim in claims.load(root / "data")
    }
    of_stem = {path.stem: path.relative_to(root).with_suffix("") for path in pages.notebooks(root)}
    numbers: dict[str, dict[str, str]] = {}
    for (chapter, name), text in (published or snapshot.read(root)).items():
        if " / " not in name:  # else it is part of an exhibit
            page = of_stem[chapter].as_posix()
            numbers.setdefault(page, {})[name] = str(ast.literal_eval(text))
    return Said("This build", "", "", lines, dict(sorted(numbers.items())))


def changes(before: Said, after: Said) -> dict[str, list[Change]]:
    """Return the ``verdicts``, answers (``reworded``), ``numbers`` and ``pages`` that differ.

    Of a page that is new or gone as a whole only the count of its numbers is told.
    """
    found: dict[str, list[Change]] = {"verdicts": [], "reworded": [], "numbers": [], "pages": []}
    for line, now in after.lines.items():
        old = before.lines.get(line, {"verdict": UNEXAMINED})
        change = Change(line, _verdict(old), _verdict(now))
        if change.before != change.after:
            found["verdicts"].append(change)
        elif old.get("answer", "") != now["answer"]:
            found["reworded"].append(change)
    for page in {**after.numbers, **before.numbers}:
        old, new = before.numbers.get(page, {}), after.numbers.get(page, {})
        if not (old and new):
            counts = (f"{len(each)} numbers" if each else "" for each in (old, new))
            found["pages"].append(Change(page, *counts))
            continue
        both = (Change(name, old.get(name, ""), new.get(name, ""), page) for name in {**new, **old})
        found["numbers"] += [each for each in both if each.before != each.after]
    return found


def _verdict(line: Mapping[str, str]) -> str:
    strength = line.get("strength", "")
    if line["verdict"] == UNEXAMINED or not strength:
        return line["verdict"]
    return f"{line['verdict']}, {strength_in_words(strength)}"


def changelog(records: Sequence[Said]) -> str:
    """Return in Markdown what changed from each record to the next; the last one comes first."""
    templates = Environment(  # of Markdown, so nothing is escaped
        loader=PackageLoader("bookmaking"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template("changelog.jinja").render(
        releases=[(after, before, changes(before, after)) for after, before in pairwise(records)],
        oldest=next(reversed(records), None),
        in_words=days.in_words,
    )
