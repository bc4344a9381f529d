"""What the book is made from, as digests; and what the last build left.

Only the standard library is imported here, and what needs no more: a build in which nothing changed
ends after it has compared these digests.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bookmaking import site_files

TABLES = ("data",)
PACKAGE = ("src/decentwork",)
LOOK = (
    "CITATION.cff",
    "_config.yml",
    "_toc.yml",
    "environment.yml",
    "requirements.lock",
    "src/bookmaking",
    "book/_static",
    "book/_templates",
    "references.bib",
)
NOTEBOOKS = "notebooks"
PAGES = ("book", NOTEBOOKS)
WRITTEN = (".md", ".ipynb")
"""How the names of pages end."""
CHECKS = ("tests",)
MADE_FROM = (*TABLES, *PACKAGE, *LOOK, *PAGES, *CHECKS)
"""All files and folders that the book is made from."""
UNFINISHED = "-unfinished"
"""How the name of a folder ends whose pages are not yet all made."""
FORM = 3
"""Number of the form in which a build leaves this; what stands in another form is not read."""

Digests = dict[str, str]
Fingerprint = dict[str, Digests]


def fingerprint(root: Path) -> Fingerprint:
    """Return the digests of all that the book at ``root`` is made from, in six groups.

    ``tables`` and ``package`` are read by notebooks and by some pages, ``look`` decides how every
    page is made, ``pages`` are the pages' own files, ``checks`` are the tests that a page lists,
    and ``environment`` is Python with the installed packages. A file beside the pages that is no
    page may be read by any of them, so it belongs to ``look``.
    """
    written = of_files(root, PAGES)
    pages = {name: written[name] for name in written if name.endswith(WRITTEN)}
    return {
        "tables": of_files(root, TABLES),
        "package": of_files(root, PACKAGE),
        "look": {
            name: written[name]
            for name in written
            if name not in pages and name != "book/numbers.csv"  # the build writes it
        }
        | of_files(root, LOOK),
        "pages": pages,
        "checks": of_files(root, CHECKS),
        "environment": environment(),
    }


def environment() -> Digests:
    """Return the version of Python and the names of the installed packages with their versions."""
    installed = [found for entry in sys.path for found in Path(entry).glob("*.dist-info")]
    return {"Python": sys.version, **{f"package {found.stem}": "" for found in installed}}


def changes(before: Digests, after: Digests) -> list[str]:
    """Return the names whose digests differ."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def all_changes(before: Fingerprint, after: Fingerprint) -> list[str]:
    """Return the names whose digests differ in any group of ``after``."""
    return [name for group in after for name in changes(before.get(group, {}), after[group])]


def digest(content: object) -> str:
    """Return the digest of something that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def listing(folder: Path) -> str:
    """Return a digest of the names, sizes and dates of all files in ``folder``."""
    start = len(f"{folder}/")
    found = [(file.path[start:], file.stat()) for file in _files_in(folder)]
    return digest(sorted([name, each.st_size, each.st_mtime_ns] for name, each in found))


def listed(names: list[str], most: int = 3) -> str:
    """Return the first names for a message, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


# --------------------------------------------------------------------------- what a build leaves


def last_build(outdir: Path) -> dict | None:
    """Return what the build that made ``outdir`` left, or None if no build finished there.

    Its keys are the groups of :func:`fingerprint` and what `freshness` adds to them.
    """
    try:
        left = json.loads(_mark(outdir).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return left if left.get("form") == FORM else None


def leave(outdir: Path, state: dict) -> None:
    """Leave for the next build what ``outdir`` was made from."""
    site_files.replace(_mark(outdir), json.dumps({**state, "form": FORM}))


def forget(outdir: Path) -> None:
    """Let the next build make every page of ``outdir`` anew."""
    _mark(outdir).unlink(missing_ok=True)


def _mark(outdir: Path) -> Path:
    return beside(outdir, "made-from")


def beside(outdir: Path, what: str) -> Path:
    """Return the file beside ``outdir`` that says ``what`` of it, also while it is unfinished."""
    return outdir.with_name(f".{outdir.name.removesuffix(UNFINISHED)}-{what}.json")


def unfinished(outdir: Path) -> Path:
    """Return the folder in which the pages are made that will stand in ``outdir``."""
    return outdir.with_name(f"{outdir.name}{UNFINISHED}")


def of_files(root: Path, names: tuple[str, ...]) -> Digests:
    """Return the digest of each file below ``root`` that has one of the names or lies in it."""
    start = len(f"{root}/")
    places = [root / name for name in names if not any(map(_is_left_out, Path(name).parts))]
    files = [str(place) for place in places if place.is_file()]
    files += [file.path for place in places for file in _files_in(place, _is_left_out)]
    return {name[start:]: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in files}


def _files_in(
    folder: str | Path, is_left_out: Callable[[str], bool] = lambda name: False
) -> Iterator[os.DirEntry[str]]:
    """Yield the files in a folder and below; none where no folder stands.

    A build asks for all files several times, and ``Path.rglob`` takes four times as long.
    """
    if not Path(folder).is_dir():
        return
    with os.scandir(folder) as found:
        for each in found:
            if is_left_out(each.name):
                continue
            if each.is_dir(follow_symlinks=False):
                yield from _files_in(each.path, is_left_out)
            elif each.is_file():
                yield each


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"
