"""What the book is made from, as digests, and which pages of an earlier build no longer hold.

Sphinx reads a page again when its file, or a file that it notes as a dependency, has a later date.
It does not see a changed module, style, package or bibliography, nor that a page shows what another
page publishes. So each build leaves a record of digests, and the next one compares:

- anything but pages, tables and tests changed: every page is made from nothing;
- a page's own file, the outputs of its notebook, or a table that it notes as a dependency changed,
  or a build began to read it and did not finish: it is read again, whatever dates say;
- what pages show of each other (titles, numbers, labels, cited sources) changed, or a file of the
  site is not as it was left: every page is written again;
- a published value changed: the pages that show a value of another page are written again.

A build in which nothing changed ends after the comparison, so little is imported at the top.
"""

import hashlib
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bookmaking import site_files
from decentwork.repository import ROOT

TABLES = ("data",)
PAGES = ("book", "notebooks")
LOOK = (
    "src",
    "CITATION.cff",
    "_config.yml",
    "_toc.yml",
    "environment.yml",
    "references.bib",
    "requirements.lock",
)
MADE_FROM = (*TABLES, *PAGES, *LOOK)
"""All files and folders that the book is made from."""
SNAPSHOT = "book/numbers.csv"
"""What the build itself writes (`bookmaking.snapshot`)."""
NO_BUILD = {"made from": {}, "site": "", "outputs": {}, "shared": "", "glued": ""}
"""The record of a book that was never built."""
UNFINISHED = "-unfinished"
"""How the name of a folder ends whose pages are not yet all made."""
ENVIRONMENT = "environment.pickle"
"""Where Sphinx keeps what it knows of pages between builds."""
OF_ANOTHER_PAGE = re.compile(r"\{glue:[^}]*\}[^\n]*?\.(ipynb|md)::")
"""What another page published, as MyST-NB writes it (``{glue:text}`a.ipynb::name` ``)."""

Digests = dict[str, str]


def fingerprint(root: Path) -> Digests:
    """Return the digests of all files that the book at ``root`` is made from, and of packages."""
    found = of_files(root, MADE_FROM) | environment()
    found.pop(SNAPSHOT, None)
    return found


def environment() -> Digests:
    """Return the version of Python and the names of the installed packages with their versions."""
    installed = [found for entry in sys.path for found in Path(entry).glob("*.dist-info")]
    return {"Python": sys.version, **{f"package {found.stem}": "" for found in installed}}


def of_files(root: Path, names: tuple[str, ...]) -> Digests:
    """Return the digest of each file below ``root`` that has one of the names or lies in it."""
    files = [str(root / name) for name in names if (root / name).is_file()]
    files += [file for name in names for file in _files_in(root / name)]
    start = len(f"{root}/")
    return {name[start:]: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in files}


def listing(folder: Path) -> str:
    """Return a digest of the names, sizes and dates of all files in ``folder``."""
    found = ((file, Path(file).stat()) for file in _files_in(folder))
    start = len(f"{folder}/")
    return digest(sorted([name[start:], each.st_size, each.st_mtime_ns] for name, each in found))


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


# ------------------------------------------------------------------ what a build leaves


def last_build(outdir: Path) -> dict | None:
    """Return the record that the build of ``outdir`` left, or None if no build finished there.

    One that another version of this code left does not count.
    """
    record = _read(beside(outdir, "made-from"))
    return record if record is not None and NO_BUILD.keys() == record.keys() else None


def leave(outdir: Path, record: dict) -> None:
    """Leave for the next build what ``outdir`` was made from."""
    site_files.replace(beside(outdir, "made-from"), json.dumps(record))


def nothing_changed(root: Path = ROOT) -> bool:
    """Whether the sources and the built site at ``root`` are as the last build left them."""
    outdir = root / "_build" / "html"
    last = last_build(outdir) or NO_BUILD
    return (
        not has_not_finished(outdir)
        and last["site"] == listing(outdir)
        and last["made from"] == fingerprint(root)
    )


def has_not_finished(outdir: Path) -> bool:
    """Whether the last build of ``outdir`` was killed, failed, or warned of something."""
    return beside(outdir, "begun").exists()


def beside(outdir: Path, what: str) -> Path:
    """Return the file next to ``outdir`` that says ``what`` of it, also while it is unfinished."""
    return outdir.with_name(f".{outdir.name.removesuffix(UNFINISHED)}-{what}.json")


def unfinished(outdir: Path) -> Path:
    """Return the folder in which the pages are made that will be in ``outdir``."""
    return outdir.with_name(f"{outdir.name}{UNFINISHED}")


def _read(file: Path):
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


# ------------------------------------------------------------------ what Sphinx does again


class Freshness(logging.Handler):
    """What one build is made from, what the last one was made from, and what follows.

    It hears each warning: a build with one has not finished, as `make book` takes it for an error.
    """

    warned = False

    def emit(self, record: logging.LogRecord) -> None:
        """Note a warning."""
        self.warned = True

    def prepare(self, app, config) -> None:
        """Compare with the last build, and give up what Sphinx keeps where the look changed."""
        self.root, self.outdir = Path(app.srcdir), Path(app.outdir)
        self.now = fingerprint(self.root)
        self.last = last_build(self.outdir) or NO_BUILD
        self.as_left = self.last["site"] == listing(self.outdir)
        self.changed = set(changes(self.last["made from"], self.now))
        if any(map(_is_look, self.changed)):
            Path(app.doctreedir, ENVIRONMENT).unlink(missing_ok=True)

    def outdated(self, app, env, added, changed, removed) -> list[str]:
        """Return the pages to read again, besides those that Sphinx finds by their dates."""
        from bookmaking.execute import KeptNotebooks

        files = {page: Path(env.doc2path(page)) for page in sorted(env.found_docs)}
        notebooks = [path for path in files.values() if path.suffix == ".ipynb"]
        kept = KeptNotebooks.of_build(app)
        self.outputs = {
            path.relative_to(self.root).as_posix(): kept.key(path) for path in notebooks
        }
        altered = self.changed | set(changes(self.last["outputs"], self.outputs))
        begun = _read(beside(self.outdir, "begun")) or ()
        return [
            page
            for page, path in files.items()
            if page in begun
            or path.relative_to(self.root).as_posix() in altered
            or altered & env.dependencies.get(page, set())
        ]

    def begin(self, app, env, docnames: list[str]) -> None:
        """Note the pages that are read, until the build has finished."""
        begun = beside(self.outdir, "begun")
        site_files.replace(begun, json.dumps(sorted({*docnames, *(_read(begun) or ())})))

    def to_write(self, app, env) -> list[str]:
        """Return the pages to write besides those that were read."""
        values = of_files(self.outdir.parent, ("jupyter_execute",)).items()
        self.shared = _shared(env)
        self.glued = digest({name: each for name, each in values if name.endswith(".glue.json")})
        if not self.as_left or self.last["shared"] != self.shared:
            return sorted(env.found_docs)
        if self.last["glued"] == self.glued:
            return []
        texts = {page: Path(env.doc2path(page)).read_text("utf-8") for page in env.found_docs}
        return sorted(page for page, text in texts.items() if OF_ANOTHER_PAGE.search(text))

    def finish(self, app, exception) -> None:
        """Record what the pages were made from; raise if that changed in the meantime."""
        if exception is not None or self.warned:
            return
        if altered := changes(self.now, fingerprint(self.root)):
            from sphinx.errors import SphinxError

            raise SphinxError(
                f"{listed(altered)} changed while the book was being built; build it again."
            )
        record = {"made from": self.now, "outputs": self.outputs, "shared": self.shared}
        leave(self.outdir, {**record, "glued": self.glued, "site": listing(self.outdir)})
        beside(self.outdir, "begun").unlink(missing_ok=True)


def _is_look(name: str) -> bool:
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
    from sphinx.util.logging import NAMESPACE, WarningSuppressor

    freshness = Freshness(logging.WARNING)
    freshness.addFilter(WarningSuppressor(app))
    logging.getLogger(NAMESPACE).addHandler(freshness)
    app.connect("config-inited", freshness.prepare)
    app.connect("env-get-outdated", freshness.outdated)
    app.connect("env-before-read-docs", freshness.begin)
    app.connect("env-get-updated", freshness.to_write, priority=900)  # after numbers are given
    app.connect("build-finished", freshness.finish, priority=1000)  # when all files are written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
