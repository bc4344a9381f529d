"""trafficking-prosecutions: what governments reported to the US Department of State, by year."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

REPORTS = catalogued("us-tip-law-enforcement/tip_global_law_enforcement.csv")
ORIGINALS = (REPORTS,)

COLUMNS = [
    "year", "prosecutions", "prosecutions_labour", "convictions", "convictions_labour",
    "victims_identified", "victims_labour", "new_or_amended_laws", "scope", "grade", "read_in",
]  # fmt: skip
STEPS = {
    "prosecutions": ("prosecutions", "prosecutions_labour"),
    "convictions": ("convictions", "convictions_labour"),
    "victims identified": ("victims_identified", "victims_labour"),
}
YEARS = [2009, 2016, *range(2017, 2025)]
"""Years whose labour part a second reader found again. That of 2016 stands in one post, and its
total in a second text as well."""
FIRST = ((2007, "prosecutions", 5_682, 490), (2007, "convictions", 3_427, 326))
"""The first labour parts, typed from the Department's own page on its report of 2008."""
TABLE = "table of law enforcement data"
READ_IN = {
    2007: ("tip2008", TABLE),
    2016: ("tipblog2019; htlc2017goals", "first two points; first paragraph"),
    2009: ("ncjrs", "table of the 2010 report"),
    2024: ("bahifazat2025", TABLE),
}
REGIONS_2024 = {"prosecutions": 15_791, "convictions": 7_975, "victims identified": 102_027}
"""Six regions, added up by another hand."""

FAULTS = (
    Fault(
        "a labour part above the whole",
        REPORTS,
        text("2019,11841,1024,", "2019,11841,10240,"),
        said="labour is more than a third of all",
    ),
    Fault(
        "another total than the regions have",
        REPORTS,
        text("2024,15791,4024,", "2024,15971,4024,"),
        said="the prosecutions of 2024 is 15,971, published is 15,791",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a year and step for the world, where both numbers are printed."""
    path = REPORTS.under(originals)
    frame = read_original(path, COLUMNS)
    for column in COLUMNS[:7]:
        frame[column] = numbers(frame[column], path).astype("Int64")
    world = frame[(frame["scope"] == "World") & frame["year"].isin(YEARS)]
    rows = [(year, step, all_forms, labour) for year, step, all_forms, labour in FIRST] + [
        (year, step, all_forms, labour)
        for step, (whole, part) in STEPS.items()
        for year, all_forms, labour in zip(world["year"], world[whole], world[part], strict=True)
        if pd.notna(labour)
    ]
    counts = pd.DataFrame(rows, columns=["year", "step", "all_forms", "labour"])
    counts = counts.sort_values(
        ["step", "year"], key=lambda column: column.replace({s: n for n, s in enumerate(STEPS)})
    ).reset_index(drop=True)
    share = counts["labour"] / counts["all_forms"]
    require(bool((share < 1 / 3).all()), "labour is more than a third of all in one year", path)
    latest = counts[counts["year"] == max(YEARS)].set_index("step")["all_forms"]
    for step, number in REGIONS_2024.items():
        expect(int(latest[step]), number, 0, f"the {step} of {max(YEARS)}", path)
    cited = [READ_IN.get(year, ("greenlight2024", TABLE)) for year in counts["year"]]
    return counts.assign(
        source=[source for source, _ in cited],
        locator=[locator for _, locator in cited],
        grade=["A" if source == "tip2008" else "B" for source, _ in cited],
    )
