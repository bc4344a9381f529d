"""The strength of the evidence for a policy follows from its codes, and readers can be compared."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from decentwork import data
from decentwork.evidence_strength import (
    CODES,
    STRENGTHS,
    agreement,
    count_of_strengths,
    kappa_interval,
    strength_of,
    table_of_options,
)

# What each row of codes is worth: two studies of exploitation agree, two disagree, one is alone,
# one saw nothing, one is elsewhere; studies of a step; comparisons; records; none.
CODED = """strength    studies outcome      design      direction region
       strong          2       exploitation causal      helps     inside
       weak,_causal    2       exploitation causal      mixed     inside
       moderate        1       exploitation causal      harms     inside
       weak,_causal    1       exploitation causal      not_seen  inside
       weak,_causal    1       exploitation causal      helps     outside
       moderate        2       rules_kept   causal      no_effect inside
       weak,_causal    1       rules_kept   causal      helps     inside
       weak,_described 9       exploitation comparison  helps     inside
       weak,_described 1       rules_kept   records     unknown   inside
       none            0       none         descriptive unknown   inside
       none            3       none         causal      helps     inside"""


@pytest.fixture
def coded():
    rows = pd.read_csv(StringIO(CODED), sep=r"\s+", keep_default_na=False)
    spaced = {name: rows[name].str.replace("_", " ") for name in ("strength", "outcome")}
    return rows.assign(**spaced)


def test_strength_follows_from_the_codes(coded):
    assert strength_of(coded).tolist() == coded["strength"].tolist()
    assert set(STRENGTHS) == set(coded["strength"])
    second = coded.add_prefix("second_")
    assert strength_of(second, "second_").tolist() == coded["strength"].tolist()
    with pytest.raises(ValueError, match=r"outcome .* holds wages; use exploitation, help"):
        strength_of(coded.assign(outcome="wages"))


def test_tables_of_options_admit_the_codes_that_the_rule_knows():
    fields = {field.name: field for field in data.metadata("tools-options").fields}
    for name, known in CODES.items():
        assert set(fields[name].constraints["enum"]) == set(known), (
            f"{name}: decentwork/evidence_strength.py and data/shared.yml differ; change both"
        )


def test_a_printed_table_names_the_step_and_begins_with_the_strongest(coded):
    options = coded.assign(option="Lottery", line="P1-01", measured="injuries", note="A remark")
    printed = table_of_options(options.assign(cost=pd.Series(pd.NA, options.index, "string")))
    assert printed["Strength"].iloc[[0, -1]].tolist() == ["strong", "none"]
    assert printed["Measured on"].iloc[0] == "**exploitation**: injuries"
    assert printed.loc[printed["Best evidence read"].eq("records of 1 body"), "Result"].item() == (
        "not known"
    )
    counts = count_of_strengths(options)
    assert (counts["rows"], counts["options"], counts["weak"]) == (11, 1, 6)
    paid = table_of_options(options.assign(cost="EUR 1 in 2020 {key2020}"))["Remark"]
    assert paid.iloc[0].endswith(". Cost: EUR 1 in 2020")


def test_each_cost_names_a_source_of_its_row():
    for panel in ("migration", "private-sector", "protection", "remedies", "tools"):
        paid = data.read(f"{panel}-options").dropna(subset=["cost"])
        named = paid["cost"].str.extract(r"\{(\w+)\}$")[0]
        assert all(key in keys.split("; ") for key, keys in zip(named, paid["source"], strict=True))


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
