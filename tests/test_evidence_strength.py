"""The strength of the evidence for a policy follows from its codes, and readers can be compared."""

import pandas as pd
import pytest

from decentwork.evidence_strength import MEANINGS, STRENGTHS, agreement, strength_of

CODED = {
    "two causal studies of exploitation": (
        "strong",
        2,
        "exploitation",
        "causal",
        "helps",
        "inside",
    ),
    "two that disagree": ("weak", 2, "exploitation", "causal", "mixed", "inside"),
    "one causal study of exploitation": (
        "moderate",
        1,
        "exploitation",
        "causal",
        "harms",
        "inside",
    ),
    "one elsewhere": ("weak", 1, "exploitation", "causal", "helps", "outside"),
    "two causal studies of a step": ("moderate", 2, "step", "causal", "helps", "inside"),
    "one causal study of a step": ("weak", 1, "step", "causal", "helps", "inside"),
    "many comparisons": ("weak", 9, "exploitation", "comparison", "helps", "inside"),
    "a description": ("weak", 1, "step", "descriptive", "unknown", "inside"),
    "no study": ("none", 0, "none", "descriptive", "unknown", "inside"),
    "studies of something else": ("none", 3, "none", "causal", "helps", "inside"),
}
COLUMNS = ("studies", "outcome", "design", "direction", "region")


def options(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize("case", CODED)
def test_strength_follows_from_the_codes(case):
    expected, *codes = CODED[case]
    assert strength_of(options(codes)).tolist() == [expected]


def test_each_strength_has_a_meaning_and_occurs_in_a_case():
    assert set(MEANINGS) == set(STRENGTHS) == {expected for expected, *_ in CODED.values()}


def test_an_unknown_code_is_refused_with_the_codes_that_may_be_used():
    with pytest.raises(ValueError, match=r"outcome .* holds wages; use exploitation, step, none"):
        strength_of(options((1, "wages", "causal", "helps", "inside")))


def test_agreement_of_two_readers():
    same, kappa = agreement(["a", "a", "b", "b"], ["a", "b", "b", "b"])
    # By hand: 3 of 4 alike; by chance (2/4)(1/4) + (2/4)(3/4) = 1/2; kappa = (3/4 - 1/2) / (1/2).
    assert (same, kappa) == pytest.approx((0.75, 0.5))
