"""Shares of three places with their intervals."""

import pandas as pd

from decentwork import exhibits
from decentwork.figures import before as figures

shares = pd.DataFrame(
    {
        "place": ["Italy", "Spain", "Malta"],
        "percent": [31.0, 52.0, 74.0],
        "low": [25.0, 44.0, 61.0],
        "high": [38.0, 60.0, 83.0],
    }
)
shares.attrs = {"units": {"percent": "per cent"}}


@exhibits.figure(
    "fig-dots",
    headline="Malta has the highest share",
    subtitle="Workers, per cent",
    height=2,
    values=shares,
    source="ilo2012{p. 1}",
    as_of="2012",
    holds={"highest": shares["percent"].idxmax() == 2},
)
def dots(ax):
    """Draw each share with its interval."""
    rows = shares
    figures.dots(ax, rows["place"], rows["percent"], low=rows["low"], high=rows["high"])
