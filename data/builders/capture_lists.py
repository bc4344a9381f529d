"""capture-lists: whose lists the tables of capture histories are made of."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bookmaking.tables.reading import original
from capture_histories import LISTS, READ_IN
from decentwork.contract import DataError

NAME = "capture-lists"
ORIGINALS = ("mse-capture-histories",)

ANONYMOUS = "Anonymised list"
RANGES = {"A-H": "ABCDEFGH", "A-E": "ABCDE", "A-D": "ABCD"}
REWORDED = {
    "PF and NCA merged": "Police forces and National Crime Agency, made one list",
    "I and O merged": "Inspectorate SZW and residential treatment centres, made one list",
    "B, E, F and G merged": "Anonymised lists B, E, F and G, made one list",
    "Inspectorate SZW (social affairs and employment)": (
        "Inspectorate of social affairs and employment"
    ),
    "Others (ambulatory care, legal services, immigration service)": (
        "Others: ambulatory care, legal services, immigration service"
    ),
    "OSCE": "Organization for Security and Co-operation in Europe",
    "Anonymised lists": ANONYMOUS,
}


def build(originals: Path) -> pd.DataFrame:
    """One row per table and list, in the order of the original; stops at a list without a label."""
    path = originals / "mse-capture-histories" / "list_labels.csv"
    labels = {}
    for family, code, meaning in original(path, ["dataset_family", "list", "meaning"]).to_numpy():
        for each in RANGES.get(code, [code]):
            labels[family, each] = REWORDED.get(meaning, meaning)
    rows = []
    for dataset, lists in LISTS.items():
        source, locator, grade = READ_IN[dataset]
        for position, code in enumerate(lists, 1):
            rows.append(
                {
                    "dataset": dataset,
                    "position": position,
                    "list": code,
                    "meaning": _meaning(labels, dataset, code, path),
                    "source": source,
                    "locator": locator,
                    "grade": grade,
                }
            )
    return pd.DataFrame(rows)


def _meaning(labels: dict[tuple[str, str], str], dataset: str, code: str, path: Path) -> str:
    if dataset == "artificial_three_lists":
        return "List of no meaning"
    for (family, known), meaning in labels.items():
        if dataset.startswith(family) and known == code:
            return meaning
    raise DataError(str(path), f"does not say what the list {code} of {dataset} is; add it there")
