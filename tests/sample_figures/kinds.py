"""Shares of two kinds, each with its look."""

import pandas as pd

from decentwork import exhibits
from decentwork.figures import before as figures

shares = pd.DataFrame({"place": ["Italy", "Spain"], "percent": [31.0, 52.0], "kind": ["a", "b"]})
shares.attrs = {"units": {"percent": "per cent"}}
looks = {
    "a": ("o", figures.BLUE, "a"),
    "b": ("s", figures.BLUE, "b"),
}


@exhibits.figure(
    "fig-kinds",
    headline="Shares of two kinds",
    subtitle="Workers, per cent",
    height=2,
    values=shares,
    source="ilo2012{p. 1}",
    as_of="2012",
)
def kinds(ax):
    """Draw each share with the look of its kind."""
    figures.dots_by_kind(ax, shares["place"], shares["percent"], shares["kind"], looks)
