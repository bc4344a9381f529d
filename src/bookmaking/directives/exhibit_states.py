"""The values of a figure by State as a folded table: what is in a drawing is text as well.

Nobody can search a drawing, select it, or have it read aloud. So each figure whose values name
participating States by their code shows them a second time, in words.
"""

import csv
from collections.abc import Mapping
from io import StringIO

from markupsafe import Markup

from bookmaking.directives.elements import NOTHING, render

CODE = "iso3"
"""The column of values that holds the codes of States."""
NOT_SHOWN = frozenset({CODE, "source", "reference", "locator", "grade", "as_of", "State"})
MOST_ROWS = 150
"""More rows would weigh more than the drawing: then the table names the States only."""


def values_by_state(
    values: str, units: Mapping[str, str], states: Mapping[str, str]
) -> Markup | None:
    """Return the values of a figure as a folded table, or None if they name no State.

    Parameters
    ----------
    values
        The values as CSV.
    units
        The unit of a column, where it has one.
    states
        The names of the participating States by their codes.
    """
    cells = list(csv.DictReader(StringIO(values, newline="")))
    named = [each for each in cells if each.get(CODE) in states]
    if not named:
        return None
    names = sorted({states[each[CODE]] for each in named})
    if len(named) > MOST_ROWS:
        return render("values_by_state.html", rows=[], names=names)
    columns = [name for name in named[0] if name not in NOT_SHOWN]
    rows = [
        (states[each[CODE]], [_cell(each[name], name) for name in columns])
        for each in sorted(named, key=lambda each: states[each[CODE]])
    ]
    heads = ["State", *(_head(name, units) for name in columns)]
    return render("values_by_state.html", rows=rows, heads=heads)


def _head(name: str, units: Mapping[str, str]) -> str:
    words = name.replace("_", " ")
    return f"{words} ({units[name]})" if name in units and units[name] not in words else words


def _cell(text: str, column: str) -> tuple[str, bool]:
    """Return a value as a reader sees it, and whether it is a number.

    A fraction has four digits; the CSV has all.

    Years have no comma.
    """
    try:
        value = float(text)
    except ValueError:
        return text or NOTHING, False
    is_year = "year" in column or "edition" in column
    shown = f"{value:.4g}" if "." in text else text if is_year else f"{int(text):,}"
    return shown, True
