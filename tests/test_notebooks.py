"""How notebooks are made; that they run from a clean kernel is proved by nbval."""

import nbformat
import pytest
from nbclient import NotebookClient

from bookmaking import notebook_form as tidy
from bookmaking.gates import ROOT, notebooks, pages

ALL = [path.relative_to(ROOT).as_posix() for path in pages.notebooks()]


def test_there_are_notebooks():
    assert ALL


@pytest.mark.parametrize("notebook", ALL)
@pytest.mark.parametrize("check", [notebooks.form, notebooks.order, notebooks.code])
def test_notebook_is_made_as_the_others(notebook, check):
    problems = check(ROOT / notebook)
    assert not problems, "\n".join(problems)


@pytest.mark.kernel
def test_a_downloaded_copy_runs_from_any_folder(tmp_path):
    notebook = nbformat.read(ROOT / ALL[0], as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert list(tmp_path.iterdir()) == [], "a notebook must not write where it runs"


@pytest.mark.kernel
def test_tidy_keeps_only_the_outputs_that_are_compared(tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": tidy.KERNEL, "widgets": {}})
    shown = nbformat.v4.new_code_cell("6 * 7", metadata={"tags": sorted(tidy.CHECKED)})
    notebook.cells = [nbformat.v4.new_code_cell("1 + 1", metadata={"scrolled": True}), shown]
    path = tmp_path / "notebooks" / "sample.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    assert notebooks.form(path, tmp_path) != []
    tidy.tidy(path)
    assert notebooks.form(path, tmp_path) == []
    (kept,) = nbformat.read(path, as_version=4).cells[1].outputs
    assert kept.data == {"text/plain": "42"}
