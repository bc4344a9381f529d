"""joint-action-days: action weeks of European authorities against labour exploitation."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require, translate

WEEKS = catalogued("empact-labour-action-days/empact_labour_action_days.csv")
ORIGINALS = (WEEKS,)

COLUMNS = [
    "year", "year_grade", "start", "end", "focus", "countries", "officers", "locations_checked",
    "persons_checked", "vehicles_checked", "arrests", "arrests_labour", "thb_suspects",
    "potential_victims", "potential_victims_labour", "new_investigations", "grade", "source_url",
    "note",
]  # fmt: skip
COUNTS = [
    "countries", "persons_checked", "potential_victims", "potential_victims_labour", "arrests",
    "arrests_labour",
]  # fmt: skip
SOURCES = {
    "2019-04": ("europol2019", "third paragraph", "possible victims of trafficking"),
    "2021-09": ("euroweekly2021", "second paragraph", "possible victims of exploitation"),
    "2022-06": ("ieu2022", "list of results", "possible victims of exploitation"),
    "2023-06": ("civil2023", "third paragraph", "victims, as the text says"),
    "2023-09": ("frontex2023", "list of results", "possible victims of trafficking"),
    "2024-04": ("europol2024", "list of results", "possible victims of trafficking"),
}
"""Source, place and what the text calls the people found, by month of the action."""
DATED = "A"
PER_10_000 = 44
"""Labour victims for 10,000 checked in April 2024, computed by another hand."""

FAULTS = (
    Fault(
        "a week that lost its year",
        WEEKS,
        text("2022,A,06-15", ",,06-15"),
        said="the dated weeks are not those with a source",
    ),
    Fault(
        "people checked in the wrong column",
        WEEKS,
        text("9564,63649,", "63649,9564,"),
        said="found for 10,000 checked in April 2024",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a week whose year its own text gives."""
    path = WEEKS.under(originals)
    frame = read_original(path, COLUMNS)
    frame = frame[frame["year_grade"] == DATED].copy()
    frame["month"] = frame["year"] + "-" + frame["start"].str[:2]
    dated = set(frame["month"]) == set(SOURCES)
    require(dated, "the dated weeks are not those with a source; look at them", path)
    for column in COUNTS:
        frame[column] = numbers(frame[column], path).astype("Int64")
    names = {"all sectors": "all sectors", "agriculture": "farming"}
    frame["sectors"] = translate(frame["focus"], names, path)
    latest = frame[frame["month"] == max(SOURCES)].iloc[0]
    found = 10_000 * latest["potential_victims_labour"] / latest["persons_checked"]
    expect(round(found), PER_10_000, 0, "found for 10,000 checked in April 2024", path)
    cited = frame["month"].map(SOURCES)
    # No later report on any of these weeks was found; the first one found is entered here.
    later = pd.Series(pd.NA, frame.index, dtype="Int64")
    return frame.assign(
        confirmed_later=later, called=cited.str[2], source=cited.str[0], locator=cited.str[1]
    ).sort_values("month", ignore_index=True)[
        ["month", "sectors", *COUNTS, "confirmed_later", "called", "source", "locator", "grade"]
    ]  # fmt: skip
