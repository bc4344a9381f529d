"""Set the pages in the typeface of the figures, and long text in the serif that was drawn with it.

Both come with the environment; a browser gets them as WOFF, cut to the letters of European
languages in Latin script and to the signs that this book uses. ``book.css`` names the files.
"""

import shutil
from pathlib import Path

from font_source_sans_pro import font_files_ttf as sans
from font_source_serif_pro import font_files_ttf as serif
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FACES = {
    "sans-regular": sans["SourceSansPro"],
    "sans-semibold": sans["SourceSansProSemibold"],
    "serif-regular": serif["SourceSerifPro"],
    "serif-italic": serif["SourceSerifProIt"],
    "serif-semibold": serif["SourceSerifProSemibold"],
}
LETTERS = {*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ȘșȚț")}
SIGNS = set(map(ord, "‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄€№™←↑→↓−≈≠≤≥"))
FEATURES = ("ccmp", "kern", "liga", "locl", "lnum", "mark", "tnum")


def cut(source: Path, target: Path) -> None:
    """Write the letters and signs of this book from the font ``source`` to ``target``, as WOFF."""
    # The licence keeps the name for the typeface as published; the cut version goes without it.
    options = Options(obfuscate_names=True, hinting=False, layout_features=list(FEATURES))
    with TTFont(source, recalcTimestamp=False) as face:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=LETTERS | SIGNS)
        subsetter.subset(face)
        face.flavor = "woff"
        face.save(target)


def _provide(app, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static", "fonts")
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in FACES.items():
        target = folder / f"{name}.woff"
        if not target.exists() or target.stat().st_mtime < Path(__file__).stat().st_mtime:
            cut(Path(source), target)
            family = name.partition("-")[0]
            shutil.copyfile(Path(source).with_name("LICENSE.txt"), folder / f"{family}-LICENSE.txt")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _provide)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
