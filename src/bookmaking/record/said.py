"""What the book says in one build: verdicts and numbers. Two builds can be compared.

A file of this form is kept for each release (`release`); the page on changes compares the present
build with the last one, and each release with the one before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from decentwork.claims import UNEXAMINED, strength_in_words
from decentwork.repository import path_in_repository

FORM = 1
FOLDER = "data/register/releases"
"""Where the repository keeps what earlier builds said."""
FILE = "_downloads/what-the-book-says.json"
"""Where a built site holds what it says, for readers and for `release`."""
FIELDS = {"form": int, "name": str, "made": str, "date": str, "lines": dict, "numbers": dict}
NOT_REREAD = "rows_not_reread"
"""The field that older files lack: how many rows typed by hand nobody had re-read."""
LINE = ("verdict", "strength", "answer")


class SaidError(ValueError):
    """A file that does not hold what a build says in the form that is known."""


@dataclass(frozen=True)
class Said:
    """What one build says.

    Parameters
    ----------
    name
        What the build is called, for example the tag of a release.
    made
        A sentence on how the file was made.
    date
        Date of the commit from which the book was built, as ISO text.
    lines
        Verdict, strength and answer by the line of the note; "" for what is not filled.
    numbers
        The text of each number by its name, for each page.
    rows_not_reread
        How many rows typed by hand no second reader had compared; None where nobody counted them.
    """

    name: str
    made: str
    date: str
    lines: Mapping[str, Mapping[str, str]]
    numbers: Mapping[str, Mapping[str, str]]
    rows_not_reread: int | None = None

    def as_json(self) -> str:
        """Return the text of the file."""
        whole = {"form": FORM, **{name: getattr(self, name) for name in FIELDS if name != "form"}}
        if self.rows_not_reread is not None:
            whole[NOT_REREAD] = self.rows_not_reread
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Change:
    """What changed: its name, what was said before and after, and the page; "" for nothing."""

    name: str
    before: str
    after: str
    page: str = ""


@dataclass(frozen=True)
class Changes:
    """What differs between two builds.

    ``verdicts`` are lines examined in both, ``examined`` and ``unexamined`` those in one of them,
    ``reworded`` those whose answer alone has other words. ``pages`` are new or gone as a whole,
    with how many numbers each has; numbers on such a page are not listed one by one.
    """

    verdicts: list[Change] = field(default_factory=list)
    examined: list[Change] = field(default_factory=list)
    unexamined: list[Change] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)
    numbers: list[Change] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    gone: list[Change] = field(default_factory=list)
    new_pages: dict[str, int] = field(default_factory=dict)
    gone_pages: dict[str, int] = field(default_factory=dict)


def parsed(text: str, file: str) -> Said:
    """Return what a ``file`` holds. SaidError says in a sentence what is wrong with it."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise SaidError(f"{file} is no JSON ({error}); write it with `make release`.") from error
    form = whole.get("form") if isinstance(whole, dict) else None
    if form != FORM:
        raise SaidError(
            f"{file} has the form {form!r}, and this book reads the form {FORM}; write the file "
            "again from the commit of its release, or delete it."
        )
    if missing := [name for name, kind in FIELDS.items() if not isinstance(whole.get(name), kind)]:
        raise SaidError(
            f"{file} lacks {', '.join(missing)}, or has it in another form; write it with "
            "`make release`."
        )
    for line, said in whole["lines"].items():
        if not isinstance(said, dict) or sorted(said) != sorted(LINE):
            raise SaidError(f"{file}, line {line}: needs {', '.join(LINE)}, and nothing else.")
    not_reread = whole.get(NOT_REREAD)
    if not (not_reread is None or type(not_reread) is int):
        raise SaidError(f"{file}, {NOT_REREAD}: {not_reread!r} is no whole number.")
    fields = {name: whole[name] for name in FIELDS if name != "form"}
    return Said(**fields, rows_not_reread=not_reread)


def kept(root: Path) -> list[Said]:
    """Return what earlier builds said, as the book at ``root`` keeps it, the last one first."""
    files = sorted((root / FOLDER).glob("*.json"))
    found = [parsed(path.read_text(encoding="utf-8"), path_in_repository(path)) for path in files]
    return sorted(found, key=lambda one: (one.date, one.name), reverse=True)


def line_of(row: Any) -> dict[str, str]:
    """Return what is compared of a line: of a row of a table, or of a claim of the register."""
    get = row.get if isinstance(row, Mapping) else lambda name: getattr(row, name)
    return {name: get(name) or "" for name in LINE}


def changes(before: Said, after: Said) -> Changes:
    """Return what differs between two builds, in the order of the later one."""
    found = Changes()
    for line, now in after.lines.items():
        _compare_line(line, before.lines.get(line, {"verdict": UNEXAMINED}), now, found)
    for page in _in_order(after.numbers, before.numbers):
        old, new = before.numbers.get(page), after.numbers.get(page)
        if old is None:
            found.new_pages[page] = len(new)
        elif new is None:
            found.gone_pages[page] = len(old)
        else:
            _compare_numbers(page, old, new, found)
    return found


def _compare_line(
    line: str, old: Mapping[str, str], now: Mapping[str, str], found: Changes
) -> None:
    was_examined, is_examined = (each["verdict"] != UNEXAMINED for each in (old, now))
    change = Change(line, _verdict(old), _verdict(now))
    if not was_examined and is_examined:
        found.examined.append(change)
    elif was_examined and not is_examined:
        found.unexamined.append(change)
    elif change.before != change.after:
        found.verdicts.append(change)
    elif old.get("answer", "") != now["answer"]:
        found.reworded.append(line)


def _compare_numbers(
    page: str, old: Mapping[str, str], new: Mapping[str, str], found: Changes
) -> None:
    for name in _in_order(new, old):
        before, after = old.get(name, ""), new.get(name, "")
        change = Change(name, before, after, page)
        if name not in old:
            found.new.append(change)
        elif name not in new:
            found.gone.append(change)
        elif before != after:
            found.numbers.append(change)


def _verdict(line: Mapping[str, str]) -> str:
    strength = line.get("strength", "")
    if line["verdict"] == UNEXAMINED or not strength:
        return line["verdict"]
    return f"{line['verdict']}, {strength_in_words(strength)}"


def _in_order(*names: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(name for each in names for name in each))


def summary(found: Changes) -> list[str]:
    """Return how much of each kind changed, one sentence each."""
    kinds = [
        (found.examined, "line was newly examined", "lines were newly examined"),
        (found.verdicts, "verdict or strength changed", "verdicts or strengths changed"),
        (found.unexamined, "line lost its verdict", "lines lost their verdict"),
        (found.numbers, "number changed", "numbers changed"),
        (found.new, "number is new", "numbers are new"),
        (found.gone, "number is gone", "numbers are gone"),
        (found.new_pages, "page with numbers is new", "pages with numbers are new"),
        (found.gone_pages, "page with numbers is gone", "pages with numbers are gone"),
        (found.reworded, "answer has other words", "answers have other words"),
    ]
    told = [
        f"{len(things):,} {one if len(things) == 1 else many}." for things, one, many in kinds
        if things
    ]  # fmt: skip
    return told or ["No verdict and no number has changed."]
