"""CHANGELOG.md: what each release says that the one before did not, verdict by verdict.

It is written from the files that `make release` keeps (`said.FOLDER`), so nobody types it. The page
on changes shows the same, and what changed since the last release.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from bookmaking.record import said
from bookmaking.record.said import Change, Said, summary
from decentwork import days
from decentwork.repository import ROOT

FILE = "CHANGELOG.md"
HEAD = """\
# Changes

Verdicts and numbers of the book, release by release. `make release` writes this file from two
builds: it compares what the book said with what it says now. A number bears the name that its
notebook gives it. The history of the repository says why something changed.
"""


def text(kept: Sequence[Said]) -> str:
    """Return the text of the file for releases, the last one first."""
    parts = [HEAD]
    for after, before in pairwise(kept):
        parts.append(_release(after, before))
    for oldest in kept[-1:]:
        parts.append(f"## {oldest.name}\n\n{oldest.made}\n")
    return "\n".join(parts)


def _release(after: Said, before: Said) -> str:
    found = said.changes(before, after)
    day = days.in_words(after.date[:10])
    head = f"## {after.name}, {day}\n\nCompared with {before.name}:\n"
    return "\n".join([head, *(f"- {each}" for each in summary(found)), "", *_details(found)])


def _details(found: Mapping[str, list[Change]]) -> list[str]:
    made = []
    for title, listed in (
        ("Verdicts that changed", found["verdicts"]),
        ("Lines newly examined", found["examined"]),
        ("Lines without a verdict now", found["unexamined"]),
    ):
        if listed:
            made += [f"### {title}", "", *(_line(one) for one in listed), ""]
    if reworded := ", ".join(one.name for one in found["reworded"]):
        made += ["### Same verdict, answer in other words", "", f"{reworded}.", ""]
    for title, kind in (("New pages", "new_pages"), ("Pages that are gone", "gone_pages")):
        listed = [f"- {one.name}: numbers in the text: {one.before or one.after}"
                  for one in found[kind]]  # fmt: skip
        if listed:
            made += [f"### {title}", "", *listed, ""]
    numbers = sorted([*found["numbers"], *found["new"], *found["gone"]], key=lambda one: one.page)
    if numbers:
        made += ["### Numbers", ""]
    for page, group in groupby(numbers, lambda one: one.page):
        made += [f"**{page}**", "", *(_line(one) for one in group), ""]
    return made


def _line(one: Change) -> str:
    return f"- `{one.name}`: {one.before or 'new'} → {one.after or 'gone'}"


def write(root: Path = ROOT) -> Path:
    """Write the file of the book at ``root`` and return it."""
    path = root / FILE
    path.write_text(text(said.kept(root)), encoding="utf-8", newline="\n")
    return path


def faults(root: Path = ROOT) -> list[str]:
    """Return the sentence on a file that is not what the kept releases give."""
    path = root / FILE
    if path.is_file() and path.read_text(encoding="utf-8") == text(said.kept(root)):
        return []
    return [
        f"{FILE} is not what the releases in {said.FOLDER} give; write it again: "
        "`python -m bookmaking.release.changelog`"
    ]


if __name__ == "__main__":
    print(f"{write().relative_to(ROOT)} is written.")
