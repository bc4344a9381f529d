"""Formulas as MathML: drawn by the browser itself, read by screen readers, nothing to load.

latex2mathml translates. Where it cannot, it raises or leaves traces in its result; both become a
warning that names the place, so a wrong formula stops the build.
"""

from html import unescape
from xml.etree.ElementTree import Element, tostring

from docutils import nodes
from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

from bookmaking.directives.elements import PARALLEL
from bookmaking.warn import warn

# What latex2mathml raises: errors of its own, and for some unfinished formulas Python's.
OWN = [kind for kind in vars(exceptions).values() if isinstance(kind, type)]
UNREADABLE = (*OWN, IndexError, StopIteration, ValueError)
PARTS = dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2)
PARTS |= dict.fromkeys(("msubsup", "munderover"), 3)
ROWS = r"set rows in \begin{split} … \end{split}."


class FormulaError(ValueError):
    """A formula that cannot be shown; the message says why."""


def to_mathml(latex: str, *, display: bool) -> str:
    """Return ``latex`` as a MathML element, inline or as a block.

    Raises FormulaError for a formula that cannot be read or shown in full.
    """
    try:
        formula = convert_to_element(latex, display="block" if display else "inline")
    except UNREADABLE as error:
        raise FormulaError(f"it cannot be read ({type(error).__name__}).") from error
    for element in formula.iter():
        element.text = unescape(element.text or "")
        if why := _trace(element):
            raise FormulaError(why)
    formula.set("alttext", " ".join(latex.split()))
    return tostring(formula, encoding="unicode", short_empty_elements=False)


def _trace(element: Element) -> str:
    """Return what a formula's ``element`` gives away about LaTeX that was not understood."""
    if element.text.startswith("\\"):
        return f"the command {element.text} is not known."
    if element.tag == "mi" and element.text in {"&", "{", "}"}:
        return f"{element.text} is outside its environment; {ROWS}"
    if element.get("linebreak"):
        return f"a new line is outside an environment; {ROWS}"
    if element.tag in PARTS and len(element) != PARTS[element.tag]:
        return f"a part is missing in <{element.tag}>, for example the denominator of a fraction."
    return ""


def _write(writer, node: nodes.Element, tag: str, start: str = "", end: str = "") -> None:
    writer.body.append(writer.starttag(node, tag, "", CLASS="math notranslate nohighlight") + start)
    try:
        writer.body.append(to_mathml(node.astext(), display=tag == "div"))
    except FormulaError as error:
        warn("formula", f"{node.astext()!r}: {error}", node)
    writer.body.append(f"{end}</{tag}>")
    raise nodes.SkipNode


def _visit_inline(writer, node: nodes.math) -> None:
    _write(writer, node, "span")


def _visit_block(writer, node: nodes.math_block) -> None:
    if node["number"]:
        told = "the book numbers figures and tables only: refer to the formula in words."
        warn("formula", f"{node.astext().strip()!r} has a label; {told}", node)
    _write(writer, node, "div", '<div class="formula" tabindex="0">', "</div>")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx as the math renderer ``mathml``."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_block, None))
    return PARALLEL
