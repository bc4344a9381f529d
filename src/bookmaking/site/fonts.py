"""Fonts for the pages: cut to the characters that this book uses, in a form that browsers load.

The pages are set in the typeface of the figures, and long text in the serif that was drawn with it.
Both come with the environment. A browser gets them as WOFF2 with the letters of European languages
in Latin script and the signs of this book. ``book.css`` names the files. Until a file has come, the
text is set in a typeface of the reader's machine that is scaled to the same widths (`stand_in`), so
that no line moves when it comes.
"""

import hashlib
import logging
from base64 import b64decode, b64encode
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from bookmaking import site_files
from bookmaking.site import typefaces
from bookmaking.site.remembered import MadeBefore

# fontTools reports what it does with each table of a font.
logging.getLogger("fontTools").setLevel(logging.WARNING)

TEXT_FACES = {face: typefaces.file_of(face) for face in typefaces.FACES}
LETTERS = {*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ȘșȚț")}
SIGNS = set(map(ord, "‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄€№™←↑→↓−≈≠≤≥"))
TEXT_FEATURES = ("ccmp", "kern", "liga", "locl", "lnum", "mark", "tnum")


def cut(source: Path, target: Path, characters: Iterable[int], **options: object) -> None:
    """Write some ``characters`` of the font ``source`` to ``target``, as `_cut` makes them."""
    site_files.replace(target, _cut(source, characters, **options))


def _cut(source: Path, characters: Iterable[int], **options: object) -> bytes:
    """Return some ``characters`` of the font ``source``, as WOFF2.

    Parameters
    ----------
    source
        A TrueType font.
    characters
        Code points.
    **options
        What else the font keeps or loses, as fontTools names it.
    """
    # The licences keep a name for the font as published: an altered one goes without it.
    kept = Options(obfuscate_names=True, **options)
    with TTFont(source, recalcTimestamp=False) as font:
        subsetter = Subsetter(kept)
        subsetter.populate(unicodes=characters)
        subsetter.subset(font)
        font.flavor = "woff2"  # fonttools calls brotli for it
        made = BytesIO()
        font.save(made)
    return made.getvalue()


def provide_text_faces(folder: Path) -> None:
    """Write the typefaces of the text with their licences into ``folder``, where they are missing.

    A face is written anew when this module, which says what it holds, is younger.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in TEXT_FACES.items():
        target = folder / f"{name}.woff2"
        if not target.exists() or target.stat().st_mtime < Path(__file__).stat().st_mtime:
            # The licence first: a face that stands there already is not looked at again.
            family = name.partition("-")[0]
            licence = source.with_name("LICENSE.txt").read_bytes()
            site_files.write(folder / f"{family}-LICENSE.txt", licence)
            features = list(TEXT_FEATURES)
            cut(source, target, LETTERS | SIGNS, hinting=False, layout_features=features)


def cut_icons(font: Path, glyphs: Iterable[str], before: MadeBefore) -> None:
    """Replace the TrueType ``font`` of icons by a WOFF2 with these ``glyphs`` (characters) only.

    Sphinx copies the font as shipped in each build. What was cut ``before`` is not cut again.
    """

    def cut_as_text() -> str:
        return b64encode(_cut(font, map(ord, glyphs), notdef_outline=True)).decode()

    made_from = [hashlib.sha256(font.read_bytes()).hexdigest(), sorted(glyphs)]
    made = b64decode(before.get(made_from, cut_as_text))
    site_files.replace(font.with_suffix(".woff2"), made)
    font.unlink()


def mean_width(font: Path, text: str) -> float:
    """Return the mean width of the letters of ``text`` in a ``font``, in parts of its size."""
    with TTFont(font) as face:
        glyphs, widths = face.getBestCmap(), face["hmtx"]
        known = [widths[glyphs[ord(letter)]][0] for letter in text if ord(letter) in glyphs]
        return sum(known) / len(known) / face["head"].unitsPerEm


def stand_in(font: Path, other: float, text: str) -> dict[str, float]:
    """Return how a typeface of the reader's machine is scaled to take the place of ``font``.

    Parameters
    ----------
    font
        The typeface of the book.
    other
        The mean width of the letters of ``text`` in the other typeface.
    text
        What is set, so that each letter counts as often as it occurs.

    Returns
    -------
    dict
        Descriptors of CSS (``size-adjust``, ``ascent-override``, ``descent-override``), in percent.
    """
    scale = mean_width(font, text) / other
    with TTFont(font) as face:
        size, line = face["head"].unitsPerEm, face["hhea"]
        up, down = line.ascent / size, -line.descent / size
    return {
        "size-adjust": 100 * scale,
        "ascent-override": 100 * up / scale,
        "descent-override": 100 * down / scale,
    }
