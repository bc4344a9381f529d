"""CHANGELOG.md: what each release says that the one before did not, verdict by verdict.

It is written from the files that `make release` keeps (`said.FOLDER`), by ``changelog.jinja``. The
page on changes shows the same, and what changed since the last release.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bookmaking.record import said
from bookmaking.record.said import Said
from decentwork import days
from decentwork.repository import ROOT

FILE = "CHANGELOG.md"


def text(kept: Sequence[Said]) -> str:
    """Return the text of the file for releases, the last one first."""
    templates = Environment(  # of Markdown, so nothing is escaped
        loader=PackageLoader("bookmaking"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template("changelog.jinja").render(
        releases=[(after, before, said.changes(before, after)) for after, before in pairwise(kept)],
        oldest=next(reversed(kept), None),
        summary=said.summary,
        in_words=days.in_words,
    )


def write(root: Path = ROOT) -> Path:
    """Write the file of the book at ``root`` and return it."""
    path = root / FILE
    path.write_text(text(said.kept(root)), encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    print(f"{write().relative_to(ROOT)} is written.")
