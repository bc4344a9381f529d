"""What the page of a State shows of which table, theme by theme; the same for every State.

A part of a theme names its table, what of it is shown, and why the table may have no row. What a
table must not be used for is not typed here: its sidecar says it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

Row = Mapping[str, Any]
Shown = str | Callable[[Row], str]
"""A column of the table, or a function of a row."""

TREATIES = {
    "PALERMO": "Palermo Protocol on trafficking",
    "CETS197": "Council of Europe Convention on trafficking",
    "ILO_P029": "ILO Protocol of 2014 on forced labour",
    "UNTOC": "UN Convention against Transnational Organized Crime",
    "ILO_C029": "ILO No. 29, forced labour",
    "ILO_C105": "ILO No. 105, abolition of forced labour",
    "ILO_C087": "ILO No. 87, freedom of association",
    "ILO_C098": "ILO No. 98, collective bargaining",
    "ILO_C100": "ILO No. 100, equal pay",
    "ILO_C111": "ILO No. 111, discrimination at work",
    "ILO_C138": "ILO No. 138, minimum age",
    "ILO_C182": "ILO No. 182, worst forms of child labour",
    "ILO_C081": "ILO No. 81, labour inspection",
    "ILO_C189": "ILO No. 189, domestic workers",
    "ICRMW": "UN Migrant Workers Convention",
    "REF1951": "Refugee Convention of 1951",
    "REFPROT1967": "Refugee Protocol of 1967",
    "ICESCR": "Covenant on Economic, Social and Cultural Rights",
    "CEDAW": "Convention on Discrimination against Women",
    "CRC": "Convention on the Rights of the Child",
    "CRC_OPSC": "Protocol on the sale of children",
    "CETS210": "Istanbul Convention on violence against women",
}
"""Short names of the treaties, in the order in which a page shows them."""
ON_TRAFFICKING = ("PALERMO", "CETS197", "ILO_P029")
"""Those that the first paragraph of a page names."""


def number(value: object) -> str:
    """Return a number as a page shows it: thousands apart, at most two decimals."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")


def interval(low: object, high: object) -> str:
    """Return a number, or its bounds where they differ."""
    return number(low) if low == high else f"{number(low)} to {number(high)}"


@dataclass(frozen=True)
class Measure:
    """A measure of a table with a row a year: its value about 2011 and its newest one."""

    table: str
    label: str
    show: Callable[[Row], str]
    absent: str
    where: Mapping[str, str] = field(default_factory=dict)
    when: str = "year"
    to_know: str = ""


@dataclass(frozen=True)
class Listing:
    """Rows of a table, each in words.

    ``filled`` is a column without which a row says nothing. ``in_place`` says whether the reason
    for no row stands where the rows would, and not at the end of the page.
    """

    table: str
    caption: str
    columns: Mapping[str, Shown]
    absent: str
    filled: str = ""
    in_place: bool = False


@dataclass(frozen=True)
class Counts:
    """Counts with a row a year and a column for each value of ``by``."""

    table: str
    caption: str
    by: str
    columns: Mapping[str, str]
    absent: str
    readings: Mapping[str, str] = field(default_factory=dict)
    totals: str = ""


@dataclass(frozen=True)
class Pairs:
    """One row of a table: a code and words for each point."""

    table: str
    caption: str
    columns: tuple[str, str, str]
    points: Mapping[str, tuple[str, str]]
    absent: str


Part = Measure | Listing | Counts | Pairs


@dataclass(frozen=True)
class Theme:
    """A section of the page: its parts, and a sentence on how to read them."""

    title: str
    to_read: str
    parts: tuple[Part, ...]


# ------------------------------------------------------------------ cells that a function makes


def _people(row: Row) -> str:
    if row["status"] == "estimated":
        return number(row["people"])
    return "fewer than 1,000" if row["status"] == "below 1,000" else str(row["status"])


def _per_thousand(row: Row) -> str:
    return "–" if pd.isna(row["per_thousand"]) else number(row["per_thousand"])


def _law(row: Row) -> str:
    return f"{row['law']} ({row['place']})"


def _narrowed(row: Row) -> str:
    return "no cut was found" if pd.isna(row["cut"]) else f"{row['cut_year']}: {row['cut']}"


def _applies(row: Row) -> str:
    return "never, in the texts read" if pd.isna(row["applies"]) else str(row["applies"])


def _by_sex(row: Row) -> str:
    both = f"{number(row['migrants'])}: {number(row['women'])} women and girls"
    sexes = f"{both}, {number(row['men'])} men and boys"
    return f"{sexes} (the split is modelled)" if row["sex_modelled"] else sexes


def _with_errors(row: Row) -> str:
    low, high = (row["gini"] + sign * 2 * row["standard_error"] for sign in (-1, 1))
    return f"{low:.1f} to {high:.1f}, middle {row['gini']:.1f}"


def _of_all(row: Row) -> str:
    return f"{number(row['employed_thousand'])} of {number(row['all_employed_thousand'])} thousand"


def _informal(row: Row) -> str:
    marked = ", break in the series" if row["series_break"] else ""
    return f"{number(row['percent_july_2024'])} per cent ({row['survey']}{marked})"


def _labour_share(row: Row) -> str:
    both = row["labour"] + row["sexual"]
    return f"{number(row['labour'])} of {number(both)}, {100 * row['labour'] / both:.0f} per cent"


FLAGS = {"b": "break in the series", "d": "definition differs", "e": "estimated"}


def _with_flag(row: Row) -> str:
    flag = row["flag"]
    return number(row["people"]) + ("" if pd.isna(flag) else f" ({FLAGS[flag]})")


def _value(column: str, unit: str = "") -> Callable[[Row], str]:
    return lambda row: number(row[column]) + unit


# ------------------------------------------------------------------ themes

THEMES = (
    Theme(
        "Victims whom authorities found",
        "These are people whom authorities detected. Detection depends on effort and law, so it "
        "does not say how many victims there are. Years are calendar years. For the United States "
        "they are fiscal years.",
        (
            Counts(
                "detected-victims",
                "Detected victims by form of exploitation, since 2011",
                "form",
                {
                    "All forms": "all forms",
                    "Forced labour": "forced labour",
                    "Sexual exploitation": "sexual exploitation",
                    "Other": "other",
                },
                "the file of the United Nations has no figure",
                {
                    "no row": "A dash says that the file has no row; this is not zero.",
                    "not reported": "“Not reported” stands where the sums rule the printed value "
                    "out as a count.",
                    "counted": "A 0 may also mean that no form was recorded.",
                    "doubtful": "“Doubtful” stands where “<5” may mean that nothing was reported.",
                },
                "forms_add_up",
            ),
            Listing(
                "referral-systems",
                "Who may refer a presumed victim, and who decides",
                {
                    "As read": "as_read",
                    "Who refers": "who_refers",
                    "Who decides": "who_decides",
                    "What follows": "what_follows",
                },
                "no text that says who refers and who decides was read",
            ),
        ),
    ),
    Theme(
        "Criminal proceedings",
        "Persons of one year are not those of the next step in the same year.",
        (
            Counts(
                "criminal-justice-counts",
                "Persons in proceedings on trafficking, all forms, since 2011",
                "step",
                {"Suspected": "suspected", "Prosecuted": "prosecuted", "Convicted": "convicted"},
                "the file of the United Nations has no figure since 2008",
            ),
            Listing(
                "us-convictions-by-form",
                "Persons convicted, by form of the case",
                {
                    "Fiscal year": "year",
                    "Mainly forced labour": _value("labour"),
                    "Mainly sexual exploitation": _value("sexual"),
                    "Labour, of both forms": _labour_share,
                    "Total that is printed": _value("printed_total"),
                },
                "A share for labour exploitation cannot be computed here. The file gives "
                "convictions by form, but it often repeats the number of victims there, or its "
                "forms add up to more than the total",
                in_place=True,
            ),
        ),
    ),
    Theme(
        "What the monitors of the Council of Europe asked",
        "GRETA is the group of experts that monitors the Convention on trafficking. We read the "
        "newest release on the State that we found, or a text about it. We did not read the "
        "reports.",
        (
            Pairs(
                "greta-findings",
                "The newest release that was read",
                ("Point", "What it does", "In our words"),
                {
                    "Labour exploitation": ("labour_exploitation", ""),
                    "Labour inspectors": ("inspection", "inspection_says"),
                    "How victims are identified": ("identification", "identification_says"),
                    "Procedure it asks for": ("procedure_asked", ""),
                    "Partnership": ("partnership", "partnership_says"),
                    "Compensation": ("compensation", "compensation_says"),
                },
                "the table has only parties to the Council of Europe Convention on trafficking",
            ),
        ),
    ),
    Theme(
        "Estimates of the Global Slavery Index",
        "These numbers come from models. Most States had no survey. People in forced marriage are "
        "included. Each edition has its own definition and model, so do not compare editions.",
        (
            Listing(
                "slavery-index",
                "People in modern slavery, by edition",
                {
                    "Edition": "edition",
                    "Refers to": "reference_year",
                    "People": _people,
                    "For 1,000 inhabitants": _per_thousand,
                },
                "no edition has an estimate",
                filled="people_high",
            ),
        ),
    ),
    Theme(
        "Work",
        "Definitions differ between States, so do not rank States by these values.",
        (
            Measure(
                "labour-inspectors",
                "Labour inspectors for 10,000 employed people",
                _value("per_10000"),
                "the table has no rate that the State reported to the International Labour "
                "Organization",
            ),
            Measure(
                "labour-rights-scores",
                "Freedom of association and bargaining: score from 0 (best) to 10 (worst)",
                _value("score"),
                "the collection has no score",
                to_know="It counts problems on record, so a State about which nobody complains "
                "scores well. Two years are no trend.",
            ),
            Measure(
                "unions-and-bargaining",
                "Members of trade unions, of employees",
                _value("percent", " per cent"),
                "the table has no rate",
                {"measure": "union density"},
            ),
            Measure(
                "unions-and-bargaining",
                "Employees covered by a collective agreement",
                _value("percent", " per cent"),
                "the table has no rate",
                {"measure": "bargaining coverage"},
            ),
            Measure(
                "informal-employment",
                "Informal employment, of all employment",
                _informal,
                "the table has no rate from a survey that could be read",
            ),
            Measure(
                "vulnerable-employment",
                "Own-account and contributing family workers, modelled",
                _value("percent", " per cent"),
                "the compilation has no rate",
            ),
            Measure(
                "household-employers",
                "People whom private households employ, of all employed",
                _of_all,
                "the State is not in the collection",
            ),
            Measure(
                "income-inequality",
                "Gini of disposable income, with two standard errors",
                _with_errors,
                "the database has no estimate for the years of the table",
            ),
        ),
    ),
    Theme(
        "Migration and protection",
        "Stocks of people on a day. They say nothing about exploitation.",
        (
            Measure(
                "migrants-by-sex",
                "Migrants, all ages",
                _by_sex,
                "the table has no number",
            ),
            Measure(
                "asylum-pending",
                "People whose asylum claim is pending, 31 December",
                _value("pending"),
                "the table has no row for it",
            ),
            Measure(
                "temporary-protection",
                "Citizens of Ukraine under temporary protection, end of month",
                _with_flag,
                "the table has the European Union, Iceland, Liechtenstein, Norway and Switzerland",
                when="month",
            ),
            Listing(
                "victim-permits",
                "Permits for victims, and the counts beside them",
                {
                    "What": "what",
                    "Where": "place",
                    "When": "period",
                    "Number": _value("number"),
                },
                "the table has the European Union as a whole, the United Kingdom and the United "
                "States",
            ),
        ),
    ),
    Theme(
        "Duties of firms, and tools",
        "These are laws and tools that we read about. A State that is missing may have them. Laws "
        "of a part of a State stand in the chapter.",
        (
            Listing(
                "business-duty-laws",
                "Laws that put a duty on firms or on the State as buyer",
                {
                    "Law": _law,
                    "Kind": "kind",
                    "Adopted": "adopted",
                    "Applies from": _applies,
                    "Narrowed": _narrowed,
                },
                "the table, which is incomplete, has no law of it",
            ),
            Listing(
                "business-duty-enforcement",
                "What followed from such duties",
                {
                    "Duty": lambda row: f"{row['law']} ({row['place']})",
                    "When": "when",
                    "What followed": "what_followed",
                    "For workers": "for_workers",
                },
                "no act was read; the table is no sample",
            ),
            Listing(
                "diplomatic-households",
                "Household employees of diplomats",
                {
                    "Tool": "tool",
                    "Since": "since",
                    "Whom it covers": "reach",
                    "What was read of results": "outcome",
                },
                "no tool was read; the table does not list all States",
            ),
            Listing(
                "tools-catalogue",
                "Tools against labour exploitation",
                {
                    "Tool": lambda row: f"{row['tool']} ({row['state']})",
                    "Type": "type",
                    "Since": "since",
                    "Tested": "tested",
                    "Result": "result",
                },
                "no tool was read; the State may have it all the same",
            ),
            Listing(
                "state-business-measures",
                "Measures on business",
                {},
                "the table counts States and names none",
            ),
        ),
    ),
)
"""The sections of the page after memberships and treaties, in their order."""


def tables_used() -> tuple[str, ...]:
    """Return the tables of all themes, each once."""
    return tuple(dict.fromkeys(part.table for theme in THEMES for part in theme.parts))
