"""How strong the evidence for a policy is, by a rule that two readers can apply alike.

A reader codes only what the studies are: what they measured, how, where, and whether they agree.
The strength follows from these codes, so that nobody has to judge it. The words are those of the
claim register (`decentwork.claims`).
"""

from collections.abc import Sequence

import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

OUTCOMES = ("exploitation", "step", "none")
"""What was measured: exploitation or how victims are protected; a step on the way; nothing."""

DESIGNS = ("causal", "comparison", "descriptive")
"""How: with a comparison group over time, or chance; groups or dates compared; described."""

STRENGTHS = ("strong", "moderate", "weak", "none")
MEANINGS = {
    "strong": "at least two causal studies of exploitation, which agree, one of them in the region",
    "moderate": "one such study in the region, or at least two causal studies of a step, which "
    "agree, one of them in the region",
    "weak": "any other study",
    "none": "we found no study",
}


def strength_of(options: pd.DataFrame) -> pd.Series:
    """Return the strength of the evidence for each policy option.

    Parameters
    ----------
    options
        One row for an option, which describes the best class of studies that was read: how many
        ``studies`` it holds, their ``outcome`` and ``design``, the ``direction`` of their results
        (``mixed`` where they disagree), and the ``region`` (``inside`` if one of them is about a
        participating State).

    Returns
    -------
    pandas.Series
        ``strong``, ``moderate``, ``weak`` or ``none``, with the index of ``options``.

    Raises
    ------
    ValueError
        If a code is not one of `OUTCOMES` or `DESIGNS`.
    """
    for column, known in (("outcome", OUTCOMES), ("design", DESIGNS)):
        if unknown := sorted(set(options[column]) - set(known)):
            raise ValueError(
                f"Column {column} of the policy options holds {', '.join(unknown)}; "
                f"use {', '.join(known)}."
            )
    causal = options["design"].eq("causal") & options["region"].eq("inside")
    agree = options["direction"].ne("mixed")
    several = options["studies"].ge(2)
    exploitation = options["outcome"].eq("exploitation")

    strength = pd.Series("none", index=options.index)
    strength[options["studies"].ge(1) & options["outcome"].ne("none")] = "weak"
    strength[causal & agree & (exploitation | several)] = "moderate"
    strength[causal & agree & exploitation & several] = "strong"
    return strength.where(options["studies"].ge(1) & options["outcome"].ne("none"), "none")


def agreement(first: Sequence[str], second: Sequence[str]) -> tuple[float, float]:
    """Return how far two readers agree: the share of same codes, and Cohen's kappa.

    Kappa is 1 where all codes are the same and 0 where agreement is what chance would give. It is
    not a number where both readers used one and the same code throughout.
    """
    table = pd.crosstab(pd.Series(first, name="first"), pd.Series(second, name="second"))
    codes = sorted(set(first) | set(second))
    table = table.reindex(index=codes, columns=codes, fill_value=0).to_numpy()
    same = table.diagonal().sum() / table.sum()
    return float(same), float(cohens_kappa(table).kappa)
