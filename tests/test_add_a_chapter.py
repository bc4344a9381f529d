"""A newcomer adds a chapter exactly as CONTRIBUTING.md says: few files, and every gate passes."""

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from bookmaking.directives import numbering
from bookmaking.source import notebook_form, page_numbers
from decentwork import claims
from decentwork.repository import ROOT

NAMES = {"theme": "sample_theme", "table": "sample-count", "source": "sample",
         "part": "synthesis", "chapter": "sample_chapter"}  # fmt: skip
CHAPTER = f"{NAMES['part']}/{NAMES['chapter']}"
GUIDE, HEADING = "CONTRIBUTING.md", "## To add a table, a verdict or a chapter"
LINE = "S2-37"
"""A line that is argued on one page and nowhere else: the new chapter takes it up."""
ORIGINAL = "iso3,persons\nAUT,12\nBEL,30\n"
TABLE = {
    "data/sample_theme/sample-count.yml": """\
title: A sample of two States
description: Two rows that stand for a table of a new chapter.
origin:
  - {producer: A statistical office, title: A yearbook, citation_key: sample2020}
licence: {name: CC0, redistribution: allowed}
integrity:
  status: verified
  against: the printed total
schema:
  primaryKey: [iso3]
  fields:
    - {name: iso3}
    - {name: persons, type: integer, unit: persons, description: "persons"}
    - {name: source}
    - {name: locator}
    - {name: grade}
totals:
  - {sum_of: persons, where: {}, equals: 42, tolerance: 0, because: "printed"}
unit_of_count: persons employed
must_not_be_used_for:
  - any claim about the two States
as_of: "2020"
known_numbers:
  - {what: rows, take: count, is: 2}
  - {what: all persons, column: persons, take: sum, is: 42}
  - {what: persons in Austria, where: {iso3: AUT}, column: persons, take: value, is: 12}
""",
    "data/sample_theme/builders/sample_count.py": '''\
"""sample-count: persons in two States."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original

YEARBOOK = catalogued("sample/yearbook.csv")
ORIGINALS = (YEARBOOK,)
FAULTS = (Fault("a digit too many", YEARBOOK, text("AUT,12", "AUT,122"), said="the sum is 152"),)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row for each State; stops when they do not add to the printed total."""
    path = YEARBOOK.under(originals)
    frame = read_original(path, ["iso3", "persons"])
    frame["persons"] = numbers(frame["persons"], path).astype("Int64")
    expect(int(frame["persons"].sum()), 42, 0, "the sum", path)
    return frame.assign(source="sample2020", locator="Table 1", grade="A")
''',
    "data/sample_theme/originals/sample.yml": f"""\
title: A yearbook
publisher: A statistical office
licence: CC0
at: https://example.org/
files:
  - {{name: yearbook.csv, sha256: {hashlib.sha256(ORIGINAL.encode()).hexdigest()}, bytes: 24}}
""",
}
SOURCE = """
@book{sample2020,
  author = {{A Statistical Office}},
  title = {A Yearbook for a Test},
  publisher = {A Statistical Office},
  year = {2020},
  read = {in full},
}
"""
SETUP = """\
from decentwork import data, exhibits, figures

sample = data.read("sample-count")
names = data.states()["name"]
"""
FIGURE = """\
persons = sample.set_index("iso3")["persons"]


@exhibits.figure("fig-sample", height=1.2, values=sample,
    holds={"more persons": persons["BEL"] > persons["AUT"]},
    headline="Belgium has more persons than Austria", subtitle="Persons, 2020")
def two_states(ax):
    figures.bars(ax, names[sample["iso3"]], sample["persons"], texts="{:g}")


exhibits.numbers({"sample-all": f"{sample['persons'].sum()} persons"})
"""
RESULT = "int(sample['persons'].sum())"
HEAD = """\
# Policies side by side

```{admonition} The note says
:class: note-says
"Trafficking has become a systemic component." {cite:p}`osce2011note{Second Segment}`
```

Two ministries keep two lists of the same people. Which of them is right?

```{admonition} Short answer
:class: answer

Two States had {glue:text}`sample-all` in 2020.

{verdicts}`this chapter`
```

**Before you read.** Nothing is needed. Allow {reading-time}`this chapter`.

After this chapter you can:

- compare two bars;
- add them;
- ask who counted.
"""
BODY = """\
## Where the lines are argued

```{claim} %s
```

```{exhibit} fig-sample
:alt: Two bars, one for each State. The bar of Belgium is twice as long as that of Austria.

Each bar is a State {cite:p}`sample2020{Table 1}`.
```

## What would change this answer

Another table.

## What was not read

The second table.

## One thing to remember

Ask who counted.

## Exercises

{exercise}`1 read a figure, page` Add the two bars.

```{dropdown} Answer
{glue:text}`sample-all`.
```

## Sources of this chapter

```{bibliography}
:filter: docname in docnames
```
"""
VERDICT = {"right": "A sample.", "wrong": "That it is all.", "unknown": "The rest.",
           "strength": "moderate",
           "as_of": "2026-11-25", "answer": "A sample answer.",
           "sources": "sample2020{Table 1},ilo2012{p. 13}", "grade": "A",
           "changed_since_2011": "Nothing was looked at."}  # fmt: skip


class Copy:
    """A copy of the repository in which a newcomer works."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = os.environ | {"PYTHONPATH": str(root / "src")}
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        self._leave_a_line_open()
        self.before = self._digests()

    def _leave_a_line_open(self) -> None:
        """Take a line's verdict and its box away, as before the chapter that argues it is there."""
        columns, lines = self.register()
        (row,) = (row for row in lines if row["id"] == LINE)
        page = self.root / f"{row['chapter']}.md"
        text = page.read_text(encoding="utf-8")
        box = f"```{{claim}} {LINE}\n```\n"
        assert text.count(box) == 1, f"{LINE} has no box of its own on {page.name}: take another"
        page.write_text(text.replace(box, ""), encoding="utf-8")
        row |= dict.fromkeys([*VERDICT, "wrong"], "")
        row |= {"chapter": CHAPTER, "verdict": claims.UNEXAMINED}
        self.write_register(columns, lines)

    def register(self) -> tuple[list[str], list[dict[str, str]]]:
        """Return the columns and the rows of the register."""
        with self._register.open(encoding="utf-8", newline="") as rows:
            reader = csv.DictReader(rows)
            return list(reader.fieldnames), list(reader)

    def write_register(self, columns: list[str], lines: list[dict[str, str]]) -> None:
        with self._register.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)

    @property
    def _register(self) -> Path:
        return next((self.root / "data").rglob("claims.csv"))

    def _digests(self) -> dict[str, str]:
        files = (path for path in self.root.rglob("*") if path.is_file())
        own = (path for path in files if not {"_build", "__pycache__"} & set(path.parts))
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in own
        }

    def touched(self) -> set[str]:
        """Return the files that differ from the repository's."""
        now = self._digests()
        return {name for name in now | self.before if now.get(name) != self.before.get(name)}

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def keep_what_builds_keep(self) -> None:
        """Take over what the newcomer's builds so far have executed, drawn and cut, but no page."""
        pages = shutil.ignore_patterns("*.doctree", "environment.pickle")
        for name in (".jupyter_cache", ".doctrees"):
            if (kept := ROOT / "_build" / name).is_dir():
                shutil.copytree(kept, self.root / "_build" / name, ignore=pages)

    def run(self, *module: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *module],
            cwd=self.root, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def files_in_guide() -> dict[str, set[str]]:
    """Return what the guide says that one touches, by what one adds, with the names filled in."""
    section = (ROOT / GUIDE).read_text("utf-8").split(f"\n{HEADING}\n")[1]
    rows = re.findall(r"^\| (?!You add|---)([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    named = {}
    for what, cell in rows:
        paths = re.findall(r"`([^`]+)`", cell)
        for path in paths:
            filled = path
            for name, value in NAMES.items():
                underscored = name == "table" and "builders/" in path
                filled = filled.replace(
                    f"<{name}>", value.replace("-", "_") if underscored else value
                )
            named.setdefault(what, set()).add(filled)
    return named


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Copy:
    return Copy(tmp_path_factory.mktemp("newcomer") / "book")


def test_the_guide_promises_few_files():
    said = files_in_guide()
    # The chapter that shows a table belongs to the chapter; a typed table needs no more than three.
    assert len(said["a table"]) == 3
    assert len(said["a table"] | said["its builder, if it is not typed by hand"]) == 5
    assert len(said["a verdict"]) == 2
    assert len(said["a chapter"]) == 2


@pytest.mark.kernel
def test_a_chapter_added_as_the_guide_says_passes_every_gate(copy, tmp_path):
    said = files_in_guide()
    # 1. The table, its builder, its source.
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "yearbook.csv").write_text(ORIGINAL, encoding="utf-8")
    for name, text in TABLE.items():
        copy.write(name, text)
    bibliography = copy.root / "references.bib"
    copy.write("references.bib", bibliography.read_text("utf-8").rstrip() + "\n" + SOURCE)
    output = copy.run("bookmaking.tables.builders", "--originals", str(tmp_path), "sample-count")
    assert "sample-count: 2 rows" in output
    # 2 and 3. The notebook and its line of contents; tidying gives it the next free number.
    checked = {"tags": sorted(notebook_form.CHECKED)}
    cells = [
        nbformat.v4.new_markdown_cell(HEAD),
        nbformat.v4.new_code_cell(SETUP.strip()),
        nbformat.v4.new_code_cell(FIGURE.strip()),
        nbformat.v4.new_code_cell(RESULT, metadata=checked),
        nbformat.v4.new_markdown_cell(BODY % LINE),
    ]
    notebook = f"notebooks/{CHAPTER}.ipynb"
    number = page_numbers.next_free(page_numbers.given(copy.root))
    copy.write(notebook, nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    copy.run("bookmaking.source.notebook_form", str(copy.root / notebook))
    contents = (copy.root / "_toc.yml").read_text("utf-8")
    part = "  - caption: Synthesis\n    chapters:\n"
    assert part in contents
    line = f"      - file: notebooks/{CHAPTER}\n"
    copy.write("_toc.yml", contents.replace(part, f"{part}{line}"))
    # 4. The verdicts.
    columns, lines = copy.register()
    for row in lines:
        if row["chapter"] == CHAPTER:
            row |= VERDICT | {"verdict": "partly done"}
    copy.write_register(columns, lines)
    # 5. What was touched is what the guide names, and no more.
    wanted = set().union(*said.values())
    assert set(copy.touched()) == wanted
    # The book, in which only the new notebook is executed; its numbers are taken in as well.
    copy.keep_what_builds_keep()
    copy.run("bookmaking.make")
    assert "sample_chapter," in (copy.root / "book/numbers.csv").read_text("utf-8")
    # Checks look at the book; samples are those of this repository.
    copy.environment["DECENTWORK_ORIGINALS"] = str(tmp_path)
    gates = "tests/test_gates.py::test_gate_finds_nothing_in_the_book"
    copy.run("pytest", "-q", "-p", "no:cacheprovider", gates)
    page = copy.root / "_build" / "html" / f"notebooks/{CHAPTER}.html"
    tree = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert tree.select_one("figure#fig-sample img[alt]")
    called = tree.select_one("#fig-sample .caption-number").get_text(strip=True)
    assert called == f"Fig. {number}.1", "the first figure of the newest chapter"
    # It stands first in its part, and no other chapter's figures are called otherwise.
    assert numbering.of_exhibits(ROOT).items() < numbering.of_exhibits(copy.root).items()
    assert "42 persons" in tree.get_text()
    assert tree.find(id=f"claim-{LINE.lower()}")
