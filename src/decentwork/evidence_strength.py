"""How strong the evidence for a policy is, by a rule that two readers can apply alike.

A reader codes only what the studies are: what they measured, how, where, and whether they agree.
The strength follows from these codes, so that nobody has to judge it. The guide for readers is
`book/rating_evidence.md`. How sure the words of the claim register are is in `decentwork.claims`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

from decentwork.option_codes import CLEAR, DESIGNS, INSIDE, OUTCOMES, OUTSIDE

STRENGTHS = ("strong", "moderate", "weak", "none")
"""How strong the evidence for an option of policy can be."""


def strength_of(options: pd.DataFrame, reader: str = "first") -> pd.Series:
    """Return the strength of the evidence for each policy option.

    Parameters
    ----------
    options
        One row for an option, which describes the best class of studies that was read: how many
        ``first_studies`` it holds, their ``first_outcome`` and ``first_design``, the
        ``first_direction`` of their results (``mixed`` where they disagree, ``unknown`` where they
        do not say), and the ``first_region`` (``inside`` if one of them is about a participating
        State).
    reader
        Whose codes count, ``first`` or ``second``. The second reader's columns begin so.

    Returns
    -------
    pandas.Series
        With the index of ``options``. ``strong``: at least two causal studies of exploitation,
        which agree, one of them in the region. ``moderate``: one such study in the region with a
        clear direction, or at least two causal studies of a step, which agree, one of them in the
        region. ``weak``: any other study. ``none``: no study was found.

    Raises
    ------
    ValueError
        If a code is none of `decentwork.option_codes`.
    """
    coded = {name: options[f"{reader}_{name}"] for name in ("studies", "outcome", "design")}
    for name, known in (("outcome", OUTCOMES), ("design", DESIGNS)):
        if unknown := sorted(set(coded[name]) - set(known)):
            raise ValueError(
                f"Column {reader}_{name} of the policy options holds {', '.join(unknown)}; "
                f"use {', '.join(known)}."
            )
    causal = coded["design"].eq("causal") & options[f"{reader}_region"].eq(INSIDE)
    agree = options[f"{reader}_direction"].isin(CLEAR)
    several = coded["studies"].ge(2)
    exploitation = coded["outcome"].eq("exploitation")
    read = coded["studies"].ge(1) & coded["outcome"].ne("none")

    strength = pd.Series("weak", index=options.index)
    strength[causal & agree & (exploitation | several)] = "moderate"
    strength[causal & agree & exploitation & several] = "strong"
    return strength.where(read, "none")


def table_of_options(options: pd.DataFrame) -> pd.DataFrame:
    """Return the table of policy options that a chapter prints, strongest evidence first.

    Parameters
    ----------
    options
        As for `strength_of`, with the columns ``option``, ``line`` and ``note`` besides.

    Returns
    -------
    pandas.DataFrame
        One row for an option, which is the index: the best evidence read, its result, the strength
        and a remark. Columns are texts.
    """
    strength = pd.Categorical(strength_of(options), STRENGTHS, ordered=True)
    ranked = options.assign(strength=strength).sort_values(["strength", "line"], kind="stable")
    number = ranked["first_studies"].map(lambda n: f"{n} {'study' if n == 1 else 'studies'}")
    measured = ranked["first_outcome"].map(
        {"exploitation": "exploitation", "step": "a step", "none": "nothing"}
    )
    outside = ranked["first_region"].map({INSIDE: "", OUTSIDE: ", outside the region"})
    evidence = number + ", " + ranked["first_design"] + ", of " + measured + outside
    return pd.DataFrame(
        {
            "Best evidence read": evidence.mask(ranked["first_studies"].eq(0), "no study"),
            "Result": ranked["first_direction"].str.replace("_", " "),
            "Strength": ranked["strength"].astype("str"),
            "Remark": ranked["note"],
        }
    ).set_axis(ranked["option"].rename("Option"))


def agreement(first: Sequence[str], second: Sequence[str]) -> tuple[float, float]:
    """Return how far two readers agree: the share of same codes, and Cohen's kappa.

    Kappa is 1 where all codes are the same and 0 where agreement is what chance would give. It is
    not a number where both readers used one and the same code throughout.
    """
    table = _codes_of_both(first, second)
    same = table.diagonal().sum() / table.sum()
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
