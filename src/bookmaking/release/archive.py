"""One archive of a release that needs nothing from outside: `make dist` writes it.

It holds

- `site`, the built book with its PDFs and tables: read from disk, offline;
- `source`, all files of the commit, with tables, notebooks, tests and the lock of all packages;
- `package`, the Python package as wheel and as source archive;
- `README.txt`, and `SHA256SUMS`, the checksum of each file.

The originals of the tables are not in it, because not all publishers allow that: the catalogue in
`source/data/<theme>/originals` has their addresses and checksums. Files are in the order of their
names and have the date of the release, so the same commit gives the same bytes.
"""

import hashlib
import shutil
import sys
import tempfile
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

from bookmaking.release import run
from bookmaking.site.page_metadata import Citation
from decentwork.repository import ROOT

NAME = "decent-work-and-social-justice"
SUMS = "SHA256SUMS"
README = """\
{title}
Version {version}, {commit}

Read it:      open site/index.html in a browser. Nothing is fetched from elsewhere.
              site/downloads has the book as PDF and the tables as a Data Package.
Check it:     sha256sum --check --quiet SHA256SUMS
Run it:       source/README.md says how.
Cite it:      source/CITATION.cff
Licences:     source/LICENSES
"""


def pack(folder: Path, target: Path, day: date) -> None:
    """Write the files of a folder into the zip archive ``target``, all dated ``day``."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for path in _files(folder):
            name = f"{target.stem}/{path.relative_to(folder).as_posix()}"
            member = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(member, path.read_bytes())


def write_sums(folder: Path) -> None:
    """Write the checksum of each file below a folder, as ``sha256sum --check`` reads them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in _files(folder)
        if path != folder / SUMS
    ]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def wheel(into: Path, root: Path = ROOT) -> Path:
    """Write the source archive and the wheel of a checkout into a folder; return the wheel.

    The wheel is made from the source archive, so the archive has all that a wheel needs. Nothing
    is fetched. Raises ReleaseError if uv or hatchling refuses.
    """
    uv = Path(sys.executable).with_name("uv")
    options = ("--offline", "--no-build-isolation", "--no-create-gitignore")
    run(root, uv, "build", *options, "--python", sys.executable, "--out-dir", into, root)
    return next(into.glob("*.whl"))


def of_release(site: Path, target: Path, cited: Citation, commit: str, root: Path = ROOT) -> None:
    """Pack ``site`` and the sources of the ``commit``, to which all is committed, into ``target``.

    Raises ReleaseError if a program refuses; then there is no archive.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        folder, packed = Path(place, "archive"), Path(place, target.name)
        # Without the archive of itself that the site offers.
        shutil.copytree(site, folder / "site", ignore=shutil.ignore_patterns(f"{NAME}-site.zip"))
        source = run(root, "git", "archive", "--format=zip", "HEAD")
        with zipfile.ZipFile(BytesIO(source)) as files:
            files.extractall(folder / "source")
        wheel(folder / "package", root)
        text = README.format(title=cited["title"], version=cited["version"], commit=commit)
        (folder / "README.txt").write_text(text, encoding="utf-8")
        write_sums(folder)
        pack(folder, packed, date.fromisoformat(cited["date-released"]))
        packed.replace(target)
