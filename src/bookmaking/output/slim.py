"""Trim the theme's shared files to what the built pages use.

As shipped, a first visit loads 2.4 MB: an icon library in JavaScript, icon fonts of 2,000 glyphs,
style sheets for every component of Bootstrap. After each build this extension

- cuts the style sheets of theme and extensions to the rules whose classes a page or script names,
- cuts the icon fonts to the glyphs that those style sheets still name,
- deletes what nothing loads (source maps, translations, the fonts as shipped, the icon library),
- marks each reference to a shared file with a checksum of its content, so that no browser keeps an
  old copy.

The icon library itself is left out by ``_templates/static/webpack-macros.html``: the style sheets
draw the same icons from the fonts. A second run changes nothing.
"""

import hashlib
import json
import logging as standard_logging
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import tinycss2
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
# fontTools reports what it does with each table of a font.
standard_logging.getLogger("fontTools").setLevel(standard_logging.WARNING)

UNUSED = (
    "**/*.map",
    "locales",
    "*webpack-macros.html",
    "scripts/fontawesome.js*",
    "styles/theme.css",
    "images/logo_*",
)
NESTED = {"media", "supports", "layer"}
# MyST-NB's style sheet has its checksum in its name, and Sphinx warns when it finds it altered.
NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{64}\.css$")
# Bootstrap's script puts these class names together, so that no file holds them.
COMPOSED = "bs-tooltip-"

WORD = re.compile(r"[\w-]+")
ICON = re.compile(r"fa-[a-z0-9-]+")
CLASS_ATTRIBUTE = re.compile(r'class="([^"]*)"')
SOURCE_MAP = re.compile(r"\s*//# sourceMappingURL=\S+\s*$")
REFERENCE = re.compile(r'(?<=["/])_static/([^"?]+\.(?:css|js))(?:\?[^"]*)?(?=")')
WEB_FONT = re.compile(
    r'url\(([\w./-]+)\.woff2?(?:\?v=\w+)?\)\s*format\("\w+"\)'
    r'(?:,url\(\1\.ttf\) format\("truetype"\))?'
)


class StyleSheet:
    """A style sheet that can be cut to the classes in use."""

    def __init__(self, css: str) -> None:
        """Read ``css``."""
        self.rules = tinycss2.parse_stylesheet(css, skip_whitespace=True)

    def classes(self) -> set[str]:
        """Return every class that a selector names."""
        return {name for rule in _style_rules(self.rules) for name in _classes(rule.prelude)}

    def cut(self, used: set[str]) -> str:
        """Return the style sheet without the selectors that need a class outside ``used``."""
        return "".join(_cut(self.rules, used))


class Cuts:
    """Style sheets cut to the classes in use, kept in a file so that none is parsed twice."""

    def __init__(self, file: Path) -> None:
        """Take up what earlier builds left in ``file``, if there is one."""
        self.file = file
        self.kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def cut(self, css: str, used: set[str]) -> dict[str, str | list[str]]:
        """Return ``css`` cut to the classes ``used``, with its classes and the icons it names."""
        kept = self.kept.get(_digest(css))
        if kept is None or used.intersection(kept["classes"]) != set(kept["used"]):
            sheet = StyleSheet(css)
            classes = sheet.classes()
            trimmed = sheet.cut(used)
            kept = {
                "css": trimmed,
                "glyphs": "".join(sorted(set(_glyphs(tinycss2.parse_stylesheet(trimmed))))),
                "classes": sorted(classes),
                "used": sorted(classes & used),
            }
            self.kept[_digest(css)] = kept
        return kept

    def keep(self, css: str, kept: dict[str, str | list[str]]) -> None:
        """Note that ``css``, as it is written at last, is cut already."""
        self.kept[_digest(css)] = {**kept, "css": css}

    def save(self) -> None:
        """Write all to the file, or nothing."""
        unfinished = self.file.with_suffix(".part")
        unfinished.write_text(json.dumps(self.kept), encoding="utf-8")
        unfinished.replace(self.file)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _style_rules(rules: Iterable) -> Iterator:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif _is_nested(rule):
            yield from _style_rules(tinycss2.parse_rule_list(rule.content, skip_whitespace=True))


def _is_nested(rule) -> bool:
    return rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in NESTED


def _cut(rules: Iterable, used: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "comment":
            if rule.value.startswith("!"):  # a licence
                yield f"{rule.serialize()}\n"
        elif rule.type == "qualified-rule":
            kept = [
                tinycss2.serialize(selector).strip()
                for selector in _selectors(rule.prelude)
                if all(name in used or name.startswith(COMPOSED) for name in _classes(selector))
            ]
            if kept:
                yield f"{','.join(kept)}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif _is_nested(rule):
            inner = "".join(
                _cut(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), used)
            )
            if inner:
                yield f"@{rule.lower_at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: list) -> Iterator[list]:
    """Split a selector list at its commas."""
    selector = []
    for token in prelude:
        if token == ",":
            yield selector
            selector = []
        else:
            selector.append(token)
    yield selector


def _classes(selector: list) -> Iterator[str]:
    """Yield the classes that an element must have; those in brackets (``:not(.a)``) are none."""
    for before, token in pairwise(selector):
        if before == "." and token.type == "ident":
            yield token.value


def _glyphs(tokens: Iterable) -> Iterator[str]:
    """Yield the characters that stand alone in a string: how a style sheet names an icon."""
    for token in tokens:
        if token.type == "string" and len(token.value) == 1:
            yield token.value
        for inside in ("prelude", "content", "arguments"):
            yield from _glyphs(getattr(token, inside, None) or ())


def _warn_of_unknown_icons(page: Path, text: str, known: set[str]) -> None:
    named = {name for value in CLASS_ATTRIBUTE.findall(text) for name in value.split()}
    for icon in sorted(filter(ICON.fullmatch, named - known)):
        LOGGER.warning(
            "%s shows the icon %s, which the theme does not have.",
            page,
            icon,
            type="decentwork",
            subtype="slim",
        )


def trim_font(font: Path, glyphs: set[str]) -> None:
    """Replace the TrueType ``font`` by a WOFF with these ``glyphs`` only."""
    with TTFont(font, recalcTimestamp=False) as face:
        # An altered font goes without the name of the one as shipped.
        subsetter = Subsetter(Options(obfuscate_names=True, notdef_outline=True))
        subsetter.populate(text="".join(glyphs))
        subsetter.subset(face)
        face.flavor = "woff"
        face.save(font.with_suffix(".woff"))
    for shipped in (font, font.with_suffix(".woff2")):
        shipped.unlink(missing_ok=True)


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


def mark_references(page: Path, static: Path) -> None:
    """Give each reference of ``page`` to a shared file a checksum of that file's content."""

    def reference(match: re.Match[str]) -> str:
        shared = static / match[1]
        return f"_static/{match[1]}?v={_checksum(shared)}" if shared.exists() else match[0]

    _write(page, REFERENCE.sub(reference, page.read_text(encoding="utf-8")))


def _checksum(path: Path) -> str:
    return f"{zlib.crc32(path.read_bytes()):08x}"


def _write(path: Path, text: str) -> None:
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def trim(site: Path, own: set[str], cuts: Cuts) -> None:
    """Trim the shared files of the built ``site``.

    ``own`` names the book's own style sheets, which stay as written. Warns of icons that a page
    names and no style sheet knows.
    """
    static = site / "_static"
    for pattern in UNUSED:
        for path in list(static.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    scripts = sorted(static.rglob("*.js"))
    for script in scripts:
        _write(script, SOURCE_MAP.sub("\n", script.read_text(encoding="utf-8")))
    pages = sorted(path for path in site.rglob("*.html") if static not in path.parents)
    texts = {path: path.read_text(encoding="utf-8") for path in (*pages, *scripts)}
    used = {word for text in texts.values() for word in WORD.findall(text)}

    trimmed = {
        path: cuts.cut(path.read_text(encoding="utf-8"), used)
        for path in sorted(static.rglob("*.css"))
        if path.name not in own and not NAMED_BY_CONTENT.search(path.name)
    }
    glyphs = {glyph for sheet in trimmed.values() for glyph in sheet["glyphs"]}
    for font in sorted((static / "vendor").rglob("*.ttf")):
        trim_font(font, glyphs)
    for path, sheet in trimmed.items():
        css = with_trimmed_fonts(sheet["css"], path.parent)
        _write(path, css)
        cuts.keep(css, sheet)
    cuts.save()

    known = {name for sheet in trimmed.values() for name in sheet["classes"]}
    for page in pages:
        _warn_of_unknown_icons(page, texts[page], known)
        mark_references(page, static)


def _trim_when_built(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    folders = [
        Path(app.confdir, entry)
        for entry in app.config.html_static_path
        if not Path(entry).is_absolute()
    ]
    own = {sheet.name for folder in folders for sheet in folder.rglob("*.css")}
    trim(Path(app.outdir), own, Cuts(Path(app.doctreedir, "slim.json")))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, to run after the theme has written its last file."""
    app.connect("build-finished", _trim_when_built, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
