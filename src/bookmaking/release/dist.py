"""Write all that a reader can take away into dist/site: python -m bookmaking.release.dist.

That is the site as it was built, with a folder of downloads and links to them: the whole book and
each chapter as PDF, the tables as a data package, the site itself, and checksums. A file with a
fault is not offered: the command names the faults and ends. The title page on paper names the
commit. The same site, tables and commit give the same archives: files are in the order of their
names, and all have the date that CITATION.cff gives the book. What was made from the same book
stays as it is, so `make archive` after `make dist` prints nothing again.
"""

import hashlib
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import yaml
from playwright.sync_api import Error as BrowserError
from sphinx.errors import ConfigError

from bookmaking import site_files
from bookmaking.fresh import nothing_changed
from bookmaking.print import book as paper
from bookmaking.print import contents, document, faults, finish
from bookmaking.print.book import Source
from bookmaking.print.printing import press
from bookmaking.record import built_from
from bookmaking.release import offers
from bookmaking.site import page_metadata
from bookmaking.site.page_metadata import Citation
from bookmaking.source import page_numbers
from bookmaking.tables import datapackage
from bookmaking.tools import machine
from bookmaking.tools.chromium import ChromiumError
from decentwork.data import DataError
from decentwork.repository import BUILD, ROOT

NAME = "decent-work-and-social-justice"
BOOK, TABLES, SITE = f"{NAME}.pdf", f"{NAME}-tables.zip", f"{NAME}-site.zip"
SUMS = "SHA256SUMS"
# What a build leaves for itself and no reader needs; it holds the date of the build.
LEFT_BY_SPHINX = (".buildinfo", ".buildinfo.bak")


class DistError(Exception):
    """Something must not be given to readers; each line of the message says what and why."""


MADE_BY = ("print", "release", "tables")
"""The code that makes the downloads, as folders of the package."""
REFUSALS = (
    DistError,
    paper.PaperError,
    offers.OfferError,
    DataError,
    BrowserError,
    ConfigError,
)
"""What says in a sentence why nothing is offered."""


def archive(folder: Path, target: Path, day: date) -> None:
    """Write the files of a folder into the zip archive ``target``, all dated ``day``."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for path in files:
            name = f"{target.stem}/{path.relative_to(folder).as_posix()}"
            member = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(member, path.read_bytes())


def citation(root: Path = ROOT) -> Citation:
    """Return what CITATION.cff says of the book."""
    return page_metadata.read_citation(root / page_metadata.SOURCE)


def released(root: Path = ROOT) -> date:
    """Return the date of the book, as CITATION.cff gives it."""
    return date.fromisoformat(citation(root)["date-released"])


def chapters(numbers: page_numbers.Numbers) -> dict[str, str]:
    """Return the name of the PDF of each chapter, by the name of its page."""
    return {
        page: f"{NAME}-{number:02d}-{page.rpartition('/')[2].replace('_', '-')}.pdf"
        for page, number in numbers.items()
        if isinstance(number, int) and (BUILD / "html" / f"{page}.html").is_file()
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


def print_whole(pdf: Path) -> list[str]:
    """Print the whole book, and return what is wrong with the PDF."""
    with press() as running:
        expected = paper.whole(source(), running, pdf, say)
    return faults.of_pdf(pdf, expected)


def say(progress: str) -> None:
    """Say at once how far the printing is, which takes minutes."""
    print(progress, flush=True)


def print_chapters(into: Path, names: Mapping[str, str]) -> list[str]:
    """Print each chapter, and return what is wrong with the PDFs."""
    found = []
    with press() as running:
        for number, (page, name) in enumerate(names.items(), 1):
            expected = paper.chapter(source(), page, running, into / name)
            found += faults.of_pdf(into / name, expected)
            say(f"Printed {number} of {len(names)} chapters: {name}")
    return found


def write_tables(target: Path) -> None:
    """Write the tables as a data package into a zip archive.

    Raises DistError if a table does not follow its description.
    """
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "tables")
        datapackage.write(package)
        if problems := datapackage.faults(package / datapackage.DESCRIPTOR):
            raise DistError("\n".join(problems))
        shutil.copytree(ROOT / "LICENSES", package / "LICENSES")
        archive(package, target, released())


def write_sums(folder: Path) -> None:
    """Write the checksum of each file of a folder, in the form that ``sha256sum --check`` reads."""
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def write(site: Path) -> None:
    """Write the site with its downloads into the folder ``site``.

    The whole book and its chapters are printed side by side. Raises DistError if a PDF or a table
    has a fault.
    """
    names = chapters(page_numbers.of_pages(ROOT))
    shutil.copytree(BUILD / "html", site, ignore=shutil.ignore_patterns(*LEFT_BY_SPHINX))
    downloads = site / offers.FOLDER
    downloads.mkdir()
    with ProcessPoolExecutor(2) as pool:
        whole = pool.submit(print_whole, downloads / BOOK)
        each = pool.submit(print_chapters, downloads, names)
        write_tables(downloads / TABLES)
        if found := [*whole.result(), *each.result()]:
            raise DistError("\n".join(found))
    offer(site, names, released())


def offer(site: Path, names: Mapping[str, str], day: date) -> None:
    """Put links to its downloads into a copy of the site, and the copy itself among them.

    The archive of the site holds the other downloads, and all its files are dated ``day``. The link
    to the checksums comes last: it says how large they are with that of the archive.
    """
    downloads = site / offers.FOLDER
    write_sums(downloads)
    for page, name in names.items():
        offers.in_menu(site, page, name)
    offers.on_page(site, {"book": BOOK, "tables": TABLES})
    chapters_in_words = {
        name: f"{document.read(site, page).title} (PDF)" for page, name in names.items()
    }
    whole = {BOOK: "The whole book (PDF)", TABLES: "The tables (data package)", SUMS: "Checksums"}
    offers.in_crate(site, whole | chapters_in_words)
    with tempfile.TemporaryDirectory() as folder:
        archive(site, Path(folder, SITE), day)
        shutil.move(Path(folder, SITE), downloads / SITE)
    write_sums(downloads)
    offers.on_page(site, {"site": SITE, "sums": SUMS})
    offers.in_crate(site, {SITE: "The site"})


def unlike_the_release(root: Path = ROOT) -> str:
    """Return a sentence on changes that are not committed; "" if there are none."""
    known = built_from.commit(root)
    if known is None or not known.changed:
        return ""
    return (
        f"WARNING: THIS IS NOT {finish.version(citation(root)).upper()}, though its pages say so: "
        "it has changes that are not committed. Commit them and run `make dist` again before you "
        "publish it."
    )


def is_current(site: Path, root: Path = ROOT) -> bool:
    """Tell whether the folder ``site`` was made from the built book and the code as they are."""
    sums = site / offers.FOLDER / SUMS
    if not sums.is_file():
        return False
    made_from = [root / "CITATION.cff", root / "LICENSES", root / "_build" / "html"]
    made_from += [root / "data", *(root / "src" / "bookmaking" / each for each in MADE_BY)]
    newest = max(
        (each.stat().st_mtime for place in made_from for each in [place, *place.rglob("*")]
         if each.is_file()), default=0,
    )  # fmt: skip
    return newest < sums.stat().st_mtime


def main() -> int:
    """Write the site and its downloads, say where they are, and return the exit status."""
    if not nothing_changed():
        print("The built book is not that of the sources: run `make book` first.", file=sys.stderr)
        return 1
    dist = ROOT / "dist"
    if is_current(dist / "site"):
        print("dist/site was made from this book, and nothing has changed since.")
        return 0
    try:
        # In a folder that Git ignores and `make clean` removes: a run that is killed leaves it.
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="dist-") as folder:
            write(Path(folder, "site"))
            site_files.put(Path(folder, "site"), dist / "site")
    except ChromiumError as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 1
    except (*REFUSALS, OSError) as error:
        refused = machine.sentence("Nothing was written", error, near=dist)
        print(refused or f"{error}\nNothing was written: fix this first.", file=sys.stderr)
        return 1
    for path in sorted((dist / "site" / offers.FOLDER).iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    print("To publish, copy dist/site to any server of files.")
    if warning := unlike_the_release():
        print(warning, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
