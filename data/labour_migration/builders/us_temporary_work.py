"""us-temporary-work: positions certified and visas issued under two programmes, by fiscal year."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, Original, catalogued
from bookmaking.tables.reading import expect, numbers, translate
from decentwork import data


def disclosed(file: str) -> Original:
    """Return one file of decisions that the Department of Labor disclosed."""
    return catalogued(f"us-h2-certified/{file}")


DECISIONS = {
    ("H-2A", 2008): disclosed("H2A_FY2008.xlsx"),
    ("H-2A", 2009): disclosed("H2A_FY2009.xlsx"),
    ("H-2A", 2010): disclosed("H-2A_FY2010.xlsx"),
    ("H-2A", 2011): disclosed("H-2A_FY2011.xlsx"),
    ("H-2A", 2012): disclosed("H-2A_FY2012.xlsx"),
    ("H-2A", 2013): disclosed("H2A_FY2013.xls"),
    ("H-2A", 2014): disclosed("H-2A_FY14_Q4.xlsx"),
    ("H-2A", 2015): disclosed("H-2A_Disclosure_Data_FY15_Q4.xlsx"),
    ("H-2A", 2016): disclosed("H-2A_Disclosure_Data_FY16_updated.xlsx"),
    ("H-2A", 2017): disclosed("H-2A_Disclosure_Data_FY17.xlsx"),
    ("H-2B", 2008): disclosed("H-2B_FY2008.xlsx"),
    ("H-2B", 2009): disclosed("H-2B_FY2009.xlsx"),
    ("H-2B", 2010): disclosed("H-2B_FY2010.xlsx"),
    ("H-2B", 2011): disclosed("H-2B_FY2011.xlsx"),
    ("H-2B", 2012): disclosed("H-2B_FY2012.xlsx"),
    ("H-2B", 2013): disclosed("H-2B_FY2013.xls"),
    ("H-2B", 2014): disclosed("H-2B_FY14_Q4.xlsx"),
    ("H-2B", 2015): disclosed("H-2B_Disclosure_Data_FY15_Q4.xlsx"),
    ("H-2B", 2016): disclosed("H-2B_Disclosure_Data_FY16.xlsx"),
    ("H-2B", 2017): disclosed("H-2B_FY2017.xlsx"),
    ("H-2B", 2018): disclosed("H-2B_Disclosure_Data_FY2018_EOY.xlsx"),
    ("H-2B", 2019): disclosed("H-2B_Disclosure_Data_FY2019.xlsx"),
}
"""The file of decisions of each programme and fiscal year."""
ORIGINALS = tuple(DECISIONS.values())
AFTER = ("us-farm-jobs-published",)

ISSUED = "determination issued - "  # how some years begin the status of a case
STATUS = {
    "certified": "certified", "certified - full": "certified", "certification": "certified",
    "certification expired": "certified", "certification (returned)": "certified",
    "partial certified": "certified", "certified - partial": "certified",
    "partial certification": "certified", "partial certification expired": "certified",
    "partial certification (returned)": "certified",
    "denied": "not certified", "rejected": "not certified", "withdrawn": "not certified",
    "final review": "not certified",
}  # fmt: skip
MEMBERS_BY_FLAG_UNTIL = 2015
"""Until then a member of a joint application has no ORGANIZATION_FLAG; since then PRIMARY/SUB is
SUB. The row of the association already counts the members' workers."""
OWN_COUNT_ENDS = 2017
"""Last year of H-2A for which the disclosure files were added up here."""
SAME_IN_BOTH = {2015: 139_832, 2016: 165_741, 2017: 200_049}
CHART = {"programme": "H-2A", "source": "epi2023h2a", "locator": "table of the chart"}
"""The published rows that continue the own count; a press text on a later year is left out."""
H2A_OF_2008 = 90_123
"""Once joint applications count once; all certified rows of the file add up to 102,618."""


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a programme, count and year."""
    published = data.read("us-farm-jobs-published")
    return reshape(count(originals), published[published["source"] == CHART["source"]])


def count(originals: Folders) -> pd.DataFrame:
    """Return the sum of positions in each file; stop if a known one is another."""
    known = {("H-2A", 2008): H2A_OF_2008}
    known |= {("H-2A", year): number for year, number in SAME_IN_BOTH.items()}
    rows = []
    for (programme, year), original in DECISIONS.items():
        path = original.under(originals)
        number = positions(path, programme, year)
        if (programme, year) in known:
            what = f"the {programme} positions of {year}"
            expect(number, known[programme, year], 0, what, path)
        rows.append({"programme": programme, "fiscal_year": year, "number": number})
    return pd.DataFrame(rows).astype({"number": "Int64"})


def positions(path: Path, programme: str, year: int) -> int:
    """Return the workers certified in a file of decisions, each joint application once."""
    member = "ORGANIZATION_FLAG" if year <= MEMBERS_BY_FLAG_UNTIL else "PRIMARY/SUB"
    joint = [member] if programme == "H-2A" else []
    frame = pd.read_excel(path, dtype="string", keep_default_na=False, engine="calamine")
    status = frame["CASE_STATUS"].str.lower().str.removeprefix(ISSUED)
    counts = translate(status, STATUS, path) == "certified"
    if joint:
        counts &= ~frame[member].isin(["", "SUB"])
    return int(numbers(frame["NBR_WORKERS_CERTIFIED"], path)[counts].sum())


def reshape(own: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return the own count while the files last, then the published one, and the visas."""
    visas = published[["fiscal_year", "visas_issued"]].rename(columns={"visas_issued": "number"})
    later = published.loc[published["fiscal_year"] > OWN_COUNT_ENDS, ["fiscal_year"]].assign(
        number=published["jobs_certified"]
    )
    frame = pd.concat(
        [
            own.assign(
                counts="positions certified",
                source="oflc2019",
                grade="A",
                locator="own sum over certified applications",
            ),
            later.assign(counts="positions certified", grade="B", **CHART),
            visas.assign(counts="visas issued", grade="B", **CHART),
        ]
    )
    return frame.sort_values(["programme", "counts", "fiscal_year"], ignore_index=True)
