"""A drawing that differs from the values that it offers is refused, and so is a claim untrue."""

import pandas as pd
import pytest

from decentwork import exhibits, figures

YEARLY = pd.DataFrame({"year": [2014, 2015, 2016, 2017], "persons": [10.0, 20.0, 35.0, 47.0]})
YEARLY.attrs = {"breaks": [{"year": 2016, "what": "another rule"}], "units": {"persons": "persons"}}
NAMED = pd.DataFrame(
    {"place": ["Italy", "Spain", "Malta"], "percent": [31.0, 52.0, 74.0],
     "low": [25.0, 44.0, 61.0], "high": [38.0, 60.0, 83.0]}
)  # fmt: skip
NAMED.attrs = {"units": {"percent": "per cent"}}
WORDS = "Workers, per cent"


def named(ax, rows=NAMED, **options):
    figures.dots(ax, rows["place"], rows["percent"], low=rows["low"], high=rows["high"], **options)


def yearly(ax, cuts=(2015.5,)):
    figures.series(ax, YEARLY.set_index("year")["persons"], cuts=cuts)
    figures.the_note(ax)
    figures.years(ax, 2010, 2018, 4)


def lengths(ax, start=0, values=NAMED["percent"]):
    figures.bars(ax, NAMED["place"], values)
    ax.set_xlim(start, 100)


def columns_of_years(ax, start=0):
    ax.bar(YEARLY["year"], YEARLY["persons"])
    ax.set_ylim(start, 50)


def moved_note(ax):
    yearly(ax)
    figures.reference(ax, 2012.47, "the note, June 2011")


def turned(ax):
    named(ax)
    ax.set_xlim(100, 0)


def faults(drawing, values, words=WORDS):
    return figures.faults(figures.draw(drawing, height=2), values, words)


@pytest.mark.parametrize(
    ("drawing", "values"),
    [(named, NAMED), (yearly, YEARLY), (lengths, NAMED.drop(columns=["low", "high"])),
     (columns_of_years, YEARLY)],
)  # fmt: skip
def test_a_drawing_of_its_values_passes(drawing, values):
    assert faults(drawing, values) == []


FAULTS = {
    "a download short of a row": (named, NAMED[:2], "stands in no column"),
    "a row left out of the drawing": (
        lambda ax: named(ax, NAMED[:2]), NAMED, "row 4 of the values is not plotted"),
    "another column": (
        lambda ax: lengths(ax, values=NAMED["percent"] * 1.1),
        NAMED.drop(columns=["low", "high"]), "stands in no column"),
    "values in thousands": (
        lambda ax: lengths(ax, values=NAMED["percent"] / 1000),
        NAMED.drop(columns=["low", "high"]), "no title or axis says 'thousand'"),
    "rows in another order": (
        lambda ax: lengths(ax, values=NAMED["percent"][::-1]),
        NAMED.drop(columns=["low", "high"]), "is plotted in the row 'italy'"),
    "years exchanged": (
        lambda ax: ax.plot(YEARLY["year"], YEARLY["persons"][::-1], "o"), YEARLY,
        "no row of the values holds both"),
    "an interval dropped": (
        lambda ax: figures.dots(ax, NAMED["place"], NAMED["percent"]), NAMED,
        "intervals of the values are not drawn"),
    "a line across a break": (
        lambda ax: yearly(ax, ()), YEARLY, "across the break of 2016"),
    "bars cut at their foot": (lambda ax: lengths(ax, 20), NAMED, "do not start at zero"),
    "columns cut at their foot": (
        lambda ax: columns_of_years(ax, 5), YEARLY, "do not start at zero"),
    "an axis turned round": (turned, NAMED, "the x axis runs backwards"),
    "a logarithmic axis that nothing names": (
        lambda ax: (named(ax), figures.logarithmic(ax)), NAMED, "the x axis is logarithmic"),
    "the line of June 2011 moved": (moved_note, YEARLY, "not at 20 June 2011"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_drawing_is_refused(name):
    drawing, values, said = FAULTS[name]
    assert any(said in fault for fault in faults(drawing, values)), faults(drawing, values)


def test_another_unit_is_refused():
    said = faults(named, NAMED, "Workers, number")
    assert said == [
        "the unit of percent is 'per cent', and neither subtitle nor axis says 'per cent'"
    ]


def test_a_kind_without_a_look_is_refused():
    with pytest.raises(ValueError, match="no look is given for 'b'"):
        figures.draw(
            lambda ax: figures.dots_by_kind(ax, ["x", "y"], [1, 2], ["a", "b"],
                                            {"a": ("o", figures.BLUE, "a")}), height=2
        )  # fmt: skip


def test_a_claim_that_the_values_do_not_bear_out_is_refused():
    with pytest.raises(ValueError, match="says 'fell', and its values do not bear that out"):
        exhibits.figure(
            "fig-x",
            headline="It fell",
            subtitle="",
            height=2,
            values=NAMED,
            holds={"fell": NAMED["percent"].iloc[-1] < NAMED["percent"].iloc[0]},
        )
