"""The strength of the evidence for a policy follows from its codes, and readers can be compared."""

import itertools
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from decentwork import data
from decentwork.evidence_strength import (
    STRENGTHS,
    agreement,
    kappa_interval,
    strength_of,
)
from decentwork.option_codes import CLEAR, DESIGNS, OUTCOMES, READERS, REGIONS, UNCLEAR

CODES = ("studies", "outcome", "design", "direction", "region")
# What each row of codes is worth: two studies of exploitation agree, two disagree, one is alone,
# one is too small to say, one is elsewhere; studies of a step; comparisons; descriptions; none.
CODED = """strength studies outcome      design      direction region
           strong   2       exploitation causal      helps     inside
           weak     2       exploitation causal      mixed     inside
           moderate 1       exploitation causal      harms     inside
           weak     1       exploitation causal      unknown   inside
           weak     1       exploitation causal      helps     outside
           moderate 2       step         causal      helps     inside
           weak     1       step         causal      helps     inside
           weak     9       exploitation comparison  helps     inside
           weak     1       step         descriptive unknown   inside
           none     0       none         descriptive unknown   inside
           none     3       none         causal      helps     inside"""


def options(*rows):
    return pd.DataFrame(rows, columns=[f"first_{code}" for code in CODES])


def test_strength_follows_from_the_codes():
    coded = pd.read_csv(StringIO(CODED), sep=r"\s+", keep_default_na=False)
    expected = coded.pop("strength").tolist()
    assert strength_of(coded.add_prefix("first_")).tolist() == expected
    assert set(STRENGTHS) == set(expected)
    with pytest.raises(ValueError, match=r"outcome .* holds wages; use exploitation, step, none"):
        strength_of(options((1, "wages", "causal", "helps", "inside")))


def test_tables_of_options_admit_the_codes_that_the_rule_knows():
    fields = {field.name: field for field in data.metadata("tools-options").fields}
    known = {
        "outcome": OUTCOMES,
        "design": DESIGNS,
        "direction": CLEAR + UNCLEAR,
        "region": REGIONS,
    }
    for reader, name in itertools.product(READERS, known):
        assert set(fields[f"{reader}_{name}"].constraints["enum"]) == set(known[name]), (
            f"{reader}_{name}: decentwork/option_codes.py and data/shared.yml differ; change both"
        )


def test_each_reader_has_a_strength_of_their_own():
    one, two = (1, "step", "causal", "helps", "inside"), (2, "step", "causal", "helps", "inside")
    coded = options(two, one).join(
        options(one, one).rename(columns=lambda name: name.replace("first", "second"))
    )
    assert strength_of(coded).tolist() == ["moderate", "weak"]
    assert strength_of(coded, "second").tolist() == ["weak", "weak"]


def test_agreement_of_two_readers():
    same, kappa = agreement(["a", "a", "b", "b"], ["a", "b", "b", "b"])
    # By hand: 3 of 4 alike; by chance (2/4)(1/4) + (2/4)(3/4) = 1/2; kappa = (3/4 - 1/2) / (1/2).
    assert (same, kappa) == pytest.approx((0.75, 0.5))


def test_the_interval_of_kappa_is_that_of_the_closed_form():
    """Fleiss, Cohen and Everitt (1969): the error in large samples, here written out."""
    first, second = ["a", "a", "b", "b", "c", "c"] * 4, ["a", "b", "b", "b", "c", "a"] * 4
    p = pd.crosstab(pd.Series(first), pd.Series(second)).to_numpy() / len(first)
    row, column, kappa = p.sum(axis=1), p.sum(axis=0), agreement(first, second)[1]
    chance, apart = (row * column).sum(), p * ~np.eye(3, dtype=bool)
    variance = (
        (p.diagonal() * (1 - (row + column) * (1 - kappa)) ** 2).sum()
        + (1 - kappa) ** 2 * (apart * (column[:, None] + row[None, :]) ** 2).sum()
        - (kappa - chance * (1 - kappa)) ** 2
    ) / (len(first) * (1 - chance) ** 2)
    reach = 1.959964 * variance**0.5
    assert kappa_interval(first, second) == pytest.approx((kappa - reach, kappa + reach))
