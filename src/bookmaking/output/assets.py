"""Shared files of the built site: trimmed to what its pages use, and marked with a checksum.

As shipped by the theme, a first visit loads 2.4 MB: an icon library in JavaScript, icon fonts of
2,000 glyphs, style sheets for every component of Bootstrap. After each build

- the text's typefaces are provided (see `fonts`),
- the style sheets of theme and extensions are cut to the rules whose classes a page or script names
  (see `style_sheets`),
- the icon fonts are cut to the glyphs that those style sheets still name (see `fonts`),
- what nothing loads is deleted (source maps, translations, fonts as shipped, the icon library),
- each reference to a shared file is marked with a checksum of its content, so that no browser keeps
  an old copy.

The icon library itself is left out by ``book/_templates/static/webpack-macros.html``: the style
sheets draw the same icons from the fonts. A second run changes nothing.
"""

import re
import shutil
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bookmaking.output.fonts import cut_icons, provide_text_faces
from bookmaking.output.style_sheets import CutStyleSheets
from bookmaking.warn import warn

UNUSED = (
    "**/*.map",
    "locales",
    "*webpack-macros.html",
    "scripts/fontawesome.js*",
    "styles/theme.css",
    "images/logo_*",
)
# MyST-NB's style sheet has its checksum in its name, and Sphinx warns when it finds it altered.
NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{64}\.css$")

WORD = re.compile(r"[\w-]+")
ICON = re.compile(r"fa-[a-z0-9-]+")
CLASSES_WITH_ICON = re.compile(r'class="([^"]*\bfa-[^"]*)"')
SOURCE_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")
REFERENCE = re.compile(r'(?<=["/])_static/([^"?]+\.(?:css|js))(?:\?[^"]*)?(?=")')
WEB_FONT = re.compile(
    r'url\(([\w./-]+)\.woff2?(?:\?v=\w+)?\)\s*format\("\w+"\)'
    r'(?:,url\(\1\.ttf\) format\("truetype"\))?'
)


def _warn_of_unknown_icons(page: Path, text: str, known: set[str]) -> None:
    named = {name for value in CLASSES_WITH_ICON.findall(text) for name in value.split()}
    for icon in sorted(filter(ICON.fullmatch, named - known)):
        warn("icon", f"the page shows {icon}, which the theme does not have.", str(page))


def with_trimmed_fonts(css: str, folder: Path) -> str:
    """Let the ``css`` of a sheet in ``folder`` load trimmed fonts, with a checksum of each."""

    def reference(match: re.Match[str]) -> str:
        font = folder / f"{match[1]}.woff"
        return (
            f'url({match[1]}.woff?v={_checksum(font)}) format("woff")'
            if font.exists()
            else match[0]
        )

    return WEB_FONT.sub(reference, css)


def mark_references(pages: Mapping[Path, str], static: Path) -> None:
    """Give each reference of ``pages`` to a shared file a checksum of that file's content."""

    @cache
    def marked(name: str) -> str:
        shared = static / name
        return f"_static/{name}?v={_checksum(shared)}" if shared.exists() else ""

    for page, text in pages.items():
        with_marks = REFERENCE.sub(lambda match: marked(match[1]) or match[0], text)
        if with_marks != text:
            page.write_text(with_marks, encoding="utf-8")


def _checksum(path: Path) -> str:
    return f"{zlib.crc32(path.read_bytes()):08x}"


def _write(path: Path, text: str) -> None:
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def delete_unused(static: Path) -> None:
    """Delete what no page loads, and the addresses of source maps that scripts still name."""
    for pattern in UNUSED:
        for path in list(static.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for script in static.rglob("*.js"):
        _write(script, SOURCE_MAP.sub("\n", script.read_text(encoding="utf-8")))


def trim(site: Path, own: set[str], cuts: CutStyleSheets) -> None:
    """Trim the shared files of the built ``site``, and warn of icons that no style sheet knows.

    Parameters
    ----------
    site
        The folder of the built pages.
    own
        Names of the book's own style sheets, which stay as written.
    cuts
        What earlier builds cut.
    """
    static = site / "_static"
    delete_unused(static)
    paths = sorted(path for path in site.rglob("*.html") if static not in path.parents)
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    scripts = [path.read_text(encoding="utf-8") for path in static.rglob("*.js")]
    used = set().union(*map(WORD.findall, (*pages.values(), *scripts)))

    trimmed = {
        path: cuts.cut(path.read_text(encoding="utf-8"), used)
        for path in sorted(static.rglob("*.css"))
        if path.name not in own and not NAMED_BY_CONTENT.search(path.name)
    }
    glyphs = {glyph for sheet in trimmed.values() for glyph in sheet["glyphs"]}
    for font in sorted((static / "vendor").rglob("*.ttf")):
        cut_icons(font, glyphs)
    for path, sheet in trimmed.items():
        css = with_trimmed_fonts(sheet["css"], path.parent)
        _write(path, css)
        cuts.keep(css, sheet)
    cuts.save()

    known = {name for sheet in trimmed.values() for name in sheet["classes"]}
    for page, text in pages.items():
        _warn_of_unknown_icons(page, text, known)
    mark_references(pages, static)


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
    trim(site, own, CutStyleSheets(Path(app.doctreedir, "style_sheets.json")))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run after the theme has written its last file."""
    app.connect("build-finished", _finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
