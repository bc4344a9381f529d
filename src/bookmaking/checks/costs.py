"""README tells what the bench measured, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

from bookmaking.tools import measured


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return whether what README says of costs differs from what was measured."""
    rows = measured.read(root)
    if not rows:
        return [f"{measured.FILE}: is not there, or is empty; run `make bench`, which writes it."]
    if measured.in_readme(rows) in (root / "README.md").read_text(encoding="utf-8"):
        return []
    return [
        f"README.md: what it says of costs is not what {measured.FILE} holds; run `make bench`, "
        "which writes both."
    ]
