"""README tells what the bench measured, for the book as it is."""

from collections.abc import Sequence
from pathlib import Path

from bookmaking import measured
from bookmaking.gates import pages


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return where README and what was measured differ, or what was measured is of another book."""
    rows = measured.read(root)
    if not rows:
        return [f"{measured.FILE}: is not there, or is empty; run `make bench`, which writes it."]
    problems = []
    if measured.in_readme(rows) not in (root / "README.md").read_text(encoding="utf-8"):
        problems.append(
            f"README.md: what it says of costs is not what {measured.FILE} holds; run "
            "`make bench`, which writes both."
        )
    told = {row.what: row.measured for row in rows}
    if told.get("Chapters") != str(len(pages.notebooks(root))):
        problems.append(
            f"{measured.FILE}: was measured with {told.get('Chapters')} chapters, and the book has "
            f"{len(pages.notebooks(root))}; run `make bench`."
        )
    return problems
