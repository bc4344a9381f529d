"""Shared files of the built site: trimmed to what its pages use, and marked with a checksum.

As shipped by the theme, a first visit loads 2.4 MB: an icon library in JavaScript, icon fonts of
2,000 glyphs, style sheets for every component of Bootstrap. After each build

- the text's typefaces are provided (see `fonts`),
- the style sheets of theme and extensions are cut to the rules that can apply to what the pages
  hold (see `style_sheets`), and stand in one file, `SHARED`, in the order in which pages name them,
- the book's own style sheets are cut likewise, and stay files of their own,
- the icon fonts are cut to the glyphs that those style sheets still name (see `fonts`),
- pictures get their size and load when they are about to be seen (see `images`),
- the words of code that no rule colours otherwise stand in no element of their own,
- scripts wait until the page is read, and a page goes without those that it has no use for,
- what nothing loads is deleted (source maps, translations, fonts as shipped, the icon library),
- each reference to a shared file is marked with a checksum of its content, so that no browser keeps
  an old copy,
- each page names its security policy (see `security_policy`).

The icon library itself is left out by ``book/_templates/static/webpack-macros.html``: the style
sheets draw the same icons from the fonts. A second run changes nothing.
"""

import os
import re
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bookmaking import fresh, site_files
from bookmaking.site import fonts, images, security_policy
from bookmaking.site.fonts import cut_icons, provide_text_faces
from bookmaking.site.images import sized
from bookmaking.site.known_pages import KnownPages
from bookmaking.site.remembered import MadeBefore
from bookmaking.site.security_policy import with_policy
from bookmaking.site.style_sheets import (
    CutStyleSheets,
    without_overruled,
    without_unread_properties,
)
from bookmaking.warn import warn

SHARED = "styles/shared.css"
"""The one file that holds what is left of the style sheets of theme and extensions."""

PICTURES = {".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"}
"""How the names of pictures end."""

MADE_BY = (images, security_policy, sys.modules[__name__])
"""The code that gives pages their last form."""

UNUSED = (
    "**/*.map",
    "locales",
    "*webpack-macros.html",
    "scripts/bootstrap.js*",
    "scripts/fontawesome.js*",
    "styles/theme.css",
    "images/logo_*",
    "searchtools.js",
    "language_data.js",
)
COPIED = ('<div class="highlight', "exhibit-copied")
NEEDED_FOR = {
    "clipboard.min.js": COPIED,
    "copybutton.js": COPIED,
    "design-tabs.js": ("sd-tab-set",),
}
"""Scripts that extensions add to every page, and texts of a page that has a use for them."""

AT_ONCE = "documentation_options.js"
"""A script that others in the head of a page read while the page is read."""

ICON = re.compile(r"fa-[a-z0-9-]+")
CLASSES_WITH_ICON = re.compile(r'class="([^"]*\bfa-[^"]*)"')
LICENCE = re.compile(r"/\*!.*?\*/\n?", re.DOTALL)
SOURCE_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")
# These begin with fixed letters, which makes them ten times as fast (see `_indented`).
REFERENCE = re.compile(r'_static/(?<=["/]_static/)([^"?]+\.(?:css|js))(?:\?[^"]*)?(?=")')
STYLE_LINK = re.compile(r'<link\b[^>]*href="([^"]*?)_static/([^"?]+\.css)(?:\?[^"]*)?"[^>]*>\n?')
SCRIPT = re.compile(
    r'<script(?P<inside>[^>]* src="[^"]*_static/(?P<name>[^"?]+\.js)[^>]*)></script>\n?'
)
WAITING = re.compile(r'<script\b[^>]* defer\b[^>]* src="[^"]*_static/[^"]*"[^>]*></script>\n?')
WEB_FONT = re.compile(
    r'url\(([\w./-]+)\.woff2?(?:\?v=\w+)?\)\s*format\("\w+"\)'
    r'(?:,url\(\1\.ttf\) format\("truetype"\))?'
)
CODE = re.compile(r'<div class="highlight">.*?</pre>', re.DOTALL)
TOKEN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
# The name of the element counts as well: "div.highlight span.gp" is the rule for prompts.
# It begins only where a rule begins; else it would be tried at each letter of every other rule.
CODE_RULE = re.compile(r"(?<![^{}])([^{}]*\.highlight)(?: (?:span)?\.(\w+))?\{([^{}]*)\}")
RELATIVE = re.compile(r"""url\(\s*["']?(?!data:|https?:|/|#)([^"')]+)["']?\s*\)""")


def icons(page: str) -> list[str]:
    """Return the icons that a ``page`` shows, by their classes."""
    named = {name for value in CLASSES_WITH_ICON.findall(page) for name in value.split()}
    return sorted(filter(ICON.fullmatch, named))


def _warn_of_unknown_icons(page: Path, shown: Iterable[str], known: set[str]) -> None:
    for icon in sorted({*shown} - known):
        warn("icon", f"the page shows {icon}, which the theme does not have.", str(page))


def with_trimmed_fonts(css: str, folder: Path) -> str:
    """Let the ``css`` of a sheet in ``folder`` load trimmed fonts, with a checksum of each."""

    def reference(match: re.Match[str]) -> str:
        font = folder / f"{match[1]}.woff2"
        return (
            f'url({match[1]}.woff2?v={_checksum(font)}) format("woff2")'
            if font.exists()
            else match[0]
        )

    return WEB_FONT.sub(reference, css)


def in_folder(css: str, old: Path, new: Path) -> str:
    """Return ``css`` from the folder ``old`` with addresses that hold in the folder ``new``."""
    return RELATIVE.sub(
        lambda found: f"url({Path(os.path.relpath(old / found[1], new)).as_posix()})", css
    )


def style_links(page: str) -> list[str]:
    """Return the style sheets that a ``page`` loads, by their path in ``_static``."""
    return [name for _, name in STYLE_LINK.findall(page)]


def with_shared_style(page: str, shipped: Iterable[str]) -> str:
    """Let a ``page`` load one file in place of the style sheets that theme and extensions ship."""
    merged = {*shipped, SHARED}
    seen = False

    def link(found: re.Match[str], whole: str) -> str:
        nonlocal seen
        if found[2] not in merged:
            return whole
        first, seen = not seen, True
        return f'    <link rel="stylesheet" href="{found[1]}_static/{SHARED}" />\n' if first else ""

    return _replaced(STYLE_LINK, link, page)


def merged(sheets: Iterable[str]) -> str:
    """Return style ``sheets`` as one, each licence once and first."""
    text = "".join(sheets)
    licences = dict.fromkeys(LICENCE.findall(text))
    return "".join(['@charset "UTF-8";\n', *licences, LICENCE.sub("", text)])


def loaded_scripts(static: Path, pages: Iterable[str]) -> list[str]:
    """Return the texts of the shared scripts that ``pages`` name, or one of these scripts names."""
    left = {path.name: _read(path) for path in sorted(static.rglob("*.js"))}
    named, found = [*pages], []
    while named:
        new = [name for name in left if any(name in text for text in named)]
        named = [left.pop(name) for name in new]
        found += named
    return found


def with_waiting_scripts(page: str) -> str:
    """Let scripts of a ``page`` wait until it is read, and drop those it has no use for."""

    def script(found: re.Match[str], whole: str) -> str:
        name, inside = found["name"], found["inside"]
        if name in NEEDED_FOR and not any(text in page for text in NEEDED_FOR[name]):
            return ""
        waits = name == AT_ONCE or re.search(r"\b(?:defer|async|type)\b", inside)
        return whole if waits else whole.replace("<script", "<script defer", 1)

    return _at_the_end(_replaced(SCRIPT, script, page))


def _at_the_end(page: str) -> str:
    """Move scripts that wait from the head of a ``page`` to its end.

    From the head they would share the line with the style, without which nothing is painted.
    """
    head, end_of_head, body = page.partition("</head>")
    waiting = "".join(head[start : found.end()] for start, found in _indented(WAITING, head))
    place = next((start for start, _ in _indented(WAITING, body)), body.rfind("</body>"))
    if not waiting or place < 0:
        return page
    rest = _replaced(WAITING, lambda *_: "", head)
    return rest + end_of_head + body[:place] + waiting + body[place:]


def _indented(element: re.Pattern[str], page: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield each ``element`` of a ``page``, with the place where its indentation begins.

    An expression that itself begins with spaces would be tried at each space of the page.
    """
    end = 0
    for found in element.finditer(page):
        yield end + len(page[end : found.start()].rstrip(" \t")), found
        end = found.end()


def _replaced(element: re.Pattern[str], new: Callable[[re.Match[str], str], str], page: str) -> str:
    """Replace each ``element`` of a ``page``; ``new`` gets it, and its text with indentation."""
    parts, end = [], 0
    for start, found in _indented(element, page):
        parts += [page[end:start], new(found, page[start : found.end()])]
        end = found.end()
    return "".join([*parts, page[end:]])


def without_plain_tokens(page: str, coloured: set[str]) -> str:
    """Return a ``page`` whose code has no elements around the words that no rule colours."""

    def token(found: re.Match[str]) -> str:
        return found[0] if found[1] in coloured else found[2]

    return CODE.sub(lambda code: TOKEN.sub(token, code[0]), page)


def without_plain_rules(css: str, coloured: set[str]) -> str:
    """Return ``css`` without rules for words of code that have no element (see above).

    The next build finds these words without their elements and would cut the rules itself: then a
    build that changes little would not give what a cold one gives.
    """

    def rule(found: re.Match[str]) -> str:
        return found[0] if found[2] is None or found[2] in coloured else ""

    return CODE_RULE.sub(rule, css)


def coloured_tokens(css: str) -> set[str]:
    """Return the classes of words of code that ``css`` shows unlike the code around."""
    rules = CODE_RULE.findall(css)
    around = {block: {*said.split(";")} for block, token, said in rules if not token}
    return {
        token
        for block, token, said in rules
        if token and not {*said.split(";")} <= around.get(block, set())
    }


def with_checksums(page: str, checksum: Callable[[str], str]) -> str:
    """Give each reference of ``page`` to a shared file that is there its ``checksum``."""

    def reference(match: re.Match[str]) -> str:
        told = checksum(match[1])
        return f"_static/{match[1]}?v={told}" if told else match[0]

    return REFERENCE.sub(reference, page)


def _checksum(path: Path) -> str:
    return f"{zlib.crc32(path.read_bytes()):08x}"


def delete_unused(static: Path) -> None:
    """Delete what no page loads, and the addresses of source maps that scripts still name."""
    for pattern in UNUSED:
        for path in list(static.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for script in static.rglob("*.js"):
        site_files.write(script, SOURCE_MAP.sub("\n", script.read_text(encoding="utf-8")))


def trim(
    site: Path, own: set[str], cuts: CutStyleSheets, known_pages: KnownPages, icon_fonts: MadeBefore
) -> None:
    """Trim the shared files of the built ``site``, and warn of icons that no style sheet knows.

    Parameters
    ----------
    site
        The folder of the built pages.
    own
        Names of the book's own style sheets, which stay files of their own.
    cuts
        What earlier builds cut.
    known_pages
        What earlier builds found of the pages.
    icon_fonts
        The fonts of icons as earlier builds cut them.
    """
    static = site / "_static"
    delete_unused(static)
    files = list(site.rglob("*"))
    pages = sorted(path for path in files if path.suffix == ".html" and static not in path.parents)
    texts = {path: known_pages.changed(_read(path), with_waiting_scripts) for path in pages}
    scripts = loaded_scripts(static, texts.values())

    linked = [style_links(text) for text in texts.values()]
    order = cuts.in_order(
        [name for name in names if Path(name).name not in own | {Path(SHARED).name}]
        for names in linked
    )
    shipped = {static / name: _read(static / name) for name in order}
    of_book = {path: _read(path) for path in sorted(static.rglob("*.css")) if path.name in own}
    named = cuts.named([*shipped.values(), *of_book.values()])
    held = known_pages.held(texts.values(), scripts, named)
    sheets = {path: cuts.cut(css, held) for path, css in shipped.items()}
    glyphs = {glyph for sheet in sheets.values() for glyph in sheet["glyphs"]}
    for font in sorted((static / "vendor").rglob("*.ttf")):
        cut_icons(font, glyphs, icon_fonts)
    icon_fonts.save()
    css = {path: with_trimmed_fonts(sheet["css"], path.parent) for path, sheet in sheets.items()}
    css |= {path: cuts.cut(sheet, held)["css"] for path, sheet in of_book.items()}
    shared = static / SHARED
    if sheets:
        parts = (in_folder(css.pop(path), path.parent, shared.parent) for path in sheets)
        css = {shared: merged(parts)} | css
    on_every_page = set(linked[0]).intersection(*linked[1:]) if linked else set()
    everywhere = [path for path in css if path == shared or path.name in on_every_page]
    css |= without_overruled({path: css[path] for path in everywhere})
    css = without_unread_properties(css, [*texts.values(), *scripts])
    coloured = coloured_tokens("".join(css.values()))
    for path, text in css.items():
        site_files.write(path, without_plain_rules(text, coloured))
    cuts.save()

    known = cuts.named(shipped.values(), "classes")
    # Each file is read once, when none of them changes any more.
    checksums = {
        path.relative_to(static).as_posix(): _checksum(path)
        for path in static.rglob("*")
        if path.suffix in (".css", ".js")
    }
    # All that the last form of a page depends on, beside its text and its place. A picture gives a
    # page its size once, and only if it is there.
    pictures = sorted(str(path.relative_to(site)) for path in files if path.suffix in PICTURES)
    told = fresh.digest([order, sorted(coloured), checksums, pictures])

    def in_last_form(page: Path, text: str) -> str:
        def finished(text: str) -> str:
            text = sized(with_shared_style(text, order), page.parent)
            text = without_plain_tokens(text, coloured)
            return with_policy(with_checksums(text, lambda name: checksums.get(name, "")))

        return known_pages.changed(text, finished, told, page.relative_to(site).as_posix())

    for page, text in texts.items():
        _warn_of_unknown_icons(page, known_pages.found(text, icons), known)
        last = in_last_form(page, text)
        site_files.write(page, last)
        if last != text:
            # So the next build finds the page, and needs no further look at it.
            known_pages.changed(last, with_waiting_scripts)
            known_pages.held([last], (), named)
            known_pages.found(last, icons)
            in_last_form(page, last)
    known_pages.save()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _finish(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    provide_text_faces(site / "_static" / "fonts")
    folders = [
        Path(app.confdir, entry)
        for entry in app.config.html_static_path
        if not Path(entry).is_absolute()
    ]
    own = {sheet.name for folder in folders for sheet in folder.rglob("*.css")}
    cuts = CutStyleSheets(Path(app.doctreedir, "style_sheets.json"))
    known_pages = KnownPages(Path(app.doctreedir, "pages.json"), *MADE_BY)
    trim(site, own, cuts, known_pages, MadeBefore(Path(app.doctreedir, "fonts.json"), fonts))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run after the theme has written its last file."""
    app.connect("build-finished", _finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
