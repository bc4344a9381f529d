"""Write all that a reader can take away into dist: python -m bookmaking.release.dist.

dist/site is the site as it was built, with a folder of downloads and links to them: the whole
book, each chapter and two sheets as PDF, the tables as a data package, the site itself, and
checksums. Where all is committed, the archive of the release is next to it (`archive`). A file with
a fault is not offered: the command names the faults and ends. The title page on paper names the
commit.
"""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml
from playwright.sync_api import Error as BrowserError
from sphinx.errors import ConfigError

from bookmaking import site_files
from bookmaking.fresh import RECORD, nothing_changed
from bookmaking.print import book as paper
from bookmaking.print import contents, finish
from bookmaking.print.book import Source
from bookmaking.print.document import PaperError
from bookmaking.print.printing import press
from bookmaking.record import built_from
from bookmaking.release import ReleaseError, archive, offers
from bookmaking.release.archive import NAME, SUMS
from bookmaking.site import page_metadata
from bookmaking.site.page_metadata import Citation
from bookmaking.source import page_numbers
from bookmaking.tables import datapackage
from bookmaking.tools.chromium import ChromiumError
from decentwork.data import DataError
from decentwork.repository import BUILD, ROOT

BOOK, TABLES, SITE = f"{NAME}.pdf", f"{NAME}-tables.zip", f"{NAME}-site.zip"
SHEETS = {"book/brief": f"{NAME}-two-pages.pdf", "book/meeting": f"{NAME}-meeting.pdf"}
"""Pages that are made to be printed, each with the name of the PDF that the page offers."""
LEFT_BY_SPHINX = (".buildinfo*", RECORD)
"""What a build leaves for itself and no reader needs; it holds the date of the build."""
REFUSALS = (ReleaseError, PaperError, ChromiumError, BrowserError, ConfigError, DataError, OSError)
"""What says in a sentence why nothing is offered."""


def citation(root: Path = ROOT) -> Citation:
    """Return what CITATION.cff says of the book."""
    return page_metadata.read_citation(root / page_metadata.SOURCE)


def released(root: Path = ROOT) -> date:
    """Return the date of the book, as CITATION.cff gives it."""
    return date.fromisoformat(citation(root)["date-released"])


def chapters(numbers: page_numbers.Numbers) -> dict[str, str]:
    """Return the name of the PDF of each chapter and sheet, by the name of its page."""
    named = SHEETS | {
        page: f"{NAME}-{number:02d}-{page.rpartition('/')[2].replace('_', '-')}.pdf"
        for page, number in numbers.items()
        if isinstance(number, int)
    }
    return {
        page: name for page, name in named.items() if (BUILD / "html" / f"{page}.html").is_file()
    }


def source(root: Path = ROOT) -> Source:
    """Return what is printed: the built book at ``root``."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    base = (config.get("html") or {}).get("baseurl") or ""
    return Source(
        root / "_build" / "html",
        citation(root),
        contents.of_book(root),
        page_numbers.of_pages(root),
        f"{base.rstrip('/')}/" if base else "",
        known.in_words if (known := built_from.commit(root)) else "",
    )


def print_book(into: Path, names: Mapping[str, str]) -> None:
    """Print the whole book and each chapter into a folder, and say how far that is."""
    printed = source()
    with press() as running:
        print("Printing the whole book, twice, for the numbers in its contents", flush=True)
        paper.whole(printed, running, into / BOOK)
        for number, (page, name) in enumerate(names.items(), 1):
            paper.chapter(printed, page, running, into / name)
            print(f"Printed {number} of {len(names)} pages: {name}", flush=True)


def write_tables(target: Path) -> None:
    """Write the tables as a data package into a zip archive.

    Raises ReleaseError if a table does not follow its description.
    """
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "tables")
        datapackage.write(package)
        if problems := datapackage.faults(package / datapackage.DESCRIPTOR):
            raise ReleaseError("\n".join(problems))
        shutil.copytree(ROOT / "LICENSES", package / "LICENSES")
        archive.pack(package, target, released())


def write(site: Path) -> None:
    """Write the site with its downloads into the folder ``site``.

    Raises ReleaseError or PaperError if a table or a page has a fault.
    """
    names = chapters(page_numbers.of_pages(ROOT))
    shutil.copytree(BUILD / "html", site, ignore=shutil.ignore_patterns(*LEFT_BY_SPHINX))
    downloads = site / offers.FOLDER
    downloads.mkdir()
    write_tables(downloads / TABLES)
    print_book(downloads, names)
    offer(site, names, released())


def offer(site: Path, names: Mapping[str, str], day: date) -> None:
    """Put links to its downloads into a copy of the site, and the copy itself among them.

    The archive of the site holds the other downloads, and all its files are dated ``day``. The link
    to the checksums comes last: it says how large they are with that of the archive.
    """
    downloads = site / offers.FOLDER
    archive.write_sums(downloads)
    for page, name in names.items():
        offers.in_menu(site, page, name)
        if page in SHEETS:
            offers.on_page(site, {"pdf": name}, page)
    offers.on_page(site, {"book": BOOK, "tables": TABLES})
    with tempfile.TemporaryDirectory() as folder:
        archive.pack(site, Path(folder, SITE), day)
        shutil.move(Path(folder, SITE), downloads / SITE)
    archive.write_sums(downloads)
    offers.on_page(site, {"site": SITE, "sums": SUMS})


def main() -> int:
    """Write the site, its downloads and the archive, say where, and return the exit status."""
    if not nothing_changed():
        print("The built book is not that of the sources: run `make book` first.", file=sys.stderr)
        return 1
    dist, known = ROOT / "dist", built_from.commit(ROOT)
    try:
        # In a folder that Git ignores and `make clean` removes: a run that is killed leaves it.
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="dist-") as folder:
            write(Path(folder, "site"))
            site_files.put(Path(folder, "site"), dist / "site")
        made = sorted((dist / "site" / offers.FOLDER).iterdir())
        if known and not known.changed:
            made.append(dist / f"{NAME}-{citation(ROOT)['version']}.zip")
            archive.of_release(dist / "site", made[-1], citation(ROOT), known.in_words, ROOT)
    except REFUSALS as error:
        print(f"{error}\nNot all was written: fix this first.", file=sys.stderr)
        return 1
    for path in made:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    print("To publish, copy dist/site to any server of files.")
    if known and known.changed:
        print(
            f"WARNING: THIS IS NOT {finish.version(citation(ROOT)).upper()}, though its pages say "
            "so: it has changes that are not committed, so no archive was made. Commit them and "
            "run `make dist` again before you publish it.",
            file=sys.stderr,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
