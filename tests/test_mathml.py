"""Formulas become MathML, and a formula that cannot be shown says why."""

import re
from xml.etree import ElementTree

import pytest

from bookmaking.directives import formulas as mathml
from small_book import SmallBook

FORMULAS = [
    r"\hat N = \frac{(n_1 + 1)(n_2 + 1)}{m + 1} - 1",
    r"\begin{split} a &= b \\ c &= d \end{split}",
    r"p = \begin{cases} 1 & \text{if } x < 0 \\ 0 & \text{else} \end{cases}",
    r"\sum_{i=1}^{n} x_i \approx 12.3 \text{ million} \times 50\%",
]
FAULTS = {
    r"\frac{1}{": "it cannot be read (",
    r"\planted{x}": r"the command \planted is not known.",
    r"\frac{1}": "a part is missing in <mfrac>",
    r"\begin{aligned} a &= b \end{aligned}": "& is outside its environment; set rows in",
    r"a \\ b": "a new line is outside an environment; set rows in",
    r"x}": "} is outside its environment",
}


def test_a_formula_is_well_formed_and_keeps_its_source():
    for latex in FORMULAS:
        formula = ElementTree.fromstring(mathml.to_mathml(latex, display=True))
        assert formula.get("display") == "block"
        assert formula.get("alttext") == latex
        assert not any("\\" in (element.text or "") for element in formula.iter())


@pytest.mark.parametrize("latex", FAULTS)
def test_a_formula_that_cannot_be_shown_says_why(latex):
    with pytest.raises(mathml.FormulaError, match=re.escape(FAULTS[latex])):
        mathml.to_mathml(latex, display=False)


def test_a_formula_that_cannot_be_shown_is_warned_of_with_its_place(tmp_path):
    book = SmallBook(
        tmp_path,
        "myst_parser",
        "bookmaking.directives.formulas",
        html_math_renderer="mathml",
        myst_enable_extensions=["dollarmath"],
    )
    text = "# T\n\nThis $x$ is right, and this $\\frac{1}$ is not.\n\n$$\ny = 1\n$$ (labelled)\n"
    book.page("index", text)
    warnings = book.build()
    assert "index.md:3: WARNING: formula: '\\\\frac{1}': a part is missing" in warnings
    assert "formula: 'y = 1' has a label; the book numbers figures and tables only" in warnings
    assert warnings.count("WARNING") == 2
    assert book.soup("index").math["alttext"] == "x"
