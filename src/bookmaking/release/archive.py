"""One archive of a release that needs nothing from outside.

    python -m bookmaking.release.archive

It holds

- `site`, the built book with its PDFs and tables, as `make dist` left it: read from disk, offline;
- `source`, all files of the commit, with tables, notebooks, tests and the lock of all packages;
- `package`, the Python package as wheel and as source archive;
- `packages`, on demand (`--packages`), each locked package for this system and Python, so that the
  book can be built again without the package index;
- `deposit.json`, what a repository of research data is told; `CHANGELOG.md`; `README.txt`;
- `SHA256SUMS`, the checksum of each file.

The originals of the tables are not in it, because not all publishers allow that: the catalogue in
`source/data/<theme>/originals` has their addresses and checksums.
"""

import argparse
import hashlib
import html
import shutil
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from sphinx.errors import ConfigError

from bookmaking.record import built_from
from bookmaking.release import changelog, deposit, dist, offers, wheel
from bookmaking.tools import machine
from decentwork.repository import ROOT

LOCK = "requirements.lock"
README = """\
{title}
Version {version}, {commit}

Read it:      open site/index.html in a browser. Nothing is fetched from elsewhere.
On paper:     site/{downloads}/{book}
The tables:   site/{downloads}/{tables}, a Data Package
Check it:     sha256sum --check --quiet SHA256SUMS
Run it:       source/README.md says how.{packages}
Cite it:      source/CITATION.cff
Licences:     source/LICENSES
"""
WITH_PACKAGES = """
              Without a network, with the Python {python} for which they were got:
              python -m venv .venv
              .venv/bin/pip install --no-index -f ../packages -r requirements.lock
              .venv/bin/pip install --no-index --no-deps --no-build-isolation -e .
              (in the folder source; then .venv/bin/python -m bookmaking.make)"""


class ArchiveError(Exception):
    """Why no archive was written, one sentence each line."""


def collect(into: Path, root: Path = ROOT, *, packages: bool = False) -> None:
    """Put all that the archive holds into a folder.

    Raises ArchiveError if the site was not made by `make dist` from the commit, or if something is
    not committed.
    """
    known = built_from.commit(root)
    if known is None or known.changed:
        raise ArchiveError("Something is not committed, so no commit has what the archive holds.")
    site = root / "dist" / "site"
    if not (site / offers.FOLDER / dist.SUMS).is_file():
        raise ArchiveError("dist/site is not here: run `make dist` first.")
    if (built := built_from_of(site)) != known.in_words:
        raise ArchiveError(
            f"dist/site says that it was built from {built or 'no commit'}, and this is "
            f"{known.in_words}: run `make dist` again."
        )
    shutil.copytree(site, into / "site", ignore=shutil.ignore_patterns(dist.SITE))
    _source(root, into / "source")
    wheel.write(into / "package", root)
    if packages:
        _packages(root, into / "packages")
    (into / "deposit.json").write_text(deposit.as_json(root), encoding="utf-8")
    shutil.copyfile(root / changelog.FILE, into / changelog.FILE)
    (into / "README.txt").write_text(_readme(root, known.in_words, packages), encoding="utf-8")
    write_sums(into)


def built_from_of(site: Path) -> str:
    """Return the commit that a page of a site names, in words; "" if none does."""
    for path in sorted((site / "book").glob("*.html")):
        if found := built_from.PLACE.search(path.read_text(encoding="utf-8")):
            return html.unescape(found.group(0).partition(">")[2].rpartition("<")[0])
    return ""


def _source(root: Path, into: Path) -> None:
    command = ["git", "archive", "--format=zip", "HEAD"]
    made = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if made.returncode:
        raise ArchiveError(f"`git archive` failed: {made.stderr.decode().strip()}")
    with zipfile.ZipFile(BytesIO(made.stdout)) as packed:
        packed.extractall(into)


def _packages(root: Path, into: Path) -> None:
    """Get each locked package, with the checksum that the lock names."""
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps"),
        *("--only-binary", ":all:", "--dest", str(into), "--requirement", str(root / LOCK)),
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        lines = made.stderr.strip().splitlines() or ["pip gave no reason"]
        why = lines[-1].rstrip(".")
        raise ArchiveError(f"The packages could not be got ({why}): look at the package index.")


def _readme(root: Path, commit: str, packages: bool) -> str:
    cited = dist.citation(root)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return README.format(
        title=cited["title"],
        version=cited["version"],
        commit=commit,
        downloads=offers.FOLDER,
        book=dist.BOOK,
        tables=dist.TABLES,
        packages=WITH_PACKAGES.format(python=python) if packages else "",
    )


def _files(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path != folder / dist.SUMS)


def write_sums(folder: Path) -> None:
    """Write the checksum of each file below a folder, as ``sha256sum --check`` reads them."""
    lines = [f"{_sum(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)]
    (folder / dist.SUMS).write_text("".join(lines), encoding="utf-8")


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(root: Path = ROOT, *, packages: bool = False) -> Path:
    """Write the archive of the committed book into dist, and return it.

    Raises ArchiveError if it cannot be made.
    """
    version = dist.citation(root)["version"]
    target = root / "dist" / f"{dist.NAME}-{version}.zip"
    with tempfile.TemporaryDirectory(dir=root / "dist") as place:
        folder, packed = Path(place, "archive"), Path(place, target.name)
        collect(folder, root, packages=packages)
        dist.archive(folder, packed, dist.released(root))
        packed.replace(target)
    return target


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when no archive was written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--packages", action="store_true", help="add every locked package")
    options = parser.parse_args(arguments)
    try:
        target = write(packages=options.packages)
    except (ArchiveError, deposit.DepositError, wheel.WheelError, ConfigError, OSError) as error:
        refused = machine.sentence("No archive was written", error, near=ROOT / "dist")
        print(refused or f"{error}\nNo archive was written.", file=sys.stderr)
        return 1
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.1f} MB, {_sum(target)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
