"""Plans for teaching and meetings: the minutes of their steps add up to what the plan says.

A plan is a table whose first column is headed Minutes and whose title names the whole ("Session 1,
90 minutes", "Day 1, six hours"), or a list of steps with their minutes in brackets ("(10 minutes)")
in a section that says for how long it is a plan or guide ("a plan for 75 minutes").
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.source import pages
from bookmaking.source.number_words import ONES

WHOLE = re.compile(rf"\b(?:(?P<minutes>\d+) minutes|(?P<hours>{'|'.join(ONES)}) hours?)\b")
STATED = re.compile(r"\b(?:plan|guide) for (?:(?P<least>\d+) to )?(?P<most>\d+) minutes\b", re.I)
IN_CELL = re.compile(r"^\|\s*(\d+) minutes\s*\|", re.MULTILINE)
IN_TEXT = re.compile(r"\((\d+) minutes\b")

Plan = tuple[str, int, int, list[int]]
"""Where and what a plan is, how many minutes it is for at least and at most, and its steps."""


def check(root: Path, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield the plans of all notebooks and pages whose minutes do not add up."""
    for path in pages.changed(root, files):
        for place, least, most, steps in plans(path, root):
            if not most:
                yield f"{place} does not say how long it is; write '90 minutes' or 'six hours'."
            elif not steps or not least <= sum(steps) <= most:
                said = f"{most}" if least == most else f"{least} to {most}"
                yield f"{place} is for {said} minutes, and its steps take {sum(steps)}; fix one."


def plans(path: Path, root: Path) -> Iterator[Plan]:
    """Yield the plans of a notebook or page; one that does not say its length has length 0."""
    for cell in pages.cells(path, root):
        if cell.kind != "markdown" or "inutes" not in cell.text:
            continue
        in_tables = False
        for name, title, _, body in pages.directives(cell.text):
            if name == "table" and body.lstrip("| \n").startswith("Minutes"):
                in_tables, whole = True, WHOLE.search(title)
                minutes = int(whole["minutes"] or 60 * ONES[whole["hours"]]) if whole else 0
                steps = [int(each) for each in IN_CELL.findall(body)]
                if len(steps) < len(body.strip().splitlines()) - 2:
                    steps = []  # a step without its minutes
                yield f"{cell.place}: the plan {title!r}", minutes, minutes, steps
        for section in re.split(r"^#+ ", cell.text, flags=re.MULTILINE):
            stated = STATED.search(section)
            steps = [int(minutes) for minutes in IN_TEXT.findall(section)]
            if stated and (steps or not in_tables):
                most = int(stated["most"])
                title = section.partition("\n")[0]
                yield f"{cell.place}: the plan {title!r}", int(stated["least"] or most), most, steps
