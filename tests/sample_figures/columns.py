"""Counts of four years as columns."""

import pandas as pd

from decentwork import exhibits

yearly = pd.DataFrame({"year": [2014, 2015, 2016, 2017], "persons": [10.0, 20.0, 35.0, 47.0]})
yearly.attrs = {"units": {"persons": "persons"}}


@exhibits.figure(
    "fig-columns",
    headline="Four years of a count",
    subtitle="Persons, 2014 to 2017",
    height=2,
    values=yearly,
    source="ilo2012{p. 1}",
    as_of="2012",
)
def columns(ax):
    """Draw each count as a column from zero."""
    ax.bar(yearly["year"], yearly["persons"])
    ax.set_ylim(0, 50)
