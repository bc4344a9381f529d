"""Cut the style sheets of the theme and the typefaces to what the book uses, once for each version.

    .venv/bin/python tools/cut_theme.py

Readers get what this command writes into ``book/_static/theme`` and ``book/_static/fonts``, and the
build cuts nothing (see `site.assets`). Give the command again, after `make book`, when a package in
`assets.PACKAGES` has a new version or when a build says that a page uses what was cut away.

PurgeCSS cuts: a rule stays if its classes, ids and elements are on a built page, or are words of a
script. It needs Node with npm, which fetches it.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx

from bookmaking.site import assets
from bookmaking.site.typefaces import FACES, file_of
from decentwork.repository import ROOT

EXTENSIONS = ("sphinx_book_theme", "sphinx_copybutton", "myst_nb", "sphinx_design")
"""What brings style sheets of its own; the rest of the book's style is in book/_static."""
LETTERS = {*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ȘșȚțτ")}
SIGNS = set(map(ord, "‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄€№™←↑→↓−≈≠≤≥"))
TEXT_OPTIONS = ("--no-hinting", "--layout-features=ccmp,kern,liga,locl,lnum,mark,tnum")
IMPORTING, IMPORTED = "styles/theme.css", "basic.css"
"""A sheet of the theme that does nothing but import the second."""
PROGRAMS = ("purgecss@7", "purgecss-from-html@7", "csso@5")
PROGRAM = """
const { PurgeCSS } = require("purgecss"), fs = require("fs");
const fromHtml = require("purgecss-from-html"), csso = require("csso");
new PurgeCSS().purge({
  css: ["all.css"],
  content: %s,
  extractors: [{ extractor: fromHtml, extensions: ["html"] }],
  fontFace: true, keyframes: true, variables: true,
}).then(([one]) => fs.writeFileSync("cut.css", csso.minify(one.css).css));
"""
LINK = re.compile(r'<link[^>]*href="_static/([^"?]+\.css)')
LICENCE = re.compile(r"/\*!.*?\*/\n?", re.DOTALL)
FONT = re.compile(r"url\([^)]*?([\w-]+)\.(?:woff2|ttf)\)")


def shipped(folder: Path) -> tuple[list[str], Path]:
    """Return the style sheets of theme and extensions in their order, and where their files are.

    A book of one page is built in ``folder`` for it: some of the sheets are made by a build.
    """
    (folder / "index.md").write_text("# Page\n", encoding="utf-8")
    settings = {"extensions": [*EXTENSIONS], "html_theme": "sphinx_book_theme"}
    static = folder / "html" / "_static"
    Sphinx(folder, None, static.parent, folder / "trees", "html", settings, status=None).build()
    names = LINK.findall((static.parent / "index.html").read_text(encoding="utf-8"))
    names = [IMPORTED if name == IMPORTING else name for name in names]
    return [(static / name).read_text(encoding="utf-8") for name in names], static


def cut(sheets: Iterable[str], site: Path, folder: Path) -> str:
    """Return style ``sheets`` as one, cut to what the ``site`` can use; works in ``folder``."""
    (folder / "all.css").write_text("".join(sheets), encoding="utf-8")
    pages = [f"{site}/**/*.html", f"{site}/_static/**/*.js", f"{site}/_static/*.css"]
    (folder / "cut.cjs").write_text(PROGRAM % json.dumps(pages), encoding="utf-8")
    subprocess.run(["npm", "install", "--silent", *PROGRAMS], cwd=folder, check=True)
    subprocess.run(["node", "cut.cjs"], cwd=folder, check=True)
    return (folder / "cut.css").read_text(encoding="utf-8")


def with_fonts(css: str, static: Path, folder: Path) -> str:
    """Write the fonts of ``static``, with the icons that ``css`` names, into ``folder``."""
    glyphs = {ord(icon) for icon in re.findall(r'"(.)"', css)}
    glyphs |= {int(code, 16) for code in re.findall(r'"\\(\w{4})"', css)}
    for font in sorted((static / "vendor").rglob("*.ttf")):
        write_font(font, folder / f"{font.stem}.woff2", glyphs, "--notdef-outline")
    css = re.sub(r',url\([^)]*\.ttf\) ?format\("truetype"\)', "", css)
    return FONT.sub(r"url(\1.woff2)", css)


def write_font(source: Path, target: Path, characters: Iterable[int], *options: str) -> None:
    """Write some ``characters`` of the font ``source`` as WOFF2; ``options`` are fontTools'."""
    listed = ",".join(f"{character:x}" for character in sorted(characters))
    # The licences keep a name for the font as published: an altered one goes without it.
    given = (f"--unicodes={listed}", f"--output-file={target}", "--obfuscate-names", *options)
    subset.main([str(source), "--flavor=woff2", *given])


def main(site: Path = ROOT / "_build" / "html") -> None:
    """Write style sheet, classes and fonts, cut to what the pages of the built ``site`` use."""
    target, fonts = assets.STATIC / assets.SHEET, assets.STATIC / "fonts"
    with tempfile.TemporaryDirectory() as folder:
        sheets, static = shipped(Path(folder))
        css = with_fonts(cut(sheets, site, Path(folder)), static, target.parent)
    versions = ", ".join(f"{name} {version(name)}" for name in assets.PACKAGES)
    head = (
        f'@charset "UTF-8";\n/* Cut from {versions}\n'
        "   by `tools/cut_theme.py`: edit book.css in its place. */\n"
    )
    licences = dict.fromkeys(LICENCE.findall(css))
    css = LICENCE.sub("", css).replace('@charset "UTF-8";', "")
    target.write_text("".join([head, *licences, css, "\n"]), encoding="utf-8")
    on_pages = (
        assets.classes_on(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")
    )
    known = sorted(assets.classes_of(sheets) & set().union(*on_pages))
    assets.CLASSES.write_text("\n".join([*known, ""]), encoding="utf-8")
    for face in FACES:
        write_font(file_of(face), fonts / f"{face}.woff2", LETTERS | SIGNS, *TEXT_OPTIONS)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
