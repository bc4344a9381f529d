"""Two series of one panel, told apart by a key."""

import matplotlib.pyplot as plt
import pandas as pd

from decentwork import exhibits, figures

yearly = pd.DataFrame({"year": [2014, 2015], "women": [10.0, 20.0], "men": [30.0, 35.0]})
yearly.attrs = {"breaks": [], "units": {"women": "persons", "men": "persons"}}

fig, ax = plt.subplots(figsize=(figures.WIDTH, 2))
ax.plot(yearly["year"], yearly["women"], color=figures.BLUE, label="women")
ax.plot(yearly["year"], yearly["men"], color=figures.ORANGE, label="men")
fig.legend()
exhibits.publish(
    fig, "fig-two", values=yearly, headline="Two counts", subtitle="Persons, 2014 to 2015",
    source="ilo2012{p. 1}", as_of="2012",
)  # fmt: skip
