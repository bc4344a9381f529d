"""A build names each fault that only shows when something is built; they are in build.yml.

They are planted together in a small book, which is built with the book's own configuration.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from sphinx.util.console import strip_escape_sequences

from bookmaking.checks import ROOT, planting
from decentwork import claims
from small_book import contents, copy_sources

(CHECK,) = (check for check in planting.checks() if check.tree == "build")


def run(root: Path) -> subprocess.CompletedProcess[str]:
    """Build the book at ``root`` in a process of its own, as `make book` would."""
    program = (
        "import sys; from pathlib import Path; from bookmaking import make; "
        f"sys.exit(make.build(Path({str(root)!r})))"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def problems(built: subprocess.CompletedProcess[str], root: Path) -> list[str]:
    """Return each message on a page that ended a build, with the lines below that explain it.

    A build that failed without naming a page is one problem: all that it wrote.
    """
    if built.returncode == 0:
        return []
    told = strip_escape_sequences(built.stderr)
    named = re.split(rf"^{re.escape(str(root))}/(?=\S+: )", told, flags=re.MULTILINE)[1:]
    return [each.strip() for each in named] or [built.stdout + told]


class ConfiguredBook:
    """A book of a few pages with the real configuration, extensions, tables and sources."""

    def __init__(self, root: Path) -> None:
        self.tree = planting.Tree(ROOT / planting.TREES[CHECK.tree], root)
        self.root = root
        copy_sources(root, "book/_static", "book/_templates", "data")
        copy_sources(root, "_config.yml", "CITATION.cff", "references.bib")
        for page, boxes in self._argued().items():
            path = root / f"{page}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            written = path.read_text(encoding="utf-8") if path.exists() else f"# {page}"
            path.write_text("\n\n".join([written, *boxes]) + "\n", encoding="utf-8")

    @staticmethod
    def _argued() -> dict[str, list[str]]:
        """Return the boxes that each page must have."""
        boxes = defaultdict(list)
        for claim in claims.load():
            boxes[claim.page].append(f"```{{claim}} {claim.id}\n```")
        return boxes

    def build(self) -> subprocess.CompletedProcess[str]:
        """Build the book with all pages that it has now."""
        found = sorted(path for top in ("book", "notebooks", "faults")
                       for path in (self.root / top).rglob("*.md"))  # fmt: skip
        first, *others = (page.relative_to(self.root).with_suffix("").as_posix() for page in found)
        (self.root / "_toc.yml").write_text(contents(first, *others), encoding="utf-8")
        return run(self.root)


@pytest.mark.slow
def test_a_build_names_each_fault_and_makes_no_book(tmp_path, subtests):
    book = ConfiguredBook(tmp_path / "book")
    sound = book.build()
    assert sound.returncode == 0, sound.stdout + sound.stderr
    for fault in CHECK.faults:
        book.tree.plant(fault)
    faulty = book.build()
    assert faulty.returncode != 0
    found = problems(faulty, book.root)
    for fault in CHECK.faults:
        with subtests.test(fault.name):
            of_page = [each for each in found if each.startswith(f"{fault.where}:")]
            assert any(fault.said in each for each in of_page), of_page or found
