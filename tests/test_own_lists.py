"""A reader analyses own lists in a chapter: under the reader's names, never under the book's."""

import nbformat
import pytest
from nbclient import NotebookClient

from bookmaking.checks import ROOT
from decentwork import data
from decentwork.estimation import CaptureHistories

CHAPTER = ROOT / "notebooks" / "second_segment" / "estimates_tested.ipynb"
EXAMPLE = "report.analyse(**report.example(), repeats=200)"
OWN = (
    'report.analyse("my_lists.csv", name="Valley of Q", source="Office", as_of="2031", repeats=200)'
)
TABLE = "us_western_site_five_lists"
OURS = ("Orleans", "SparseMSE:", "sparsemse", "Chan", "NewOrl")


@pytest.mark.slow
def test_the_last_section_analyses_the_file_that_is_named(tmp_path):
    tables = data.read("capture-histories")
    own = CaptureHistories.from_frame(tables[tables["dataset"] == TABLE])
    own.to_frame().to_csv(tmp_path / "my_lists.csv", index=False)
    chapter = nbformat.read(CHAPTER, as_version=4)
    named = [cell for cell in chapter.cells if cell.cell_type == "code" and EXAMPLE in cell.source]
    assert len(named) == 1, f"{CHAPTER.name}: own lists are to be analysed in one cell, {EXAMPLE}"
    named[0].source = named[0].source.replace(EXAMPLE, OWN)
    imports = next(cell for cell in chapter.cells if cell.cell_type == "code")
    chapter.cells = [imports, named[0]]

    NotebookClient(chapter, resources={"metadata": {"path": str(tmp_path)}}).execute()

    (shown,) = named[0].outputs
    text = shown["data"]["text/html"]
    assert "Valley of Q" in text and "Office" in text and "2031" in text
    assert not [word for word in OURS if word in text]
    assert "2,483" in text and "A:E" in text, "the totals are not those of the file"
