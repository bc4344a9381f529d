"""How notebooks are made; that they run from a clean kernel is proved by nbval."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bookmaking.checks import ROOT, notebooks, register
from bookmaking.site import notebook_downloads
from bookmaking.source import folding, page_numbers, pages
from bookmaking.source import notebook_form as tidy

ALL = [path.relative_to(ROOT).as_posix() for path in pages.notebooks()]


def test_there_are_notebooks():
    assert ALL


def test_a_downloaded_copy_runs_from_any_folder(tmp_path):
    notebook = nbformat.read(ROOT / ALL[0], as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert list(tmp_path.iterdir()) == [], "a notebook must not write where it runs"


def test_tidy_keeps_only_the_outputs_that_are_compared(tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": tidy.KERNEL, "widgets": {}})
    shown = nbformat.v4.new_code_cell("6 * 7", metadata={"tags": sorted(tidy.CHECKED)})
    notebook.cells = [nbformat.v4.new_code_cell("1 + 1", metadata={"scrolled": True}), shown]
    path = tmp_path / "notebooks" / "sample.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    assert list(notebooks.form(path, tmp_path))
    tidy.tidy(path)
    assert not list(notebooks.form(path, tmp_path))
    kept = nbformat.read(path, as_version=4)
    (output,) = kept.cells[1].outputs
    assert output.data == {"text/plain": "42"}
    assert kept.metadata.number == page_numbers.next_free(page_numbers.given(ROOT))
    tidy.tidy(path)
    assert nbformat.read(path, as_version=4) == kept, "it keeps the number that it has"


def test_a_notebook_without_a_number_is_named(tmp_path):
    path = tmp_path / "notebooks" / "sample.ipynb"
    path.parent.mkdir()
    notebook = nbformat.read(ROOT / ALL[0], as_version=4)
    del notebook.metadata["number"]
    nbformat.write(notebook, path)
    (said,) = notebooks.form(path, tmp_path)
    assert said.endswith("has no number, by which its figures are cited. Run `make tidy`.")


HEAD = """# A chapter

````{admonition} Short answer
:class: answer

About {glue:text}`many` people, in one State {cite:p}`ilo2005release{para. 1}`.

{verdicts}`this chapter`
````

**Before you read.** Allow {reading-time}`this chapter`. After this chapter you can:

- tell one thing from another;
- count;
- doubt.

```{claim} S2-05
```
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("About", "word " * 60, "the short answer has 66 words"),
        ("{glue:text}`many`", "many", "the short answer has no number"),
        ("Allow {reading-time}`this chapter`.", "Allow an hour.", "does not say how long it takes"),
        ("{verdicts}`this chapter`", "", "the short answer names no verdicts"),
        ("- doubt.", "", "a list of 3 objectives"),
        ("After this chapter", "Later", "a list of 3 objectives"),
    ],
)
def test_a_fault_in_the_head_of_a_chapter_is_named(tmp_path, old, new, message):
    path = tmp_path / "chapter.md"
    path.write_text(HEAD, encoding="utf-8")
    assert not list(notebooks.head(path, tmp_path))
    path.write_text(HEAD.replace(old, new, 1), encoding="utf-8")
    (problem,) = notebooks.head(path, tmp_path)
    assert message in problem


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The line is partly supported.", True),
        ("So the answer is *open*.", True),
        ("**Strength**: weak.", True),
        ("There is moderate evidence for it.", True),
        ("The number today cannot be known.", True),
        ("The line is {verdict}`S2-05`, on {strength}`S2-05` evidence.", False),
        ("The door was open, and the work was done.", False),
        ('"The claim is not supported", the court wrote.', False),
    ],
)
def test_a_typed_verdict_is_found(tmp_path, text, found):
    path = tmp_path / "chapter.md"
    path.write_text(text, encoding="utf-8")
    assert bool(register.typed(path, tmp_path)) is found


def test_a_chapter_that_opens_without_a_case_is_named(tmp_path):
    path = tmp_path / "chapter.md"
    start = "````{admonition} The note says\n:class: note-says\n\nWords.\n````\n\n{case}\n\n"
    for case, named in (("A worker came.", False), ("", True)):
        path.write_text(f"# T\n\n{start.replace('{case}', case)}{HEAD[11:]}", encoding="utf-8")
        problems = [each for each in notebooks.order(path, tmp_path) if "without a case" in each]
        assert bool(problems) is named


SAMPLE = """\
import pandas as pd
---
fig, ax = figures.canvas("T", "u")
---
shares.mean()
"""


def test_cells_that_only_draw_are_collapsed_and_the_others_open():
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in SAMPLE.split("---")]
    cells[2].metadata["jupyter"] = {"source_hidden": True}
    notebook = nbformat.v4.new_notebook(cells=cells)
    tidy.collapse(notebook)
    hidden = {"jupyter": {"source_hidden": True}}
    assert [cell.metadata for cell in notebook.cells] == [hidden, hidden, {}]


def test_a_collapsed_cell_is_no_other_cell_for_the_cache():
    cells = [nbformat.v4.new_code_cell("1 + 1", id="a")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    before = folding.with_tags(nbformat.writes(notebook))
    tidy.collapse(notebook)
    assert notebook.cells[0].metadata
    assert folding.with_tags(nbformat.writes(notebook)) == before


def test_a_notebook_that_opens_otherwise_is_named(tmp_path):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("import pandas")],
        metadata={"kernelspec": tidy.KERNEL, "language_info": tidy.LANGUAGE},
    )
    path = tmp_path / "sample.ipynb"
    nbformat.write(notebook, path)
    assert any("is collapsed differently" in problem for problem in notebooks.form(path, tmp_path))


LARGEST = 1_500_000


def test_the_notebook_that_a_page_offers_holds_its_figures_and_says_how_to_run_it(book, subtests):
    for notebook in ALL:
        with subtests.test(notebook):
            _check_offered(book, notebook)


def _check_offered(book: Path, notebook: str) -> None:
    path = book / notebook_downloads.address(notebook.removesuffix(".ipynb"))
    assert path.stat().st_size < LARGEST, f"{notebook}: a download of over 1.5 MB"
    offered = nbformat.read(path, as_version=4)
    nbformat.validate(offered)
    assert "make lab" in offered.cells[0].source
    sources = [(cell.cell_type, cell.source) for cell in nbformat.read(ROOT / notebook, 4).cells]
    assert [(cell.cell_type, cell.source) for cell in offered.cells[1:]] == sources
    published = [
        output
        for cell in offered.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.get("metadata", {}).get("exhibit", {}).get("kind") == "figure"
    ]
    assert published
    assert all(any(kind.startswith("image/") for kind in one.data) for one in published)
    page = (book / notebook).with_suffix(".html").read_text(encoding="utf-8")
    assert f"{notebook_downloads.FOLDER}/{notebook}" in page


def test_the_first_cell_of_an_offered_notebook_names_book_and_address():
    cells = [nbformat.v4.new_code_cell("import pandas")]
    source = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    text = notebook_downloads.offered(
        source,
        source,
        "A chapter",
        "A book",
        "https://example.org/book",
    )
    first, code = nbformat.reads(text, as_version=4).cells
    assert "“A chapter” of *A book*" in first.source
    assert "from <https://example.org/book>" in first.source
    assert code.metadata == {"jupyter": {"source_hidden": True}}
    nbformat.validate(nbformat.reads(text, as_version=4))


def test_a_downloaded_copy_holds_no_warning(book, subtests):
    for notebook in ALL:
        path = book / notebook_downloads.address(notebook.removesuffix(".ipynb"))
        told = [
            f"cell {number}: {output.text}"
            for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1)
            for output in cell.get("outputs", ())
            if output.get("name") == "stderr"
        ]
        with subtests.test(notebook):
            assert not told, f"prints to readers what only authors need: {told}; fix the cell"
