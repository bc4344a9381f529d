"""Build the book: notebooks that need it are executed, and warnings are errors.

Where nothing has changed since the last build, nothing is done. With --cold, all that earlier
builds left is removed first. The pages are made in a folder of their own, ``html-unfinished``, and
take the place of the last book when all of them are whole. So ``html`` never holds half a book,
also where a build is killed or the disk is full. Only one build of a book runs at a time.
"""

import argparse
import io
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookmaking import fresh, site_files, snapshot
from bookmaking.record import built_from
from decentwork.repository import ROOT

if TYPE_CHECKING:
    from sphinx.application import Sphinx

OVERRIDES = {"external_toc_path": "_toc.yml", "latex_individualpages": False, "nitpicky": True}
JOBS = 3
"""How many processes make pages: two that write, and one that hands them out and mostly waits."""
LOCK = ".building"
PLACE = "The book is in _build/html/index.html"
BUSY = "another build is running in {}: wait until that one has ended."


class Progress(io.TextIOBase):
    """Of all that Sphinx says, how many of the pages are read and written."""

    WORDS = {"reading sources": "read", "writing output": "written"}
    STEP = re.compile(rf"({'|'.join(WORDS)})\.\.\. .*?\[ *(\d+%)\]")

    def write(self, text: str) -> int:
        """Print a line for each step; Sphinx takes some pages at a time."""
        for what, share in self.STEP.findall(text):
            print(f"  pages {self.WORDS[what]}: {share}", flush=True)
        return len(text)


def build(root: Path = ROOT, *, cold: bool = False) -> int:
    """Build the book at ``root`` into ``root/_build/html`` and return the exit status."""
    from filelock import FileLock, Timeout
    from sphinx.errors import SphinxError

    (root / "_build").mkdir(exist_ok=True)
    try:
        with FileLock(root / "_build" / LOCK, blocking=False):
            return _build(root, cold=cold)
    except Timeout:
        raise SphinxError(BUSY.format(root / "_build")) from None


def _build(root: Path, *, cold: bool) -> int:
    outdir = root / "_build" / "html"
    unfinished, old = outdir.with_name("html-unfinished"), outdir.with_name(site_files.OLD)
    if old.exists() and not outdir.exists():
        old.rename(outdir)  # killed between the two moves of `site_files.put`: the last whole book
    for left in (root / "_build").iterdir() if cold else (unfinished, old):
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name != LOCK:
            left.unlink(missing_ok=True)
    changed = fresh.changes(fresh.last_build(outdir)["made from"], fresh.fingerprint(root))
    if any(name.startswith("data/") for name in changed):
        _check_tables(root)
    if not any(map(fresh.is_look, changed)):
        shutil.copytree(outdir, unfinished)  # pages that stay as they are need not be written
    app = _make_pages(root, unfinished)
    if app.statuscode == 0:
        if not cold:
            from bookmaking.execute import KeptNotebooks

            snapshot.write(KeptNotebooks(root).published(), root)
        site_files.put(unfinished, outdir)
        fresh.beside(outdir, "begun").unlink(missing_ok=True)
        shutil.rmtree(old, ignore_errors=True)
    return app.statuscode


def _check_tables(root: Path) -> None:
    """Raise if a table does not hold what its metadata says; each fault is printed once.

    A table may still wait for a reader.
    """
    from sphinx.errors import SphinxError

    from bookmaking.checks import data
    from decentwork.tables import places

    paths, cited = places.metadata_files(root / "data").values(), data.cited(root)
    if faults := [fault for path in paths for fault in data.of_table(path, root, cited)]:
        print(*faults, sep="\n", file=sys.stderr)
        raise SphinxError("a table does not hold what its metadata says.")


def _make_pages(root: Path, outdir: Path) -> "Sphinx":
    """Let Sphinx make the pages, and return it; what it raises is raised.

    Jupyter Book's own command makes the same pages, but prints where it failed.
    """
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    config, _ = get_final_config(
        user_yaml=root / "_config.yml", cli_config=dict(OVERRIDES), sourcedir=root
    )
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            root,
            None,
            outdir,
            outdir.with_name(".doctrees"),
            "html",
            config,
            status=Progress(),
            warning=sys.stderr,
            warningiserror=True,
            keep_going=True,
            parallel=JOBS,
        )
        # It says nothing of parallel work, and Sphinx would read page by page. It stores numbers of
        # parts, which this book has not (sphinx-multitoc-numbering, issue 27, is open).
        silent = app.extensions["sphinx_multitoc_numbering"]
        silent.parallel_read_safe = silent.parallel_write_safe = True
        app.build()
        return app


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Read the command line, build the book at ``root``, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="remove first what earlier builds left")
    cold = parser.parse_args(arguments).cold
    outdir = root / "_build" / "html"
    try:
        if not cold and fresh.nothing_changed(root) and built_from.is_named(root, outdir):
            print(f"Nothing has changed. {PLACE}")
            return 0
        status = build(root, cold=cold)
    except Exception as error:
        from sphinx.errors import SphinxError

        from decentwork.tables.errors import DataError

        if not isinstance(error, SphinxError | DataError | OSError):
            raise
        # What Sphinx says is for authors; what the machine says names its file (a full disk).
        print(f"The book was not built: {error}", file=sys.stderr)
        return 1
    if status:
        what = "the lines above say what to fix. The pages so far are in _build/html-unfinished."
        print(f"The book was not built: {what}", file=sys.stderr)
    else:
        print(PLACE)
    return status


if __name__ == "__main__":
    sys.exit(main())
