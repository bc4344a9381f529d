"""How strong the evidence for a measure is, by a rule that two readers can apply alike.

A reader codes only what the studies are: how many, what they measured, how, where, and whether
they agree. The strength follows from these codes, so that nobody has to judge it. The guide for
readers is `book/rating_evidence.md`. How sure the words of the register are: `decentwork.claims`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

CLEAR = ("helps", "harms", "no_effect")
"""Directions in which studies agree."""
STEPS = (
    *("help sought", "pay and work", "health and safety", "rules kept", "fees and debt"),
    *("money for victims", "acts of the State", "other people"),
)
"""Kinds of outcome on the way to exploitation or to protection."""
CODES = {
    "outcome": ("exploitation", *STEPS, "none"),
    "design": ("causal", "comparison", "descriptive", "records"),
    "direction": (*CLEAR, "mixed", "not_seen", "unknown"),
    "region": ("inside", "outside"),
}
"""The words of each column of codes."""
STRENGTHS = ("strong", "moderate", "weak, causal", "weak, described", "none")
"""How strong the evidence for a measure can be, strongest first."""
RESULTS = {"no_effect": "no useful effect", "not_seen": "no effect seen", "unknown": "not known"}
"""What pages print for codes of the direction that are no words."""


def strength_of(options: pd.DataFrame, reader: str = "") -> pd.Series:
    """Return the strength of the evidence on each row of a table of options.

    Parameters
    ----------
    options
        One row for a measure and what was measured. It describes the studies of the best design:
        how many ``studies``, their ``outcome``, ``design`` and ``direction``, and the ``region``
        (``inside`` if one of them is about a participating State).
    reader
        How the columns begin that hold the codes, such as ``second_``.

    Returns
    -------
    pandas.Series
        With the index of ``options``, one of `STRENGTHS`.

    Raises
    ------
    ValueError
        If a code is none of `CODES`.
    """
    coded = {name: options[f"{reader}{name}"] for name in ("studies", *CODES)}
    for name, known in CODES.items():
        if unknown := sorted(set(coded[name]) - set(known)):
            raise ValueError(
                f"Column {reader}{name} of the options holds {', '.join(unknown)}; "
                f"use {', '.join(known)}."
            )
    causal = coded["design"].eq("causal")
    sure = causal & coded["region"].eq("inside") & coded["direction"].isin(CLEAR)
    several = coded["studies"].ge(2)
    exploitation = coded["outcome"].eq("exploitation")

    strength = pd.Series("weak, described", index=options.index)
    strength[causal] = "weak, causal"
    strength[sure & (exploitation | several)] = "moderate"
    strength[sure & exploitation & several] = "strong"
    return strength.where(coded["studies"].ge(1) & coded["outcome"].ne("none"), "none")


def table_of_options(options: pd.DataFrame) -> pd.DataFrame:
    """Return the table of options that a chapter prints, strongest evidence first.

    Each row is a measure, which is the index, and one outcome. Columns are texts.
    """
    strength = pd.Categorical(strength_of(options), STRENGTHS, ordered=True)
    ranked = options.assign(strength=strength).sort_values(["strength", "line"], kind="stable")
    none, body = ranked["strength"].eq("none"), ranked["design"].eq("records")
    one, number = ranked["studies"].eq(1), ranked["studies"].astype(str)
    studies = number + one.map({True: " study, ", False: " studies, "}) + ranked["design"]
    bodies = "records of " + number + one.map({True: " body", False: " bodies"})
    outside = ranked["region"].map({"inside": "", "outside": ", outside the region"})
    marked = ranked["outcome"].map({"exploitation": "**exploitation**: "}).fillna("")
    cost = (". Cost: " + ranked["cost"].str.replace(r" \{.*", "", regex=True)).fillna("")
    return pd.DataFrame(
        {
            "Measured on": (marked + ranked["measured"]).mask(none, "–"),
            "Result": ranked["direction"].replace(RESULTS),
            "Strength": ranked["strength"].astype("str"),
            "Best evidence read": (studies.mask(body, bodies) + outside).mask(none, "no study"),
            "Remark": ranked["note"] + cost,
        }
    ).set_axis(ranked["option"].rename("Option"))


def count_of_strengths(options: pd.DataFrame) -> dict[str, int]:
    """Return how many options and rows a table has, and how many rows of each strength."""
    strength = strength_of(options)
    counts = {name.replace(", ", "-"): int(strength.eq(name).sum()) for name in STRENGTHS}
    weak = counts["weak-causal"] + counts["weak-described"]
    return counts | {"options": options["option"].nunique(), "rows": len(options), "weak": weak}


def agreement(first: Sequence[str], second: Sequence[str]) -> tuple[float, float]:
    """Return how far two readers agree: the share of same codes, and Cohen's kappa.

    Kappa is 1 where all codes are the same and 0 where agreement is what chance would give. It is
    not a number where both readers used one and the same code throughout.
    """
    table = _codes_of_both(first, second)
    same = table.diagonal().sum() / table.sum()
    with np.errstate(invalid="ignore"):  # where both used one code throughout
        return float(same), float(cohens_kappa(table, return_results=False))


def kappa_interval(first: Sequence[str], second: Sequence[str]) -> tuple[float, float]:
    """Return the interval of 95 per cent of Cohen's kappa, from its large-sample error.

    With few lines, or nearly all of one code, the interval is rough.
    """
    with np.errstate(invalid="ignore"):  # a test that nobody reads divides by zero
        found = cohens_kappa(_codes_of_both(first, second))
    return float(found.kappa_low), float(found.kappa_upp)


def _codes_of_both(first: Sequence[str], second: Sequence[str]) -> np.ndarray:
    table = pd.crosstab(*(pd.Series(list(codes)) for codes in (first, second)))
    codes = sorted(set(first) | set(second))
    return table.reindex(index=codes, columns=codes, fill_value=0).to_numpy()
