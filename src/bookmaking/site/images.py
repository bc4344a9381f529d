"""Pictures that keep their place while they load, and load when they are about to be seen.

A browser that knows width and height of a picture leaves room for it, so that the text below does
not move when it comes. What a page says itself of a picture stays.
"""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote, urlsplit

from PIL import Image

IMAGE = re.compile(r"""<img\b(?P<inside>(?:[^>"']|"[^"]*"|'[^']*')*?)\s*/?>""")
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
LENGTH = re.compile(r"([\d.]+)(px|pt|in|mm|cm)?$")
PIXELS = {"px": 1, "pt": 96 / 72, "in": 96, "mm": 96 / 25.4, "cm": 96 / 2.54}


class SizeError(Exception):
    """A picture whose size cannot be told; the message says which, why, and what to do."""


def size(path: Path) -> tuple[int, int]:
    """Return width and height of the picture at ``path`` in pixels of a page.

    Raises SizeError if the file does not say them.
    """
    if path.suffix.lower() != ".svg":
        with Image.open(path) as picture:
            return picture.size
    drawing = ElementTree.parse(path).getroot()
    lengths = [LENGTH.match(drawing.get(side, "")) for side in ("width", "height")]
    if all(lengths):
        return tuple(round(float(one[1]) * PIXELS[one[2] or "px"]) for one in lengths)
    box = drawing.get("viewBox", "").replace(",", " ").split()
    if len(box) != 4:
        raise SizeError(
            f"{path.name} says neither width and height nor viewBox: write one of them."
        )
    return round(float(box[2])), round(float(box[3]))


def sized(page: str, folder: Path) -> str:
    """Return the HTML of a ``page`` in ``folder`` with width, height and loading of each picture.

    Pictures without a file of their own (``data:``), or whose file is missing, stay as they are.
    """

    def image(found: re.Match[str]) -> str:
        known = {name: one or other for name, one, other in ATTRIBUTE.findall(found["inside"])}
        file = folder / unquote(urlsplit(known.get("src", "")).path)
        if known.get("src", "data:").startswith("data:") or not file.is_file():
            return found[0]
        missing = {"loading": "lazy"}
        if not {"width", "height"} & known.keys():
            width, height = size(file)
            missing |= {"width": str(width), "height": str(height)}
        added = "".join(
            f' {name}="{value}"' for name, value in sorted(missing.items()) if name not in known
        )
        return f"<img{found['inside'].rstrip()}{added} />"

    return IMAGE.sub(image, page)
