"""Plans for teaching and meetings: the minutes of their steps add up to what the plan says.

A plan is a table whose first column is headed Minutes and whose title names the whole ("Session 1,
90 minutes", "Day 1, six hours"), or a list of steps with their minutes in brackets ("(10 minutes)")
in a section that says for how long it is a plan or guide ("a plan for 75 minutes").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookmaking.source import pages

HOURS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
HEAD = "Minutes"
IN_TITLE = re.compile(rf"\b(?:(?P<minutes>\d+) minutes|(?P<hours>{'|'.join(HOURS)}) hours?)\b")
IN_CELL = re.compile(r"\|\s*(?P<minutes>\d+) minutes\s*\|.*")
STATED = re.compile(r"\b(?:plan|guide) for (?:(?P<least>\d+) to )?(?P<most>\d+) minutes\b", re.I)
STEP = re.compile(r"\((\d+) minutes\b")


@dataclass(frozen=True)
class Plan:
    """A plan: where it stands, how long it says it is (from, to), and the minutes of its steps."""

    place: str
    name: str
    stated: tuple[int, int] | None
    steps: tuple[int, ...]

    @property
    def problem(self) -> str:
        """What is wrong with the minutes; empty if nothing."""
        where = f"{self.place}: the plan {self.name!r}"
        if self.stated is None:
            return f"{where} does not say how long it is; write '90 minutes' or 'six hours' there."
        if not self.steps:
            return f"{where} has no step with its minutes; write them."
        least, most = self.stated
        if least <= sum(self.steps) <= most:
            return ""
        said = f"{most}" if least == most else f"{least} to {most}"
        return f"{where} is for {said} minutes, and its steps take {sum(self.steps)}; mend one."


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the plans of all notebooks and pages whose minutes do not add up."""
    found = (plan for path in pages.changed(root, files) for plan in plans(path, root))
    return [plan.problem for plan in found if plan.problem]


def plans(path: Path, root: Path) -> Iterator[Plan]:
    """Yield the plans of a notebook or page."""
    for cell in pages.cells(path, root):
        if cell.kind == "markdown":
            tables = list(_tables(cell))
            yield from tables
            yield from _lists(cell, in_tables=bool(tables))


def _tables(cell: pages.Cell) -> Iterator[Plan]:
    for name, title, _, body in pages.directives(cell.text):
        rows = body.strip().splitlines()
        if name == "table" and rows and rows[0].strip("| ").partition("|")[0].strip() == HEAD:
            whole = IN_TITLE.search(title)
            steps = [IN_CELL.fullmatch(row.strip()) for row in rows[2:]]
            minutes = tuple(int(step["minutes"]) for step in steps if step)
            yield Plan(cell.place, title, _length(whole), minutes if all(steps) else ())


def _length(title: re.Match[str] | None) -> tuple[int, int] | None:
    if title is None:
        return None
    minutes = int(title["minutes"]) if title["minutes"] else HOURS[title["hours"]] * 60
    return (minutes, minutes)


def _lists(cell: pages.Cell, *, in_tables: bool) -> Iterator[Plan]:
    """Yield the plans whose steps are in the text of a section.

    A page may say in its first section how long the plan is whose steps are in a table below.
    """
    for section in re.split(r"^#+ ", cell.text, flags=re.MULTILINE):
        stated = STATED.search(section)
        steps = tuple(int(minutes) for minutes in STEP.findall(section))
        if stated and (steps or not in_tables):
            most = int(stated["most"])
            least = int(stated["least"] or most)
            yield Plan(cell.place, section.partition("\n")[0], (least, most), steps)
