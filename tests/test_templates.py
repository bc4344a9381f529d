"""What the book's templates change in the theme is still there to be changed; else they can go."""

from pathlib import Path

import pydata_sphinx_theme
import sphinx_book_theme

PYDATA = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
BOOK_THEME = Path(sphinx_book_theme.__file__).parent / "theme" / "sphinx_book_theme"

CHANGED = {
    "sections/sidebar-primary.html": (
        PYDATA / "sections" / "sidebar-primary.html",
        '<div class="sidebar-primary-items__start',
    ),
    "search-button-field.html": (
        PYDATA / "components" / "search-button-field.html",
        """ aria-label="{{ _('Search') }}\"""",
    ),
    "static/webpack-macros.html": (PYDATA / "static" / "webpack-macros.html", "fontawesome.js"),
    "article-header-buttons.html": (
        BOOK_THEME / "macros" / "buttons.html",
        'data-bs-toggle="dropdown"',
    ),
    "article-header-buttons.html, onclick": (BOOK_THEME / "macros" / "buttons.html", "onclick="),
    "sections/announcement.html": (
        PYDATA / "sections" / "announcement.html",
        "Version warning banner is always loaded",
    ),
    "layout.html, docs_navbar": (PYDATA / "layout.html", '<header id="pst-header"'),
    "layout.html, extrahead": (PYDATA / "layout.html", "searchindex.js"),
    "layout.html, docs_body": (BOOK_THEME / "layout.html", '<div id="jb-print-docs-body"'),
}


def test_the_theme_still_needs_the_changes():
    for template, (theirs, text) in CHANGED.items():
        assert text in theirs.read_text(encoding="utf-8"), (
            f"The theme's {theirs.name} no longer has {text!r}: see whether "
            f"book/_templates/{template} can go, and bring it up to date if not."
        )
