"""Drawings as pictures of pixels (PNG), for slides and for programs that read no SVG.

A drawing on a page has its headline above and its caption below. A picture leaves the page, so it
holds what nobody may lose: headline, measure, number, sources. resvg draws it when the pages are
written: matplotlib would draw each figure twice in its notebook, and without these words.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

import resvg_py
from joblib import Memory, Parallel, delayed
from PIL import ImageFont

from bookmaking import site_files
from bookmaking.directives import numbering
from bookmaking.directives.exhibit import WORDS
from bookmaking.directives.exhibit_content import DOWNLOADS, VIEW_BOX
from bookmaking.directives.page_notes import notes
from bookmaking.site.typefaces import file_of

WIDTH = 1000
"""Pixels of a picture."""
MARGIN = 8.0
"""Points at the left and the right of the words."""
OPENING = re.compile(r"<svg\b[^>]*>")
MOST_LETTERS = 300
"""Letters of the names of sources below a drawing; of more it says only the number."""


class Form(NamedTuple):
    """How words look: face (see `typefaces`), weight, size and distance of lines in points."""

    face: str
    weight: int
    size: float
    line: float
    colour: str


BELOW = Form("sans-regular", 400, 8.0, 10.5, "#565d6b")
FORMS = (Form("sans-semibold", 600, 13.5, 16.5, "#1d2433"),
         Form("sans-regular", 400, 10.5, 13.5, "#565d6b"), BELOW)  # fmt: skip
"""Of the headline, of the subtitle, and of what is below the drawing."""


def with_words(svg: str, words: Iterable[str]) -> str:
    """Return a drawing with its ``words``: headline, subtitle, and what is below it."""
    width, height = map(float, VIEW_BOX.search(svg).groups())
    parts, top = [], MARGIN
    for text, form in zip(words, FORMS, strict=True):
        if form is BELOW:
            # A drawing within a drawing would be clipped at its edge, which doubles the time.
            inside = OPENING.sub("", svg.strip(), count=1).removesuffix("</svg>")
            parts.append(f'<g transform="translate(0 {top:.2f})">{inside}</g>')
            top += height
        for line in wrapped(text, form, width - 2 * MARGIN):
            top += form.line
            parts.append(
                f'<text x="{MARGIN}" y="{top - 0.25 * form.line:.2f}" '
                f'font-family="Source Sans Pro" font-weight="{form.weight}" '
                f'font-size="{form.size}" fill="{form.colour}">{escape(line)}</text>'
            )
        top += 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" '
        f'viewBox="0 0 {width} {top:.2f}">{"".join(parts)}</svg>'
    )


def wrapped(text: str, form: Form, width: float) -> list[str]:
    """Return the lines of a text that are at most ``width`` points wide."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _measure(form.face).getlength(longer) * form.size / 1000 <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _measure(face: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file_of(face), 1000)


def as_png(svg: str, _version: str = "") -> bytes:
    """Return a drawing as a picture on white, `WIDTH` pixels wide, by a version of resvg."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=WIDTH,
        dpi=96,
        background="white",
        skip_system_fonts=True,
        font_files=[str(file_of(face)) for face in sorted({form.face for form in FORMS})],
    )


def below(called: str, book: Mapping[str, str], names: Iterable[str]) -> str:
    """Return what is below a drawing: its number, its book, and the names of its sources."""
    title = book["title"].partition(":")[0]
    version = f", version {book['version']}" if "version" in book else ""
    listed = "; ".join(dict.fromkeys(names))
    if len(listed) > MOST_LETTERS:
        listed = f"{len(set(names))} sources, which the page of the figure names"
    return f"{called}, {title}{version}. Source: {listed}."


def _write(app, exception: Exception | None) -> None:
    """Draw what no build drew before, side by side; drawings for phones get no picture."""
    folder = Path(app.outdir, DOWNLOADS)
    if exception is not None or app.builder.format != "html" or not folder.is_dir():
        return
    svgs = {}
    for page, figures in notes(app.env, WORDS).items():
        called = numbering.called(app.env, page)
        for name, (headline, subtitle, names) in figures.items():
            small = below(called.get(name, name), app.config.citation_metadata, names)
            svg = (folder / f"{name}.svg").read_text(encoding="utf-8")
            svgs[folder / f"{name}.png"] = with_words(svg, (headline, subtitle, small))
    kept = Memory(Path(app.doctreedir, "pictures"), verbose=0)
    draw = delayed(kept.cache(as_png))
    pictures = Parallel(n_jobs=-1)(draw(svg, resvg_py.__version__) for svg in svgs.values())
    kept.reduce_size(items_limit=2 * len(svgs))
    site_files.write_all(dict(zip(svgs, pictures, strict=True)), folder.glob("*.png"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _write, priority=600)  # after the drawings are in the site
    return {"parallel_read_safe": True, "parallel_write_safe": True}
