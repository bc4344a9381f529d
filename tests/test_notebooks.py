"""How notebooks are made; that they run from a clean kernel is proved by nbval."""

import nbformat

from bookmaking.checks import ROOT, notebooks
from bookmaking.site import notebook_downloads
from bookmaking.source import folding, page_numbers, pages
from bookmaking.source import notebook_form as tidy

ALL = [path.relative_to(ROOT).as_posix() for path in pages.notebooks()]


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
    assert kept.metadata.number == page_numbers.next_free(page_numbers.of_pages(ROOT))
    tidy.tidy(path)
    assert nbformat.read(path, as_version=4) == kept, "it keeps the number that it has"


def test_cells_that_only_draw_are_collapsed_and_the_cache_does_not_mind(tmp_path):
    code = ("import pandas as pd", 'fig, ax = figures.canvas("T", "u")', "shares.mean()")
    cells = [nbformat.v4.new_code_cell(source) for source in code]
    cells[2].metadata["jupyter"] = {"source_hidden": True}
    metadata = {"kernelspec": tidy.KERNEL, "language_info": tidy.LANGUAGE}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    path = tmp_path / "sample.ipynb"
    nbformat.write(notebook, path)
    assert any("is collapsed differently" in problem for problem in notebooks.form(path, tmp_path))
    before = folding.with_tags(nbformat.writes(notebook))
    tidy.collapse(notebook)
    hidden = {"jupyter": {"source_hidden": True}}
    assert [cell.metadata for cell in notebook.cells] == [hidden, hidden, {}]
    assert folding.with_tags(nbformat.writes(notebook)) == before


LARGEST = 1_500_000


def test_the_notebook_that_a_page_offers_holds_its_figures_and_says_how_to_run_it(book, subtests):
    for notebook in ALL:
        with subtests.test(notebook):
            path = book / notebook_downloads.address(notebook.removesuffix(".ipynb"))
            assert path.stat().st_size < LARGEST, f"{notebook}: a download of over 1.5 MB"
            offered = nbformat.read(path, as_version=4)
            nbformat.validate(offered)
            assert "make lab" in offered.cells[0].source
            here = nbformat.read(ROOT / notebook, 4).cells
            assert [each.source for each in offered.cells[1:]] == [each.source for each in here]
            outputs = [output for cell in offered.cells for output in cell.get("outputs", ())]
            told = [output.text for output in outputs if output.get("name") == "stderr"]
            assert not told, f"prints to readers what only authors need: {told}; fix the cell"
            published = [
                output
                for output in outputs
                if output.get("metadata", {}).get("exhibit", {}).get("kind") == "figure"
            ]
            assert published or notebook.rpartition("/")[2] in notebooks.REPORTS
            assert all(any(kind.startswith("image/") for kind in one.data) for one in published)
            page = (book / notebook).with_suffix(".html").read_text(encoding="utf-8")
            assert f"{notebook_downloads.FOLDER}/{notebook}" in page
