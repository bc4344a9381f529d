"""What a report says of a table of which some cells are hidden, as "<5" or "1-4"."""

from collections.abc import Collection, Iterator

import pandas as pd

from decentwork.report import contents
from decentwork.report.analysis import HiddenCells
from decentwork.report.contents import Block, Heading, Items, Paragraph, Picture


def tables(own: HiddenCells) -> dict[str, pd.DataFrame]:
    """Return the tables of the report by the name of their file, with all digits."""
    found = {
        "counts": own.histories.to_frame(),
        "totals": own.totals,
        contents.HIDDEN: own.filled,
    }
    return found if own.models is None else found | {"all-models": own.models}


def blocks(own: HiddenCells, drawn: Collection[str]) -> Iterator[Block]:
    """Yield the report, part by part; of its pictures only those that are drawn."""
    number, ranges = contents.as_number, contents.as_range
    best, histories = own.totals.iloc[-1], own.histories
    hidden = histories.suppressed
    yield Heading("Answer")
    yield Paragraph(
        f"The file hides {hidden} of the {len(histories.least.counts)} combinations of lists: only "
        f"two limits are known of {'it' if hidden == 1 else 'each'}. The lists have "
        f"{ranges(histories.least.observed, histories.most.observed)} cases. The estimated total, "
        f"those on no list included, is {number(best['total'])} ({best['rule']}, terms: "
        f"{contents.as_terms(best['pairs'])}). The 95 per cent interval is "
        f"{ranges(best['lower'], best['upper'])}. It covers what the hidden cells leave open, and "
        "not the choice of the model."
    )
    yield Items(list(_warnings(own)))
    yield contents.table_of(
        "totals",
        own.totals.assign(pairs=own.totals["pairs"].map(contents.as_terms)),
        {"Rule": "rule", "Total": "total", "Interval, model taken as given": contents.GIVEN,
         "Terms": "pairs"},
        "Intervals are of 95 per cent, by profile likelihood: that of a hidden cell is the chance "
        "of lying between its limits.",
    )  # fmt: skip
    if "totals-by-bic" in drawn:
        yield Picture("totals-by-bic", contents.BY_BIC)
    yield Heading("What the hidden cells cost")
    error = own.filled["log_standard_error"]
    yield Paragraph(
        f"They make the standard error of the number on no list {error[0] / error[2]:.2f} times "
        "that of a full table, if each hidden cell holds about its mean under this model."
    )
    yield contents.table_of(
        contents.HIDDEN,
        own.filled.assign(best_terms=own.filled["best_terms"].map(contents.as_terms)),
        {"Hidden cells": "hidden_cells", "Total, same model": "total",
         "Interval": contents.GIVEN, "Total, best BIC": "best_total", "Its terms": "best_terms"},
        "If totals or terms differ from row to row, the hidden cells decide the answer.",
    )  # fmt: skip
    yield from contents.must_not(own)
    yield from contents.made(
        own, "No table was resampled. The same file gives the same digits.", bool(drawn)
    )


def _warnings(own: HiddenCells) -> Iterator[str]:
    yield (
        "Let the model be chosen on the full table. Small cells are where models differ, so hiding "
        "them harms this choice more than the estimate. Ask whoever has the full table to run this "
        "report on it, and to print the terms that it chose."
    )
    if own.models is None:
        yield "All models were not tried, because the lists are too many: merge small lists."
        return
    near = contents.near_best(own)
    if near["total"].max() > contents.APART * near["total"].min():
        yield (
            f"{len(near):,} models are nearly as good as each other, and their totals go "
            f"{contents.from_to(near['total'])}: report the range."
        )
