"""What a report says: its sentences, its tables and the places of its figures."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from decentwork.estimation import certificate
from decentwork.estimation.bootstrap import Bootstrap
from decentwork.report.analysis import (
    ANEW,
    BEST,
    FEWEST_IN_A_CELL,
    FEWEST_KNOWN,
    RULES,
    THRESHOLDS,
    Analysis,
    Data,
    HiddenCells,
)

NEAR = 2.0
"""Points of BIC within which a model is nearly as good as the best."""
FEW_SHARED = 30
MOST_REACHED = 0.5
"""Above this share of cases seen, what resampling keeps fixed matters: the number of cases seen."""
APART = 1.5
"""Totals that differ by this factor are two answers, not one."""
LOW_COVERAGE = 0.55
"""As the R package CARE1 warns."""
SMALL_P = 0.05
GIVEN, DRAWN = ("lower", "upper"), ("resampled_lower", "resampled_upper")
"""Columns with the limits of a model that is taken as given, and of resampled tables."""


class Heading(NamedTuple):
    """A heading of a section."""

    text: str


class Paragraph(NamedTuple):
    """A paragraph."""

    text: str


class Items(NamedTuple):
    """A list of sentences."""

    texts: list[str]


class Table(NamedTuple):
    """A table as it is printed; the values are in the file of this name."""

    name: str
    printed: pd.DataFrame
    caption: str


class Picture(NamedTuple):
    """The place of a figure, by name, with a caption that says how to read it."""

    name: str
    caption: str


TO_PUBLISH, HIDDEN = "counts-to-publish", "hidden-cells"
TABLES = (
    "counts", TO_PUBLISH, "lists", "overlaps", "totals", "parameters", "thresholds",
    "one-list-less", "wrong-matches", "known-totals", "resampled-totals", "resampled-all-models",
    "all-models", "strata", "covariates", "certificate", HIDDEN,
)  # fmt: skip
"""Names of the tables of a report."""
PICTURES = ("cases-by-list", "fitted-and-observed", "resampled-totals", "totals-by-bic")
"""Names of its figures."""

NO_PICTURES = (
    "The pictures are left out, because matplotlib is not installed. To have them, install the "
    'package with its figures from the folder of the book\'s repository: pip install ".[figures]".'
)

Block = Heading | Paragraph | Items | Table | Picture


BY_BIC = (
    "Each mark is a model; higher marks fit better, larger marks have more weight. Where high "
    "marks are apart, the table has more than one answer."
)


def title(own: Data) -> str:
    """Return the title of the report."""
    return f"How many cases are on no list? {own.name}"


def tables(own: Analysis) -> dict[str, pd.DataFrame]:
    """Return the tables of the report by the name of their file, with all digits."""
    found = {
        "counts": own.histories.to_frame(),
        TO_PUBLISH: counts_to_publish(own),
        "lists": own.lists,
        "overlaps": own.overlaps,
        "totals": own.totals,
        "parameters": own.results.tidy(),
        "thresholds": own.thresholds,
        "one-list-less": own.left_out,
        "wrong-matches": own.wrong_matches,
        "known-totals": own.known,
        "resampled-totals": pd.DataFrame({"total": own.drawn.totals}),
    }
    if own.models is not None:
        found["all-models"] = own.models
        found["resampled-all-models"] = own.drawn_of_all.replicates
    for name in ("strata", "covariates", "certificate"):
        if (frame := getattr(own, name)) is not None:
            found[name] = frame
    return found


def blocks(own: Analysis, drawn: Collection[str] = PICTURES) -> Iterator[Block]:
    """Yield the report, part by part; of its pictures only those that are drawn."""
    parts = [_answer(own), _lists(own), _totals(own)]
    if own.strata is not None:
        parts.append(_strata(own))
    if own.covariates is not None:
        parts.append(_covariates(own))
    if own.certificate is not None:
        parts.append(_certificate(own))
    for block in chain(*parts, _checks(own), must_not(own), made(own, _way(own), bool(drawn))):
        if not isinstance(block, Picture) or block.name in drawn:
            yield block


def as_number(value: float) -> str:
    """Return a number of cases as text."""
    if np.isnan(value):
        return "–"
    return "no limit" if np.isinf(value) else f"{value:,.0f}"


def as_range(lower: float, upper: float) -> str:
    """Return two limits as text."""
    if np.isnan(lower) or np.isnan(upper):
        return "–"
    if np.isinf(upper):
        return f"{as_number(lower)} or more"
    return f"{as_number(lower)} to {as_number(upper)}"


def table_of(
    name: str, frame: pd.DataFrame, heads: Mapping[str, str | tuple[str, str]], caption: str
) -> Table:
    """Return a table with some columns by their heads; two columns are the ends of a range.

    A column of reasons is left out if no row has one.
    """
    printed = {}
    for head, column in heads.items():
        if isinstance(column, tuple):
            printed[head] = [as_range(*ends) for ends in zip(*map(frame.get, column), strict=True)]
        elif is_numeric_dtype(frame[column]):
            printed[head] = frame[column].map(as_number)
        elif column != "lacks" or frame[column].any():
            printed[head] = frame[column]
    return Table(name, pd.DataFrame(printed), caption)


def as_terms(text: str) -> str:
    """Return the terms of a model as text."""
    return text.replace("+", ", ") or "none"


def _cases(number: int, verb: tuple[str, str] = ("is", "are")) -> str:
    """Return a number of cases with its verb, in the singular or the plural."""
    return f"{number:,} case {verb[0]}" if number == 1 else f"{number:,} cases {verb[1]}"


def from_to(totals: pd.Series) -> str:
    """Return the least and the largest total as text."""
    return f"from {as_number(totals.min())} to {as_number(totals.max())}"


def _answer(own: Analysis) -> Iterator[Block]:
    row, observed = own.main, own.histories.observed
    yield Heading("Answer")
    yield Paragraph(
        f"The lists have {observed:,} case{'' if observed == 1 else 's'}. The estimated total, "
        f"those on no list included, is {as_number(row['total'])} ({RULES[own.rule]}). "
        + (_interval_of_rule(own) if own.models is None else _interval_of_all(own))
    )
    if own.certificate is not None:
        yield Paragraph(_measured(own))
    lower, upper = _headline(own)
    if not lower <= row["total"] <= upper:
        yield Paragraph(
            f"The total of {as_number(row['total'])} lies outside the interval. Give both, and say "
            "so: other tables as probable as this one give another answer."
        )
    if warnings := list(_warnings(own)):
        yield Items(warnings)


def _interval_of_all(own: Analysis) -> str:
    """Describe the intervals of the best of all models and of their average, both made again."""
    limits, of_all = own.drawn_of_all.conf_int(), own.of_all
    drawn = f"{own.repeats_of_all:,} resampled tables"
    fewer = (
        " More tables would take long, so fewer were drawn than for the rule."
        if own.repeats_of_all < own.repeats
        else ""
    )
    return (
        f"The 95 per cent interval is {as_range(*limits.loc['chosen'])}. For it the model was "
        f"chosen again among all models by BIC, in each of {drawn}.{fewer} The best of all "
        f"models gives {as_number(of_all.total)} for the lists as they are. The average of all "
        f"models is {as_number(of_all.averaged)}, with an interval of "
        f"{as_range(*limits.loc['averaged'])} from the same tables.{_of_classes(own)}"
    )


def _of_classes(own: Analysis) -> str:
    """Say what the best model of each class gives, if there is more than one class."""
    said = [
        f"with {row.models} ({row.number:,} models) gives {as_number(row.total)}"
        for row in own.by_class.itertuples()
    ]
    return f" The best {', and the best '.join(said)}." if len(said) > 1 else ""


def _interval_of_rule(own: Analysis) -> str:
    """Describe the wider of the rule's two intervals, where lists are too many for all models."""
    row = own.main
    said = (
        "The limits are moved, as the method BCa does."
        if _headline(own) == _moved(own)
        else "The limits are those of the middle 95 per cent of these tables."
    )
    lacks = f" BCa could not be computed: {row['lacks']}." if row["lacks"] else ""
    return (
        f"The 95 per cent interval is {as_range(*_headline(own))}. For it the rule chose the pairs "
        f"again in each of {own.repeats:,} resampled tables. {said}{lacks}"
    )


def _headline(own: Analysis) -> tuple[float, float]:
    """Return the interval of the answer; without all models, the wider of two by the rule."""
    if own.drawn_of_all is not None:
        lower, upper = own.drawn_of_all.conf_int().loc["chosen"]
        return lower, upper
    moved, middle = _moved(own), _middle(own)
    if np.isnan(moved).any() or np.isinf(middle[1]):
        return middle
    return max(moved, middle, key=lambda limits: limits[1] - limits[0])


def _moved(own: Analysis) -> tuple[float, float]:
    """Return the limits of BCa; nan if they could not be computed."""
    return own.main["resampled_lower"], own.main["resampled_upper"]


def _warnings(own: Analysis) -> Iterator[str]:
    shared = own.histories.shared
    if shared < FEW_SHARED:
        verb = ("that is", "that are")
        yield f"The estimate rests on the {_cases(shared, verb)} on two lists or more."
    if own.histories.observed > MOST_REACHED * own.main["total"]:
        yield (
            "The lists have more than half of the estimated total. Resampling keeps the number of "
            "cases seen as it is, so the interval is too narrow here."
        )
    if own.models is not None:
        near = near_best(own)
        if near["total"].max() > APART * near["total"].min():
            yield (
                f"{len(near):,} models are nearly as good as each other, and their totals go "
                f"{from_to(near['total'])}. The table does "
                "not choose between them: report the range."
            )
    by_rule = own.totals["total"].dropna()
    if by_rule.max() > APART * by_rule.min():
        yield (
            f"The rules disagree: their totals go {from_to(by_rule)}. The choice of pairs decides "
            "the answer: report both."
        )
    there = own.left_out.dropna(subset="total")["total"]  # the first row is of all lists
    if len(there) > 1 and there.max() > APART * there.min():
        yield (
            f"With all lists the total is {as_number(own.main['total'])}. {_one_list_less(there)} "
            "Find out how the lists that matter were made."
        )
    if own.thresholds["total"].max() > APART * own.thresholds["total"].min():
        yield (
            "The total of SparseMSE's rule depends on its threshold: it goes "
            f"{from_to(own.thresholds['total'])}."
        )
    lower, upper = _middle(own)
    compared = own.main["resampled_upper"]
    if np.isnan(compared):
        if upper > APART * own.main["upper"]:
            yield (
                f"The chosen model, taken for true, has an interval up to "
                f"{as_number(own.main['upper'])}. Of its resampled totals, 95 per cent lie in the "
                f"range {as_range(lower, upper)}. The choice of terms, or chance, matters more "
                "than the first interval says."
            )
    elif upper > APART * compared:
        yield (
            "The interval of the rule in the table of totals is too short above: the method BCa "
            "cuts the upper part of the resampled totals off. Before, 95 per cent of them were in "
            f"the range {as_range(lower, upper)}."
        )
    total = own.main["total"]
    if own.lower_bound.total > total:
        yield (
            f"Chao's lower bound of {as_number(own.lower_bound.total)} lies above the total of "
            f"{as_number(total)}. Either lists do not reach equally far, so it is no bound here, "
            "or the total is too low."
        )
    if own.sum_of_strata is not None:
        sum_of = own.sum_of_strata
        lower, upper = _headline(own)
        if not lower <= sum_of["total"] <= upper:
            yield (
                f"The strata add up to {as_number(sum_of['total'])} "
                f"({as_range(sum_of['lower'], sum_of['upper'])}). This sum lies outside the "
                f"interval of all cases, {as_range(lower, upper)}."
            )
    if own.fit.p_value < SMALL_P:
        yield (
            f"The chosen model misses something of the table (p = {own.fit.p_value:.3f}). Ask what "
            "the named combinations of lists have in common."
        )
    if own.coverage.coverage <= LOW_COVERAGE:
        yield (
            f"The lists overlap little (sample coverage {own.coverage.coverage:.2f}), so "
            "dependence between them is hard to see."
        )


def _one_list_less(there: pd.Series) -> str:
    """Describe the totals without one list; ``there`` begins with the total of all lists."""
    less = there.iloc[1:]
    if len(less) == 1:
        return f"Without one list it is {as_number(less.iloc[0])}. Without any other there is none."
    return f"Without one of them it goes {from_to(less)}."


def _middle(own: Analysis) -> tuple[float, float]:
    """Return the middle 95 per cent of the resampled totals, before BCa moves the limits."""
    lower, upper = Bootstrap("parametric", own.drawn.total, own.drawn.totals).conf_int()
    return lower, upper


def near_best(own: Analysis | HiddenCells) -> pd.DataFrame:
    """Return the models that are nearly as good as the best."""
    models = own.models
    return models[models["exists"] & (models["bic"] <= models["bic"].min() + NEAR)]


def _lists(own: Analysis) -> Iterator[Block]:
    observed = own.histories.observed
    yield Heading("The lists")
    yield Paragraph(
        f"The {len(own.lists)} lists have {observed:,} cases. {own.histories.shared:,} of them "
        f"{'is' if own.histories.shared == 1 else 'are'} on two lists or more."
    )
    heads = {"List": "list", "Cases": "cases", "On no other list": "on_no_other_list"}
    yield table_of("lists", own.lists, heads, "Cases of each list. A case may be on several.")
    yield Picture(
        "cases-by-list", "A long orange part means that the other lists know little of this list."
    )
    yield table_of(
        "overlaps",
        own.overlaps.assign(pair=own.overlaps["pair"].str.replace(":", " and ")),
        {"Pair of lists": "pair", "Cases on both": "cases"},
        "Cases on both lists of a pair, whatever other lists say.",
    )


def _totals(own: Analysis) -> Iterator[Block]:
    yield Heading("Totals by several rules")
    yield table_of(
        "totals",
        own.totals.assign(pairs=own.totals["pairs"].map(as_terms)),
        {
            "Rule": "rule",
            "Total": "total",
            "Interval, model taken as given": GIVEN,
            "Interval from resampled tables": DRAWN,
            "Terms": "pairs",
        },
        "If pairs and totals differ from row to row, the choice of pairs decides the answer. "
        "Intervals are of 95 per cent: profile likelihood in the first column, BCa bootstrap in "
        "the second. In the first row the model stays the same in each resampled table. In the "
        "next three it is chosen again.",
    )
    if own.models is None:
        yield Paragraph(
            f"All models were not tried: {len(own.lists)} lists have too many. Merge small lists, "
            "and see whether that changes the answer."
        )
    else:
        models = own.models
        finite = int(models["exists"].sum())
        yield Paragraph(
            f"There are {len(models):,} models with {own.by_class['models'].iloc[-1]}. "
            f"{finite:,} of them {'has' if finite == 1 else 'have'} an estimate. "
            f"{_said_of_near(own)}"
        )
        yield Picture("totals-by-bic", BY_BIC)
    without = own.drawn.without_estimate
    yield Paragraph(
        f"Of the totals of {own.repeats:,} resampled tables by the chosen rule, 95 per cent lie in "
        f"the range {as_range(*_middle(own))}. The table above has the limits that the method BCa "
        "makes of them."
    )
    yield Picture(
        "resampled-totals",
        "Totals of resampled tables by the chosen rule. The broken lines are the limits of BCa, "
        "if they could be computed. Two hills mean two answers."
        + (f" {without:,} tables have no finite estimate." if without else ""),
    )


def _said_of_near(own: Analysis) -> str:
    near = near_best(own)
    if len(near) == 1:
        return f"No other model is within {NEAR:g} points of the best BIC."
    return (
        f"{len(near):,} are within {NEAR:g} points of the best BIC, the best included. Their "
        f"totals go {from_to(near['total'])}."
    )


def _strata(own: Analysis) -> Iterator[Block]:
    total = own.sum_of_strata
    lacks = (
        f" BCa could not be computed ({total['lacks']}), and the interval is often too short."
        if total["lacks"]
        else ""
    )
    yield Heading("Strata")
    yield table_of(
        "strata",
        own.strata.assign(without_case=own.strata["without_case"].map(as_terms)),
        {
            "Stratum": "stratum",
            "Cases": "observed",
            "Total": "total",
            "Interval, model taken as given": GIVEN,
            "Lists without a case": "without_case",
        },
        "Each stratum has a model of its own.",
    )
    yield Paragraph(
        f"The strata add up to {as_number(total['total'])}, with an interval of "
        f"{as_range(total['lower'], total['upper'])}. For it, each stratum was resampled, its "
        f"model was chosen again, and the totals were added up draw by draw.{lacks} A sum "
        "that lies far from the total of all cases may be chance, or another choice of pairs, or a "
        "sign that the lists reach the strata unequally. Compare both intervals."
    )


def _covariates(own: Analysis) -> Iterator[Block]:
    plain, given = (each for _, each in own.covariates.iterrows())
    better = "lower" if given["aic"] < plain["aic"] else "not lower"
    yield Heading("Covariates")
    yield Paragraph(
        f"If the chance of being on each list depends on {given['covariates']}, the total is "
        f"{as_number(given['total'])}, with an interval of "
        f"{as_range(given['lower'], given['upper'])}. Without, it is {as_number(plain['total'])} "
        f"({as_range(plain['lower'], plain['upper'])}). AIC is {better} with covariates. Both take "
        "the lists as independent otherwise, so compare them with each other and not with the "
        "answer."
    )


def _ranges_covered(own: Analysis) -> pd.DataFrame:
    """Return for each interval the lowest, mean and highest share of tables that it covers."""
    frame = own.certificate
    weighted = frame["covered"] * frame["weight"]
    groups = frame.assign(weighted=weighted).groupby("interval", sort=False)
    found = groups["covered"].agg(["min", "max"])
    found["mean"] = groups["weighted"].sum() / groups["weight"].sum()
    return found


def _measured(own: Analysis) -> str:
    covered = _ranges_covered(own)
    name = ANEW if ANEW in covered.index else f"{certificate.RULES[own.rule]}, bca"
    low, high = (f"{100 * covered.loc[name, end]:.0f}" for end in ("min", "max"))
    return (
        f"Of tables drawn from models near the best for yours, {own.certificate['tables'].iloc[0]} "
        f"from each, an interval of this kind ({name}) held the total in "
        f"{low if low == high else f'{low} to {high}'} per cent."
    )


def _certificate(own: Analysis) -> Iterator[Block]:
    frame, covered = own.certificate, _ranges_covered(own)
    ends = {"min": "Lowest", "mean": "Mean, by weight of model", "max": "Highest"}
    printed = (100 * covered[list(ends)]).round().astype(int).rename(columns=ends)
    yield Heading("What each interval really covers")
    yield Table(
        "certificate",
        printed.reset_index().rename(columns={"interval": "Interval of 95 per cent"}),
        f"Of 100 tables, in how many the interval holds the total. {frame['tables'].iloc[0]:,} "
        "tables were drawn from each model near the best for this table "
        f"({frame['terms'].nunique()} in all), as if it were true; chance moves a share by up to "
        f"{100 * 2 * frame['error'].max():.0f} points. An interval that "
        f"resamples drew {certificate.REPEATS} tables. People whom no list can reach are in no "
        "model.",
    )


def _checks(own: Analysis) -> Iterator[Block]:
    yield Heading("Checks")
    lower_bound = own.lower_bound
    yield Items(
        [
            "Existence: the chosen model has one finite estimate for this table.",
            _fit(own),
            f"Chao's lower bound: {as_number(lower_bound.total)} (standard error "
            f"{as_number(lower_bound.bse)}). It is a bound only if lists are independent for each "
            "case and reach equally far.",
            _coverage(own),
            *_tipping_point(own),
        ]
    )
    yield Picture(
        "fitted-and-observed",
        "Each mark is a combination of lists. Marks on the line are fitted exactly; the worst are "
        "named.",
    )
    yield table_of(
        "thresholds",
        own.thresholds.assign(threshold=own.thresholds["threshold"].map("{:g}".format)),
        {"Threshold": "threshold", "Total": "total"},
        f"SparseMSE's rule at {len(THRESHOLDS)} thresholds. The package's own is 0.02.",
    )
    yield table_of(
        "one-list-less",
        own.left_out.assign(left_out=own.left_out["left_out"].replace("", "no list")),
        {
            "Left out": "left_out",
            "Cases seen": "observed",
            "Total": "total",
            "Interval, model taken as given": GIVEN,
            "Why none": "lacks",
        },
        "All rows estimate the same total, if no group is reached by the left-out list alone.",
    )
    shares = own.wrong_matches[["missed", "false"]].map("{:.0%}".format)
    yield table_of(
        "wrong-matches",
        own.wrong_matches.assign(**shares),
        {"Matches missed": "missed", "Matches that are false": "false", "Total": "total",
         "Why none": "lacks"},
        "The total if such shares of the matches between lists were missed, or are false, and the "
        "table is repaired. Have a sample of matches compared by hand, so that you know yours.",
    )  # fmt: skip
    yield from _known(own)


def _tipping_point(own: Analysis) -> Iterator[str]:
    """Say what doubles the total: as `estimation.tipping_point`, of people on no other list."""
    total, observed = own.main["total"], own.histories.observed
    if total > observed:
        times = (2 * total - observed) / (total - observed)
        yield (
            "Tipping point: the total is twice as large if, among people on no other list, two "
            f"lists go together {times:.1f} times as strongly (in odds) as the model says, or if "
            "no list can reach half of the people. No table can rule that out."
        )


def _fit(own: Analysis) -> str:
    if own.results.df_resid == 0:
        return "Fit: the chosen model fits every table of this kind, so its fit tests nothing."
    fit = own.fit
    tables = "table" if fit.without_estimate == 1 else "tables"
    lost = f" {fit.without_estimate:,} {tables} had no estimate." if fit.without_estimate else ""
    return (
        f"Fit: of tables drawn from the model, a share of {fit.p_value:.3f} fits no better than "
        f"the observed one.{lost} A small share is a bad sign. A large one says little about those "
        "on no list."
    )


def _coverage(own: Analysis) -> str:
    coverage = own.coverage
    is_low = coverage.coverage <= LOW_COVERAGE
    dependent = coverage.total_one_step if is_low else coverage.total_high_coverage
    of_dependent = (
        ". With two lists, dependence cannot be measured."
        if np.isnan(dependent)
        else f", and {as_number(dependent)} for lists that depend on each other."
    )
    return (
        f"Sample coverage: {coverage.coverage:.2f}, which is one minus the mean share of a list's "
        "cases that no other list has. The total is then "
        f"{as_number(coverage.total_independent)} for independent lists{of_dependent}"
    )


def _known(own: Analysis) -> Iterator[Block]:
    known = own.known
    if known.empty:
        yield Paragraph(
            f"Known totals: no list has {FEWEST_KNOWN} cases that other lists see, so the method "
            "could not be tried on a list whose size is known."
        )
        return
    yield table_of(
        "known-totals",
        known,
        {
            "List": "list",
            "Cases on it": "truth",
            "Seen by others": "seen",
            "Estimated by others": "total",
            "Why none": "lacks",
        },
        "The number on each list is known. The other lists estimate it, as a test of the method."
        + _result_of_known(known),
    )


def _result_of_known(known: pd.DataFrame) -> str:
    """Say in a sentence how far the estimates of known numbers are off."""
    there = (known["total"] / known["truth"]).dropna()
    if there.empty:
        return " None of them has an estimate."
    if len(there) == 1:
        return f" The one estimate is {there.iloc[0]:.2f} times the known number."
    return f" The estimates go from {there.min():.2f} to {there.max():.2f} times the known number."


def small_cells(own: Analysis | HiddenCells) -> str:
    """Return a warning of combinations of lists with few cases, or nothing."""
    number = int(own.small_cells.sum())
    if not number:
        return ""
    return (
        f"{number} combination{'' if number == 1 else 's'} of lists "
        f"{'has' if number == 1 else 'have'} from 1 to {FEWEST_IN_A_CELL - 1} cases, and somebody "
        "may recognize these people. Estimate from the full counts on your own machine, and "
        f"publish the table {TO_PUBLISH}: it says <{FEWEST_IN_A_CELL} for these cells, and 0 for "
        "0. Publish no other table or overlap that shows a small number, or from which one can be "
        "subtracted."
    )


def counts_to_publish(own: Analysis) -> pd.DataFrame:
    """Return the cases by combination of lists, with "<5" in place of 1 to 4."""
    counts = own.histories.to_frame()
    text = counts["cases"].astype(str).mask(own.small_cells, f"<{FEWEST_IN_A_CELL}")
    return counts.assign(cases=text)


def must_not(own: Analysis | HiddenCells) -> Iterator[Block]:
    """Yield what the estimate must not be used for."""
    yield Heading("What the estimate must not be used for")
    yield Items(
        [
            "As a count. It is an estimate, and is given with its interval and its other answers.",
            "For people whom no list can reach. No interval covers them.",
            "To say that a number rose or fell. Lists, and not people, may have changed.",
            "To rank places. Their lists differ.",
            *filter(None, [small_cells(own)]),
            *(f"{text[:1].upper()}{text[1:].rstrip('.')}." for text in own.not_for),
        ]
    )


def _of_all_drawn(own: Analysis) -> str:
    return "" if own.models is None else f", and {own.repeats_of_all:,} of them for all models"


def _way(own: Analysis) -> str:
    return (
        f"Rule: {RULES[own.rule]}. Resampled tables: {own.repeats:,}{_of_all_drawn(own)}. "
        f"Seed: {own.seed}. The same file, rule, number and seed give the same digits."
    )


def made(own: Data, way: str, with_pictures: bool) -> Iterator[Block]:
    """Yield how the report was made: file, way, software."""
    versions = ", ".join(f"{name} {version}" for name, version in own.versions.items())
    yield Heading("How it was made")
    yield Items(
        [
            f"File: {own.file}, SHA-256 {own.digest}.",
            way,
            f"Software: {versions}.",
            "The model is log-linear, with terms for lists and for lists that depend on others. "
            f"{BEST} is one of the rows of totals where all models could be tried.",
            "The folder tables has all numbers as CSV, the folder figures all pictures."
            if with_pictures
            else "The folder tables has all numbers as CSV. " + NO_PICTURES,
        ]
    )
