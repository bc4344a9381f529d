"""Each edit that CONTRIBUTING.md names touches the files it says, and passes `make check` at once.

The edits are made one after the other in a copy of the repository, as an author would make them,
and the files that differ are listed after each. Then all are checked together, and built.
"""

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bookmaking.execute import KeptNotebooks
from bookmaking.source import pages
from decentwork.repository import ROOT

CHAPTER = "notebooks/first_segment/alliance.ipynb"
SENTENCE = ("They prove that people met", "They show that people met")
SOURCE = """
@techreport{sample2020,
  author = {{A Statistical Office}},
  title = {A Yearbook for a Test},
  institution = {A Statistical Office},
  year = {2020},
  url = {https://example.org/yearbook},
  read = {in full},
}
"""
CITING = " {cite:p}`sample2020{Table 1}`"
TABLE = "data/alliance/sample-offices"
METADATA = """\
title: Offices in two States, as a yearbook lists them
description: One row for each of two States, with the offices that the yearbook names.
licence: quoted findings
integrity:
  status: spot-checked
  against: the printed table
schema:
  primaryKey: [iso3]
  fields:
    - {name: iso3}
    - {name: offices, type: integer, unit: offices, description: "Offices that the yearbook names",
       constraints: {minimum: 0}}
    - {name: source}
    - {name: locator}
    - {name: grade}
unit_of_count: organizations
must_not_be_used_for:
  - any ranking of the two States, because the yearbook names only the largest offices
as_of: "2020"
"""
ROWS = (
    "iso3,offices,source,locator,grade\nAUT,12,sample2020,Table 1,A\nBEL,30,sample2020,Table 1,A\n"
)
FIGURE = """\
import matplotlib.pyplot as plt

listed = data.read("sample-offices")
offices = listed.set_index("iso3")["offices"]


def draw_offices(width):
    fig, ax = plt.subplots(figsize=(width, 1.4))
    ax.barh(offices.index, offices)
    return fig


exhibits.publish(draw_offices, "fig-sample", values=listed,
                 holds={"more offices": offices["BEL"] > offices["AUT"]})
"""
PLACED = """\
```{exhibit} fig-sample
:headline: The yearbook lists more offices in Belgium than in Austria
:subtitle: Offices that the yearbook names, 2020
:alt: Two bars, one for each State. That of Belgium is more than twice as long as that of Austria.

Each bar is a State {cite:p}`sample2020{Table 1}`.
```
"""

NEW = "notebooks/panels/sample_chapter"
CELLS = [
    """# A chapter for a test

````{admonition} The note says
:class: note-says

"According to ILO estimates, 12.3 million people worldwide are in forced labour"
{cite:p}`osce2011note{Second Segment, para. 2}`
````

A speaker has an old report on her desk, and a newer one. Which of them may she quote?

````{admonition} Short answer
:class: answer

The newest. The table has {glue:text}`sample-rounds` rounds of estimates {cite:p}`ilo2012{p. 13}`.
````

**Before you read.** You need no statistics. Allow {reading-time}`this chapter`.

After this chapter you can:

- find the newest round;
- say how many there are;
- name the limit of a round.""",
    """from decentwork import data, exhibits

rounds = data.read("ilo-rounds")""",
    """exhibits.numbers({"sample-rounds": str(rounds["round"].nunique())})""",
    """## What would change this answer

- A newer round.

## What was not read

- *The newest round*: we read only its summary.

## One thing to remember

Say the year.

## Exercises

{exercise}`1 read a number, page` How many rounds are there?

````{dropdown} Answer
There are {glue:text}`sample-rounds`.
````

## Sources of this chapter

```{sources} cited
```""",
]
"""The parts of a chapter in their order: text, two cells of code, text."""
COMPARED = {"tags": ["keep_output", "nbval-check-output"]}
LAST = "      - file: notebooks/panels/innovative_tools\n"


class Copy:
    """A copy of the repository in which an author works."""

    def __init__(self, root: Path) -> None:
        self.root = root
        left = ("_build", "_originals", ".venv", ".git", "dist", "build", ".*_cache", "__pycache__")
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*left))
        (root / ".venv").symlink_to(ROOT / ".venv")
        self.run("git", "init", "--quiet")
        self.touched()

    def run(self, *command: str) -> str:
        """Give a command in the copy, which must succeed, and return what it said."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        own["PYTHONPATH"] = str(self.root / "src")
        run = subprocess.run(command, cwd=self.root, env=own, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def touched(self) -> set[str]:
        """Commit all, and return the files that changed since this was last asked."""
        self.run("git", "add", "--all")
        changed = self.run("git", "diff", "--cached", "--name-only").splitlines()
        author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        self.run("git", *author, "commit", "--quiet", "--allow-empty", "--message", "An edit")
        return set(changed)

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text that is in a file once."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
        (self.root / name).write_text(text.replace(old, new), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Add a text at the end of a file, which may be new."""
        with (self.root / name).open("a", encoding="utf-8") as file:
            file.write(text)


def correct_a_sentence(copy: Copy) -> None:
    """Correct a word of a chapter."""
    copy.replace(CHAPTER, *SENTENCE)


def add_a_source(copy: Copy) -> None:
    """Enter a source, and cite it in a sentence."""
    copy.add("references.bib", SOURCE)
    copy.replace(CHAPTER, SENTENCE[1], SENTENCE[1] + CITING)


def add_a_table(copy: Copy) -> None:
    """Type a table with its metadata, and draw it in a chapter."""
    copy.add(f"{TABLE}.csv", ROWS)
    copy.add(f"{TABLE}.yml", METADATA)
    path = copy.root / CHAPTER
    notebook = json.loads(path.read_text(encoding="utf-8"))
    at = max(n for n, cell in enumerate(notebook["cells"]) if "{exhibit}" in str(cell["source"]))
    hidden = {"jupyter": {"source_hidden": True}}
    code = {"cell_type": "code", "id": "sample-code", "metadata": hidden,
            "execution_count": None, "outputs": [], "source": FIGURE.strip()}  # fmt: skip
    text = {"cell_type": "markdown", "id": "sample-text", "metadata": {}, "source": PLACED}
    notebook["cells"][at + 1 : at + 1] = [code, text]
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def change_a_verdict(copy: Copy) -> None:
    """Enter a finding, and code the part that it decides."""
    with (copy.root / "data/register/evidence.csv").open(encoding="utf-8", newline="") as lines:
        columns, *_, finding = csv.reader(lines)
    finding[columns.index("finding")] = "A second reading of the same place says the same."
    with (copy.root / "data/register/evidence.csv").open("a", newline="") as out:
        csv.writer(out, lineterminator="\n").writerow(finding)
    parts = copy.root / "data/register/parts.csv"
    text = parts.read_text(encoding="utf-8")
    parts.write_text(text.replace(",right,no,no,", ",right,no,yes,", 1), encoding="utf-8")


def add_a_chapter(copy: Copy) -> None:
    """Write a chapter, name it in the contents, and let `make tidy` give it form and number."""
    cells = [
        {"cell_type": "markdown", "id": f"sample-{number}", "metadata": {}, "source": text}
        if number in (0, 3)
        else {"cell_type": "code", "id": f"sample-{number}", "source": text, "outputs": [],
              "execution_count": None, "metadata": COMPARED if number == 2 else {}}
        for number, text in enumerate(CELLS)
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    copy.add(f"{NEW}.ipynb", json.dumps(notebook))
    copy.replace("_toc.yml", LAST, f"{LAST}      - file: {NEW}\n")
    copy.run(".venv/bin/python", "-m", "bookmaking.source.notebook_form", f"{NEW}.ipynb")


EDITS = {
    correct_a_sentence: {CHAPTER},
    add_a_source: {"references.bib", CHAPTER},
    add_a_table: {f"{TABLE}.csv", f"{TABLE}.yml", CHAPTER},
    change_a_verdict: {"data/register/evidence.csv", "data/register/parts.csv"},
    add_a_chapter: {f"{NEW}.ipynb", "_toc.yml"},
}


@pytest.mark.slow
def test_each_edit_touches_what_the_guide_says_and_all_pass_at_the_first_try(
    book, tmp_path, subtests
):
    copy = Copy(tmp_path / "Büro für Bücher")
    for edit, wanted in EDITS.items():
        edit(copy)
        with subtests.test(edit.__name__):
            assert copy.touched() == wanted
    copy.run("make", "--assume-old=environment", "BIN=env PYTHONPATH=src .venv/bin", "check")
    assert copy.touched() == set(), "`make check` itself changes no file"
    shutil.copytree(book.parent / ".jupyter_cache", copy.root / "_build" / ".jupyter_cache")
    said = copy.run(".venv/bin/python", "-m", "bookmaking.make")
    # The new chapter, and all that read a table of the edits: most show rows of the evidence.
    readers = KeptNotebooks(ROOT).tables(pages.notebooks(ROOT)).values()
    changed = sum(not tables.isdisjoint({"evidence", "parts"}) for tables in readers)
    assert f"Notebooks to execute: {changed + 1}\n" in said
    site, chapter = copy.root / "_build" / "html", CHAPTER.removesuffix(".ipynb")
    written = (site / f"{chapter}.html").read_text(encoding="utf-8")
    assert SENTENCE[1] in written and 'id="fig-sample"' in written
    assert 'id="one-thing-to-remember"' in (site / f"{NEW}.html").read_text(encoding="utf-8")
    assert copy.touched() == {"book/numbers.csv"}, "the snapshot has the new figure and number"
