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
PROGRAM = """import pathlib, sys; from bookmaking import make
sys.exit(make.build(pathlib.Path(sys.argv[1])))"""


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

    def build(self) -> tuple[int, str]:
        """Build the book with all pages that it has now, in a process of its own, as an author."""
        found = sorted(path for top in ("book", "notebooks", "faults")
                       for path in (self.root / top).rglob("*.md"))  # fmt: skip
        pages = (page.relative_to(self.root).with_suffix("").as_posix() for page in found)
        (self.root / "_toc.yml").write_text(contents(*pages), encoding="utf-8")
        command = [sys.executable, "-c", PROGRAM, self.root]
        run = subprocess.run(command, capture_output=True, text=True)
        return run.returncode, strip_escape_sequences(run.stdout + run.stderr)


@pytest.mark.slow
def test_a_build_names_each_fault_and_makes_no_book(tmp_path, subtests):
    book = ConfiguredBook(tmp_path / "book")
    status, said = book.build()
    assert status == 0, said
    for fault in CHECK.faults:
        book.tree.plant(fault)
    status, said = book.build()
    assert status != 0
    # Each message begins with its page; the lines below it explain it.
    messages = re.split(rf"^{re.escape(str(book.root))}/(?=\S+: )", said, flags=re.MULTILINE)
    for fault in CHECK.faults:
        with subtests.test(fault.name):
            of_page = [each for each in messages if each.startswith(f"{fault.where}:")]
            assert any(fault.said in each for each in of_page), of_page or said
