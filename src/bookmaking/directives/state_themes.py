"""What the page of a State shows of which table, theme by theme; the same for every State.

A part of a theme names its table, what of it is shown, and why the table may have no row. What a
table must not be used for is not typed here: its metadata says it.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field

import pandas as pd

from bookmaking.directives.state_rows import Row
from decentwork.treaties import NAMES

Shown = str | Callable[[Row], str]
"""A column of the table, or a function of a row."""

ON_TRAFFICKING = ("PALERMO", "CETS197", "ILO_P029")
"""The treaties that the first paragraph of a page names, and that stand first on it."""
TREATIES = {code: NAMES[code] for code in (*ON_TRAFFICKING, *NAMES)}
"""The names of the treaties, in the order in which a page shows them."""


def number(value: object) -> str:
    """Return a number as a page shows it: thousands apart, at most two decimals."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")


def interval(low: object, high: object) -> str:
    """Return a number, or its bounds where they differ."""
    return number(low) if low == high else f"{number(low)} to {number(high)}"


@dataclass(frozen=True)
class Part:
    """Rows of one table in a theme.

    ``absent`` says why there may be no row. ``in_place`` says whether that reason stands where the
    rows would, and never at the end of the page. ``unread`` says whether no row means that no text
    was read. ``of_union`` is the column that names acts of the European Union, which are not acts
    of the State. ``collected_by`` is a body, by its columns in the table of States; it asks its
    members only. ``not_of`` is the code of a State: the numbers cannot belong to this State, so a
    missing row is no gap.
    """

    table: str
    title: str
    _: KW_ONLY
    absent: str
    in_place: bool = False
    unread: bool = False
    of_union: str = ""
    collected_by: str = ""
    not_of: str = ""


@dataclass(frozen=True)
class Measure(Part):
    """A measure of a table with a row a year: its value about 2011 and its newest one.

    ``same`` is a column whose value must be that of both, because values of two kinds do not
    compare. ``marked`` is a column that says in which years the source marks a break.
    """

    show: Callable[[Row], str]
    where: Mapping[str, str] = field(default_factory=dict)
    when: str = "year"
    to_know: str = ""
    same: str = ""
    marked: str = ""


@dataclass(frozen=True)
class Listing(Part):
    """Rows of a table, each in words. ``filled`` is a column without which a row says nothing."""

    columns: Mapping[str, Shown]
    filled: str = ""


@dataclass(frozen=True)
class PersonCounts(Part):
    """Counts of persons with a row a year and a column for each value of ``by``.

    The table has the columns ``year``, ``persons_low``, ``persons_high`` and ``printed``, and may
    have ``reading``. With ``totals``, a column that says how the forms add up, it has ``form``.
    """

    by: str
    columns: Mapping[str, str]
    readings: Mapping[str, str] = field(default_factory=dict)
    totals: str = ""


@dataclass(frozen=True)
class MonitorsTexts(Part):
    """The newest text of monitors on the State: a code and words for each point.

    The table has a row for the text: ``round``, ``publication_date``, ``read_in`` and ``grade``.
    In the same row stands the newest report in an index: ``report_round`` and ``report_date``. The
    second source of the row is the index, and its entry in the bibliography says of which day.
    """

    columns: tuple[str, str, str]
    points: Mapping[str, tuple[str, str]]
    sentences: tuple[str, Mapping[str, str]]
    """A column whose codes a page says as sentences."""


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
    return (
        "not narrowed, in the texts read"
        if pd.isna(row["cut"])
        else f"{row['cut_year']}: {row['cut']}"
    )


DUTIES = {
    "report": "to report",
    "act": "to look for harm and to act on it",
    "ban": "goods are banned",
    "buy": "on the State as buyer",
}


def _duty(row: Row) -> str:
    return DUTIES[row["kind"]]


def _tested(row: Row) -> str:
    return "no test was found" if row["tested"] == "nothing found" else str(row["tested"])


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
    share = 100 * row["employed_thousand"] / row["all_employed_thousand"]
    people, everyone = (
        number(round(row[column])) for column in ("employed_thousand", "all_employed_thousand")
    )
    return f"{share:.2f} per cent ({people} of {everyone} thousand)"


def _informal(row: Row) -> str:
    now, before = row["percent_july_2024"], row["percent_january_2024"]
    told = f"{number(now)} per cent"
    if pd.isna(before) or before == now:
        return told
    return f"{told} as the ILO published it in July 2024, {number(before)} as in January 2024"


def _labour_share(row: Row) -> str:
    both = row["labour"] + row["sexual"]
    return f"{number(row['labour'])} of {number(both)}, {100 * row['labour'] / both:.0f} per cent"


LABOUR = {
    "largest form": "Labour exploitation is the largest form in this text.",
    "most victims in sectors of work": "In this text most victims are in sectors of work.",
    "said to rise": "The text says that labour exploitation, or the number of its victims "
    "found, rises.",
    "second form": "Labour exploitation is the second most frequent form in this text.",
    "among the main forms": "The text names labour exploitation among the main forms.",
    "other forms named": "The text names other forms as the main ones.",
    "no victim formally identified": "The text says that no victim was formally identified.",
    "no victim of it": "The text names no victim of labour exploitation.",
    "no victim of it among foreign workers": "The text names no victim of labour exploitation "
    "among foreign workers.",
}
"""What the codes of the column ``labour_exploitation`` say."""

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
        "These are people whom authorities found and reported as victims, unless a line in the "
        "table says otherwise. How many they find depends on how hard they look and on the law. "
        "So the numbers do not say how many victims there are.",
        (
            PersonCounts(
                "detected-victims",
                "Detected victims by form of exploitation, since 2011",
                "form",
                {
                    "All forms": "all forms",
                    "Forced labour": "forced labour",
                    "Sexual exploitation": "sexual exploitation",
                    "Other": "other",
                },
                absent="the file of the United Nations has no figure",
                readings={
                    "no row": "A dash means that the file has no number for this form and year. "
                    "It does not mean zero.",
                    "not reported": "“Not reported”: the file prints “<5” or 0, but the other "
                    "numbers of that year show that this cannot be a count.",
                    "counted": "A 0 may also mean that no form was recorded.",
                    "doubtful": "“Doubtful”: “<5” may mean here that nothing was reported.",
                },
                totals="forms_add_up",
            ),
            Measure(
                "uk-referrals",
                "People referred to the authorities as potential victims, all forms",
                _value("referrals"),
                absent="the book has only the British register of referrals",
            ),
            Measure(
                "uk-referrals-later",
                "People referred as potential victims, as printed in later reports",
                _value("referrals"),
                absent="the book has only the British register of referrals",
            ),
            Listing(
                "referral-systems",
                "Who may report a possible victim to the authorities, and who decides on the case",
                {
                    "Year of the text": "as_read",
                    "Who refers": "who_refers",
                    "Who decides": "who_decides",
                    "What follows": "what_follows",
                },
                absent="who may report a possible victim, and who decides on the case",
                unread=True,
            ),
        ),
    ),
    Theme(
        "Criminal proceedings",
        "A person suspected in one year may be prosecuted or convicted in a later year. So the "
        "columns of one year may count different people. Where the numbers of suspected and of "
        "prosecuted people are the same, one column may repeat the other.",
        (
            PersonCounts(
                "criminal-justice-counts",
                "Persons in proceedings on trafficking, all forms, since 2011",
                "step",
                {"Suspected": "suspected", "Prosecuted": "prosecuted", "Convicted": "convicted"},
                absent="the file of the United Nations has no figure since 2011; the file of this "
                "page holds earlier years, if there are any",
            ),
            Listing(
                "us-convictions-by-form",
                "Persons convicted in federal cases, by the main form of exploitation, fiscal "
                "years",
                {
                    "Fiscal year": "year",
                    "Mainly forced labour": _value("labour"),
                    "Mainly sexual exploitation": _value("sexual"),
                    "Labour, of both forms": _labour_share,
                    "Total that is printed": _value("printed_total"),
                },
                absent="We cannot say which share of the convictions is for labour exploitation. "
                "Where the file of the United Nations gives convictions by form at all, they often "
                "repeat the numbers of victims, or add up to more than the total",
                in_place=True,
            ),
        ),
    ),
    Theme(
        "What the monitors of the Council of Europe asked",
        "GRETA is the group of experts that monitors the Council of Europe Convention on "
        "trafficking. It writes a report on each party in every round of evaluation, and the "
        "Council publishes a short news release on it. We read the newest release on the State "
        "that we found, or a text about it. We did not read the reports, which may say more.",
        (
            MonitorsTexts(
                "greta-findings",
                "What the newest text that we read asks or says",
                ("Point", "What the text does", "In our words"),
                {
                    "Labour inspectors": ("inspection", "inspection_says"),
                    "How victims are identified": ("identification", "identification_says"),
                    "Procedure it asks for": ("procedure_asked", ""),
                    "Partnership": ("partnership", "partnership_says"),
                    "Compensation": ("compensation", "compensation_says"),
                },
                absent="the State is not a party to the Council of Europe Convention on "
                "trafficking, so GRETA does not monitor it",
                sentences=("labour_exploitation", LABOUR),
            ),
        ),
    ),
    Theme(
        "Estimates of the Global Slavery Index",
        "The index is made by Walk Free, a private organization. Its numbers come from models, and "
        "in most States nobody was surveyed. What it calls modern slavery is mainly forced labour "
        "and forced marriage. Each edition has its own definition and model, so do not compare "
        "editions.",
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
                absent="no edition has an estimate",
                filled="people_high",
            ),
        ),
    ),
    Theme(
        "Work",
        "Definitions differ between States, so do not rank States by these values. The year of "
        "each value stands in brackets. It can be far from 2011.",
        (
            Measure(
                "labour-inspectors",
                "Labour inspectors for 10,000 employed people",
                _value("per_10000"),
                absent="the table has no rate that the State reported to the International Labour "
                "Organization",
                collected_by="ilo",
            ),
            Measure(
                "labour-rights-scores",
                "Freedom of association and bargaining: score from 0 (best) to 10 (worst)",
                _value("score"),
                absent="the collection has no score",
                to_know="The score counts problems that somebody has reported, so a State about "
                "which nobody complains gets a good score. Two years do not make a trend.",
                collected_by="ilo",
            ),
            Measure(
                "unions-and-bargaining",
                "Trade union members, as a share of all employees",
                _value("percent", " per cent"),
                absent="the table has no rate",
                where={"measure": "union density"},
                collected_by="ilo",
            ),
            Measure(
                "unions-and-bargaining",
                "Employees covered by a collective agreement, as a share of all employees",
                _value("percent", " per cent"),
                absent="the table has no rate",
                where={"measure": "bargaining coverage"},
                collected_by="ilo",
            ),
            Measure(
                "informal-employment",
                "Informal employment, as a share of all employment",
                _informal,
                absent="the State is not in what the ILO published in January and July 2024",
                to_know="Informal means, broadly, a job without the protection of labour law or "
                "social insurance.",
                same="survey",
                marked="series_break",
                collected_by="ilo",
            ),
            Measure(
                "vulnerable-employment",
                "People who work on their own account or unpaid in a family business, as a share "
                "of all employed people (modelled)",
                _value("percent", " per cent"),
                absent="the compilation has no rate",
            ),
            Measure(
                "household-employers",
                "People whom private households employ, as a share of all employed people",
                _of_all,
                absent="the State is not in the collection",
            ),
            Measure(
                "income-inequality",
                "Inequality of incomes after taxes and benefits: the Gini, from 0 (all equal) to "
                "100 (one person has everything)",
                _with_errors,
                absent="the database has no estimate for the years of the table",
                to_know="The two ends of each value lie two standard errors from its middle.",
            ),
        ),
    ),
    Theme(
        "Migration and protection",
        "The first table counts people who are in the State on one day. It says nothing about "
        "exploitation.",
        (
            Measure(
                "migrants-by-sex",
                "International migrants, all ages: people born abroad, or foreign citizens where "
                "the place of birth is not recorded",
                _by_sex,
                absent="the table has no number",
            ),
            Measure(
                "asylum-pending",
                "People whose asylum claim is pending, 31 December",
                _value("pending"),
                absent="the State is not in the data of the refugee agency of the United Nations",
            ),
            Measure(
                "temporary-protection",
                "Citizens of Ukraine under temporary protection, end of month",
                _with_flag,
                absent="the table has the European Union, Iceland, Liechtenstein, Norway and "
                "Switzerland",
                when="month",
                not_of="UKR",
            ),
            Listing(
                "victim-permits",
                "Permits to stay for victims, granted over a year or more, with the numbers that "
                "the source prints beside them",
                {
                    "What": "what",
                    "Where": "place",
                    "When": "period",
                    "Number": _value("number"),
                },
                absent="the table has the European Union as a whole, the United Kingdom and the "
                "United States, and no other State by itself",
            ),
        ),
    ),
    Theme(
        "Duties of firms, and tools",
        "These are laws and tools that we read about. The State may have others. Laws of a part "
        "of a State are in the chapter on the private sector.",
        (
            Listing(
                "business-duty-laws",
                "Laws that put a duty on firms or on the State as buyer",
                {
                    "Law": _law,
                    "Duty": _duty,
                    "Adopted": "adopted",
                    "Applies from": _applies,
                    "Narrowed": _narrowed,
                },
                absent="laws that put a duty on firms",
                unread=True,
                of_union="law",
            ),
            Listing(
                "business-duty-enforcement",
                "What followed from such duties",
                {
                    "Law": _law,
                    "When": "when",
                    "What followed": "what_followed",
                    "For workers": "for_workers",
                },
                absent="what followed from such laws",
                unread=True,
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
                absent="how the household employees of diplomats are protected",
                unread=True,
            ),
            Listing(
                "tools-catalogue",
                "Tools against labour exploitation",
                {
                    "Tool": lambda row: f"{row['tool']} ({row['state']})",
                    "Type": "type",
                    "Since": "since",
                    "Tested": _tested,
                    "Result": "result",
                },
                absent="tools against labour exploitation",
                unread=True,
                of_union="tool",
            ),
        ),
    ),
)
"""The sections of the page after memberships and treaties, in their order."""


def tables_used() -> tuple[str, ...]:
    """Return the tables of all themes, each once."""
    return tuple(dict.fromkeys(part.table for theme in THEMES for part in theme.parts))
