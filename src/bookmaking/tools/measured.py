"""What the book costs: as the bench measured it last, and as README tells it.

`docs/measured.csv` holds what `make bench` measured; README shows the same between two comments.
Nobody types a measured number: a gate holds README against the file. Both say for how many chapters
and when it was measured.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FILE = "docs/measured.csv"
COLUMNS = ("what", "measured", "multiple", "budget", "over")
BEGIN = "<!-- Written by `make bench`. -->"
END = "<!-- End of what `make bench` writes. -->"
CIRCUMSTANCES = ("On", "Chapters", "Pages of States", "Cores", "Python")
"""Rows that say when and with what it was measured."""


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, in which words, and whether it is in its budget."""

    what: str
    measured: str
    multiple: str = ""
    budget: str = ""
    over: bool = False

    def __str__(self) -> str:
        """Return the row in Markdown."""
        budget = f"{self.budget}, exceeded" if self.over else self.budget
        return f"| {self.what} | {self.measured} | {self.multiple} | {budget} |"


def read(root: Path) -> list[Row]:
    """Return what was measured last; nothing if the bench never ran."""
    path = root / FILE
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [Row(**{**row, "over": row["over"] == "yes"}) for row in csv.DictReader(lines)]


def keep(root: Path, rows: Iterable[Row]) -> None:
    """Write what was measured, and bring README up to date."""
    rows = list(rows)
    with (root / FILE).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            over = "yes" if row.over else ""
            writer.writerow([row.what, row.measured, row.multiple, row.budget, over])
    readme = root / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    readme.write_text(before + in_readme(rows) + rest.partition(END)[2], encoding="utf-8")


def without(readme: str) -> str:
    """Return README without what the bench wrote, which no person types."""
    before, _, rest = readme.partition(BEGIN)
    return before + rest.partition(END)[2]


def in_readme(rows: Iterable[Row]) -> str:
    """Return what README says of what was measured, between its two comments."""
    rows = list(rows)
    when = {row.what: row.measured for row in rows if row.what in CIRCUMSTANCES}
    measured = [row for row in rows if row.what not in CIRCUMSTANCES]
    told = (
        f"Measured on {when.get('On')}, on {when.get('Cores')} cores with Python "
        f"{when.get('Python')}, with {when.get('Chapters')} chapters and "
        f"{when.get('Pages of States')} pages of States."
    )
    head = ["| What | Measured | × imports | Budget |", "|---|---:|---:|---|"]
    return "\n".join([BEGIN, told, "", *head, *map(str, measured), END])
