"""The style of the theme as this book ships it: cut once, and compared with what is used.

``book/_static/theme`` has the style sheets of theme and extensions in one file, and the icons that
it names; ``book/_static/fonts`` has the typefaces. `bookmaking.tools.cut_theme` cut them to what
the pages used and says how. Pages may come to use more, and packages may have newer sheets: a
build tells the first, a test the second.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from decentwork.repository import ROOT

STATIC = ROOT / "book" / "_static"
SHEET = "theme/theme.css"
CLASSES = "theme/classes.txt"
"""The classes that pages had and the shipped sheets name, when these were cut."""
FONTS = "fonts"
PACKAGES = ("pydata-sphinx-theme", "sphinx-book-theme", "Sphinx", "Pygments", "myst-nb",
            "sphinx-copybutton", "sphinx-design")  # fmt: skip
"""The packages whose style sheets were cut; the first line of the sheet has their versions."""
SHIPPED = ("basic.css", "copybutton.css", "mystnb.*.css", "pygments.css", "sphinx-design.min.css",
           "styles/*.css")  # fmt: skip
"""Their style sheets, by their places among the static files of a build."""
AGAIN = "run `make book`, then `.venv/bin/python -m bookmaking.tools.cut_theme`"

CLASS_IN_SHEET = re.compile(r"\.(-?[A-Za-z_][\w-]*)(?=[^{}]*\{)")
CLASS_ON_PAGE = re.compile(r'\bclass="([^"]*)"')


def classes_of(sheets: Iterable[str]) -> set[str]:
    """Return the classes that style ``sheets`` name."""
    return {name for css in sheets for name in CLASS_IN_SHEET.findall(css)}


def classes_on(page: str) -> set[str]:
    """Return the classes that a ``page`` has, from its HTML."""
    return {name for value in set(CLASS_ON_PAGE.findall(page)) for name in value.split()}


def without_style(shipped: Iterable[str], static: Path = STATIC) -> set[str]:
    """Return the classes that the sheets as ``shipped`` name, and whose style was cut away."""
    return classes_of(shipped) - set((static / CLASSES).read_text(encoding="utf-8").split())
