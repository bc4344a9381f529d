"""What the book says in one build: verdicts and numbers. Two builds can be compared.

A file of this form is kept for each release (`release`); the page on changes compares the present
build with the last one, and each release with the one before.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from decentwork.repository import path_in_repository

FORM = 1
FOLDER = "data/register/releases"
"""Where the repository keeps what earlier builds said."""
FILE = "_downloads/what-the-book-says.json"
"""Where a built site holds what it says, for readers and for `release`."""
LINE = ("verdict", "answer")
UNEXAMINED = "not yet examined"
"""The verdict on a line that an early release had not examined."""
KINDS = {
    "examined": ("line was newly examined", "lines were newly examined"),
    "verdicts": ("verdict or strength changed", "verdicts or strengths changed"),
    "unexamined": ("line lost its verdict", "lines lost their verdict"),
    "numbers": ("number changed", "numbers changed"),
    "new": ("number is new", "numbers are new"),
    "gone": ("number is gone", "numbers are gone"),
    "new_pages": ("page with numbers is new", "pages with numbers are new"),
    "gone_pages": ("page with numbers is gone", "pages with numbers are gone"),
    "reworded": ("answer has other words", "answers have other words"),
}
"""The kinds of changes, each in words: for one, and for several."""


class SaidError(ValueError):
    """A file that does not hold what a build says in the form that is known."""


@dataclass(frozen=True)
class Said:
    """What one build says: its name, a sentence on how it was made, and the date of its commit.

    ``lines`` has by the line of the note its ``answer`` and, as ``verdict``, the words of its parts
    with their strengths (in the oldest release one verdict, with a ``strength`` of its own).
    ``numbers`` has the text of each number by its name, for each page. ``rows_not_reread`` counts
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
    """What changed: its name, what was said before and after, and the page; "" for nothing.

    For a page that is new or gone, ``before`` or ``after`` says how many numbers it has.
    """

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
        said = Said(**whole)
        changes(said, said)  # raises what a line or a page without its fields would raise later
        return said
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SaidError(
            f"{file} is not what a build says in the form {FORM} ({error}); write it again from "
            "the commit of its release with `make release`, or delete it."
        ) from error


def kept(root: Path) -> list[Said]:
    """Return what earlier builds said, as the book at ``root`` keeps it, the last one first."""
    files = sorted((root / FOLDER).glob("*.json"))
    found = [parsed(path.read_text(encoding="utf-8"), path_in_repository(path)) for path in files]
    return sorted(found, key=lambda one: (one.date, one.name), reverse=True)


def changes(before: Said, after: Said) -> dict[str, list[Change]]:
    """Return what differs between two builds by its kind (`KINDS`), in the order of the later one.

    Numbers on a page that is new or gone as a whole are not listed one by one.
    """
    found: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for line, now in after.lines.items():
        old = before.lines.get(line, {"verdict": UNEXAMINED})
        change = Change(line, _verdict(old), _verdict(now))
        was_examined, is_examined = (each["verdict"] != UNEXAMINED for each in (old, now))
        if was_examined != is_examined:
            found["examined" if is_examined else "unexamined"].append(change)
        elif change.before != change.after:
            found["verdicts"].append(change)
        elif old.get("answer", "") != now["answer"]:
            found["reworded"].append(change)
    for page in {**after.numbers, **before.numbers}:
        old, new = before.numbers.get(page, {}), after.numbers.get(page, {})
        if not (old and new):
            kind = "gone_pages" if old else "new_pages"
            found[kind].append(Change(page, *(str(len(each) or "") for each in (old, new))))
            continue
        for name in {**new, **old}:
            change = Change(name, old.get(name, ""), new.get(name, ""), page)
            kind = "new" if name not in old else "gone" if name not in new else "numbers"
            if change.before != change.after:
                found[kind].append(change)
    return found


def _verdict(line: Mapping[str, str]) -> str:
    strength = line.get("strength", "")
    return f"{line['verdict']}, {strength} evidence" if strength else line["verdict"]


def summary(found: Mapping[str, list[Any]]) -> list[str]:
    """Return how much of each kind changed, one sentence each."""
    counts = ((len(found[kind]), *words) for kind, words in KINDS.items() if found[kind])
    told = [f"{count:,} {one if count == 1 else many}." for count, one, many in counts]
    return told or ["No verdict and no number has changed."]
