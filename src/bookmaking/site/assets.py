"""The last form of the built site: few and light shared files.

As shipped by the theme, a first visit loads 2.4 MB: an icon library in JavaScript, icon fonts of
2,000 glyphs, style sheets for every component of Bootstrap. Here

- a page loads one style sheet of the theme, and then those of the book,
- scripts wait until the page is read, and a page goes without those that it has no use for,
- the words of code that no rule colours otherwise have no element of their own,
- comments are taken out of the book's own style sheets and scripts,
- what nothing loads is deleted (source maps, translations, sheets and fonts as shipped).

``book/_static/theme`` has the style sheets of theme and extensions in one file, and the icons that
it names; ``book/_static/fonts`` has the typefaces. `tools/cut_theme.py` cut them to what
the pages used and says how. Pages may come to use more, and packages may have newer sheets: a
build tells the first, a test the second.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bookmaking import site_files
from bookmaking.warn import warn
from decentwork.repository import ROOT

STATIC = ROOT / "book" / "_static"
SHEET = "theme/theme.css"
CLASSES = STATIC / "theme" / "classes.txt"
"""The classes that pages had and the shipped sheets name, when these were cut."""
PACKAGES = ("pydata-sphinx-theme", "sphinx-book-theme", "Sphinx", "Pygments", "myst-nb",
            "sphinx-copybutton", "sphinx-design")  # fmt: skip
"""The packages whose style sheets were cut; the first line of the sheet has their versions."""
SHIPPED = ("basic.css", "copybutton.css", "mystnb.*.css", "pygments.css", "sphinx-design.min.css",
           "styles/*.css")  # fmt: skip
"""Their style sheets, by their places among the static files of a build."""
AGAIN = "run `make book`, then `.venv/bin/python tools/cut_theme.py`"
UNUSED = (*SHIPPED, "**/*.map", "locales", "vendor", "*webpack-macros.html",
          "scripts/bootstrap.js*", "scripts/fontawesome.js*", "images/logo_*", "searchtools.js",
          "language_data.js", "sphinx_highlight.js")  # fmt: skip
COPIED = ('<div class="highlight', "exhibit-copied")
NEEDED_FOR = {
    "clipboard.min.js": COPIED,
    "copybutton.js": COPIED,
    "design-tabs.js": ("sd-tab-set",),
    "sphinx_highlight.js": (),  # marks what Sphinx's own search found, and the book has its own
}
"""Scripts that extensions add to every page, and texts of a page that has a use for them."""
AT_ONCE = "documentation_options.js"
"""A script that others in the head of a page read while the page is read."""

CLASS_IN_SHEET = re.compile(r"\.(-?[A-Za-z_][\w-]*)(?=[^{}]*\{)")
CLASS_ON_PAGE = re.compile(r'\bclass="([^"]*)"')
CODE = re.compile(r'<div class="highlight">.*?</pre>', re.DOTALL)
TOKEN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
# The name of the element counts as well: "div.highlight span.gp" is the rule for prompts.
COLOURED = re.compile(r"\.highlight (?:span)?\.(\w+)\{")
AS_AROUND = {"n", "p"}
"""Names and punctuation have rules, which give them the colour of the code around."""
COMMENT = {
    ".css": re.compile(r"/\*(?!!).*?\*/\n?|^[ \t]+", re.DOTALL | re.MULTILINE),
    ".js": re.compile(r"^[ \t]*//.*\n|^[ \t]+", re.MULTILINE),
}
"""Comments and indentation in the book's own files, none of which has them inside a text."""


def classes_of(sheets: Iterable[str]) -> set[str]:
    """Return the classes that style ``sheets`` name."""
    return {name for css in sheets for name in CLASS_IN_SHEET.findall(css)}


def classes_on(page: str) -> set[str]:
    """Return the classes that a ``page`` has, from its HTML."""
    return {name for value in set(CLASS_ON_PAGE.findall(page)) for name in value.split()}


def with_few_files(
    app, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Let a page load the style of the book alone, and scripts that it has a use for.

    Scripts that wait are written at the end of the page (``webpack-macros.html``): in its head they
    would share the line with the style, without which nothing is painted.
    """
    own = {f"_static/{name}" for name in own_files(app, ".css")}
    context["css_files"] = [each for each in context["css_files"] if str(each.filename) in own]
    at_once, waiting = [], []
    for script in sorted(context["script_files"], key=lambda each: each.priority):
        name = str(script.filename or "").rpartition("/")[2]
        if name in ("", AT_ONCE):
            at_once.append(script)
        elif any(text in context.get("body", "") for text in NEEDED_FOR.get(name, ("",))):
            waiting.append(script)
    context["script_files"], context["waiting_scripts"] = at_once, waiting


def own_files(app, suffix: str) -> list[str]:
    """Return the book's own static files with this ending, by their paths in ``_static``."""
    # Extensions add theirs by whole paths, also where the environment is below the book.
    folders = [Path(app.confdir, entry) for entry in app.config.html_static_path
               if not Path(entry).is_absolute()]  # fmt: skip
    return [
        path.relative_to(folder).as_posix()
        for folder in folders
        for path in sorted(folder.rglob(f"*{suffix}"))
    ]


def finish(site: Path, own: list[str]) -> None:
    """Give shared files and pages of the built ``site`` their last form.

    ``own`` are the book's own style sheets and scripts, by their paths in ``_static``.
    """
    static = site / "_static"
    shipped = [path.read_text(encoding="utf-8") for each in SHIPPED for path in static.glob(each)]
    cut_away = classes_of(shipped) - set(CLASSES.read_text(encoding="utf-8").split())
    for path in {each for pattern in UNUSED for each in static.glob(pattern)}:
        if path.is_dir():
            shutil.rmtree(path)
        elif path.is_file() and path != static / SHEET:
            path.unlink()
    for path in (static / name for name in own):
        text = COMMENT[path.suffix].sub("", path.read_text(encoding="utf-8"))
        site_files.write(path, text)
    sheet = (static / SHEET).read_text(encoding="utf-8")
    coloured = set(COLOURED.findall(sheet)) - AS_AROUND

    def token(found: re.Match[str]) -> str:
        return found[0] if found[1] in coloured else found[2]

    for page in sorted(set(site.rglob("*.html")) - set(static.rglob("*.html"))):
        text = page.read_text(encoding="utf-8")
        text = CODE.sub(lambda code: TOKEN.sub(token, code[0]), text)
        for name in sorted(classes_on(text) & cut_away):
            fault = f"the page uses the class {name}, whose style or icon was cut away"
            warn("theme", f"{fault}: {AGAIN}.", page.relative_to(site).with_suffix("").as_posix())
        site_files.write(page, text)


def _finish(app, exception: Exception | None) -> None:
    if not exception and app.builder.name == "html":
        finish(Path(app.outdir), [*own_files(app, ".css"), *own_files(app, ".js")])


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run after others have named their files and written the last."""
    app.add_css_file(SHEET, priority=100)
    app.add_js_file("scripts/pydata-sphinx-theme.js", priority=900)
    app.connect("html-page-context", with_few_files, priority=950)
    app.connect("build-finished", _finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
