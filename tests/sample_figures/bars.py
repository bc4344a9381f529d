"""Shares of three places as bars."""

import pandas as pd

from decentwork import exhibits
from decentwork.figures import before as figures

shares = pd.DataFrame({"place": ["Italy", "Spain", "Malta"], "percent": [31.0, 52.0, 74.0]})
shares.attrs = {"units": {"percent": "per cent"}}


@exhibits.figure(
    "fig-bars",
    headline="Shares of three places",
    subtitle="Workers, per cent",
    height=2,
    values=shares,
    source="ilo2012{p. 1}",
    as_of="2012",
)
def bars(ax):
    """Draw each share as a bar from zero."""
    figures.bars(ax, shares["place"], shares["percent"])
    ax.set_xlim(0, 100)
