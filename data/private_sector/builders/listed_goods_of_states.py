"""listed-goods-of-states: goods of participating States that the list flags for forced labour."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import require, translate
from builders.goods_list_editions import GOODS, STATES, read_goods

ORIGINALS = (GOODS,)
CODES = {
    "Kazakhstan": "KAZ", "Russia": "RUS", "Tajikistan": "TJK", "Turkmenistan": "TKM",
    "Uzbekistan": "UZB",
}  # fmt: skip
GOODS_FOUND = 8

FAULTS = (
    Fault(
        "a country that is not known",
        GOODS,
        text("2018,Bricks,Manufacturing,Russia,", "2018,Bricks,Manufacturing,Ruthenia,"),
        said="no rule for ['Ruthenia']",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a State, good and state of the list."""
    path = GOODS.under(originals)
    frame = read_goods(originals)
    flagged = frame.query("osce_participating_state == 'Yes' and forced_labour == 'Yes'")
    flagged = flagged.assign(
        iso3=translate(flagged["country"], CODES, path), good=flagged["good"].str.lower()
    )
    pairs = flagged[["iso3", "good"]].drop_duplicates().sort_values(["iso3", "good"])
    require(len(pairs) == GOODS_FOUND, "there are not eight goods; read the list again", path)
    listed = set(flagged[["iso3", "good", "edition"]].itertuples(index=False, name=None))
    rows = [
        {"iso3": iso3, "good": good, "edition": state, "listed": (iso3, good, edition) in listed}
        for iso3, good in pairs.itertuples(index=False, name=None)
        for edition, state in STATES.items()
    ]
    return pd.DataFrame(rows).assign(
        source="dolgoods2022", locator="line items of the state named", grade="A"
    )
