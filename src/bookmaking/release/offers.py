"""The links to what a reader can take away: put into a copy of the site that has the files.

A plain build has no PDFs and no archives. There the page of downloads names them, and the menu of a
chapter lacks its PDF. `make dist` makes the files, copies the site and calls this. So no link leads
to a file that is not there.
"""

import json
import re
from collections.abc import Mapping
from html import escape
from os.path import relpath
from pathlib import Path

from bookmaking.site.research_object import CRATE, as_json

FOLDER = "downloads"
"""The folder of the copy that holds the files."""
PAGE = "book/downloads"
"""The page that names them, each in a span with the class ``offer-<key>``."""
MENU = '<ul class="dropdown-menu">'
"""Where the menu of downloads at the top of a page begins."""
FORMS = {".pdf": "application/pdf", ".zip": "application/zip", "": "text/plain"}
"""The media type of a file, by the end of its name; the checksums have none."""
KILOBYTE, MEGABYTE = 1_000, 1_000_000


class OfferError(Exception):
    """A page has no place for a link; the message says which and what to do."""


def on_page(site: Path, files: Mapping[str, str]) -> None:
    """Turn names of files on the page of downloads into links.

    Parameters
    ----------
    site
        The folder of the copy, which holds the files.
    files
        The name of each file, by the key of its place on the page.

    Raises
    ------
    OfferError
        If the page has no place for one of them.
    """
    page = site / f"{PAGE}.html"
    text = page.read_text(encoding="utf-8")
    for key, name in files.items():
        file = site / FOLDER / name
        place = re.compile(rf'<span class="offer-{key}">(.*?)</span>', re.DOTALL)
        link = f'<a href="{_address(file, page)}" download="">\\1</a> ({_size(file)})'
        text, times = place.subn(link, text)
        if times != 1:
            raise OfferError(
                f"{PAGE} has {times} places for {name}: write its name once as "
                f"[its name]{{.offer-{key}}}."
            )
    page.write_text(text, encoding="utf-8")


def in_menu(site: Path, chapter: str, name: str) -> None:
    """Put the PDF ``name`` into the menu of downloads of a ``chapter``.

    Raises OfferError if the chapter has no such menu.
    """
    page = site / f"{chapter}.html"
    text = page.read_text(encoding="utf-8")
    if MENU not in text:
        raise OfferError(f"{chapter} has no menu of downloads for its PDF: see _templates.")
    file = site / FOLDER / name
    link = (
        f'<li><a href="{_address(file, page)}" download="" class="btn btn-sm dropdown-item" '
        'title="Download this chapter as PDF">'
        '<span class="btn__icon-container"><i class="fas fa-file-pdf"></i></span>'
        '<span class="btn__text-container">PDF</span></a></li>'
    )
    page.write_text(text.replace(MENU, f"{MENU}\n{link}", 1), encoding="utf-8")


def in_crate(site: Path, files: Mapping[str, str]) -> None:
    """List files among what the site holds, in the crate that the build wrote.

    Parameters
    ----------
    site
        The folder of the copy.
    files
        The title of each file, by its name.
    """
    path = site / CRATE
    crate = json.loads(path.read_text(encoding="utf-8"))
    root = next(each for each in crate["@graph"] if each["@id"] == "./")
    for name, title in files.items():
        address = f"{FOLDER}/{name}"
        root.setdefault("hasPart", []).append({"@id": address})
        form = FORMS[Path(name).suffix]
        crate["@graph"].append(
            {"@id": address, "@type": "File", "encodingFormat": form, "name": title}
        )
    path.write_text(as_json(crate), encoding="utf-8")


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE / 10 else f"{-(-size // KILOBYTE)} kB"


def _address(file: Path, page: Path) -> str:
    return escape(Path(relpath(file, page.parent)).as_posix())
