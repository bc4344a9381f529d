"""Cut the style sheets of the theme and the typefaces to what the book uses, once for each version.

    python -m bookmaking.tools.cut_theme

As shipped, theme and extensions make a first visit load 2.4 MB: style for every component of
Bootstrap, fonts of 2,000 icons, typefaces with Greek and Cyrillic. Readers get what this command
writes into ``book/_static/theme`` and ``book/_static/fonts``, and the build cuts nothing. Give the
command again, after `make book`, when a package in `PACKAGES` has a new version or when a build
says that a page uses what was cut away (`bookmaking.site.theme`).

A selector stays if it finds an element on a built page, opened in Chromium. What comes and goes
counts as there: states (``:hover``), and classes and attributes that a script names in a text.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont
from playwright.sync_api import sync_playwright
from sphinx.application import Sphinx

from bookmaking.site import theme
from bookmaking.site.typefaces import FACES, file_of
from bookmaking.tools import chromium
from decentwork.repository import ROOT

EXTENSIONS = ("sphinx_book_theme", "sphinx_copybutton", "myst_nb", "sphinx_design")
"""What brings style sheets of its own; the rest of the book's style is in book/_static."""
LETTERS = {*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ȘșȚțτ")}
SIGNS = set(map(ord, "‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄€№™←↑→↓−≈≠≤≥"))
TEXT_OPTIONS = ("--no-hinting", "--layout-features=ccmp,kern,liga,locl,lnum,mark,tnum")
IMPORTING, IMPORTED = "styles/theme.css", "basic.css"
"""A sheet of the theme that does nothing but import the second."""

TEXT_OF_SCRIPT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""")
# A script looks for ".name" and "#name", which must be there; it adds "name". "name/" is a path.
ADDED = re.compile(r"(?<![\w.#/-])[\w-]+(?![\w/-])")
LINK = re.compile(r'<link[^>]*href="_static/([^"?]+\.css)')
READ = re.compile(r"--[\w-]+(?!\s*:)(?![\w-])")
SET = re.compile(r"""(?<=[{;])(--[\w-]+):(?:[^;{}"']|"[^"]*"|'[^']*')*(?:;|(?=\}))""")
COMMENT, LICENCE = re.compile(r"/\*(?!!).*?\*/", re.DOTALL), re.compile(r"/\*!.*?\*/\n?", re.DOTALL)
# An attribute that must not be there, ":not([data-theme])", neither comes nor goes.
STATE = re.compile(r"(?!:not\(\[[\w-]+\]\))::?[\w-]+(?:\([^()]*\)|(?![\w-]*\())")
ATTRIBUTE = re.compile(r"(?<!:not\()\[([\w-]+)[^\]]*\]")
NAMED = re.compile(r"[.#]([\w-]+)")
FONT = re.compile(r"url\([^)]*?([\w-]+)\.(?:woff2|ttf)\)")
FINDING = "asked => asked.filter(each => document.querySelector(each))"


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


def with_selectors(css: str, stays: Callable[[str], bool]) -> str:
    """Return style rules with the selectors that stay."""
    return "".join(_rules(tinycss2.parse_stylesheet(COMMENT.sub("", css)), stays))


def _rules(nodes: Iterable, stays: Callable[[str], bool]) -> Iterator[str]:
    for node in nodes:
        if node.type == "qualified-rule":
            if kept := [each for each in _selectors(node.prelude) if stays(each)]:
                yield f"{','.join(kept)}{{{_declarations(node.content)}}}"
        elif node.type == "at-rule" and node.lower_at_keyword in ("media", "supports", "layer"):
            inside = "".join(_rules(tinycss2.parse_rule_list(node.content or ()), stays))
            yield f"@{node.lower_at_keyword} {_text(node.prelude)}{{{inside}}}" if inside else ""
        elif node.type == "comment" or (node.type == "at-rule" and node.at_keyword != "charset"):
            yield node.serialize()


def _selectors(prelude: Iterable) -> list[str]:
    """Return the selectors of a rule, without spaces around their combinators."""
    found = [""]
    for token in prelude:  # a comma within brackets is no token of its own
        found = [*found, ""] if token == "," else [*found[:-1], found[-1] + token.serialize()]
    return [re.sub(r"\s*([>+~])\s*", r"\1", " ".join(each.split())) for each in found]


def _declarations(content: list) -> str:
    found = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    if any(one.type != "declaration" for one in found):  # rules in rules
        return _text(content)
    texts = [(one.name, _text(one.value) + "!important" * one.important) for one in found]
    last = dict(texts)
    # The last of two values holds; one with a maker's prefix only where a browser knows it.
    return ";".join(f"{name}:{text}" for name, text in texts
                    if text == last[name] or "-webkit-" in last[name])  # fmt: skip


def _text(tokens: Iterable) -> str:
    return " ".join(tinycss2.serialize(tokens).split())


def question(selector: str, words: set[str]) -> str:
    """Return a selector as a page is asked for it: without what comes and goes.

    ``words`` are the classes, ids and attributes that a script adds.
    """
    while (without := STATE.sub("", selector)) != selector:
        selector = without

    def attribute(found: re.Match[str]) -> str:
        if found[1] == "type":
            return found[0]
        is_there = found[1].startswith("data-") and found[1] not in words
        return f"[{found[1]}]" if is_there else ""

    selector = ATTRIBUTE.sub(attribute, selector)
    selector = NAMED.sub(lambda name: "" if name[1] in words else name[0], selector)
    parts = re.split(r"([>+~ ])", selector)
    return "".join(part or "*" for part in parts)


def cut(sheets: Iterable[str], site: Path) -> str:
    """Return style ``sheets`` as one, cut to what the pages of the built ``site`` can use."""
    css = "".join(sheets)
    # Other scripts are data, as the words to search for: each word of the book would be a class.
    program = sorted((site / "_static").rglob("*.js"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in program)
    words = {word for text in TEXT_OF_SCRIPT.findall(scripts) for word in ADDED.findall(text)}
    asked: dict[str, str] = {}
    with_selectors(css, lambda each: bool(asked.setdefault(each, question(each, words))))
    found = on_pages(set(asked.values()), site)
    css = with_selectors(css, lambda each: asked[each] in found)
    own = [*(ROOT / "book" / "_static").glob("*.css"), *site.rglob("*.html")]
    read = set(READ.findall(scripts + "".join(path.read_text("utf-8") for path in own)))
    before = ""
    while css != before:  # a property that only an unread one reads is not read either
        before, names = css, read | set(READ.findall(css))
        css = SET.sub(lambda one, names=names: one[0] if one[1] in names else "", css)
    return css


def on_pages(asked: set[str], site: Path) -> set[str]:
    """Return those of the selectors ``asked`` that find something on a page of the ``site``."""
    found: set[str] = set()
    program = chromium.provide()
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, program, [chromium.WITHOUT_SANDBOX])
        page = browser.new_page()
        for path in sorted(site.rglob("*.html")):
            page.goto(path.as_uri(), wait_until="load")
            found |= set(page.evaluate(FINDING, sorted(asked - found)))
        browser.close()
    return found


def with_fonts(css: str, static: Path, folder: Path) -> str:
    """Write the fonts that ``css`` loads, with the icons that it names, into ``folder``."""
    glyphs = {ord(icon) for icon in re.findall(r'"(.)"', css)}
    for font in sorted((static / "vendor").rglob("*.ttf")):
        target = folder / f"{font.stem}.woff2"
        with TTFont(font) as whole:
            is_used = not glyphs.isdisjoint(whole.getBestCmap())
        if is_used:
            write_font(font, target, glyphs, "--notdef-outline")
        else:  # of brands, for example, if no page names one
            target.unlink(missing_ok=True)
            css = re.sub(rf"@font-face ?{{[^}}]*\b{font.stem}\.[^}}]*}}", "", css)
    css = re.sub(r',url\([^)]*\.ttf\) ?format\("truetype"\)', "", css)
    return FONT.sub(r"url(\1.woff2)", css)


def write_font(source: Path, target: Path, characters: Iterable[int], *options: str) -> None:
    """Write some ``characters`` of the font ``source`` as WOFF2; ``options`` are fontTools'."""
    listed = ",".join(f"{character:x}" for character in sorted(characters))
    # The licences keep a name for the font as published: an altered one goes without it.
    given = (f"--unicodes={listed}", f"--output-file={target}", "--obfuscate-names", *options)
    subset.main([str(source), "--flavor=woff2", *given])


def main(arguments: list[str]) -> int:
    """Write all of it; the argument names another folder of built pages than ``_build/html``."""
    site = Path(arguments[0]) if arguments else ROOT / "_build" / "html"
    if not (site / "index.html").is_file():
        print(f"{site} has no built book: run `make book` first.", file=sys.stderr)
        return 1
    target, fonts = theme.STATIC / theme.SHEET, theme.STATIC / theme.FONTS
    for folder in (target.parent, fonts):
        folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sheets, static = shipped(Path(folder))
        css = with_fonts(cut(sheets, site), static, target.parent)
    versions = ", ".join(f"{name} {version(name)}" for name in theme.PACKAGES)
    head = (
        f'@charset "UTF-8";\n/* Cut from {versions}\n'
        "   by `python -m bookmaking.tools.cut_theme`: edit book.css in its place. */\n"
    )
    licences = dict.fromkeys(LICENCE.findall(css))
    target.write_text("".join([head, *licences, LICENCE.sub("", css), "\n"]), encoding="utf-8")
    on_pages = (theme.classes_on(path.read_text(encoding="utf-8")) for path in site.rglob("*.html"))
    known = sorted(theme.classes_of(sheets) & set().union(*on_pages))
    (theme.STATIC / theme.CLASSES).write_text("\n".join([*known, ""]), encoding="utf-8")
    for face in FACES:
        source = file_of(face)
        write_font(source, fonts / f"{face}.woff2", LETTERS | SIGNS, *TEXT_OPTIONS)
        licence = source.with_name("LICENSE.txt").read_text(encoding="utf-8")
        licence_file = fonts / f"{face.partition('-')[0]}-LICENSE.txt"
        licence_file.write_text(licence, encoding="utf-8", newline="\n")
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
