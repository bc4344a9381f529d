"""participating-states: codes, names and memberships of the 57 OSCE participating States.

The memberships stand in four pages: tables of the OSCE, the European Union and the ILO, and a
paragraph on the Council of Europe. Codes, names and notes are typed here.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, require

OSCE = catalogued("osce-states/organization_for_security_and_co-operation_in_europe.md")
COUNCIL = catalogued("osce-states/council_of_europe.md")
UNION = catalogued("osce-states/european_union.md")
ILO = catalogued("osce-states/member_states_of_the_international_labour_organization.md")
ORIGINALS = (OSCE, COUNCIL, UNION, ILO)

STATES = {
    "ALB": ("AL", "Albania"), "AND": ("AD", "Andorra"), "ARM": ("AM", "Armenia"),
    "AUT": ("AT", "Austria"), "AZE": ("AZ", "Azerbaijan"), "BLR": ("BY", "Belarus"),
    "BEL": ("BE", "Belgium"), "BIH": ("BA", "Bosnia and Herzegovina"), "BGR": ("BG", "Bulgaria"),
    "CAN": ("CA", "Canada"), "HRV": ("HR", "Croatia"), "CYP": ("CY", "Cyprus"),
    "CZE": ("CZ", "Czechia"), "DNK": ("DK", "Denmark"), "EST": ("EE", "Estonia"),
    "FIN": ("FI", "Finland"), "FRA": ("FR", "France"), "GEO": ("GE", "Georgia"),
    "DEU": ("DE", "Germany"), "GRC": ("GR", "Greece"), "VAT": ("VA", "Holy See"),
    "HUN": ("HU", "Hungary"), "ISL": ("IS", "Iceland"), "IRL": ("IE", "Ireland"),
    "ITA": ("IT", "Italy"), "KAZ": ("KZ", "Kazakhstan"), "KGZ": ("KG", "Kyrgyzstan"),
    "LVA": ("LV", "Latvia"), "LIE": ("LI", "Liechtenstein"), "LTU": ("LT", "Lithuania"),
    "LUX": ("LU", "Luxembourg"), "MLT": ("MT", "Malta"), "MDA": ("MD", "Republic of Moldova"),
    "MCO": ("MC", "Monaco"), "MNG": ("MN", "Mongolia"), "MNE": ("ME", "Montenegro"),
    "NLD": ("NL", "Netherlands"), "MKD": ("MK", "North Macedonia"), "NOR": ("NO", "Norway"),
    "POL": ("PL", "Poland"), "PRT": ("PT", "Portugal"), "ROU": ("RO", "Romania"),
    "RUS": ("RU", "Russian Federation"), "SMR": ("SM", "San Marino"), "SRB": ("RS", "Serbia"),
    "SVK": ("SK", "Slovakia"), "SVN": ("SI", "Slovenia"), "ESP": ("ES", "Spain"),
    "SWE": ("SE", "Sweden"), "CHE": ("CH", "Switzerland"), "TJK": ("TJ", "Tajikistan"),
    "TUR": ("TR", "Türkiye"), "TKM": ("TM", "Turkmenistan"), "UKR": ("UA", "Ukraine"),
    "GBR": ("GB", "United Kingdom"), "USA": ("US", "United States of America"),
    "UZB": ("UZ", "Uzbekistan"),
}  # fmt: skip
"""The code of two letters and the name of each State, under its code of three letters."""
NAMES_ON_PAGES = {
    "Czech Republic": "CZE",
    "→ as East Germany": "DEU",
    "West Germany": "DEU",
    "Moldova": "MDA",
    "the former Yugoslav Republic of Macedonia": "MKD",
    "Russia": "RUS",
    "Russia (as Soviet Union)": "RUS",
    "Serbia (as Yugoslavia)": "SRB",
    "Serbia and Montenegro (later Serbia)": "SRB",
    "Turkey": "TUR",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United States": "USA",
}
CODES = {name: iso3 for iso3, (_, name) in STATES.items()} | NAMES_ON_PAGES
# Other names in the participant tables of the United Nations of 2013 to 2015: a reader may look for
# a State by them.
OTHER_NAMES = {
    "CZE": "Czech Republic",
    "MKD": "The former Yugoslav Republic of Macedonia",
    "TUR": "Turkey",
    "GBR": "United Kingdom of Great Britain and Northern Ireland",
}
NOTES = {
    "CZE": "Czechoslovakia took part in the CSCE from 25 June 1973.",
    "DEU": "West Germany and East Germany were both admitted on 25 June 1973.",
    "GRC": (
        "It joined the Council of Europe in August 1949, withdrew in 1969 and came back in 1974."
    ),
    "VAT": "It is an observer at the Council of Europe.",
    "ISL": "It became a full member of the Council of Europe on 7 March 1950.",
    "MNG": "It became the 57th participating State after June 2011.",
    "MKD": "OSCE documents named it “the former Yugoslav Republic of Macedonia” until 2019.",
    "RUS": (
        "It was admitted to the CSCE as the Soviet Union. Its membership of the Council of "
        "Europe ended on 16 March 2022 by a decision of the Committee of Ministers. It ceased "
        "to be a party to the European Convention on Human Rights on 16 September 2022."
    ),
    "SRB": (
        "Yugoslavia took part in the CSCE from 25 June 1973 and was suspended on 8 July 1992. "
        "The Federal Republic of Yugoslavia was admitted to the OSCE on 10 November 2000."
    ),
    "SVK": "Czechoslovakia took part in the CSCE from 25 June 1973.",
    "TUR": (
        "It joined the Council of Europe in August 1949, three months after the founding. "
        "Other sources give 13 April 1950."
    ),
    "GBR": "It left the European Union on 31 January 2020.",
}

BODIES = ("osce", "coe", "eu", "ilo")
LEFT = {"coe": "RUS", "eu": "GBR"}
"""The State that has left each body, as its page tells."""
DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"
NOTE_OF_2011 = date(2011, 6, 20)
"""The day to which the flags of 2011 speak."""
SOURCES = ["wiki_osce", "wiki_coe", "wiki_eu", "wiki_ilo", "untc"]
LOCATOR = "tables of members, row of the State"
# The page dates Serbia's admission as that of Yugoslavia, which was suspended in 1992. The seat of
# a predecessor is not carried over here, and a release of the OSCE has the day of the admission.
YUGOSLAVIA = date(1973, 6, 25)
READMITTED = {
    "SRB": (date(2000, 11, 10), "osce53076", "for the OSCE the second paragraph of the release"),
}

# Accessions to the Council of Europe that the page tells in other words than "State (year)".
FOUNDERS = (
    "founded on 5 May 1949 by Belgium, Denmark, France, Ireland, Italy, Luxembourg, Netherlands, "
    "Norway, Sweden and the United Kingdom. Greece and Turkey joined three months later."
)
TOLD = {
    FOUNDERS: (1949, "BEL DNK FRA IRL ITA LUX NLD NOR SWE GBR GRC TUR"),
    "Iceland, West Germany and Saar Protectorate joined the Council of Europe as associate members "
    "in 1950.": (1950, "ISL"),
    "West Germany became a full member in 1951": (1951, "DEU"),
    "Spain joined in 1977": (1977, "ESP"),
}
EXPELLED = "After Russia being expelled in 2022, the council has 46 member states."
# The table of the European Union has its members of today; the page tells of the one that left.
JOINED_UNION = (
    "In 1973, the communities were enlarged to include Denmark (including Greenland), Ireland, and "
    "the United Kingdom."
)
LEFT_UNION = "In 2020, the United Kingdom became the only member state to leave the EU"

# osce.org/cio/84562 of October 2011; coe.int and europa.eu member lists; the ILO page's own table.
PUBLISHED_COUNTS = {
    "osce_2011": (56, OSCE), "coe_2011": (47, COUNCIL), "coe_2026": (46, COUNCIL),
    "eu_2011": (27, UNION), "eu_2026": (27, UNION), "ilo_2026": (53, ILO),
}  # fmt: skip


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per State; stop when a count of members is not the published one."""
    frame = pd.DataFrame({"iso3": list(STATES)})
    frame["osce_since"] = frame["iso3"].map(read_osce(OSCE.under(originals)))
    frame["coe_since"] = frame["iso3"].map(read_council(COUNCIL.under(originals))).astype("Int64")
    frame["eu_since"] = frame["iso3"].map(read_union(UNION.under(originals)))
    frame["ilo_since"] = frame["iso3"].map(read_ilo(ILO.under(originals)))
    frame = with_flags(frame)
    check(frame, originals)
    return reshape(frame)


def read_osce(path: Path) -> dict[str, date]:
    """Return the day of admission of each State; stop at a State that is not known or missing."""
    page = _page(path)
    table = _between(page, "State | Admission", "#### Partners for co-operation", path)
    rows = re.findall(rf"^(.+?) *\| ({DAY}) *\|", table, re.MULTILINE)
    days = _by_code(rows, path)
    missing = sorted(set(STATES) - set(days))
    require(not missing, f"has no day of admission for {missing}; look at it", path)
    return days | {iso3: day for iso3, (day, *_) in READMITTED.items() if days[iso3] == YUGOSLAVIA}


def read_council(path: Path) -> dict[str, int]:
    """Return the year in which each State joined the Council of Europe, of all that ever did."""
    page = " ".join(_page(path).split())
    _require_told([*TOLD, EXPELLED], page, path)
    years = {iso3: year for year, states in TOLD.values() for iso3 in states.split()}
    later = _between(page, "Joining later were", EXPELLED, path)
    names = "|".join(map(re.escape, sorted(CODES, key=len, reverse=True)))
    found = re.findall(rf"({names}) \((\d{{4}})", later)
    sentence = "a State with its year of accession has a name that is not known; look at it"
    require(len(found) == len(re.findall(r"\(\d{4}", later)), sentence, path)
    return years | {CODES[name]: int(year) for name, year in found}


def read_union(path: Path) -> dict[str, date]:
    """Return the day on which each State joined the European Union or a community before it."""
    page = _page(path)
    _require_told([JOINED_UNION, LEFT_UNION], " ".join(page.split()), path)
    start = "List of member states in the European Union State"
    table = _between(page, start, "#### Subdivisions", path)
    rows = re.findall(
        rf"^([A-Z][\w ]+?) *\| +(?:Founder \(1993\) +\| )?({DAY}) *\|", table, re.MULTILINE
    )
    days = _by_code(rows, path)
    # The page gives no day for a State that left. It joined together with Denmark.
    require("DNK" in days, "has no day of accession of Denmark; look at it", path)
    return days | {"GBR": days["DNK"]}


def read_ilo(path: Path) -> dict[str, date]:
    """Return the day on which each State last joined the ILO, of those that are members now."""
    page = _page(path)
    start = "Current member states of the International Labour Organization"
    table = _between(page, start, "## Observer states", path)
    rows = re.findall(rf"^\| (.+?) *(?:\*|\\\+)? *\| ({DAY}) *\|", table, re.MULTILINE)
    return _by_code([(name, day) for name, day in rows if name in CODES], path)


def with_flags(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the States with their memberships in June 2011 and on the day of the page copies."""
    for body in BODIES:
        frame[f"{body}_2011"] = frame[f"{body}_since"].map(_by_june_2011)
    for body in BODIES[1:]:
        frame[f"{body}_2026"] = frame[f"{body}_since"].notna() & (frame["iso3"] != LEFT.get(body))
    return frame


def _by_june_2011(since: date | int | None) -> bool:
    if pd.isna(since):
        return False
    return since < NOTE_OF_2011.year if isinstance(since, int) else since <= NOTE_OF_2011


def check(frame: pd.DataFrame, originals: Folders) -> None:
    """Stop when the members of a body are not as many as published."""
    for flag, (count, original) in PUBLISHED_COUNTS.items():
        path = original.under(originals)
        expect(int(frame[flag].sum()), count, 0, f"the number of States with {flag}", path)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table: States under their own names, with sources."""
    return frame.drop(columns="ilo_since").assign(
        iso2=frame["iso3"].map(lambda iso3: STATES[iso3][0]),
        name=frame["iso3"].map(lambda iso3: STATES[iso3][1]),
        other_name=frame["iso3"].map(OTHER_NAMES),
        note=frame["iso3"].map(NOTES),
        source=frame["iso3"].map(_sources),
        locator=frame["iso3"].map(_locator),
        grade="B",
    )


def _sources(iso3: str) -> str:
    """Return the citation keys of a State, in the order that the metadata names."""
    _, release, _ = READMITTED.get(iso3, (None, SOURCES[0], None))
    return "; ".join([release, *SOURCES[1:]])


def _locator(iso3: str) -> str:
    return f"{LOCATOR}; {READMITTED[iso3][2]}" if iso3 in READMITTED else LOCATOR


def _page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _between(page: str, start: str, end: str, path: Path) -> str:
    """Return what stands between two texts of a page; stop when one of them is gone."""
    for part in (start, end):
        require(part in page, f"no longer has {part!r}; read it again", path)
    return page.partition(start)[2].partition(end)[0]


def _by_code(rows: Iterable[tuple[str, str]], path: Path) -> dict[str, date]:
    """Return days by code; stop at a name that is not known, or a State that stands twice."""
    named = [(" ".join(name.split()), day) for name, day in rows]
    unknown = sorted({name for name, _ in named} - set(CODES))
    require(not unknown, f"no rule for {unknown}; read the page, then add one", path)
    days = {CODES[name]: datetime.strptime(day, "%d %B %Y").date() for name, day in named}
    require(len(days) == len(named), "a State stands twice in a table of members", path)
    return days


def _require_told(sentences: Iterable[str], page: str, path: Path) -> None:
    for sentence in sentences:
        require(sentence in page, f"no longer says {sentence!r}; read it again", path)
