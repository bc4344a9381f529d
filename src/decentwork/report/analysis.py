"""What a report rests on: the reader's table, its estimates and its checks."""

import hashlib
import html
import platform
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
import statsmodels

import decentwork
from decentwork import estimation as est
from decentwork.estimation import certificate as coverage_of_intervals
from decentwork.estimation.bootstrap import Bootstrap, redrawn
from decentwork.estimation.diagnostics import GoodnessOfFit, LowerBound, SampleCoverage
from decentwork.estimation.enumeration import MOST_PAIRS
from decentwork.estimation.reselection import AllModelsBootstrap
from decentwork.report import reading
from decentwork.report.errors import ReportError

RULES = {
    "overlap": "SparseMSE's rule, p below 0.02",
    "aic": "AIC, step by step",
    "bic": "BIC, step by step",
}
INDEPENDENT = "Independent lists"
BEST = "Best BIC of all models"
THRESHOLDS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1)
WRONG_MATCHES = (0.0, 0.05, 0.1)
"""Shares of missed and of false matches for which the total is estimated again."""
FEWEST_KNOWN = 20
"""Cases of a list that other lists must see before they are used to estimate its number."""
TABLES_OF_CERTIFICATE = {2: 1000, 3: 1000, 4: 400, 5: 80, 6: 200}
"""Tables drawn from all models together, by number of lists: less than two minutes on two cores."""
ANEW = "best BIC of all models, anew"
"""The interval of the answer among `estimation.certificate.INTERVALS`."""
FEWEST_REPEATS = 200
"""Of fewer resampled tables, the limits of 95 per cent are little more than the extremes."""
MOST_SLOW_REPEATS = 200
"""All models are fitted again to so many resampled tables at most, if that would take long."""
MOST_QUICK_FITS = 2**15
"""Models times kinds of resampled tables that are still quick; see `Analysis.repeats_of_all`."""
FEWEST_IN_A_CELL = 5
"""Fewer cases of one combination of lists may be recognized by somebody who knows them."""
SEEN_FROM_TODAY = re.compile(
    r"^(?!.*\d{4}).*\b(today|yesterday|now|last|this|current|recent)", re.IGNORECASE
)
"""A day or a period that only the writer knows, because no year is named."""
NOT_NAMED = "not named"
"""What stands in the place of a source or a date that the reader does not give."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Data:
    """Whose data a report is on.

    Attributes
    ----------
    name, source, as_of
        What the reader says of the data: whose and where, who counted, and when.
    file, digest
        The name of the file, and the SHA-256 digest of its bytes.
    not_for
        Uses that the reader rules out.
    """

    name: str
    source: str
    as_of: str
    file: str
    digest: str
    not_for: Sequence[str] = ()

    @property
    def versions(self) -> dict[str, str]:
        """What computed, with its version."""
        return {
            "decentwork": decentwork.__version__,
            "Python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "pandas": pd.__version__,
            "statsmodels": statsmodels.__version__,
        }

    @property
    def whose(self) -> str:
        """Name, source and date of the data in one line."""
        return f"Data: {self.name}. Source: {self.source}. Day or period: {self.as_of}."


@dataclass(frozen=True, eq=False)
class HiddenCells(Data):
    """The estimates of a table of which some cells are printed as "<5" or "1-4".

    Attributes
    ----------
    histories
        The table.
    models
        All models, or None if the table has too many lists.
    totals
        Total and limits under independent lists and under the best of all models.
    filled
        The best model with the hidden cells between their limits, and at each of them.
    """

    histories: est.SuppressedHistories
    models: pd.DataFrame | None
    totals: pd.DataFrame
    filled: pd.DataFrame
    small_cells: np.ndarray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class Analysis(Data):
    """The estimates and checks of one table of lists.

    Attributes
    ----------
    histories, results, drawn
        The table, the fit by the chosen rule, and its resampled totals.
    rule, repeats, seed
        How they were made.
    lists, overlaps, totals, thresholds, left_out, wrong_matches, known
        Tables of the checks; `contents` explains their columns.
    models
        All models, or None if the table has too many lists.
    fit, lower_bound, coverage
        Goodness of fit, Chao's lower bound, sample coverage.
    strata, sum_of_strata
        Without strata, None. Otherwise one row a stratum, and the sum with its limits.
    covariates
        Without covariates, None. Otherwise the total without and with them.
    certificate
        If asked for, how often each interval holds the total of models that are near the best.
    not_for
        Uses that the reader rules out.

    Examples
    --------
    >>> from decentwork.report import analyse, example
    >>> own = analyse(**example(), repeats=200)
    >>> own.name, own.histories.observed
    ('Greater New Orleans, five lists', 185)
    >>> own.totals[["rule", "total"]].round()
                                 rule   total
    0               Independent lists  1034.0
    1  SparseMSE's rule, p below 0.02  1034.0
    2               AIC, step by step  1034.0
    3               BIC, step by step  1034.0
    4          Best BIC of all models  1034.0
    """

    histories: est.CaptureHistories
    results: est.Results
    drawn: Bootstrap
    rule: str
    repeats: int
    seed: int
    lists: pd.DataFrame
    overlaps: pd.DataFrame
    totals: pd.DataFrame
    thresholds: pd.DataFrame
    left_out: pd.DataFrame
    wrong_matches: pd.DataFrame
    known: pd.DataFrame
    models: pd.DataFrame | None
    fit: GoodnessOfFit
    lower_bound: LowerBound
    coverage: SampleCoverage
    strata: pd.DataFrame | None = None
    sum_of_strata: dict[str, float] | None = None
    covariates: pd.DataFrame | None = None
    certificate: pd.DataFrame | None = None

    @property
    def main(self) -> pd.Series:
        """The row of the chosen rule among ``totals``."""
        return self.totals[self.totals["rule"] == RULES[self.rule]].iloc[0]

    @property
    def small_cells(self) -> np.ndarray:
        """Which combinations of lists have from one to four cases, shape (2**k - 1,)."""
        counts = self.histories.counts
        return (counts > 0) & (counts < FEWEST_IN_A_CELL)

    @cached_property
    def repeats_of_all(self) -> int:
        """Resampled tables to which all models are fitted again; none if there are too many models.

        Tables are alike to the program if the same pairs of lists share no case. All models are
        fitted once for each such kind, and a sparse table has many kinds. The number of fits, and
        not the time, decides whether fewer tables are drawn, so each machine draws as many.
        """
        if self.models is None:
            return 0
        tables = redrawn(self.histories, self.repeats, np.random.default_rng(self.seed))
        flags = self.histories.flags
        both = [flags[:, i] & flags[:, j] for i, j in combinations(range(flags.shape[1]), 2)]
        kinds = len(np.unique(tables @ np.array([*flags.T, *both]).T > 0, axis=0))
        if len(self.models) * kinds <= MOST_QUICK_FITS:
            return self.repeats
        return min(self.repeats, MOST_SLOW_REPEATS)

    @cached_property
    def of_all(self) -> est.AllModelsResults | None:
        """All models by BIC, chosen and averaged; None if there are too many models."""
        return (
            None
            if self.models is None
            else est.AllModels(self.histories, order=_order(self.histories)).fit()
        )

    @cached_property
    def by_class(self) -> pd.DataFrame | None:
        """Best models by BIC, pairs first, with the columns ``models``, ``number`` and ``total``.

        None if there are too many models. Where terms of three lists were not tried, or no model
        with them has an estimate, there is one row.
        """
        if self.models is None:
            return None
        there = self.models[self.models["exists"]]
        of_pairs = there[there["terms"] == there["pairs"]]
        classes = {"terms for pairs of lists": of_pairs, "terms for up to three lists": there}
        if len(of_pairs) == len(there):
            classes.popitem()
        rows = [(name, len(some), some["total"].iloc[0]) for name, some in classes.items()]
        return pd.DataFrame(rows, columns=["models", "number", "total"])

    @cached_property
    def drawn_of_all(self) -> AllModelsBootstrap | None:
        """The model chosen and averaged again for each resampled table, None without models.

        It may take a minute, so it is computed when it is first asked for.
        """
        if self.of_all is None:
            return None
        return self.of_all.bootstrap(repeats=self.repeats_of_all, seed=self.seed)

    def _repr_html_(self) -> str:
        """Return whose data they are, and the totals, as a notebook shows them."""
        totals = self.totals.drop(columns="lacks").set_index("rule")
        shown = totals.to_html(na_rep="–", float_format="{:,.0f}".format)
        return f"<p>{html.escape(self.whose)}</p>{shown}"

    def __repr__(self) -> str:
        """Return whose data they are, and the result, in one line."""
        return f"<Analysis of {self.name} ({self.source}, {self.as_of}): {self.results!r}>"


def example() -> dict[str, object]:
    """Return the book's example as arguments of `analyse`: file, name, source and date.

    They belong together: your own file needs a name, a source and a date of its own.

    Examples
    --------
    >>> from decentwork.report import example
    >>> example()["name"]
    'Greater New Orleans, five lists'
    """
    from decentwork import data  # needs pyyaml, and a report on a reader's lists does not

    table, rows = data.metadata("example-lists"), data.read("example-lists")
    (origin,), (place,) = table.origin, rows["locator"].unique()
    return {
        "path": table.csv_path,
        "name": "Greater New Orleans, five lists",
        "source": f"{origin['producer']}: {origin['title']} ({origin['version']}), {place}",
        "as_of": table.as_of,
        "not_for": table.must_not_be_used_for,
    }


def analyse(
    path: str | Path,
    *,
    name: str | None = None,
    source: str | None = None,
    as_of: str | None = None,
    lists: Sequence[str] | None = None,
    person: str | None = None,
    list_column: str | None = None,
    cases: str | None = None,
    by: str | None = None,
    covariates: Sequence[str] = (),
    certificate: bool | int = False,
    rule: str = "overlap",
    repeats: int = 1000,
    seed: int = 1,
    not_for: Sequence[str] = (),
) -> Analysis | HiddenCells:
    """Estimate the total of a table of lists, and check the estimate.

    Parameters are those of `report`; nothing is written. A table with hidden cells, as "<5", gives
    `HiddenCells`.

    Raises
    ------
    ReportError
        For an empty name, source or date; for a file that is not there or has no form that can be
        read; for fewer than 200 repeats.
    HistoryError, NoEstimateError
        If nothing can be estimated from the table.

    Examples
    --------
    >>> from decentwork.report import analyse, example
    >>> own = analyse(**example(), repeats=200)
    >>> own.left_out[["left_out", "total"]].round().head(3)
      left_out   total
    0           1034.0
    1        A  1198.0
    2     BEFG  1584.0
    """
    for what, said in (("name", name), ("source", source), ("date", as_of)):
        if said is not None and not str(said).strip():
            raise ReportError(
                f"the report needs a {what}: a reader must know whose data these are."
            )
    if SEEN_FROM_TODAY.search(str(as_of)):
        raise ReportError(
            "the date (as_of=...) means another day to each reader: write the day or the period of "
            "the lists with its year, as '31 December 2024'."
        )
    if rule not in RULES:
        raise ReportError(f"there is no rule {rule!r}; use one of {', '.join(RULES)}.")
    if repeats < FEWEST_REPEATS:
        raise ReportError(
            f"{repeats} resampled tables (repeats=...) are too few. An interval of 95 per cent "
            f"needs {FEWEST_REPEATS} or more; take 1,000."
        )
    path = check_file(path)
    columns = {"lists": lists, "person": person, "list_column": list_column, "cases": cases}
    read = reading.read(path, **columns, by=by, covariates=covariates)
    histories, tables = read.histories, read.strata
    saved = date.fromtimestamp(path.stat().st_mtime)
    said = Data(
        name=str(name or path.stem),
        source=str(source or NOT_NAMED),
        as_of=str(as_of or f"{NOT_NAMED} (the file was saved in {saved:%Y})"),
        file=path.name,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        not_for=tuple(not_for),
    )
    if certificate and len(histories.lists) not in TABLES_OF_CERTIFICATE:
        raise ReportError(
            f"the certificate tries all models, and {len(histories.lists)} lists have too many: "
            "merge small lists, or leave certificate=True out."
        )
    if isinstance(histories, est.SuppressedHistories):
        if certificate:
            raise ReportError(
                "the certificate draws tables like yours, so it needs the full counts: ask for "
                "them, or leave certificate=True out."
            )
        return _of_hidden(histories, said)
    drawn, totals = _totals(histories, rule, repeats, seed)
    too_many = len(histories.pairs) > MOST_PAIRS
    models = None if too_many else est.all_models(histories, order=_order(histories))
    if models is not None:
        totals.loc[len(totals)] = _of_best(histories, models)
    model = est.Stepwise(histories, rule)
    results = model.fit()
    strata = None if tables is None else est.Stratified(tables, _of_rule(rule)).fit()
    return Analysis(
        **vars(said),
        histories=histories,
        results=results,
        drawn=drawn,
        rule=rule,
        repeats=repeats,
        seed=seed,
        lists=_lists(histories),
        overlaps=histories.overlaps.rename_axis("pair").reset_index(),
        totals=totals,
        thresholds=est.sweep(histories, THRESHOLDS).reset_index(),
        left_out=est.leave_one_list_out(histories, _of_rule(rule)),
        wrong_matches=est.linkage_sensitivity(
            histories, _of_rule(rule), missed=WRONG_MATCHES, false=WRONG_MATCHES
        ),
        known=est.internal_consistency(histories, _of_rule(rule), least=FEWEST_KNOWN),
        models=models,
        fit=est.goodness_of_fit(results, repeats=repeats, seed=seed),
        lower_bound=est.chao_lower_bound(histories),
        coverage=est.sample_coverage(histories),
        strata=None if strata is None else strata.to_frame(),
        sum_of_strata=None if strata is None else _sum(strata, repeats, seed),
        covariates=None if read.covariates is None else _with_covariates(read.covariates),
        certificate=_certificate(histories, models, certificate, seed) if certificate else None,
    )


def check_file(path: str | Path) -> Path:
    """Return the path of a file.

    Raises
    ------
    ReportError
        If there is no such file.
    """
    path = Path(path)
    if path.is_dir():
        raise ReportError(f"{path} is a folder: give the path of a CSV file.")
    if not path.is_file():
        raise ReportError(f"there is no file {path}: give the path of a CSV file.")
    return path


def _of_rule(rule: str):
    return lambda table: est.Stepwise(table, rule)


def _lists(histories: est.CaptureHistories) -> pd.DataFrame:
    flags, counts = histories.flags, histories.counts
    alone = flags.sum(axis=1) == 1
    return pd.DataFrame(
        {
            "list": histories.lists,
            "cases": (flags.T @ counts).astype(int),
            "on_no_other_list": (flags[alone].T @ counts[alone]).astype(int),
        }
    )


def _totals(
    histories: est.CaptureHistories, rule: str, repeats: int, seed: int
) -> tuple[Bootstrap, pd.DataFrame]:
    """Estimate totals by several rules, and resampled totals by the chosen one."""
    fitted = {INDEPENDENT: est.LogLinear(histories).fit()}
    fitted |= {said: est.Stepwise(histories, one).fit() for one, said in RULES.items()}
    rows = []
    for said, results in fitted.items():
        drawn = results.bootstrap("bca", repeats=repeats, seed=seed)
        try:
            limits, lacks = drawn.conf_int(), ""
        except ValueError as error:
            limits, lacks = (np.nan, np.nan), str(error)
        if said == RULES[rule]:
            chosen = drawn
        pairs = "+".join(results.pairs)
        rows.append((said, results.total, *results.conf_int(), *limits, pairs, lacks))
    columns = ["rule", "total", "lower", "upper", "resampled_lower", "resampled_upper"]
    return chosen, pd.DataFrame(rows, columns=[*columns, "pairs", "lacks"])


def _order(histories: est.CaptureHistories | est.SuppressedHistories) -> int | None:
    """Return the order of the models; three lists cannot tell their one term for all three."""
    return 2 if len(histories.lists) < 4 else None


def _of_best(histories: est.CaptureHistories, models: pd.DataFrame) -> list[object]:
    terms = models["terms"].iloc[0]
    results = est.LogLinear(histories, _named(terms)).fit()
    return [BEST, results.total, *results.conf_int(), np.nan, np.nan, terms, "not resampled"]


def _sum(strata: est.StratifiedResults, repeats: int, seed: int) -> dict[str, float | str]:
    """Add strata up. BCa covers best, and needs an estimate of each table less one case."""
    lacks = ""
    try:
        lower, upper = strata.conf_int(method="bca", repeats=repeats, seed=seed)
    except ValueError as error:
        lacks = str(error)
        lower, upper = strata.conf_int(method="parametric", repeats=repeats, seed=seed)
    return {"total": strata.total, "lower": lower, "upper": upper, "lacks": lacks}


def _with_covariates(persons: est.Covariates) -> pd.DataFrame:
    """Return the total without and with covariates, both under otherwise independent lists."""
    plain = est.Covariates(persons.frame, lists=persons.lists)
    try:
        fits = {", ".join(each.covariates): each.fit() for each in (plain, persons)}
    except est.NoEstimateError:
        raise ReportError(
            "with the covariates (covariates=...) there is no estimate: persons of some value "
            "share no list or are all on one, or one column follows from others. Join values, or "
            "take a column out."
        ) from None
    rows = [(name, *_total_and_limits(fit), fit.aic) for name, fit in fits.items()]
    return pd.DataFrame(rows, columns=["covariates", "total", "lower", "upper", "aic"])


def _total_and_limits(results: est.SuppressedResults | est.CovariatesResults) -> list[float]:
    return [results.total, *results.conf_int()]


def _certificate(
    histories: est.CaptureHistories, models: pd.DataFrame, tables: bool | int, seed: int
) -> pd.DataFrame:
    """Try the intervals of the report on tables whose total is known; say how far it is."""
    near = int((models["exists"] & (models["bic"] <= models["bic"].min() + 2)).sum())
    if tables is True:
        tables = TABLES_OF_CERTIFICATE[len(histories.lists)] // min(near, 5)
    kinds = [
        f"{said}, {method}"
        for said in coverage_of_intervals.RULES.values()
        for method in ("profile", "bca")
    ]
    # Six lists have so many models that one interval of all of them takes minutes.
    intervals = [ANEW, *kinds] if len(histories.lists) < 6 else kinds
    print(f"Certificate: {tables:,} tables for each model. Models: {min(near, 5)}", file=sys.stderr)
    return est.coverage_certificate(
        histories, intervals, order=_order(histories), tables=tables, seed=seed, jobs=-1,
        progress=lambda done, of: print(f"{done} of {of} models tried", file=sys.stderr),
    )  # fmt: skip


def _of_hidden(histories: est.SuppressedHistories, said: Data) -> HiddenCells:
    """Estimate by independent lists and the best of all models, and fill the hidden cells."""
    order = _order(histories)
    many = len(histories.least.pairs) > MOST_PAIRS
    models = None if many else histories.all_models(order)
    best = {INDEPENDENT: ""} | ({} if many else {BEST: models["terms"].iloc[0]})
    rows = [
        (rule, *_total_and_limits(histories.fit(_named(terms))), terms)
        for rule, terms in best.items()
    ]
    columns = ["rule", "total", "lower", "upper", "pairs"]
    terms = rows[-1][-1]
    expected = histories.fit(_named(terms)).expected.round().to_numpy()
    ends = {"least": histories.least.counts, "mean": expected, "most": histories.most.counts}
    wholes = {f"each its {end}": histories.filled(counts) for end, counts in ends.items()}
    filled = []
    for cells, table in ({"known between limits": histories} | wholes).items():
        given = table.fit(_named(terms))
        anew = ("", np.nan) if many else table.all_models(order).loc[0, ["terms", "total"]]
        filled.append((cells, *_total_and_limits(given), given.log_standard_error, *anew))
    heads = [
        "hidden_cells",
        "total",
        "lower",
        "upper",
        "log_standard_error",
        "best_terms",
        "best_total",
    ]
    return HiddenCells(
        **vars(said),
        histories=histories,
        models=models,
        totals=pd.DataFrame(rows, columns=columns),
        filled=pd.DataFrame(filled, columns=heads),
    )


def _named(terms: str) -> list[str]:
    return terms.split("+") if terms else []
