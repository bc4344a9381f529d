"""A small folder of data for tests: the States and one table in a theme."""

import shutil
from pathlib import Path

from decentwork.repository import DATA
from decentwork.tables import contract


def folder_of_data(root: Path, sidecar: str, table: str) -> Path:
    """Write the table ``sample`` with its sidecar below ``root``, stamped, and return ``root``."""
    for path in (DATA / "register").rglob("participating*"):
        copy = root / path.relative_to(DATA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    shutil.copy(DATA / "shared.yml", root)
    sample = root / "theme" / "sample"
    sample.parent.mkdir()
    sample.with_suffix(".yml").write_text(sidecar, encoding="utf-8")
    sample.with_suffix(".csv").write_text(table, encoding="utf-8")
    contract.stamp("sample", root)
    return root
