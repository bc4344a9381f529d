"""CHANGELOG.md: what each release says that the one before did not, verdict by verdict.

It is written from the files that `make release` keeps. The page on changes shows the same.
"""

from pathlib import Path

from bookmaking.record import said
from decentwork.repository import ROOT

FILE = "CHANGELOG.md"
HEAD = """\
# Changes

Verdicts and numbers of the book, release by release. `make release` writes this file from two
builds: it compares what the book said with what it says now. A number bears the name that its
notebook gives it. The history of the repository says why something changed.

"""


def write(root: Path = ROOT) -> Path:
    """Write the file of the book at ``root`` and return it."""
    path = root / FILE
    path.write_text(HEAD + said.changelog(said.kept(root)), encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    print(f"{write().relative_to(ROOT)} is written.")
