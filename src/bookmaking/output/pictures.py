"""Drawings as pictures of pixels (PNG), for slides and for programs that read no SVG.

resvg draws them after the pages are written. matplotlib would take longer, and the kept notebooks
would hold them. A drawing that is as it was is not drawn again.
"""

import json
import zlib
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bookmaking.pages.exhibit_content import DOWNLOADS

WIDTH = 1280
"""Pixels of a picture: 200 for an inch of a figure on a page."""
NARROW = "-narrow.svg"
PROCESSES = 2
FEW = 8
"""So many pictures are drawn sooner than other processes start."""


def as_png(svg: str) -> bytes:
    """Return a drawing as a picture on white, `WIDTH` pixels wide.

    Letters are outlines in the drawings of this book, so no typeface of the machine is looked for.
    """
    import resvg_py  # here, because a build in which no drawing changed does without

    return resvg_py.svg_to_bytes(
        svg_string=svg, width=WIDTH, dpi=96, background="white", skip_system_fonts=True
    )


def write(folder: Path, memory: Path) -> list[str]:
    """Write a picture beside each drawing in ``folder`` that is new or has changed.

    Parameters
    ----------
    folder
        The folder of the drawings. Those for phones get no picture.
    memory
        The file that keeps from which drawings the pictures were made.

    Returns
    -------
    The names of the drawings that were drawn.
    """
    drawings = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*.svg"))
        if not path.name.endswith(NARROW)
    }
    made_from = {name: zlib.crc32(svg.encode()) for name, svg in drawings.items()}
    before = json.loads(memory.read_text(encoding="utf-8")) if memory.is_file() else {}
    changed = [
        name
        for name in drawings
        if before.get(name) != made_from[name] or not _picture(folder, name).is_file()
    ]
    for name, png in _drawn({name: drawings[name] for name in changed}).items():
        _picture(folder, name).write_bytes(png)
    kept = {_picture(folder, name) for name in drawings}
    for path in folder.glob("*.png"):
        if path not in kept:
            path.unlink()
    memory.write_text(json.dumps(made_from), encoding="utf-8")
    return changed


def _picture(folder: Path, drawing: str) -> Path:
    return (folder / drawing).with_suffix(".png")


def _drawn(drawings: Mapping[str, str]) -> dict[str, bytes]:
    if len(drawings) <= FEW:
        return {name: as_png(svg) for name, svg in drawings.items()}
    # Started afresh: a copy of this process would copy all that it knows of the book.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        pictures = processes.map(as_png, drawings.values(), chunksize=4)
        return dict(zip(drawings, pictures, strict=True))


def _write(app, exception: Exception | None) -> None:
    folder = Path(app.outdir, DOWNLOADS)
    if exception is None and app.builder.format == "html" and folder.is_dir():
        write(folder, Path(app.doctreedir, "pictures.json"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", _write, priority=600)  # after the drawings are in the site
    return {"parallel_read_safe": True, "parallel_write_safe": True}
