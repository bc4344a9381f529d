"""capture-lists: whose lists the tables of capture histories are made of."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import read_original
from builders.capture_histories import LISTS, READ_IN
from decentwork.data import DataError

LABELS = catalogued("mse-capture-histories/list_labels.csv")
ORIGINALS = (LABELS,)

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

FAULTS = (
    Fault(
        "a list without a label",
        LABELS,
        text("uk,GP,", "uk,GB,"),
        said="does not say what the list GP of uk_2013_six_lists is",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per table and list, in the original's order; stop at a list with no label."""
    path = LABELS.under(originals)
    return reshape(read(path), path)


def read(path: Path) -> dict[tuple[str, str], str]:
    """Return what each list is, by the family of tables and the code of the list."""
    labels = {}
    for family, code, meaning in read_original(
        path, ["dataset_family", "list", "meaning"]
    ).to_numpy():
        for each in RANGES.get(code, [code]):
            labels[family, each] = REWORDED.get(meaning, meaning)
    return labels


def reshape(labels: dict[tuple[str, str], str], path: Path) -> pd.DataFrame:
    """Return the lists of each table with their meaning."""
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
