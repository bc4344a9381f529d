"""Proof that the gates bite: each fault is planted in a sound sample, and its gate must say so.

Faults of tables, claims, built pages and the browser are planted beside their own gates.
"""

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bookmaking import notebook_form as tidy
from bookmaking.gates import (
    ROOT,
    bibliography,
    built,
    environment,
    notebooks,
    numbers,
    pages,
    plain,
    words,
)
from decentwork import claims

CHAPTER = "notebooks/part/chapter.ipynb"
PAGE = "book/page.md"
BIBLIOGRAPHY = "references.bib"

TEXT = """\
# A chapter

```{admonition} The note says
:class: note-says
"In forced labour are 12.3 million people." {cite:p}`report2011{p. 3}`
```

A worker asks for the pay of a week and is told to wait. Is this forced labour?

```{admonition} Short answer
:class: answer
The note's number is a minimum: there are at least {glue:text}`one`.
```

**Before you read.** Nothing is needed. Allow {reading-time}`this chapter`.

After this chapter you can:

- count;
- compare;
- doubt.

```{exhibit} fig-one
:alt: Three marks, each higher than the one before.

In 2011 it was {glue:text}`one`, later 7 per cent {cite:p}`report2011{p. 5}`.
```

## What would change this answer

A list.

## What was not read

The appendix.

## One thing to remember

Count again.

## Exercises

**1.** Divide.

```{dropdown} Answer
It is {glue:text}`one`.
```

## Sources of this chapter

```{bibliography}
:filter: docname in docnames
```
"""
SETUP = "from decentwork import data, exhibits, figures"
SHOWN = "rows = data.read('ilo-rounds')\nexhibits.number('one', f'{len(rows)} rows')"
SOURCES = """\
@book{report2011,
  author = {Author, Anna},
  title = {A report},
  publisher = {Publisher},
  year = {2011},
  doi = {10.1000/182},
  url = {https://example.org/report},
  read = {in full},
}
"""
CASE = """\
@jurisdiction{case2020,
  title = {A. v. B.},
  shorthand = {A. v. B.},
  court = {European Court of Human Rights},
  number = {nos. 77/12 and 1/13},
  ecli = {ECLI:CE:ECHR:2020:0625JUD000007712},
  date = {25 June 2020},
  year = {2020},
  read = {in full},
}
"""
LISTED = "dependencies: [python=3.11, {pip: [pandas==3.1.1, -e .]}]\n"
LOCKED = "numpy==2.4.6 ; python_full_version < '3.12'\npandas==3.1.1\n"


class Sample:
    """A repository of one chapter and one page, in which every gate finds nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        setup = new_code_cell(SETUP, metadata={"jupyter": {"source_hidden": True}})
        code = [setup, new_code_cell(SHOWN), new_code_cell("6 * 7")]
        code[2].metadata["tags"] = sorted(tidy.CHECKED)
        code[2].execution_count = 3
        code[2].outputs = [
            nbformat.v4.new_output("execute_result", {"text/plain": "42"}, execution_count=3)
        ]
        title, rest = TEXT.split("```{exhibit}", 1)
        notebook = new_notebook(
            cells=[new_markdown_cell(title), *code, new_markdown_cell("```{exhibit}" + rest)],
            metadata={"kernelspec": tidy.KERNEL, "language_info": tidy.LANGUAGE},
        )
        self.write(CHAPTER, nbformat.writes(notebook))
        self.write(PAGE, "# A page\n\nIn 2011 it was a report of 57 participating States.\n")
        self.write(BIBLIOGRAPHY, SOURCES)
        self.write(
            "_toc.yml",
            "{format: jb-book, root: book/page, chapters: [{file: notebooks/part/chapter}]}",
        )
        self.write("environment.yml", LISTED)
        self.write("requirements.lock", LOCKED)
        (root / "data").mkdir()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        self.write(name, (self.root / name).read_text(encoding="utf-8") + text)

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new))

    def edit(self, change: Callable[[nbformat.NotebookNode], object]) -> None:
        notebook = nbformat.read(self.root / CHAPTER, as_version=4)
        change(notebook)
        (self.root / CHAPTER).write_text(nbformat.writes(notebook), encoding="utf-8")

    def text(self, old: str, new: str) -> None:
        """Change the text of the chapter."""
        cells = nbformat.read(self.root / CHAPTER, as_version=4).cells
        assert any(old in cell.source for cell in cells), f"{old!r} is not in the chapter"

        def change(notebook):
            for cell in notebook.cells:
                cell.source = cell.source.replace(old, new)

        self.edit(change)

    def problems(self) -> list[str]:
        """Return what all gates say."""
        chapter = self.root / CHAPTER
        problems = [
            *notebooks.form(chapter, self.root),
            *notebooks.order(chapter, self.root),
            *notebooks.head(chapter, self.root),
            *notebooks.typed_verdicts(chapter, self.root),
            *notebooks.code(chapter, self.root),
            *bibliography.entries(self.root / BIBLIOGRAPHY),
            *built.unlisted(self.root),
            *environment.drift(self.root),
            *environment.strange_lines(self.root / "requirements.lock"),
        ]
        for path in pages.written(self.root):
            problems += numbers.orphans(path, self.root) + words.avoided(path, self.root)
            problems += bibliography.lists(path, self.root)
            problems += plain.faults(plain.sentences(path, self.root), path.name)
        try:
            return problems + bibliography.citations(self.root)
        except bibliography.sources.SourceError:
            return problems  # entries() has told


class Fault(NamedTuple):
    """What is planted, and what the gate must say of it."""

    name: str
    plant: Callable[[Sample], object]
    said: str


def cell(number: int, **change) -> Callable[[Sample], object]:
    """Return a fault that changes a cell of the chapter, counted from 0."""
    return lambda sample: sample.edit(lambda notebook: notebook.cells[number].update(change))


FAULTS = [
    # Numbers
    Fault(
        "a typed number",
        lambda sample: sample.add(PAGE, "\nThere were 34 cases.\n"),
        r"book/page\.md: 34 in text “There were 34 cases\.” is typed\. Compute it",
    ),
    Fault(
        "a typed percentage in an answer",
        lambda sample: sample.text("It is {glue:text}`one`.", "It is 40 per cent."),
        r"cell 5: 40 in text “It is 40 per cent\.” is typed",
    ),
    Fault(
        "a dropped citation",
        lambda sample: sample.text(" {cite:p}`report2011{p. 5}`", ""),
        r"cell 5: 7 in text “In 2011 it was \[number\], later 7 per cent\.” is typed",
    ),
    Fault(
        "a citation that has lost its locator",
        lambda sample: sample.text("report2011{p. 5}", "report2011"),
        r"7 in text .* is typed\. Add the locator",
    ),
    Fault(
        "a number in an alternative text",
        lambda sample: sample.text("Three marks", "Marks at 3, 5 and 7"),
        r"3, 5, 7 in alt .* Say it in words",
    ),
    Fault(
        "a typed number in a caveat",
        lambda sample: sample.text(
            "the one before.\n", "the one before.\n:caveat: There were 34 cases.\n"
        ),
        r"cell \d+: 34 in .*There were 34 cases.* is typed",
    ),
    Fault(
        "a number typed into the code",
        lambda sample: sample.text("f'{len(rows)} rows'", "'64 rows'"),
        r"cell 3: 64 in the string '64 rows' is typed\. Compute it",
    ),
    # Words
    Fault(
        "a word for people",
        lambda sample: sample.add(PAGE, "\nThey are illegal migrants.\n"),
        r"“illegal migrants”: people are not illegal",
    ),
    Fault(
        "a word that says nothing",
        lambda sample: sample.add(PAGE, "\nThis is a crucial scourge.\n"),
        r"“crucial”: say what depends on it",
    ),
    Fault(
        "a quotation with a forbidden word and no citation",
        lambda sample: sample.add(PAGE, "\nThey call it a “scourge”.\n"),
        r"“scourge”: the judgement is the reader's",
    ),
    # Notebooks
    Fault(
        "an output left in a cell",
        cell(2, outputs=[nbformat.v4.new_output("stream", text="1")], execution_count=2),
        r"chapter\.ipynb, cell 3: keeps an output that no test compares\. Run `make tidy`",
    ),
    Fault(
        "a checked cell without its output",
        cell(3, outputs=[], execution_count=None),
        r"cell 4: is to be compared with its output, and has none",
    ),
    Fault(
        "an output from a run out of order",
        cell(3, execution_count=9),
        r"cell 4: is code cell 3 and was run as number 9",
    ),
    Fault(
        "an output that is kept and not compared",
        cell(3, metadata={"tags": ["keep_output"]}),
        r"cell 4: the tags keep_output and nbval-check-output go together",
    ),
    Fault(
        "what an editor leaves",
        cell(2, metadata={"scrolled": True}),
        r"cell 3: has scrolled\. Run `make tidy`",
    ),
    Fault(
        "another kernel",
        lambda sample: sample.edit(
            lambda notebook: notebook.metadata.kernelspec.update(name="book")
        ),
        r"has metadata beside the kernel python3",
    ),
    Fault(
        "a cell of sixteen lines",
        cell(2, source="\n".join(["rows = 1"] * 16)),
        r"cell 3: has 16 lines, and readers see 15 at most",
    ),
    Fault(
        "an import in the middle",
        cell(2, source="import pandas as pd"),
        r"cell 3: `import pandas as pd` belongs in the first code cell",
    ),
    Fault(
        "a path",
        cell(2, source="table = '../../data/table.csv'"),
        r"cell 3: '\.\./\.\./data/table\.csv' is a path; read tables by name",
    ),
    Fault(
        "a table read past its checks",
        cell(2, source="rows = pd.read_csv(table)"),
        r"cell 3: read_csv\(\) reads past the checks",
    ),
    Fault(
        "a magic",
        cell(2, source="%matplotlib inline"),
        r"cell 3: is not plain Python",
    ),
    Fault(
        "a missing part",
        lambda sample: sample.text("## One thing to remember", "## In short"),
        r"has no part 'One thing to remember'",
    ),
    Fault(
        "an opening without a case",
        lambda sample: sample.text("A worker asks for the pay", "% A worker asks for the pay"),
        r"opens without a case",
    ),
    Fault(
        "an answer without its number",
        lambda sample: sample.text("at least {glue:text}`one`.\n```", "at least many.\n```"),
        r"the short answer has no number",
    ),
    Fault(
        "a typed verdict",
        lambda sample: sample.text("Count again.", "Count again. The line is partly supported."),
        r"“partly supported” is for the register to say",
    ),
    Fault(
        "two hard sentences",
        lambda sample: sample.text(
            "Count again.", "Whether it grew nobody knows. Of the lists none was read in full."
        ),
        r"sentences that open with a clause",
    ),
    Fault(
        "parts out of order",
        lambda sample: sample.text("## What would change", "## Exercises\n\n## What would change"),
        r"'Exercises' stands too early|'What would change this answer' stands too early",
    ),
    Fault(
        "an exercise without an answer",
        lambda sample: sample.text("**1.** Divide.", "**1.** Divide.\n\n**2.** Add."),
        r"2 exercises .* and 1 answers",
    ),
    Fault(
        "a second title",
        lambda sample: sample.text("## Sources", "# Again\n\n## Sources"),
        r"needs one title",
    ),
    Fault(
        "no list of sources",
        lambda sample: sample.text("{bibliography}\n:filter: docname in docnames", "{note}\nNone."),
        r"cites and has no list of sources",
    ),
    Fault(
        "a page that no reader finds",
        lambda sample: sample.write("book/lost.md", "# Lost\n"),
        r"book/lost is not in _toc\.yml",
    ),
    # Bibliography
    Fault(
        "a key twice",
        lambda sample: sample.add(BIBLIOGRAPHY, SOURCES),
        r"references\.bib, line \d+: .*[Dd]uplicate",
    ),
    Fault(
        "a block that cannot be read",
        lambda sample: sample.add(BIBLIOGRAPHY, "@book{open2011, title = {No end\n"),
        r"references\.bib, line \d+",
    ),
    Fault(
        "a missing field",
        lambda sample: sample.replace(BIBLIOGRAPHY, "  publisher = {Publisher},\n", ""),
        r"references\.bib, line 1, report2011: @book needs the field publisher",
    ),
    Fault(
        "a source that nothing cites",
        lambda sample: sample.add(BIBLIOGRAPHY, SOURCES.replace("2011", "2012")),
        r"references\.bib: report2012 is cited nowhere",
    ),
    Fault(
        "a source that is not listed",
        lambda sample: sample.text("report2011{p. 5}", "report1999{p. 5}"),
        r"cell 5: report1999 is cited and not in references\.bib",
    ),
    Fault(
        "a source of a table that is not listed",
        lambda sample: sample.write("data/table.csv", "value,source\n1,nobody1999; report2011\n"),
        r"data/table\.csv: nobody1999 is cited and not in references\.bib",
    ),
    Fault(
        "one source under two keys",
        lambda sample: sample.add(BIBLIOGRAPHY, SOURCES.replace("report2011", "other")),
        r"report2011 and other have the same title and year",
    ),
    Fault(
        "two sources with one DOI",
        lambda sample: sample.add(
            BIBLIOGRAPHY, SOURCES.replace("report2011", "other").replace("A report", "Another")
        ),
        r"report2011 and other have the same DOI",
    ),
    Fault(
        "two sources with one address",
        lambda sample: sample.add(
            BIBLIOGRAPHY,
            SOURCES.replace("report2011", "other")
            .replace("A report", "Another")
            .replace("https://example.org/report", "http://www.example.org/report/"),
        ),
        r"report2011 and other have the same address",
    ),
    Fault(
        "a letter typed into a year",
        lambda sample: sample.replace(BIBLIOGRAPHY, "year = {2011}", "year = {2011a}"),
        r"'2011a' is not a year",
    ),
    Fault(
        "how far a source was read is not said",
        lambda sample: sample.replace(BIBLIOGRAPHY, "  read = {in full},\n", ""),
        r"read = \{\} is none of",
    ),
    Fault(
        "how far a source was read is said in other words",
        lambda sample: sample.replace(BIBLIOGRAPHY, "{in full}", "{partly}"),
        r"read = \{partly\} is none of",
    ),
    Fault(
        "which part of a source was read is not said",
        lambda sample: sample.replace(BIBLIOGRAPHY, "{in full}", "{in part}"),
        r"say which part",
    ),
    Fault(
        "a log of the work in a note",
        lambda sample: sample.replace(
            BIBLIOGRAPHY, "read = {in full}", "read = {in full},\n  note = {Read in a copy}"
        ),
        r"the note says 'Read'",
    ),
    Fault(
        "a field that the type does not have",
        lambda sample: sample.replace(BIBLIOGRAPHY, "  doi = ", "  jounral = {X},\n  doi = "),
        r"@book has no field jounral",
    ),
    Fault(
        "an article that is listed as something else",
        lambda sample: (
            sample.replace(BIBLIOGRAPHY, "@book{", "@misc{")
            or sample.replace(
                BIBLIOGRAPHY, "  doi = ", "  howpublished = {Annals 3(1), pp. 1--9},\n  doi = "
            )
        ),
        r"is an @article",
    ),
    Fault(
        "an article without volume, number, DOI or address",
        lambda sample: sample.write(
            BIBLIOGRAPHY,
            SOURCES.replace("@book", "@article")
            .replace("publisher", "journal")
            .replace("  doi = {10.1000/182},\n  url = {https://example.org/report},\n", ""),
        ),
        r"an @article needs a volume",
    ),
    Fault(
        "the address of a copy as that of the source",
        lambda sample: sample.replace(BIBLIOGRAPHY, "https://example.org", "https://docslib.org"),
        r"docslib\.org holds copies",
    ),
    Fault(
        "the address of a host for tests",
        lambda sample: sample.replace(
            BIBLIOGRAPHY, "https://example.org", "https://beta.example.org"
        ),
        r"beta\.example\.org is a host for tests",
    ),
    Fault(
        "a case law identifier that does not fit its case",
        lambda sample: sample.add(BIBLIOGRAPHY, CASE.replace("25 June", "26 June")),
        r"does not fit the date and the first application number",
    ),
    Fault(
        "no case law identifier",
        lambda sample: sample.add(BIBLIOGRAPHY, CASE.replace("ECLI:CE", "CE")),
        r"is not a European Case Law Identifier",
    ),
    Fault(
        "no year",
        lambda sample: sample.replace(BIBLIOGRAPHY, "year = {2011}", "year = {lately}"),
        r"'lately' is not a year",
    ),
    Fault(
        "no DOI",
        lambda sample: sample.replace(BIBLIOGRAPHY, "{10.1000/182}", "{https://doi.org/10.1/1}"),
        r"is not a DOI",
    ),
    Fault(
        "no address",
        lambda sample: sample.replace(BIBLIOGRAPHY, "https://example.org/report", "example report"),
        r"'example report' is not an address",
    ),
    # Environment
    Fault(
        "a pin that the lock does not hold",
        lambda sample: sample.replace("environment.yml", "pandas==3.1.1", "pandas==3.1.2"),
        r"pandas==3\.1\.2 is not in the lock; run `make lock`",
    ),
    Fault(
        "a dependency without a version",
        lambda sample: sample.replace("environment.yml", "pandas==3.1.1", "pandas"),
        r"pandas is not pinned",
    ),
    Fault(
        "an option in the lock",
        lambda sample: sample.add("requirements.lock", "--no-binary pandas\n"),
        r"requirements\.lock, line 3: '--no-binary pandas' is no name==version",
    ),
]


@pytest.fixture
def sample(tmp_path) -> Sample:
    return Sample(tmp_path)


def test_the_sample_is_sound(sample):
    assert sample.problems() == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found(sample, fault):
    fault.plant(sample)
    problems = sample.problems()
    assert any(re.search(fault.said, problem) for problem in problems), problems


def test_a_registry_and_a_path_of_the_machine_are_found(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    registry = "--index-" + "url https://packages.example.org/sim" + "ple"
    (tmp_path / "requirements.lock").write_text(f"pandas==3.1.1\n{registry}\n")
    (tmp_path / "Makefile").write_text(f"book:\n\tcd {tmp_path}/book\n")
    assert sorted(environment.private(tmp_path)) == [
        "Makefile, line 2: holds a path of this machine.",
        "requirements.lock, line 2: names a registry (--index-" + "url ).",
    ]


def test_an_exhibit_that_the_page_does_not_show_is_found(sample):
    book = sample.root / "_build" / "html"
    figure = '<figure class="exhibit" id="fig-one"></figure>'
    for name, body in {"book/page": "", "notebooks/part/chapter": figure}.items():
        sample.write(f"_build/html/{name}.html", f"<html><body>{body}</body></html>")
    assert built.exhibits(book, sample.root) == []
    sample.replace("_build/html/notebooks/part/chapter.html", figure, "{glue:text}`one`")
    assert built.exhibits(book, sample.root) == [f"{CHAPTER} places fig-one; its page shows none."]
    assert built.left_over(book) == ["notebooks/part/chapter.html shows “{glue:”."]


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
