"""The links to what a reader can take away: put into a copy of the site that has the files.

A plain build has no PDFs and no archives. There the page of downloads names them, and the menu of a
chapter lacks its PDF. `make dist` makes the files, copies the site and calls this. So no link leads
to a file that is not there.
"""

import re
from collections.abc import Mapping
from html import escape
from os.path import relpath
from pathlib import Path

from bookmaking.release import ReleaseError

FOLDER = "downloads"
"""The folder of the copy that holds the files."""
PAGE = "book/downloads"
"""The page that names them, each in a span with the class ``offer-<key>``."""
MENU = '<ul class="dropdown-menu">'
"""Where the menu of downloads at the top of a page begins."""


def on_page(site: Path, files: Mapping[str, str], name: str = PAGE) -> None:
    """Turn names of ``files`` on a page into links, by the key of their places.

    ``site`` is the folder of the copy, which holds the files; a place that is hidden in a plain
    build is shown. Raises ReleaseError if the page has no place for one of the files.
    """
    page = site / f"{name}.html"
    text = page.read_text(encoding="utf-8")
    for key, offered in files.items():
        file = site / FOLDER / offered
        size = file.stat().st_size
        told = f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{-(-size // 1000)} kB"
        place = re.compile(rf'<span class="offer-{key}"(?: hidden="")?>(.*?)</span>', re.DOTALL)
        link = f'<a href="{_address(file, page)}" download="">\\1</a> ({told})'
        text, times = place.subn(link, text)
        if times != 1:
            raise ReleaseError(
                f"{name} has {times} places for {offered}: write its name once as "
                f"[its name]{{.offer-{key}}}."
            )
    page.write_text(text, encoding="utf-8")


def in_menu(site: Path, chapter: str, name: str) -> None:
    """Put the PDF ``name`` into the menu of downloads of a ``chapter``.

    Raises ReleaseError if the chapter has no such menu.
    """
    page = site / f"{chapter}.html"
    text = page.read_text(encoding="utf-8")
    if MENU not in text:
        raise ReleaseError(f"{chapter} has no menu of downloads for its PDF: see _templates.")
    link = (
        f'<li><a href="{_address(site / FOLDER / name, page)}" download="" '
        'class="btn btn-sm dropdown-item" title="Download this page as PDF">'
        '<span class="btn__icon-container"><i class="fas fa-file-pdf"></i></span>'
        '<span class="btn__text-container">PDF</span></a></li>'
    )
    page.write_text(text.replace(MENU, f"{MENU}\n{link}", 1), encoding="utf-8")


def _address(file: Path, page: Path) -> str:
    return escape(Path(relpath(file, page.parent)).as_posix())
