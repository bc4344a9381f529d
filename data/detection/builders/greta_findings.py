"""greta-findings: what GRETA's newest release says on five points, State by State."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, read_original, require, translate

RELEASES = catalogued("greta-findings-by-state/greta_findings.csv")
INDEX = catalogued("greta-country-reports/greta_country_reports.csv")
ORIGINALS = (RELEASES, INDEX)

COLUMNS = [
    "iso3", "state", "round", "publication_date", "date_basis", "victims_identified",
    "labour_share_or_number", "trend_statement", "inspectors_finding", "identification_finding",
    "partnership_finding", "compensation_finding", "non_punishment_finding",
    "main_recommendation", "source_url", "grade", "note", "latest_read", "trend_code",
    "inspectors_code", "identification_code", "compensation_code", "non_punishment_code",
    "bibkeys",
]  # fmt: skip
INDEX_COLUMNS = [
    "iso3", "country", "evaluation_round", "publication_date", "sections_listed",
    "first_identifier", "osce_state",
]  # fmt: skip
INDEXED = 73  # reports in the index, as its description counts them
ROUNDS = {"2": 9, "3": 28, "4": 10}  # releases by round, as the coder counted them
GRADES = {"A": "A", "A/B": "B", "B": "B"}  # a State is B as soon as one of its cells is

ASKS, BOTH, WELCOMES = "asks for more", "asks for more and welcomes steps", "welcomes steps"
# What the coder's own codes say. A release that asks for interpreters during inspections asks for
# more of labour inspection, so it counts here.
INSPECTION = {"": "", "ask": ASKS, "inspections_only": ASKS, "progress": WELCOMES}
COMPENSATION = {
    "": "", "ask": ASKS, "ask_none_paid": ASKS, "progress": WELCOMES, "progress_and_ask": BOTH,
}  # fmt: skip
COMPENSATION_READ_AGAIN = ("MCO",)
"""Coded as progress alone; its sentence also asks that victims be told of the scheme."""
PROCEDURE = {
    "": "",
    "separate": "apart from criminal proceedings",
    "multi_agency": "by several bodies in a set procedure",
}
LABOUR = {
    "": "",
    "predominant": "largest form",
    "predominant_by_sector": "most victims in sectors of work",
    "rising": "said to rise",
    "second": "second form",
    "among_main": "among the main forms",
    "other_form": "other forms named",
    "none_formal": "no victim formally identified",
    "none_labour": "no victim of it",
    "none_labour_foreign": "no victim of it among foreign workers",
}
# Two findings were not coded. These readings of them are ours: a State stands in a row because of
# the sentence in its cell, so a State that gains or loses a sentence must be read again.
IDENTIFICATION = {
    ASKS: "AND AZE CHE CYP CZE EST FRA GBR GRC HRV IRL ITA LIE LTU LUX MCO MDA NLD SMR SVN",
    BOTH: "AUT ESP SVK",
    WELCOMES: "BLR FIN SWE UKR",
}
PARTNERSHIP = {
    ASKS: "BGR BLR CHE ISL LTU MLT SMR SWE",
    BOTH: "AUT DEU SRB",
    WELCOMES: "CYP CZE DNK ESP FIN GBR GEO GRC HUN IRL MDA MKD MNE NOR PRT ROU SVN TUR",
}

FAULTS = (
    Fault(
        "a code that nobody defined",
        RELEASES,
        text(",separate,,,greta2025cyp", ",apart,,,greta2025cyp"),
        said="no rule for ['apart']",
    ),
    Fault(
        "a second newest release of one State",
        RELEASES,
        text(
            "Attention to sectors at risk; awareness of officials.,https://coe.int/en/web/portal/-/"
            "andorra-progress-in-measures-to-prevent-human-trafficking-but-further-steps-are-needed,A,"
            ",0,",
            "Attention to sectors at risk; awareness of officials.,https://coe.int/en/web/portal/-/"
            "andorra-progress-in-measures-to-prevent-human-trafficking-but-further-steps-are-needed,A,"
            ",1,",
        ),
        said="the number of releases is 48",
    ),
    Fault(
        "a finding that nobody has read for its code",
        RELEASES,
        text(
            ",Improve the identification of victims.,Co-ordination group broadened;",
            ",,Co-ordination group broadened;",
        ),
        said="identification_finding: the States with a finding and those with a code differ in",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row for each State party; stop when a finding has no code, or a code none."""
    path = RELEASES.under(originals)
    frame = read_original(path, COLUMNS)
    newest = frame[frame["latest_read"] == "1"].reset_index(drop=True)
    expect(len(newest), sum(ROUNDS.values()), 0, "the number of releases", path)
    for number, published in ROUNDS.items():
        have = int((newest["round"] == number).sum())
        expect(have, published, 0, f"the number of releases of round {number}", path)
    return with_reports(reshape(newest, path), INDEX.under(originals))


def with_reports(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the table with round and day of the newest report of each State in the index.

    A release without a day takes the day of the report of the same round.
    """
    index = read_original(path, INDEX_COLUMNS)
    expect(len(index), INDEXED, 0, "the number of reports in the index", path)
    index["evaluation_round"] = index["evaluation_round"].astype(int)
    # A report of one day stands twice for Finland, once under a wrong round: the later round is it.
    newest = index.sort_values(["publication_date", "evaluation_round"]).groupby("iso3").last()
    table["report_round"] = table["iso3"].map(newest["evaluation_round"]).astype("Int64")
    table["report_date"] = table["iso3"].map(newest["publication_date"]).astype("string")
    undated = table["publication_date"].isna() & (table["report_round"] == table["round"])
    table.loc[undated, "publication_date"] = table.loc[undated, "report_date"]
    listed = table["report_date"].notna()
    table.loc[listed, "source"] += "; gretaindex"
    table.loc[listed, "locator"] += "; newest item of the State to February 2025"
    return table


def by_state(frame: pd.DataFrame, finding: str, states: dict[str, str], path: Path) -> pd.Series:
    """Return the code of each State's finding; stop when findings and codes do not match."""
    codes = {iso3: code for code, row in states.items() for iso3 in row.split()}
    found = set(frame.loc[frame[finding] != "", "iso3"])
    differ = ", ".join(sorted(found ^ set(codes)))
    sentence = f"{finding}: the States with a finding and those with a code differ in {differ}"
    require(not differ, f"{sentence}; read the finding, then code it", path)
    return frame["iso3"].map(codes)


def reshape(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return codes and findings, where an empty cell is a text that says nothing on the point."""
    coded = {
        "labour_exploitation": translate(frame["trend_code"], LABOUR, path),
        "inspection": translate(frame["inspectors_code"], INSPECTION, path),
        "identification": by_state(frame, "identification_finding", IDENTIFICATION, path),
        "procedure_asked": translate(frame["identification_code"], PROCEDURE, path),
        "partnership": by_state(frame, "partnership_finding", PARTNERSHIP, path),
        "compensation": translate(frame["compensation_code"], COMPENSATION, path).mask(
            frame["iso3"].isin(COMPENSATION_READ_AGAIN), BOTH
        ),
    }
    said = {f"{name}_says": frame[f"{theirs}_finding"] for name, theirs in (
        ("inspection", "inspectors"), ("identification", "identification"),
        ("partnership", "partnership"), ("compensation", "compensation"))}  # fmt: skip
    table = frame[["iso3", "round", "publication_date"]].assign(**coded, **said)
    table = table.astype("string").replace("", pd.NA)
    return table.assign(
        round=table["round"].astype(int),
        read_in=frame["source_url"],
        source="gretareleases",
        locator="release on the State, or the text that reports it, as named in read_in",
        grade=translate(frame["grade"], GRADES, path),
    )
