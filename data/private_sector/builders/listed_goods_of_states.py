"""listed-goods-of-states: goods of participating States that the list flags for forced labour."""

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import require
from builders.goods_list_editions import STATES, read_goods

ORIGINALS = tuple(STATES.values())
GOODS_FOUND = 8


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a State, good and state of the list."""
    frame = read_goods(originals)
    flagged = frame[frame["iso3"].notna() & frame["forced_labour"]]
    flagged = flagged.assign(good=flagged["good"].str.lower())
    pairs = flagged[["iso3", "good"]].drop_duplicates().sort_values(["iso3", "good"])
    newest = list(STATES.values())[-1].under(originals)
    require(len(pairs) == GOODS_FOUND, "there are not eight goods; read the list again", newest)
    listed = set(flagged[["iso3", "good", "edition"]].itertuples(index=False, name=None))
    rows = [
        {"iso3": iso3, "good": good, "edition": state, "listed": (iso3, good, state) in listed}
        for iso3, good in pairs.itertuples(index=False, name=None)
        for state in STATES
    ]
    return pd.DataFrame(rows).assign(
        source="dolgoods2022", locator="line items of the state named", grade="A"
    )
