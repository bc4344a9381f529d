"""A series of years with a break, and the line of the note."""

import pandas as pd

from decentwork import exhibits
from decentwork.figures import before as figures

yearly = pd.DataFrame({"year": [2014, 2015, 2016, 2017], "persons": [10.0, 20.0, 35.0, 47.0]})
yearly.attrs = {"breaks": [{"year": 2016, "what": "another rule"}], "units": {"persons": "persons"}}


@exhibits.figure(
    "fig-series",
    headline="Four years of a count",
    subtitle="Persons, 2014 to 2017",
    height=2,
    values=yearly,
    source="ilo2012{p. 1}",
    as_of="2012",
)
def series(ax):
    """Draw the series in two pieces."""
    figures.series(ax, yearly.set_index("year")["persons"], cuts=(2015.5,))
    figures.the_note(ax)
    figures.years(ax, 2010, 2018, 4)
