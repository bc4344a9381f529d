"""A finished figure as SVG: its text stays text, and nothing is in it that it can do without.

matplotlib writes letters as outlines or with their whole style at each label, and each mark as a
reference to a shape elsewhere. Here text is text, which readers search, select and translate. A
page gives it the typeface of the book; a file that is opened alone names typefaces of about the
same width, and how long each line is, so that no viewer lays letters on each other. Marks are
shapes of their own, so that a page can hold many drawings whose parts have no names; neighbours of
one look are one shape.
"""

import re
from collections.abc import Iterator
from functools import cache
from io import StringIO
from math import ceil, floor
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from decentwork.figures.style import FAMILY, INK

TYPEFACES = f"{FAMILY}, 'Source Sans 3', Open Sans, Segoe UI, Roboto, Arial, sans-serif"
"""The typeface of the book, and what stands in for it where a file is opened alone."""
SIZE = 10
"""Points of most letters."""
SVG = "{http://www.w3.org/2000/svg}"
REFERENCE = "{http://www.w3.org/1999/xlink}href"
PIECE = re.compile(r"M[^M]*")
COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
NUMBER = re.compile(r"-?\d*\.?\d+(?:e-?\d+)?")
URL = re.compile(r"url\(#(.+)\)")
USUAL = {
    "stroke-dashoffset": "0",
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
    "font-size": f"{SIZE}px",
    "text-anchor": "start",
}
"""What a drawing need not say, because it is so unless it says something else."""
ANCHORS = {"left": ("start", 0.0), "center": ("middle", 0.5), "right": ("end", 1.0)}
"""Where the lines of a text are held, and the share of a line that is left of that place."""
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
    'viewBox="0 0 {width} {height}">'
    f'<g fill="{INK}" stroke-linejoin="round" font-family="{TYPEFACES}" font-size="{SIZE}">'
)

SIDES = ("x", "y", "width", "height")
DOTS, DOT = 6, 0.6
"""Points between the dots of a hatch, and their radius."""

Look = dict[str, str]
Commands = list[tuple[str, list[float]]]
Box = tuple[float, float, float, float]


class Hatch(NamedTuple):
    """The ground of a hatch, the look of its lines or dots, and the points between its lines."""

    ground: str
    look: Look
    apart: float | None


class Shape(NamedTuple):
    """A path in absolute commands with its look, and the window outside which it is cut, if any.

    The command "O" is a circle, with its centre and radius.
    """

    commands: Commands
    look: Look
    window: Box | None = None

    @property
    def box(self) -> Box:
        """Return the part of the sheet in which the path is: left, top, right, bottom."""
        across, down = [], []
        for letter, places in self.commands:
            if letter == "O":
                x, y, radius = places
                across += [x - radius, x + radius]
                down += [y - radius, y + radius]
            else:
                across += places[::2]
                down += places[1::2]
        return min(across), min(down), max(across), max(down)

    def joins(self, other: "Shape") -> bool:
        """Return whether both look the same as one path as they do on each other."""
        if self.look != other.look or self.window != other.window:
            return False
        is_line = self.look.get("fill") == "none" and not any("opacity" in key for key in self.look)
        left, top, right, bottom = self.box
        to_left, above, to_right, below = other.box
        return is_line or right < to_left or to_right < left or bottom < above or below < top


def as_svg(drawn: Figure) -> str:
    """Return a figure as SVG that is the same, byte for byte, whenever the same is drawn."""
    for text in drawn.findobj(Text):
        text.set_gid(text.get_ha())
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        drawn.savefig(buffer := StringIO(), format="svg", metadata={"Date": None})
    tree = ElementTree.fromstring(buffer.getvalue())
    width, height = (_short(float(each), 2) for each in tree.get("viewBox").split()[2:])
    kept: list[Shape | str] = []
    for part in _parts(tree, None, Named(tree)):
        last = kept[-1] if kept else None
        if isinstance(part, Shape) and isinstance(last, Shape):
            if len(kept) == 1 and part.look == last.look:
                continue  # the ground of a panel, on that of the sheet
            if last.joins(part) and len(kept) > 1:
                kept[-1] = last._replace(commands=last.commands + part.commands)
                continue
        kept.append(part)
    head = HEAD.format(width=width, height=height)
    return "".join((head, *map(_written, kept), "</g></svg>"))


# ------------------------------------------------------------------ what matplotlib wrote


class Named:
    """What matplotlib writes once and names: windows of panels, shapes of marks, hatches."""

    def __init__(self, tree: ElementTree.Element):
        """Find what a drawing names."""
        self.windows: dict[str, Box] = {}
        self.marks: dict[str, ElementTree.Element] = {}
        self.hatches: dict[str, Hatch] = {}
        for clip in tree.iter(f"{SVG}clipPath"):
            if (window := clip.find(f"{SVG}rect")) is not None:
                x, y, across, down = (float(window.get(key)) for key in SIDES)
                self.windows[clip.get("id")] = (x, y, x + across, y + down)
        for place in tree.iter(f"{SVG}defs"):
            for path in place.iter(f"{SVG}path"):
                self.marks[path.get("id", "")] = path
        for pattern in tree.iter(f"{SVG}pattern"):
            ground, lines = pattern.find(f"{SVG}rect"), pattern.find(f"{SVG}path")
            starts = [places[0] for letter, places in _commands(lines.get("d")) if letter == "M"]
            apart = 2 * (starts[1] - starts[0]) if starts else None  # dots are circles
            self.hatches[pattern.get("id")] = Hatch(ground.get("fill"), _look(lines), apart)


def _parts(element: ElementTree.Element, window: Box | None, named: Named) -> Iterator[Shape | str]:
    """Yield shapes, and texts as they are written, in the order in which they are drawn."""
    for child in element:
        kind = child.tag.removeprefix(SVG)
        clipped = URL.match(child.get("clip-path", ""))
        inside = named.windows[clipped[1]] if clipped else window
        look = _look(child)
        if kind == "g":
            yield from _parts(child, inside, named)
        elif kind == "text":
            yield _text(child, look, element.get("id", ""))
        elif kind == "path" and child.get("d"):  # an axis that is switched off has an empty one
            shape = _within(Shape(_commands(child.get("d")), look), inside)
            hatched = URL.match(look.get("fill", ""))
            yield from _hatched(shape, named.hatches[hatched[1]]) if hatched else [shape]
        elif kind == "use":
            mark = named.marks[child.get(REFERENCE)[1:]]
            x, y = float(child.get("x", 0)), float(child.get("y", 0))
            shape = Shape(_moved(_commands(mark.get("d")), x, y), _look(mark) | look)
            # A mark whose place is in its panel is whole, also at the edge.
            yield shape._replace(window=_within(Shape([("M", [x, y])], {}), inside).window)


def _look(element: ElementTree.Element) -> Look:
    """Return the style of an element, without what is usual."""
    pairs = (each.split(":", 1) for each in (element.get("style") or "").split(";") if each.strip())
    look = {}
    for key, value in ((key.strip(), value.strip()) for key, value in pairs):
        if value[0] == "#" or value.startswith("url"):
            look[key] = value
        elif key != "font-family" and USUAL.get(key) != value:
            look[key] = NUMBER.sub(lambda found: _short(float(found[0]), 2), value)
    return look


def _commands(path: str) -> Commands:
    """Return the commands of a path, eight curves as the circle that they are."""
    found: Commands = []
    for piece in PIECE.findall(path):
        commands = [
            (letter, [float(each) for each in NUMBER.findall(places)])
            for letter, places in COMMAND.findall(piece)
        ]
        if [letter for letter, _ in commands] == ["M", *"CCCCCCCC", "z"]:
            left, top, right, bottom = Shape(commands, {}).box
            if abs((right - left) - (bottom - top)) < 0.01:
                commands = [("O", [(left + right) / 2, (top + bottom) / 2, (right - left) / 2])]
        found += commands
    return found


def _moved(commands: Commands, x: float, y: float) -> Commands:
    by = (x, y, 0)
    return [
        (letter, [place + by[which if letter == "O" else which % 2]
                  for which, place in enumerate(places)])
        for letter, places in commands
    ]  # fmt: skip


def _hatched(shape: Shape, hatch: Hatch) -> Iterator[Shape]:
    """Yield a bar on its ground, and the lines or dots of its hatch.

    A pattern would need a name, and would be gone where the drawing that has it is hidden.
    """
    yield shape._replace(look=shape.look | {"fill": hatch.ground})
    left, top, right, bottom = shape.box
    drawn: Commands = []
    if hatch.apart is None:
        for row in range(ceil((top + DOT) / DOTS), floor((bottom - DOT) / DOTS) + 1):
            start = (row % 2) * DOTS / 2
            first, last = (ceil((left + DOT - start) / DOTS), floor((right - DOT - start) / DOTS))
            drawn += [("O", [start + number * DOTS, row * DOTS, DOT])
                      for number in range(first, last + 1)]  # fmt: skip
    else:
        for number in range(
            ceil((left + top) / hatch.apart), floor((right + bottom) / hatch.apart) + 1
        ):
            both = number * hatch.apart  # of the places across and down, on a line that rises
            start, end = max(left, both - bottom), min(right, both - top)
            drawn += [("M", [start, both - start]), ("L", [end, both - end])]
    if drawn:
        yield Shape(drawn, hatch.look | ({} if hatch.apart is None else {"fill": "none"}))


def _within(shape: Shape, window: Box | None) -> Shape:
    """Return a shape with its window, unless it is in it anyway."""
    if window is None:
        return shape
    left, top, right, bottom = shape.box
    inside = (
        left >= window[0] - 1 and top >= window[1] - 1
        and right <= window[2] + 1 and bottom <= window[3] + 1
    )  # fmt: skip
    return shape if inside else shape._replace(window=window)


# ------------------------------------------------------------------ what is written


def _text(element: ElementTree.Element, look: Look, alignment: str) -> str:
    """Return one line of text, held where its lines are held if there are several."""
    words = element.text or ""
    size = float(look.get("font-size", f"{SIZE}px").removesuffix("px"))
    weight = look.get("font-weight", "400")
    length = _length(words, size, int(weight))
    numbers = [float(each) for each in NUMBER.findall(element.get("transform"))]
    if element.get("x"):
        x, y, turn = float(element.get("x")), float(element.get("y")), numbers[0]
    else:
        x, y, turn = [*numbers, 0.0][:3]
        if not turn and alignment in ANCHORS:
            look["text-anchor"], share = ANCHORS[alignment]
            x += share * length
    said = {"x": _short(x), "y": _short(y)}
    said |= {
        key: value.removesuffix("px")
        for key, value in look.items()
        if value not in ("start", INK)  # as around it
    }
    if turn:
        said["transform"] = f"rotate({_short(turn)} {said['x']} {said['y']})"
    if len(words) > 1:
        said |= {"textLength": _short(length), "lengthAdjust": "spacingAndGlyphs"}
    return f"<text{_attributes(said)}>{escape(words)}</text>"


@cache
def _length(words: str, size: float, weight: int) -> float:
    """Return how many points long a line is in the typeface of the book."""
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(words, font, ismath=False)[0]


def _written(part: Shape | str) -> str:
    """Return a part as it is in the file."""
    if isinstance(part, str):
        return part
    path = f'<path d="{_path(part.commands)}"{_attributes(part.look)}/>'
    if part.window is None:
        return path
    left, top, right, bottom = part.window
    place = " ".join(map(_short, (left, top, right - left, bottom - top)))
    x, y, width, height = place.split()
    # A window needs no name, as a clipping path would.
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{place}">{path}</svg>'


def _path(commands: Commands) -> str:
    """Return commands in short: how far they lead from the place before, in tenths of a point."""
    written, here, start = [], (0, 0), (0, 0)
    for letter, places in commands:
        tenths = [round(place * 10) for place in places]
        if letter == "O":
            x, y, radius = tenths
            r, across = _tenths(radius), _tenths(2 * radius)
            half = f"{r} {r} 0 1 0"
            written.append(f"M{_joined([x - radius, y])}a{half} {across} 0 {half}-{across} 0z")
            here = start = (x - radius, y)
            continue
        if letter == "z":
            written.append("z")
            here = start
            continue
        by = [place - here[which % 2] for which, place in enumerate(tenths)]
        if letter == "M":
            written.append(f"M{_joined(tenths)}")
            start = tuple(tenths)
        elif letter == "L" and not by[0]:
            written.append(f"v{_tenths(by[1])}")
        elif letter == "L" and not by[1]:
            written.append(f"h{_tenths(by[0])}")
        else:
            written.append(letter.lower() + _joined(by))
        here = tuple(tenths[-2:])
    return "".join(written)


def _attributes(given: Look) -> str:
    return "".join(f" {key}={quoteattr(value)}" for key, value in given.items())


def _joined(tenths: list[int]) -> str:
    """Return numbers with a blank between them where they would run into each other."""
    written = ""
    for number in tenths:
        text = _tenths(number)
        written += text if not written or text[0] == "-" else f" {text}"
    return written


def _tenths(number: int) -> str:
    return _short(number / 10)


def _short(number: float, decimals: int = 1) -> str:
    """Return a number with few decimals and no idle zero."""
    text = f"{number:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{number:.0f}"
    return "0" if text in ("", "-0") else text
