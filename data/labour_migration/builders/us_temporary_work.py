"""us-temporary-work: positions certified and visas issued under two programmes, by fiscal year."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

CERTIFIED = catalogued("us-h2-certified/h2a_h2b_positions_certified_fy2008_2019.csv")
PUBLISHED = catalogued("us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv")
ORIGINALS = (CERTIFIED, PUBLISHED)

COLUMNS = [
    "programme", "fiscal_year", "applications_in_file", "applications_certified",
    "positions_certified", "positions_requested", "grade",
]  # fmt: skip
OWN_COUNT_ENDS = 2017
"""Last year of H-2A for which the disclosure files were added up here."""
SAME_IN_BOTH = {2015: 139_832, 2016: 165_741, 2017: 200_049}
H2A_OF_2008 = 90_123
"""Once joint applications count once; the file's rows add up to 102,662."""

FAULTS = (
    Fault(
        "members of a joint application counted again",
        CERTIFIED,
        text("H-2A,2008,8673,5243,90123,", "H-2A,2008,8673,5243,102662,"),
        said="the H-2A positions of 2008 is 102,662, published is 90,123",
    ),
    Fault(
        "a year that two sources give differently",
        PUBLISHED,
        text("2017,200049,", "2017,200094,"),
        said="the H-2A positions of 2017 is 200,094, published is 200,049",
    ),
    Fault(
        "a year missing",
        CERTIFIED,
        text("H-2B,2012,", "H-2B,2021,"),
        said="the years of H-2B are not 2008 to 2019",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a programme, count and year."""
    counted, published = read(originals)
    check(counted, published, originals)
    visas = published[["fiscal_year", "visas_issued"]].rename(columns={"visas_issued": "number"})
    later = published.loc[published["fiscal_year"] > OWN_COUNT_ENDS, ["fiscal_year"]].assign(
        number=published["jobs_certified"]
    )
    own = counted[["programme", "fiscal_year", "positions_certified"]].rename(
        columns={"positions_certified": "number"}
    )
    chart = {"programme": "H-2A", "source": "epi2023h2a", "locator": "table of the chart"}
    frame = pd.concat(
        [
            own.assign(
                counts="positions certified",
                source="oflc2019",
                grade="A",
                locator="own sum over certified applications",
            ),
            later.assign(counts="positions certified", grade="B", **chart),
            visas.assign(counts="visas issued", grade="B", **chart),
        ]
    )
    return frame.sort_values(["programme", "counts", "fiscal_year"], ignore_index=True)


def read(originals: Folders) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the own count of the disclosure files, and the published series."""
    path = CERTIFIED.under(originals)
    counted = read_original(path, COLUMNS)
    for column in ("fiscal_year", "positions_certified"):
        counted[column] = numbers(counted[column], path).astype("Int64")
    path = PUBLISHED.under(originals)
    columns = ["fiscal_year", "jobs_certified", "visas_issued", "petitions_approved"]
    published = read_original(path, columns)
    for column in columns[:3]:
        published[column] = numbers(published[column], path).astype("Int64")
    return counted, published


def check(counted: pd.DataFrame, published: pd.DataFrame, originals: Folders) -> None:
    """Stop when years are missing, or the two sources disagree where they should not."""
    path = CERTIFIED.under(originals)
    series = counted.set_index(["programme", "fiscal_year"])["positions_certified"]
    expect(int(series["H-2A"][2008]), H2A_OF_2008, 0, "the H-2A positions of 2008", path)
    whole = list(series["H-2B"].index) == list(range(2008, 2020))
    require(whole, "the years of H-2B are not 2008 to 2019; look at them", path)
    theirs = published.set_index("fiscal_year")["jobs_certified"]
    for year, number in SAME_IN_BOTH.items():
        what = f"the H-2A positions of {year}"
        expect(int(series["H-2A"][year]), number, 0, what, path)
        expect(int(theirs[year]), number, 0, what, PUBLISHED.under(originals))
