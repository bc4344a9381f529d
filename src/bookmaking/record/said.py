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

from jinja2 import Environment, PackageLoader, StrictUndefined

from bookmaking import snapshot
from bookmaking.source import pages
from decentwork import claims, days
from decentwork.claims import UNEXAMINED, strength_in_words

FOLDER = "data/register/releases"
"""Where the repository keeps what earlier releases said."""
LINE = ("verdict", "strength", "answer")
REGISTER = "register"
"""In place of a page: the lines of the note, whose verdicts are compared."""


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
        return json.dumps({"form": 1, **whole}, ensure_ascii=False, indent=1) + "\n"

    def by_page(self) -> dict[str, Mapping[str, str]]:
        """Return the numbers by page, and the verdicts with their strength as `REGISTER`."""
        return {
            REGISTER: {name: _verdict(line) for name, line in self.lines.items()},
            **self.numbers,
        }


def parsed(text: str) -> Said:
    """Return what a file holds."""
    whole = json.loads(text)
    del whole["form"]
    return Said(**whole)


def kept(root: Path) -> list[Said]:
    """Return what earlier releases said, as the book at ``root`` keeps it, the last one first."""
    found = [parsed(path.read_text(encoding="utf-8")) for path in (root / FOLDER).glob("*.json")]
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


def changes(before: Said, after: Said) -> dict[str, list[tuple[str, str, str]]]:
    """Return name, old and new text ("" for none) of what differs on each page that both have."""
    old, new = before.by_page(), after.by_page()
    found = {
        page: [
            (name, old[page].get(name, ""), new[page].get(name, ""))
            for name in {**new[page], **old[page]}
            if old[page].get(name) != new[page].get(name)
        ]
        for page in new
        if page in old
    }
    return {page: differ for page, differ in found.items() if differ}


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
