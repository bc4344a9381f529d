"""The style of the theme as this book ships it: cut once, and compared with what is used.

``book/_static/theme`` has the style sheets of theme and extensions in one file, and the icons that
it names; ``book/_static/fonts`` has the typefaces. `bookmaking.tools.cut_theme` cut them to what
the pages used and says how. Pages may come to use more, and packages may have newer sheets: a
build tells the first, a test the second.
"""

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

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
# Code is set in a typeface of the reader's machine, and formulas are too.
NOT_IN_THESE_FACES = re.compile(r"<(script|style|math|pre|code|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)


def classes_of(sheets: Iterable[str]) -> set[str]:
    """Return the classes that style ``sheets`` name."""
    return {name for css in sheets for name in CLASS_IN_SHEET.findall(css)}


def classes_on(page: str) -> set[str]:
    """Return the classes that a ``page`` has, from its HTML."""
    return {name for value in set(CLASS_ON_PAGE.findall(page)) for name in value.split()}


class Cut:
    """What is left of the theme, to be compared with what pages use."""

    def __init__(self, shipped: Iterable[str], static: Path = STATIC) -> None:
        """Take the style sheets as ``shipped``, and what was cut in the folder ``static``."""
        known = set((static / CLASSES).read_text(encoding="utf-8").split())
        self.without_style = classes_of(shipped) - known
        self.letters: set[str] = set()
        for face in (static / FONTS).glob("*.woff2"):
            with TTFont(face) as font:
                self.letters |= set(map(chr, font.getBestCmap()))

    def faults(self, page: str) -> Iterator[str]:
        """Yield what a ``page`` uses that was cut away, from its HTML."""
        for name in sorted(classes_on(page) & self.without_style):
            yield f"the page uses the class {name}, whose style or icon was cut away: {AGAIN}."
        if self._lacks(page) and (lacking := self._lacks(NOT_IN_THESE_FACES.sub("", page))):
            yield (
                f"the page uses {', '.join(lacking)}, which the typefaces of the book lack: add "
                f"them to LETTERS in bookmaking/tools/cut_theme.py, and {AGAIN}."
            )

    def _lacks(self, text: str) -> list[str]:
        return sorted(set(filter(str.isalpha, set(html.unescape(text)))) - self.letters)
