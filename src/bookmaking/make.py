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
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bookmaking import fresh, site_files, snapshot
from bookmaking.record import built_from
from decentwork.repository import ROOT

if TYPE_CHECKING:
    from sphinx.application import Sphinx

OVERRIDES = {
    "external_toc_path": "_toc.yml",
    "latex_individualpages": False,
    "nitpicky": True,
    # A page of Markdown with code is executed by MyST-NB; its failure must not hide other faults.
    "nb_execution_raise_on_error": False,
    "nb_execution_show_tb": True,
}
CHECKED = ("data/", "src/decentwork/tables/")
"""Where a change asks for a check of all tables, before anything runs."""
JOBS = 3
"""How many processes make pages: two that write, and one that hands them out and mostly waits."""
LOCK = ".building"
PLACE = "The book is in _build/html/index.html"
BUSY = "another build is running in {}: wait until that one has ended."


class Progress(io.TextIOBase):
    """What Sphinx says of its progress, as a line for each tenth of the pages or every few seconds.

    Sphinx writes a line for each page, or one line again and again.
    """

    STEP = re.compile(r"(reading sources|writing output)\.\.\. .*?\[ *(\d+)%\]")
    WORDS = {"reading sources": "read", "writing output": "written"}
    SECONDS = 5

    def __init__(self, out: TextIO) -> None:
        """Print to ``out``."""
        self.out, self.said, self.when = out, ("", 0), 0.0

    def write(self, text: str) -> int:
        """Print how far Sphinx is, if there is something new to say."""
        for what, percent in self.STEP.findall(text):
            now, (before, last) = time.monotonic(), self.said
            tenth = int(percent) // 10 > last // 10 or percent == "100" != str(last)
            if what != before or tenth or (now - self.when > self.SECONDS and int(percent) > last):
                print(f"  pages {self.WORDS[what]}: {percent} %", file=self.out, flush=True)
                self.said, self.when = (what, int(percent)), now
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
    unfinished, old = fresh.unfinished(outdir), outdir.with_name(site_files.OLD)
    if old.exists() and not outdir.exists():
        old.rename(outdir)  # killed between the two moves of `site_files.put`: the last whole book
    left = [each for each in (root / "_build").iterdir() if each.name != LOCK] if cold else []
    for each in (unfinished, old, *left):
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)
    last = fresh.last_build(outdir)
    _check_tables(root, last or fresh.NO_BUILD)
    if last is not None and last["site"] == fresh.listing(outdir):
        # Pages that stay as they are need not be written. Where the last build did not finish, or
        # its pages are not as it left them, each is written.
        shutil.copytree(outdir, unfinished)
    app = _make_pages(root, unfinished)
    # Sphinx counts no warning of what is done after the pages are written.
    status = app.statuscode or int(fresh.has_not_finished(unfinished))
    if status == 0:
        if not cold:
            snapshot.write(published(root, app), root)
        site_files.put(unfinished, outdir)
    shutil.rmtree(old, ignore_errors=True)
    return status


def _check_tables(root: Path, last: dict) -> None:
    """Raise if a table does not hold what its metadata says; each fault is printed once.

    A table may still wait for a reader.
    """
    changed = fresh.changes(last["made from"], fresh.fingerprint(root))
    if not any(name.startswith(CHECKED) for name in changed) or not (root / "data").is_dir():
        return
    from sphinx.errors import SphinxError

    from bookmaking.checks import data
    from decentwork.tables import places
    from decentwork.tables.errors import DataError

    try:
        paths, cited = places.metadata_files(root / "data").values(), data.cited(root)
        faults = [fault for path in paths for fault in data.of_table(path, root, cited)]
    except DataError as error:
        faults = error.sentences
    if faults:
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
            status=Progress(sys.stdout),
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


def published(root: Path = ROOT, app: "Sphinx | None" = None) -> snapshot.Published:
    """Return what the executed notebooks of the book publish, by chapter and name.

    ``app`` is the build that has just ended, if one has: it knows which outputs hold.
    """
    from bookmaking.execute import KeptNotebooks
    from bookmaking.source import pages

    folder = root / "_build" / ".jupyter_cache"
    kept = KeptNotebooks.of_build(app) if app else KeptNotebooks(folder)
    executed = {path: kept.executed(path) for path in pages.notebooks(root)}
    return snapshot.of_notebooks({path: each for path, each in executed.items() if each})


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

        if not isinstance(error, SphinxError | OSError):
            raise
        # What Sphinx says is for authors; what the machine says names its file (a full disk).
        print(f"The book was not built: {error}", file=sys.stderr)
        return 1
    if status == 0:
        print(PLACE)
    else:
        print(
            "The book was not built: the lines above say what to fix. "
            f"The pages so far are in _build/{fresh.unfinished(outdir).name}.",
            file=sys.stderr,
        )
    return status


if __name__ == "__main__":
    sys.exit(main())
