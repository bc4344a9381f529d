"""Write the built site and the tables as archives into dist: python -m bookmaking.build.dist.

The same site and the same tables give the same bytes: files stand in the order of their names, and
all have the date that CITATION.cff gives the book.
"""

import shutil
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import yaml

from bookmaking.build.book import nothing_changed
from bookmaking.tables import datapackage
from decentwork.repository import BUILD, ROOT

NAME = "decent-work-and-social-justice"
# What a build leaves for itself and no reader needs; it holds the date of the build.
LEFT_BY_SPHINX = {".buildinfo", ".buildinfo.bak"}


def archive(folder: Path, target: Path, day: date) -> None:
    """Write the files of a folder into the zip archive ``target``, all dated ``day``."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for path in files:
            if path.name in LEFT_BY_SPHINX:
                continue
            name = f"{target.stem}/{path.relative_to(folder).as_posix()}"
            member = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(member, path.read_bytes())


def released(root: Path = ROOT) -> date:
    """Return the date of the book, as CITATION.cff gives it."""
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    return date.fromisoformat(str(citation["date-released"]))


def write(into: Path) -> list[Path]:
    """Write the archives of site and tables into a folder, and return their paths."""
    into.mkdir(parents=True, exist_ok=True)
    site, tables = into / f"{NAME}-site.zip", into / f"{NAME}-tables.zip"
    archive(BUILD / "html", site, released())
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "tables")
        datapackage.write(package)
        shutil.copytree(ROOT / "LICENSES", package / "LICENSES")
        archive(package, tables, released())
    return [site, tables]


def main() -> int:
    """Write the archives, say where they are, and return the exit status."""
    if not nothing_changed():
        print("The built book is not that of the sources: run `make book` first.", file=sys.stderr)
        return 1
    for path in write(ROOT / "dist"):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
