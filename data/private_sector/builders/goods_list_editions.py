"""goods-list-editions: how many pairs of a good and a country the list of goods holds."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_original, require

GOODS = catalogued("us-dol-list-of-goods/list_of_goods_by_edition.csv")
ORIGINALS = (GOODS,)
COLUMNS = [
    "edition", "good", "sector", "country", "region", "child_labour", "forced_labour",
    "forced_child_labour", "downstream_good", "osce_participating_state",
]  # fmt: skip
STATES = {
    "2014": "2014", "2016": "2016", "2018": "2018", "2020": "2020",
    "2021-update": "June 2021", "2022": "2022", "2023-update": "August 2023",
}  # fmt: skip
PRINTED = {"2014": 353, "2020": 437}
"""Line items that the Department or the trade press printed."""

FAULTS = (
    Fault(
        "a good that is lost",
        GOODS,
        text(
            "2014,Artificial Flowers,Manufacturing,China,",
            "2016,Artificial Flowers,Manufacturing,China,",
        ),
        said="the line items of 2014 is 352, published is 353",
    ),
    Fault(
        "an answer that is neither yes nor no",
        GOODS,
        text(
            "2014,Bamboo,Agriculture,Burma,Asia & Pacific,Yes,Yes,",
            "2014,Bamboo,Agriculture,Burma,Asia & Pacific,Yes,yes,",
        ),
        said="an answer is neither Yes nor No",
    ),
)


def read_goods(originals: Folders) -> pd.DataFrame:
    """Return the line items; stop when an edition lacks some."""
    path = GOODS.under(originals)
    frame = read_original(path, COLUMNS)
    answers = set(frame["forced_labour"]) | set(frame["osce_participating_state"])
    require(answers == {"Yes", "No"}, "an answer is neither Yes nor No", path)
    require(set(frame["edition"]) == set(STATES), "the editions are not the seven known", path)
    for edition, number in PRINTED.items():
        lines = int((frame["edition"] == edition).sum())
        expect(lines, number, 0, f"the line items of {edition}", path)
    return frame


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a state of the list and a group of countries."""
    frame = read_goods(originals)
    groups = {
        "world": frame,
        "participating States": frame[frame["osce_participating_state"] == "Yes"],
    }
    rows = []
    for edition, state in STATES.items():
        for group, items in groups.items():
            here = items[items["edition"] == edition]
            forced = here[here["forced_labour"] == "Yes"]
            rows.append(
                {
                    "edition": state,
                    "countries_in": group,
                    "pairs": len(here),
                    "pairs_forced": len(forced),
                    "countries": here["country"].nunique(),
                    "countries_forced": forced["country"].nunique(),
                }
            )
    return pd.DataFrame(rows).assign(
        source="dolgoods2022", locator="line items of the state named", grade="A"
    )
