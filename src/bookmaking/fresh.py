"""What the book is made from, as digests, and which pages of an earlier build no longer hold.

Sphinx reads a page again when its file, or a file that it notes as a dependency, has a later date.
It does not see a changed module, style, package or bibliography, nor that a page shows what another
page publishes. So each book holds a record of digests, and the next build compares:

- anything but pages and tables changed: every page is made from nothing;
- a page's own file or a file that it notes as a dependency changed, or a build began to read the
  page and did not finish: it is read again, whatever dates say;
- what pages show of each other (titles, numbers, labels, cited sources) changed: every page is
  written again. Pages that show a value of another page are written in each build.

A build in which nothing changed ends after the comparison, so little is imported at the top.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bookmaking import site_files
from decentwork.repository import ROOT

TABLES = ("data",)
PAGES = ("book", "notebooks")
MADE_FROM = (
    *TABLES, *PAGES, "src", "CITATION.cff", "_config.yml", "_toc.yml", "environment.yml",
    "references.bib", "requirements.lock",
)  # fmt: skip
"""All files and folders that the book is made from."""
PACKAGES = "Python and its packages"
"""How the versions of these are named among them."""
SNAPSHOT = "book/numbers.csv"
"""What the build itself writes (`bookmaking.snapshot`)."""
NO_BUILD = {"made from": {}, "shared": ""}
"""The record of a book that was never built."""
RECORD = ".made-from.json"
"""Where a built book holds its record."""
UNFINISHED = "-unfinished"
"""How the name of a folder ends whose pages are not yet all made."""
OF_ANOTHER_PAGE = re.compile(r"\{glue:[^}]*\}[^\n]*?\.(ipynb|md)::")
"""What another page published, as MyST-NB writes it (``{glue:text}`a.ipynb::name` ``)."""

Digests = dict[str, str]


def fingerprint(root: Path = ROOT) -> Digests:
    """Return the digests of all files that the book at ``root`` is made from, and of packages."""
    installed = [found.stem for entry in sys.path for found in Path(entry).glob("*.dist-info")]
    found = of_files(root, MADE_FROM) | {PACKAGES: digest([sys.version, *sorted(installed)])}
    found.pop(SNAPSHOT, None)
    return found


def of_files(root: Path, names: tuple[str, ...]) -> Digests:
    """Return the digest of each file below ``root`` that has one of the names or lies in it."""
    files = [str(root / name) for name in names if (root / name).is_file()]
    files += [file for name in names for file in _files_in(root / name)]
    start = len(f"{root}/")
    return {name[start:]: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in files}


def _files_in(folder: Path) -> Iterator[str]:
    """Yield the files in a folder and below, without hidden ones and what Python compiled."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name[0] != "." and name != "__pycache__"]
        yield from (f"{place}/{name}" for name in names if name[0] != ".")


def changes(before: Digests, after: Digests) -> list[str]:
    """Return the names whose digests differ."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def digest(content: object) -> str:
    """Return the digest of something that JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def listed(names: list[str], most: int = 3) -> str:
    """Return the first names for a message, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def last_build(outdir: Path) -> dict:
    """Return what the book in ``outdir`` was made from, or `NO_BUILD` where there is none."""
    return NO_BUILD | (_read(outdir / RECORD) or {})


def nothing_changed(root: Path = ROOT) -> bool:
    """Whether the sources of the book at ``root`` are as its last build found them."""
    return last_build(root / "_build" / "html")["made from"] == fingerprint(root)


def beside(outdir: Path, what: str) -> Path:
    """Return the file next to ``outdir`` that says ``what`` of it, also while it is unfinished."""
    return outdir.with_name(f".{outdir.name.removesuffix(UNFINISHED)}-{what}.json")


def _read(file: Path):
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


# ------------------------------------------------------------------ what Sphinx does again


class Freshness:
    """What one build is made from, what the last one was made from, and what follows."""

    def prepare(self, app, config) -> None:
        """Compare with the last build, and give up what Sphinx keeps where the look changed."""
        self.root, self.outdir = Path(app.srcdir), Path(app.outdir)
        self.begun = beside(self.outdir, "begun")
        self.now, self.last = fingerprint(self.root), last_build(self.outdir)
        self.changed = set(changes(self.last["made from"], self.now))
        if any(map(is_look, self.changed)):
            Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)

    def outdated(self, app, env, added, changed, removed) -> list[str]:
        """Return the pages to read again, besides those that Sphinx finds by their dates."""
        begun = _read(self.begun) or ()
        return [
            page
            for page in env.found_docs
            if page in begun
            or self.changed & {str(env.doc2path(page, False)), *env.dependencies.get(page, ())}
        ]

    def begin(self, app, env, docnames: list[str]) -> None:
        """Note the pages that are read, until a book with them is in its place."""
        begun = sorted({*docnames, *(_read(self.begun) or ())})
        site_files.replace(self.begun, json.dumps(begun))

    def to_write(self, app, env) -> list[str]:
        """Return the pages to write besides those that were read."""
        self.shared = _shared(env)
        if self.last["shared"] != self.shared:
            return sorted(env.found_docs)
        texts = {page: Path(env.doc2path(page)).read_text("utf-8") for page in env.found_docs}
        return sorted(page for page, text in texts.items() if OF_ANOTHER_PAGE.search(text))

    def finish(self, app, exception) -> None:
        """Leave the record among the pages; raise if what they are made from has changed."""
        if exception is not None:
            return
        if altered := changes(self.now, fingerprint(self.root)):
            from sphinx.errors import SphinxError

            raise SphinxError(
                f"{listed(altered)} changed while the book was being built; build it again."
            )
        record = {"made from": self.now, "shared": self.shared}
        site_files.replace(self.outdir / RECORD, json.dumps(record))


def is_look(name: str) -> bool:
    """Whether every page is read again when this changes: it is no page and no table."""
    folder = name.partition("/")[0]
    return folder not in TABLES and not (folder in PAGES and name.endswith((".md", ".ipynb")))


def _shared(env) -> str:
    """Return a digest of what pages show of each other, apart from published values."""
    references = env.domaindata.get("cite", {}).get("citation_refs", ())
    return digest(
        {
            "titles": {name: title.astext() for name, title in env.titles.items()},
            "order": env.toctree_includes,
            "sections": env.toc_secnumbers,
            "figures": env.toc_fignumbers,
            "labels": sorted([*map(str, each)] for each in env.get_domain("std").get_objects()),
            "cited": sorted({target.key for each in references for target in each.targets}),
        }
    )


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    freshness = Freshness()
    app.connect("config-inited", freshness.prepare)
    app.connect("env-get-outdated", freshness.outdated)
    app.connect("env-before-read-docs", freshness.begin)
    app.connect("env-get-updated", freshness.to_write, priority=900)  # after numbers are given
    app.connect("build-finished", freshness.finish, priority=1000)  # when all files are written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
