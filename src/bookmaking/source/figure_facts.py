"""Words of a figure and its values: counts of marks, who is first or last, and colours.

What an author writes about a figure is compared with the values that it offers and with its
drawing, when its page is made and, with what the last build drew, by the check of figures.
"""

import colorsys
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from bookmaking.source.number_words import numbers_in

MARKS = (
    r"(?:(?!per\b|of\b|in\b|and\b|by\b)[\w-]+ ){0,2}?"
    r"(?:bars|rows|dots|columns|lines|series|marks|points|tiles|steps|States|judgments|documents)\b"
)
GRID = re.compile(r"grid of ([\w-]+) [\w' -]+? (?:by|and) ([\w-]+) ", re.IGNORECASE)
FIRST = re.compile(r"\b(?:highest|largest|longest|greatest|fullest)\b")
LAST = re.compile(r"\b(?:lowest|smallest|shortest|fewest)\b")
NOT_OF_ALL = re.compile(r"est of \w+ named|\b(?:distance|difference|gap|change)\b")
NO_VALUES = ("source", "locator", "grade", "read_in", "note")
NAME = re.compile(r"[^\W\d_]{3}")
ROLE = re.compile(r"\{[\w:]+\}`[^`]*`")
COLOURS = {"red": (345, 372), "orange": (14, 48), "green": (90, 160), "blue": (195, 255),
           "purple": (270, 340)}  # fmt: skip
"""The hues of the colours that words name, in degrees; grey and black have none."""
HEX = re.compile(r"#[0-9a-f]{6}\b")


def astray(alt: str, words: str, values: str, drawing: str, names: dict[str, str]) -> list[str]:
    """Return what the words of a figure say and neither its values nor its drawing bear out.

    Parameters
    ----------
    alt
        The alternative text.
    words
        Headline, subtitle and caption.
    values
        The values that the figure offers, as CSV.
    drawing
        The drawing, as SVG.
    names
        The codes of States by their names.
    """
    head, *rows = csv.reader(io.StringIO(values))
    kept = [place for place, column in enumerate(head) if column not in NO_VALUES]
    columns = {head[place]: [row[place] for row in rows] for place in kept}
    alt = ROLE.sub("…", alt)
    found = [*_miscounted(alt, columns), *_misplaced(alt, columns, names)]
    hues = {_hue(colour) for colour in set(HEX.findall(drawing))} - {None}
    for colour, (least, most) in COLOURS.items():
        drawn = any(least <= hue <= most or least <= hue + 360 <= most for hue in hues)
        if re.search(rf"\b{colour}\b", f"{alt} {words}", re.I) and not drawn:
            found.append(f"speak of {colour}, and the drawing has no such colour")
    return found


def _hue(colour: str) -> float | None:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    return 360 * hue if saturation > 0.2 else None


def _miscounted(alt: str, columns: dict[str, list[str]]) -> Iterator[str]:
    """Yield how many marks the text begins with, if nothing in the values is so many."""
    counts = _counts(columns)
    first = alt.split(". ")[0]
    grid = GRID.search(first)
    said = [each for each in numbers_in(first) if each.values and not each.digits]
    for number in said[: 2 if grid else 1]:
        many = min(number.values)
        counted = grid or re.match(rf" {MARKS}", first[number.end :])
        if counted and not number.kind and many >= 3 and many not in counts:
            yield (
                f"say “{first[number.start : number.start + 40]}…”, and its values have "
                f"{len(next(iter(columns.values())))} rows"
            )


def _counts(columns: dict[str, list[str]]) -> set[float]:
    """Return how many rows, columns, different cells and cells of one kind there are."""
    found: set[float] = {len(columns), len(columns) - 1}
    short = [cells for cells in columns.values() if len(set(cells)) <= 12]
    for cells in columns.values():
        filled = [cell for cell in cells if cell]
        found |= {len(cells), len(filled), len(set(filled))}
    for one in short:
        found |= set(map(float, Counter(one).values()))
    numeric = [c for c in columns.values() if any(map(_number, c))]
    found |= {len(numeric), len(numeric) - 1}
    return found


def _misplaced(alt: str, columns: dict[str, list[str]], names: dict[str, str]) -> Iterator[str]:
    """Yield who is said to be first or last, and is so by no number of the values."""
    labels = {
        cell: place
        for cells in columns.values()
        for place, cell in reversed([*enumerate(cells)])
        if NAME.search(cell) and cells.count(cell) == 1
    }
    by_name = {name: labels[code] for name, code in names.items() if code in labels} | labels
    numbers = [
        [(_number(cell), place) for place, cell in enumerate(cells) if _number(cell) is not None]
        for cells in columns.values()
    ]
    for clause in re.split(r"[.;:] |, (?:then|but|while|and) ", alt):
        lower = clause.lower()  # compiling an expression for each name takes seconds
        said = {
            place
            for name, place in by_name.items()
            if name.lower() in lower and re.search(rf"\b{re.escape(name)}\b", clause, re.I)
        }
        for words, rivals, from_the_top in ((FIRST, LAST, True), (LAST, FIRST, False)):
            word = words.search(clause)
            if rivals.search(clause) or NOT_OF_ALL.search(clause):
                continue
            if not (word and 1 <= len(said) <= 3):
                continue
            ranked = [sorted(column, reverse=from_the_top) for column in numbers if len(column) > 2]
            tops = [{place for _, place in column[: len(said)]} for column in ranked]
            if tops and said not in tops:
                yield f"say “{clause.strip()}”, and no number of the values is {word[0]} there"


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
