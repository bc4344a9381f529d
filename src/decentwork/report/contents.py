"""What a report says: its sentences, its tables and where its figures stand."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from decentwork.estimation.bootstrap import Bootstrap
from decentwork.report.analysis import BEST, FEWEST_KNOWN, RULES, THRESHOLDS, Analysis

NEAR = 2.0
"""Points of BIC within which a model is nearly as good as the best."""
FEW_SHARED = 30
APART = 1.5
"""Totals that differ by this factor are two answers, not one."""
LOW_COVERAGE = 0.55
"""As the R package CARE1 warns."""
SMALL_P = 0.05


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
    """A table as it is printed; the values stand in the file of this name."""

    name: str
    printed: pd.DataFrame
    caption: str


class Picture(NamedTuple):
    """The place of a figure, by name, with a caption that says how to read it."""

    name: str
    caption: str


Block = Heading | Paragraph | Items | Table | Picture


def title(own: Analysis) -> str:
    """The title of the report."""
    return f"How many cases are on no list? {own.name}"


def tables(own: Analysis) -> dict[str, pd.DataFrame]:
    """The tables of the report by the name of their file, with all digits."""
    found = {
        "counts": own.histories.to_frame(),
        "lists": own.lists,
        "overlaps": own.overlaps,
        "totals": own.totals,
        "parameters": own.results.tidy(),
        "thresholds": own.thresholds,
        "one-list-less": own.left_out,
        "known-totals": own.known,
        "resampled-totals": pd.DataFrame({"total": own.drawn.totals}),
    }
    if own.models is not None:
        found["all-models"] = own.models
    if own.strata is not None:
        found["strata"] = own.strata
    return found


def blocks(own: Analysis) -> Iterator[Block]:
    """The report, part by part."""
    yield from _answer(own)
    yield from _lists(own)
    yield from _totals(own)
    if own.strata is not None:
        yield from _strata(own)
    yield from _checks(own)
    yield from _limits(own)
    yield from _made(own)


def _number(value: float) -> str:
    if np.isnan(value):
        return "–"
    return "no limit" if np.isinf(value) else f"{value:,.0f}"


def _range(lower: float, upper: float) -> str:
    if np.isnan(lower) or np.isnan(upper):
        return "–"
    if np.isinf(upper):
        return f"{_number(lower)} or more"
    return f"{_number(lower)} to {_number(upper)}"


def _pairs(text: str) -> str:
    return text.replace("+", ", ") or "none"


def _answer(own: Analysis) -> Iterator[Block]:
    row, observed = own.main, own.histories.observed
    chosen_anew = (row["resampled_lower"], row["resampled_upper"])
    yield Heading("Answer")
    if np.isnan(chosen_anew).any():
        interval = (
            f"The 95 per cent interval is {_range(row['lower'], row['upper'])}, if the chosen "
            f"model is taken for true. The wider interval could not be computed: {row['lacks']}."
        )
    else:
        interval = (
            f"The 95 per cent interval is {_range(*chosen_anew)}; for it the model was chosen anew "
            f"in {own.repeats:,} resampled tables."
        )
    yield Paragraph(
        f"The lists have {observed:,} cases. The estimated total, those on no list included, is "
        f"{_number(row['total'])} ({RULES[own.rule]}). {interval}"
    )
    if warnings := list(_warnings(own)):
        yield Items(warnings)


def _warnings(own: Analysis) -> Iterator[str]:
    shared = own.histories.shared
    if shared < FEW_SHARED:
        yield f"The estimate rests on the {shared:,} cases that are on two lists or more."
    if own.models is not None:
        near = _near(own)
        if near["total"].max() > APART * near["total"].min():
            yield (
                f"{len(near):,} models are nearly as good as the best, and their totals go from "
                f"{_number(near['total'].min())} to {_number(near['total'].max())}. The table does "
                "not choose between them: report the range."
            )
    there = own.left_out.dropna(subset="total").iloc[1:]
    if len(there) and there["total"].max() > APART * there["total"].min():
        yield (
            f"Without one list, the total goes from {_number(there['total'].min())} to "
            f"{_number(there['total'].max())}. Find out how the lists that matter were made."
        )
    if own.thresholds["total"].max() > APART * own.thresholds["total"].min():
        yield (
            "The total of SparseMSE's rule depends on its threshold: it goes from "
            f"{_number(own.thresholds['total'].min())} to {_number(own.thresholds['total'].max())}."
        )
    lower, upper = _middle(own)
    if upper > APART * own.main["resampled_upper"]:
        yield (
            "The method BCa cuts the upper part of the resampled totals off: before, 95 per cent "
            f"of them were in the range {_range(lower, upper)}. Report this range too."
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


def _middle(own: Analysis) -> tuple[float, float]:
    """The middle 95 per cent of the resampled totals, before BCa moves the limits."""
    lower, upper = Bootstrap("parametric", own.drawn.total, own.drawn.totals).conf_int()
    return lower, upper


def _near(own: Analysis) -> pd.DataFrame:
    models = own.models
    return models[models["exists"] & (models["bic"] <= models["bic"].min() + NEAR)]


def _lists(own: Analysis) -> Iterator[Block]:
    observed = own.histories.observed
    yield Heading("The lists")
    yield Paragraph(
        f"The {len(own.lists)} lists have {observed:,} cases. {own.histories.shared:,} of them are "
        "on two lists or more."
    )
    printed = pd.DataFrame(
        {
            "List": own.lists["list"],
            "Cases": own.lists["cases"].map("{:,}".format),
            "On no other list": own.lists["on_no_other_list"].map("{:,}".format),
        }
    )
    yield Table("lists", printed, "Cases of each list. A case may be on several.")
    yield Picture(
        "cases-by-list", "A long orange part means that the other lists know little of this list."
    )
    printed = pd.DataFrame(
        {
            "Pair of lists": own.overlaps["pair"].str.replace(":", " and "),
            "Cases on both": own.overlaps["cases"].map("{:,}".format),
        }
    )
    yield Table("overlaps", printed, "Cases on both lists of a pair, whatever other lists say.")


def _totals(own: Analysis) -> Iterator[Block]:
    totals = own.totals
    yield Heading("Totals by several rules")
    printed = pd.DataFrame(
        {
            "Rule": totals["rule"],
            "Total": totals["total"].map(_number),
            "Interval, model taken as given": list(map(_range, totals["lower"], totals["upper"])),
            "Interval, model chosen anew": list(
                map(_range, totals["resampled_lower"], totals["resampled_upper"])
            ),
            "Pairs with a term": totals["pairs"].map(_pairs),
        }
    )
    yield Table(
        "totals",
        printed,
        "If pairs and totals differ from row to row, the choice of pairs decides the answer. "
        "Intervals are of 95 per cent: profile likelihood in the first column, BCa bootstrap in "
        "the second.",
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
            f"There are {len(models):,} models with terms for pairs of lists. {finite:,} of them "
            f"have an estimate. {len(_near(own)):,} are within {NEAR:g} points of the best BIC; "
            f"their totals go from {_number(_near(own)['total'].min())} to "
            f"{_number(_near(own)['total'].max())}."
        )
        yield Picture(
            "totals-by-bic",
            "Each mark is a model; higher marks fit better, larger marks have more weight. Where "
            "high marks stand apart, the table has more than one answer.",
        )
    without = own.drawn.without_estimate
    yield Paragraph(
        f"Of the totals of {own.repeats:,} resampled tables by the chosen rule, 95 per cent lie in "
        f"the range {_range(*_middle(own))}. The interval of the answer moves these limits, as the "
        "method BCa does."
    )
    yield Picture(
        "resampled-totals",
        "Totals of resampled tables by the chosen rule. The broken lines are the interval, if one "
        "could be computed. Two hills mean two answers."
        + (f" {without:,} tables have no finite estimate." if without else ""),
    )


def _strata(own: Analysis) -> Iterator[Block]:
    strata, total = own.strata, own.sum_of_strata
    yield Heading("Strata")
    rows = pd.DataFrame(
        {
            "Stratum": strata["stratum"],
            "Cases": strata["observed"].map("{:,}".format),
            "Total": strata["total"].map(_number),
            "Interval, model taken as given": list(map(_range, strata["lower"], strata["upper"])),
            "Lists without a case": strata["without_case"].map(_pairs),
        }
    )
    yield Table("strata", rows, "Each stratum has a model of its own.")
    yield Paragraph(
        f"The strata add up to {_number(total['total'])}, with an interval of "
        f"{_range(total['lower'], total['upper'])}. For it, tables were drawn from the model of "
        "each stratum, the models were chosen anew, and the totals were added up draw by draw. A "
        "sum that lies far from the total of all cases says that the lists reach the strata "
        "unequally."
    )


def _checks(own: Analysis) -> Iterator[Block]:
    yield Heading("Checks")
    fit, lower_bound, coverage = own.fit, own.lower_bound, own.coverage
    is_low = coverage.coverage <= LOW_COVERAGE
    dependent = coverage.total_one_step if is_low else coverage.total_high_coverage
    lost = f" {fit.without_estimate:,} tables had no estimate." if fit.without_estimate else ""
    yield Items(
        [
            "Existence: the chosen model has one finite estimate for this table.",
            f"Fit: of tables drawn from the model, a share of {fit.p_value:.3f} fits no better "
            f"than the observed one.{lost} A small share is a bad sign. A large one says little "
            "about those on no list.",
            f"Chao's lower bound: {_number(lower_bound.total)} (standard error "
            f"{_number(lower_bound.bse)}). It is a bound only if lists are independent for each "
            "case and reach equally far.",
            f"Sample coverage: {coverage.coverage:.2f}, which is one minus the mean share of a "
            "list's cases that no other list has. The total is then "
            f"{_number(coverage.total_independent)} for independent lists, and "
            f"{_number(dependent)} for lists that depend on each other.",
        ]
    )
    yield Picture(
        "fitted-and-observed",
        "Each mark is a combination of lists. Marks on the line are fitted exactly; the worst are "
        "named.",
    )
    printed = pd.DataFrame(
        {
            "Threshold": own.thresholds["threshold"].map("{:g}".format),
            "Total": own.thresholds["total"].map(_number),
        }
    )
    yield Table(
        "thresholds",
        printed,
        f"SparseMSE's rule at {len(THRESHOLDS)} thresholds. The package's own is 0.02.",
    )
    left_out = own.left_out
    printed = pd.DataFrame(
        {
            "Left out": left_out["left_out"].replace("", "no list"),
            "Cases seen": left_out["observed"].map(_number),
            "Total": left_out["total"].map(_number),
            "Interval, model taken as given": list(
                map(_range, left_out["lower"], left_out["upper"])
            ),
            "Why none": left_out["lacks"],
        }
    )
    if not left_out["lacks"].any():
        printed = printed.drop(columns="Why none")
    yield Table("one-list-less", printed, "All rows estimate the same total, with fewer lists.")
    yield from _known(own)


def _known(own: Analysis) -> Iterator[Block]:
    known = own.known
    if known.empty:
        yield Paragraph(
            f"Known totals: no list has {FEWEST_KNOWN} cases that other lists see, so the method "
            "could not be tried on a list whose size is known."
        )
        return
    printed = pd.DataFrame(
        {
            "List": known["list"],
            "Cases on it": known["truth"].map(_number),
            "Seen by others": known["seen"].map(_number),
            "Estimated by others": known["total"].map(_number),
        }
    )
    yield Table(
        "known-totals",
        printed,
        "The number on each list is known. The other lists estimate it, as a test of the method.",
    )


def _limits(own: Analysis) -> Iterator[Block]:
    yield Heading("What the estimate must not be used for")
    yield Items(
        [
            "As a count. It is an estimate, and is given with its interval and its other answers.",
            "For people whom no list can reach. No interval covers them.",
            "To say that a number rose or fell. Lists, and not people, may have changed.",
            "To rank places. Their lists differ.",
            *(f"{text[:1].upper()}{text[1:].rstrip('.')}." for text in own.not_for),
        ]
    )


def _made(own: Analysis) -> Iterator[Block]:
    versions = ", ".join(f"{name} {version}" for name, version in own.versions.items())
    yield Heading("How it was made")
    yield Items(
        [
            f"File: {own.file}, SHA-256 {own.digest}.",
            f"Rule: {RULES[own.rule]}. Resampled tables: {own.repeats:,}. Seed: {own.seed}. The "
            "same file, rule, number and seed give the same digits.",
            f"Software: {versions}.",
            f"The model is log-linear, with terms for lists and pairs of lists. {BEST} is one of "
            "the rows of totals where all models could be tried.",
            "The folder tables has all numbers as CSV, the folder figures all pictures.",
        ]
    )
