"""Bring notebooks into the form in which they are kept.

``python -m bookmaking.source.notebook_form [NOTEBOOK …]`` runs each from top to bottom, or all.
Outputs stay in the cells that nbval compares, which have the tags keep_output and
nbval-check-output. Cells that only draw, and the first one, open collapsed in JupyterLab, by the
rule by which pages fold them. Everything else that a run leaves is taken out. A notebook that has
no number gets the next free one (see `bookmaking.source.page_numbers`).
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from bookmaking.source import folding, page_numbers, pages
from bookmaking.source.folding import COMPARED
from bookmaking.source.page_numbers import KEY
from decentwork.repository import ROOT

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}
CHECKED = {"keep_output", COMPARED}
KEPT_METADATA = ("jupyter", "mystnb", "tags")


def collapse(notebook: nbformat.NotebookNode) -> None:
    """Collapse the code of cells that only draw, and open all others."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for position, cell in enumerate(code):
        cell.metadata.pop("jupyter", None)
        if folding.only_draws(cell.source, is_first=position == 0):
            cell.metadata["jupyter"] = {"source_hidden": True}


def tidy(path: Path) -> None:
    """Run a notebook and write it back in its kept form."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
    number = notebook.metadata.get(KEY) or page_numbers.next_free(page_numbers.of_pages(ROOT))
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE, KEY: number}
    collapse(notebook)
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata}
        if cell.cell_type == "code" and not set(cell.metadata.get("tags", ())) >= CHECKED:
            cell.outputs = []
            cell.execution_count = None
    nbformat.write(notebook, path)


def main(named: list[str]) -> int:
    """Tidy the named notebooks, or all, and return the exit status."""
    for path in map(Path, named or pages.notebooks(ROOT)):
        print(path, flush=True)
        tidy(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
