"""Drawings as pictures of pixels (PNG), for slides and for programs that read no SVG.

A drawing on a page stands between its headline and its caption. A picture leaves the page, so it
holds what nobody may lose: headline, measure, number, sources. resvg draws it after the pages are
written. matplotlib would take longer, and the kept notebooks would hold the pictures. One that was
made from the same is not made again.
"""

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTFont

from bookmaking import fresh, site_files
from bookmaking.directives import numbering
from bookmaking.directives.exhibit import ExhibitDomain
from bookmaking.directives.exhibit_content import DOWNLOADS, VIEW_BOX
from bookmaking.site.fonts import TEXT_FACES
from bookmaking.site.remembered import Remembered

WIDTH = 1000
"""Pixels of a picture. More cost time: 1,280 would take half as long again."""
MARGIN = 8.0
"""Points beside the words."""
OPENING = re.compile(r"<svg\b[^>]*>")
FAMILY = "Source Sans Pro"
MOST_LETTERS = 300
"""Letters of the names of sources that stand below a drawing; of more it says only the number."""
PROCESSES = 2
FEW = 8
"""So many pictures are drawn sooner than other processes start."""


class Words(NamedTuple):
    """What stands around a drawing in its picture."""

    headline: str
    subtitle: str
    below: str


class Form(NamedTuple):
    """How words look: their face (see `fonts`), weight, size and distance of lines in points."""

    face: str
    weight: int
    size: float
    line: float
    colour: str


FORMS = Words(
    headline=Form("sans-semibold", 600, 13.5, 16.5, "#1d2433"),
    subtitle=Form("sans-regular", 400, 10.5, 13.5, "#565d6b"),
    below=Form("sans-regular", 400, 8.0, 10.5, "#565d6b"),
)


def with_words(svg: str, words: Words) -> str:
    """Return a drawing with its words above and below it."""
    width, height = map(float, VIEW_BOX.search(svg).groups())
    parts, top = [], MARGIN
    for place, (text, form) in enumerate(zip(words, FORMS, strict=True)):
        if place == len(words) - 1:
            parts.append(_placed(svg.strip(), top))
            top += height
        for line in wrapped(text, form, width - 2 * MARGIN):
            top += form.line
            parts.append(
                f'<text x="{MARGIN}" y="{top - 0.25 * form.line:.2f}" font-family="{FAMILY}" '
                f'font-weight="{form.weight}" font-size="{form.size}" fill="{form.colour}">'
                f"{escape(line)}</text>"
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
        if lines and _points(longer, form) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _points(text: str, form: Form) -> float:
    widths, units = _widths(form.face)
    return sum(widths.get(ord(letter), units / 2) for letter in text) * form.size / units


@cache
def _widths(face: str) -> tuple[dict[int, int], int]:
    """Return how wide each letter of a face is, by its code point, and how many units an em has."""
    with TTFont(TEXT_FACES[face]) as font:
        advances = font["hmtx"]
        widths = {code: advances[name][0] for code, name in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm


def _placed(svg: str, top: float) -> str:
    """Return what a drawing holds, at ``top``.

    A drawing within a drawing would be clipped at its edge, which doubles the time.
    """
    inside = OPENING.sub("", svg, count=1).removesuffix("</svg>")
    return f'<g transform="translate(0 {top:.2f})">{inside}</g>'


def as_png(svg: str) -> bytes:
    """Return a drawing as a picture on white, `WIDTH` pixels wide."""
    import resvg_py  # here, because a build in which no drawing changed does without

    faces = sorted({form.face for form in FORMS})
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=WIDTH,
        dpi=96,
        background="white",
        skip_system_fonts=True,
        font_files=[str(TEXT_FACES[face]) for face in faces],
    )


def write(folder: Path, words: Mapping[str, Words], memory: Path) -> list[str]:
    """Write a picture beside each drawing in ``folder`` that is new or has changed.

    Parameters
    ----------
    folder
        The folder of the drawings.
    words
        The words of each picture, by the name of the figure. Other drawings get no picture, such as
        those for phones.
    memory
        The file that keeps from what the pictures were made.

    Returns
    -------
    The figures of which a picture was made.
    """
    drawings = {
        name: (folder / f"{name}.svg").read_text(encoding="utf-8") for name in sorted(words)
    }
    code = Path(__file__).read_text(encoding="utf-8")
    form = fresh.digest([code, fresh.environment()])
    made_from = {
        name: fresh.digest([form, words[name], svg]) for name, svg in drawings.items()
    }
    kept = Remembered(memory)
    changed = [
        name
        for name in drawings
        if kept.values.get(name) != made_from[name] or not (folder / f"{name}.png").is_file()
    ]
    # What is about to be drawn counts as not drawn until all of it is written: an earlier memory
    # would take a picture of another drawing for the right one if the build is killed in between.
    kept.values = {name: made_from[name] for name in drawings if name not in changed}
    if changed:
        kept.save()
    new = {name: with_words(drawings[name], words[name]) for name in changed}
    for name, png in _drawn(new).items():
        site_files.replace(folder / f"{name}.png", png)
    for path in folder.glob("*.png"):
        if path.stem not in drawings:
            path.unlink()
    kept.values = made_from
    kept.save()
    return changed


def _drawn(drawings: Mapping[str, str]) -> dict[str, bytes]:
    if len(drawings) <= FEW:
        return {name: as_png(svg) for name, svg in drawings.items()}
    # Started afresh: a copy of this process would copy all that it knows of the book.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        pictures = processes.map(as_png, drawings.values(), chunksize=4)
        return dict(zip(drawings, pictures, strict=True))


def below(called: str, book: Mapping[str, str], names: Iterable[str]) -> str:
    """Return what stands below a drawing: its number, its book, and the names of its sources."""
    title = book["title"].partition(":")[0]
    version = f", version {book['version']}" if "version" in book else ""
    listed = "; ".join(dict.fromkeys(names))
    if len(listed) > MOST_LETTERS:
        listed = f"{len(set(names))} sources, which the page of the figure names"
    return f"{called}, {title}{version}. Source: {listed}."


def _write(app, exception: Exception | None) -> None:
    folder = Path(app.outdir, DOWNLOADS)
    if exception is not None or app.builder.format != "html" or not folder.is_dir():
        return
    words = {}
    for page, figures in app.env.get_domain(ExhibitDomain.name).words.items():
        called = numbering.called(app.env, page)
        for name, (headline, subtitle, names) in figures.items():
            small = below(called.get(name, name), app.config.citation_metadata, names)
            words[name] = Words(headline, subtitle, small)
    write(folder, words, Path(app.doctreedir, "pictures.json"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _write, priority=600)  # after the drawings are in the site
    return {"parallel_read_safe": True, "parallel_write_safe": True}
