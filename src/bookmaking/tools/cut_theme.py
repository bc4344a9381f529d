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

import logging
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import tinycss2
from fontTools.subset import Options, Subsetter
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
TEXT_FEATURES = ["ccmp", "kern", "liga", "locl", "lnum", "mark", "tnum"]

IMPORTING, IMPORTED = "styles/theme.css", "basic.css"
"""A sheet of the theme that does nothing but import the second."""

CONDITIONS = {"media", "supports", "layer"}
COMBINATORS = (">", "+", "~")
TEXT_OF_SCRIPT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""")
# A script looks for ".name" and "#name", which must be there; it adds "name". "name/" is a path.
ADDED = re.compile(r"(?<![\w.#/-])[\w-]+(?![\w/-])")
LINK = re.compile(r'<link[^>]*href="_static/([^"?]+\.css)')
READ = re.compile(r"--[\w-]+(?!\s*:)(?![\w-])")
LICENCE = re.compile(r"/\*!.*?\*/\n?", re.DOTALL)
FONT = re.compile(r"url\([^)]*?([\w-]+)\.(?:woff2|ttf)\)")
FINDING = "asked => asked.filter(each => document.querySelector(each))"


def shipped(folder: Path) -> tuple[list[str], Path]:
    """Return the style sheets of theme and extensions in their order, and where their files are.

    A book of one page is built in ``folder`` for it: some of the sheets are made by a build.
    """
    (folder / "index.md").write_text("# Page\n", encoding="utf-8")
    settings = {"extensions": [*EXTENSIONS], "html_theme": "sphinx_book_theme"}
    out = folder / "html"
    Sphinx(folder, None, out, folder / "doctrees", "html", settings, status=None).build()
    names = LINK.findall((out / "index.html").read_text(encoding="utf-8"))
    static = out / "_static"
    names = [IMPORTED if name == IMPORTING else name for name in names]
    return [(static / name).read_text(encoding="utf-8") for name in names], static


class Rule:
    """A rule of a style sheet, or a group of rules under a condition."""

    def __init__(self, node) -> None:
        """Take a rule as tinycss2 parsed it."""
        self.node = node
        self.selectors: list[list] = []
        self.rules: list[Rule] = []
        if node.type == "qualified-rule":
            self.selectors = list(_split(node.prelude))
        elif node.type == "at-rule" and node.content and node.lower_at_keyword in CONDITIONS:
            self.rules = parsed(node.content)

    def all_selectors(self) -> Iterator[list]:
        """Yield the tokens of each selector, also of those under a condition."""
        yield from self.selectors
        for rule in self.rules:
            yield from rule.all_selectors()

    def text(self, stays, read: set[str] | None = None) -> str:
        """Return the shortest text of the rule with the selectors that stay, or nothing.

        Of its own properties (``--name``) it keeps those that are ``read``, or all if that is None.
        """
        node = self.node
        if self.rules:
            inside = "".join(rule.text(stays, read) for rule in self.rules)
            return f"@{node.lower_at_keyword} {_text(node.prelude)}{{{inside}}}" if inside else ""
        if node.type == "qualified-rule":
            kept = [_selector(each) for each in self.selectors if stays(each)]
            said = _declarations(node.content, read) if kept else ""
            return f"{','.join(kept)}{{{said}}}" if said else ""
        if node.type == "at-rule" and node.lower_at_keyword != "charset":
            return node.serialize()
        return f"{node.serialize()}\n" if node.type == "comment" and node.value[:1] == "!" else ""


def parsed(css) -> list[Rule]:
    """Return the rules of a style sheet, from its text or its tokens."""
    read = tinycss2.parse_stylesheet if isinstance(css, str) else tinycss2.parse_rule_list
    return [Rule(node) for node in read(css, skip_whitespace=True)]


def cut(sheets: Iterable[str], site: Path) -> str:
    """Return style ``sheets`` as one, cut to what the pages of the built ``site`` can use."""
    rules = [rule for css in sheets for rule in parsed(css)]
    # Other scripts are data, as the words to search for: each word of the book would be a class.
    program = sorted((site / "_static").rglob("*.js"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in program)
    words = {word for text in TEXT_OF_SCRIPT.findall(scripts) for word in ADDED.findall(text)}
    asked = {
        _selector(each): question(each, words) for rule in rules for each in rule.all_selectors()
    }
    found = on_pages(set(asked.values()), site)

    def stays(selector: list) -> bool:
        return asked[_selector(selector)] in found

    own = (ROOT / "book" / "_static").glob("*.css")
    read = set(READ.findall(scripts + "".join(path.read_text("utf-8") for path in own)))
    read |= {
        name for page in site.rglob("*.html") for name in READ.findall(page.read_text("utf-8"))
    }
    css, before = "".join(rule.text(stays) for rule in rules), ""
    while css != before:
        before = css
        names = read | set(READ.findall(css))
        css = "".join(rule.text(lambda _: True, names) for rule in parsed(css))
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


def question(selector: list, words: set[str]) -> str:
    """Return a selector as a page is asked for it: without what comes and goes."""
    return "".join(
        combinator + (_asked(tokens, words) or "*") for combinator, tokens in _compounds(selector)
    )


def _compounds(selector: list) -> Iterator[tuple[str, list]]:
    """Yield what a selector says of each element on its way, after the combinator before it."""
    combinator, tokens = "", []
    for token in selector:
        if token.type == "whitespace" or token in COMBINATORS:
            if tokens:
                yield combinator, tokens
                combinator, tokens = " ", []
            combinator = token.value if token in COMBINATORS else combinator
        else:
            tokens.append(token)
    if tokens:
        yield combinator, tokens


def _asked(tokens: list, words: set[str]) -> str:
    text, before = "", None
    for token in tokens:
        if token.type == "ident" and before == ".":
            text += "" if token.value in words else f".{token.serialize()}"
        elif token.type == "ident" and before != ":":
            text += token.serialize()
        elif token.type == "hash":
            text += "" if token.value in words else token.serialize()
        elif token.type == "[] block":
            text += _asked_of_attribute(token, words)
        elif token.type == "function":
            text += _asked_of_function(token, words)
        before = token
    return text


def _asked_of_function(function, words: set[str]) -> str:
    name, inside = function.lower_name, list(_split(function.arguments))
    if name == "not" and all(_is_attribute(one) for one in inside):
        return f":not({','.join(_text(one) for one in inside)})"
    if name in ("is", "where", "has"):
        return f":{name}({','.join(question(one, words) for one in inside)})"
    return ""


def _is_attribute(tokens: list) -> bool:
    return len(tokens) == 1 and tokens[0].type == "[] block" and len(tokens[0].content) == 1


def _asked_of_attribute(block, words: set[str]) -> str:
    name = block.content[0].value
    if name == "type":
        return block.serialize()
    return f"[{name}]" if name.startswith("data-") and name not in words else ""


def _split(prelude: list) -> Iterator[list]:
    """Split a list of selectors at its commas."""
    selector: list = []
    for token in prelude:
        if token == ",":
            yield selector
            selector = []
        elif token.type != "comment":
            selector.append(token)
    yield selector


def _declarations(content: list, read: set[str] | None) -> str:
    found = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    if any(one.type != "declaration" for one in found):  # rules in rules
        return tinycss2.serialize(content).strip()
    last = {(one.name, one.important): one for one in found}
    return ";".join(
        f"{one.name}:{_text(one.value)}{'!important' if one.important else ''}"
        for one in found
        if (read is None or not one.name.startswith("--") or one.name in read)
        # The last of two values holds; one with a maker's prefix only where a browser knows it.
        and (one is (final := last[one.name, one.important]) or "-webkit-" in _text(final.value))
    )


def _text(tokens: list) -> str:
    shown = [token for token in tokens if token.type != "comment"]
    return "".join(" " if one.type == "whitespace" else one.serialize() for one in shown).strip()


def _selector(tokens: list) -> str:
    """Return a selector as text, without spaces around its combinators."""
    return "".join(before + tinycss2.serialize(each) for before, each in _compounds(tokens))


def with_fonts(css: str, static: Path, folder: Path) -> str:
    """Write the fonts that ``css`` loads, with the icons that it names, into ``folder``."""
    glyphs = {ord(icon) for icon in re.findall(r'"(.)"', css)}
    for font in sorted((static / "vendor").rglob("*.ttf")):
        target = folder / f"{font.stem}.woff2"
        with TTFont(font) as shipped_font:
            is_used = not glyphs.isdisjoint(shipped_font.getBestCmap())
        if is_used:
            write_font(font, target, glyphs, notdef_outline=True)
        else:  # of brands, for example, if no page names one
            target.unlink(missing_ok=True)
            css = re.sub(rf"@font-face ?{{[^}}]*\b{font.stem}\.[^}}]*}}", "", css)
    css = re.sub(r',url\([^)]*\.ttf\) ?format\("truetype"\)', "", css)
    return FONT.sub(r"url(\1.woff2)", css)


def write_font(source: Path, target: Path, characters: Iterable[int], **options: object) -> None:
    """Write some ``characters`` of the font ``source`` as WOFF2; ``options`` are fontTools'."""
    # The licences keep a name for the font as published: an altered one goes without it.
    kept = Options(obfuscate_names=True, **options)
    with TTFont(source, recalcTimestamp=False) as font:
        subsetter = Subsetter(kept)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        font.flavor = "woff2"
        made = BytesIO()
        font.save(made)
    target.write_bytes(made.getvalue())


def write_face(face: str, folder: Path) -> None:
    """Write a typeface of the text, with its licence."""
    source = file_of(face)
    kept = {"hinting": False, "layout_features": TEXT_FEATURES}
    write_font(source, folder / f"{face}.woff2", LETTERS | SIGNS, **kept)
    licence = source.with_name("LICENSE.txt").read_text(encoding="utf-8")
    target = folder / f"{face.partition('-')[0]}-LICENSE.txt"
    target.write_text(licence, encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Write all of it; the argument names another folder of built pages than ``_build/html``."""
    site = Path(arguments[0]) if arguments else ROOT / "_build" / "html"
    if not (site / "index.html").is_file():
        print(f"{site} has no built book: run `make book` first.", file=sys.stderr)
        return 1
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    target, fonts = theme.STATIC / theme.SHEET, theme.STATIC / theme.FONTS
    for folder in (target.parent, fonts):
        folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sheets, static = shipped(Path(folder))
        css = with_fonts(cut(sheets, site), static, target.parent)
    licences = dict.fromkeys(LICENCE.findall(css))
    head = theme.heading({name: version(name) for name in theme.PACKAGES})
    target.write_text("".join([head, *licences, LICENCE.sub("", css), "\n"]), encoding="utf-8")
    on_pages = (theme.classes_on(path.read_text(encoding="utf-8")) for path in site.rglob("*.html"))
    known = sorted(theme.classes_of(sheets) & set().union(*on_pages))
    (theme.STATIC / theme.CLASSES).write_text("\n".join([*known, ""]), encoding="utf-8")
    for face in FACES:
        write_face(face, fonts)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
