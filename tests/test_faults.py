"""Faults that only show when something is built, or in a repository of git.

All others stand beside their gates and are planted by `test_gates`.
"""

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from bookmaking.gates import ROOT, built, planting
from decentwork import claims


def test_an_exhibit_that_the_page_does_not_show_is_found(tmp_path):
    shutil.copytree(ROOT / planting.SAMPLE, tmp_path, dirs_exist_ok=True)
    book, chapter = tmp_path / "_build" / "html", "notebooks/part/chapter"
    figure = '<figure class="exhibit" id="fig-one"></figure>'
    for name, body in {"book/page": "", chapter: figure}.items():
        (book / name).parent.mkdir(parents=True)
        (book / f"{name}.html").write_text(f"<html><body>{body}</body></html>")
    assert built.exhibits(book, tmp_path) == []
    (book / f"{chapter}.html").write_text("{glue:text}`one`")
    assert built.exhibits(book, tmp_path) == [
        f"{chapter}.ipynb places fig-one; its page shows none."
    ]
    assert built.left_over(book) == [f"{chapter}.html shows “{{glue:”."]


def test_a_link_that_a_bar_lacks_is_found(tmp_path):
    page = (
        '<table class="exhibit" id="tbl-a"></table><pre id="code-tbl-a">code</pre>'
        '<div class="exhibit-bar"><a href="a.csv">CSV</a><a href="#code-tbl-a">Code</a>'
        '<a href="#tbl-a">Link</a><details><summary>Cite</summary></details></div>'
    )
    faults = {
        page: [],
        page.replace("Cite", "Quote"): ["page: the bar below tbl-a lacks Cite."],
        page.replace('pre id="code-', 'pre id="'): ["page: the code of tbl-a is not on the page."],
        page.replace("exhibit-bar", "bar"): [
            "page: the bar below tbl-a lacks CSV, Code, Link, Cite."
        ],
        page.replace("table", "figure"): ["page: the bar below tbl-a lacks SVG, PNG."],
    }
    for html, said in faults.items():
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        assert built.bars(tmp_path, ["page"]) == said


# What follows is planted in a small book, built with the book's own configuration.

BUILT_FAULTS = {
    "raising_cell": (
        "```{code-cell}\n1 / 0\n```",
        r"failed: CellExecutionError[\s\S]+?ZeroDivisionError",
    ),
    "unknown_citation": (
        "{cite:p}`nobody1999{p. 1}`\n\n```{bibliography}\n:filter: docname in docnames\n```",
        r'could not find bibtex key "nobody1999"',
    ),
    "undefined_reference": ("{ref}`nowhere`", r"undefined label: 'nowhere'"),
    "undefined_number": ("{numref}`fig-nowhere`", r"undefined label: 'fig-nowhere'"),
    "unknown_page": ("{doc}`nowhere`", r"unknown document: '.*nowhere'"),
    "broken_link": ("[text](nowhere.md)", r"nowhere\.md"),
    "unknown_role": ("{citation}`nobody1999`", r'Unknown interpreted text role "citation"'),
    "unknown_directive": ("```{exhibition} fig-one\n```", r"Unknown directive type: 'exhibition'"),
    "unknown_claim": ("```{claim} S9-99\n```", r"S9-99"),
    "unknown_number": ("{glue:text}`nothing`", r"No key 'nothing' found in glue data"),
    "unpublished_exhibit": (
        "```{exhibit} fig-one\n:alt: Some marks.\n\nCaption.\n```",
        r"no cell of this notebook publishes 'fig-one'",
    ),
    "no_alternative_text": (
        "```{code-cell}\nfrom decentwork import exhibits\nimport pandas as pd\n"
        "@exhibits.figure('fig-one', headline='A finding', subtitle='a unit', height=2,\n"
        "    values=pd.DataFrame({'a': [1]}), source='ilo2012{p. 1}', as_of='2012')\n"
        "def drawn(ax):\n    ax.plot([1])\n```\n\n"
        "```{exhibit} fig-one\n\nCaption.\n```",
        r"'fig-one' has no :alt:",
    ),
}
KERNEL_HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"


class ConfiguredBook:
    """A book of a few pages with the real configuration, extensions, tables and sources."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("book/_static", "book/_templates", "data"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        for name in ("_config.yml", "CITATION.cff", "references.bib"):
            shutil.copy(ROOT / name, root / name)
        self.pages = {
            "book/landing": "# Landing",
            "book/register": "# Register\n\n```{register}\n```",
            "book/references": "# References\n\n```{bibliography}\n:all:\n```",
        }
        for page, boxes in self._argued().items():
            self.pages[page] = "\n\n".join([self.pages.get(page, f"# {page}"), *boxes])

    @staticmethod
    def _argued() -> dict[str, list[str]]:
        """Return the boxes that each page of an examined claim must have."""
        boxes = defaultdict(list)
        for claim in claims.load():
            if claim.is_examined:
                boxes[claim.page].append(f"```{{claim}} {claim.id}\n```")
        return boxes

    def build(self) -> subprocess.CompletedProcess:
        for page, text in self.pages.items():
            path = self.root / f"{page}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        root, *others = self.pages
        toc = {"format": "jb-book", "root": root, "chapters": [{"file": page} for page in others]}
        (self.root / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
        program = (
            "import sys; from pathlib import Path; from bookmaking.build import book; "
            f"sys.exit(book.build(Path({str(self.root)!r})))"
        )
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


@pytest.fixture(scope="module")
def configured(tmp_path_factory) -> ConfiguredBook:
    return ConfiguredBook(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def faulty(configured) -> subprocess.CompletedProcess:
    sound = configured.build()
    assert sound.returncode == 0, sound.stdout + sound.stderr
    for name, (text, _) in BUILT_FAULTS.items():
        head = KERNEL_HEADER if "{code-cell}" in text else ""
        configured.pages[f"faults/{name}"] = f"{head}# {name}\n\n{text}"
    return configured.build()


@pytest.mark.kernel
def test_a_faulty_book_is_not_built(faulty, configured):
    assert faulty.returncode != 0
    assert configured.build().returncode != 0, "the second build takes the first for good"


@pytest.mark.kernel
def test_the_build_tells_how_far_it_is(faulty):
    assert re.search(r"^Pages to read: \d+$", faulty.stdout, re.MULTILINE)


@pytest.mark.kernel
@pytest.mark.parametrize("name", BUILT_FAULTS)
def test_the_build_names_the_fault(faulty, name):
    told = re.sub(r"\x1b\[[0-9;]*m", "", faulty.stdout + faulty.stderr)
    _, said = BUILT_FAULTS[name]
    assert re.search(rf"faults/{name}\b.*{said}", told), told
