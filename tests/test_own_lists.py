"""A reader analyses an own table of lists by changing one file name in a chapter."""

from io import StringIO

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from bookmaking.gates import ROOT
from decentwork import data
from decentwork.estimation import CaptureHistories

CHAPTER = ROOT / "notebooks" / "second_segment" / "estimates_tested.ipynb"
EXAMPLE = 'data.sidecar("example-lists").csv_path'
TABLE = "us_western_site_five_lists"


@pytest.mark.kernel
def test_the_last_section_analyses_the_file_that_is_named(tmp_path):
    tables = data.read("capture-histories")
    own = CaptureHistories.from_frame(tables[tables["dataset"] == TABLE])
    own.to_frame().to_csv(tmp_path / "my_lists.csv", index=False)
    chapter = nbformat.read(CHAPTER, as_version=4)
    named = [cell for cell in chapter.cells if cell.cell_type == "code" and EXAMPLE in cell.source]
    assert len(named) == 1, f"{CHAPTER.name}: the file is to be named in one cell, by {EXAMPLE}"
    named[0].source = named[0].source.replace(EXAMPLE, '"my_lists.csv"')

    NotebookClient(chapter, resources={"metadata": {"path": str(tmp_path)}}).execute()

    shown = {
        output["metadata"]["scrapbook"]["name"]: output
        for cell in chapter.cells[chapter.cells.index(named[0]) :]
        for output in cell.get("outputs", [])
        if "scrapbook" in output.get("metadata", {})
    }
    assert "2,483" in shown["tbl-own"]["data"]["text/html"], "the table is not that of the file"
    values = pd.read_csv(StringIO(shown["fig-own"]["metadata"]["exhibit"]["csv"]))
    models = values[values["bic"].notna()]
    assert len(models) == 2 ** len(own.pairs)
    assert models["pairs"].iloc[0] == "A:E", "the best model is not that of the file"
