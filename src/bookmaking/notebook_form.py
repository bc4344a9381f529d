"""Bring notebooks into the form in which they are kept.

``python -m bookmaking.notebook_form [NOTEBOOK …]`` runs each from top to bottom, or all. Outputs
stay in the cells that nbval compares, which have the tags keep_output and nbval-check-output.
Everything else that a run leaves is taken out.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from decentwork.repository import ROOT

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}
CHECKED = {"keep_output", "nbval-check-output"}
KEPT_METADATA = ("tags", "mystnb")


def tidy(path: Path) -> None:
    """Run a notebook and write it back in its kept form."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata}
        if cell.cell_type == "code" and not set(cell.metadata.get("tags", ())) >= CHECKED:
            cell.outputs = []
            cell.execution_count = None
    nbformat.write(notebook, path)


def main(named: list[str]) -> int:
    """Tidy the named notebooks, or all, and return the exit status."""
    for path in map(Path, named or sorted((ROOT / "notebooks").rglob("*.ipynb"))):
        if ".ipynb_checkpoints" not in path.parts:
            print(path, flush=True)
            tidy(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
