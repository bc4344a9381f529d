"""Build the book: notebooks that need it are executed, and warnings are errors.

Where nothing has changed since the last build, nothing is done. With --cold, all that earlier
builds left is removed first. The pages are made in a folder of their own, ``html-unfinished``, and
take the place of the last book when all of them are whole. So ``html`` never holds half a book,
also where a build is killed or the disk is full.
"""

import argparse
import gc
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bookmaking import site_files, snapshot
from bookmaking.fresh import fingerprint
from bookmaking.record import built_from
from bookmaking.site import typefaces
from bookmaking.source import pages
from bookmaking.tools import machine
from decentwork.repository import ROOT

OVERRIDES = {
    "external_toc_path": "_toc.yml",
    "latex_individualpages": False,
    "nitpicky": True,
    # A page of Markdown with code is executed by MyST-NB; its failure must not hide other faults.
    "nb_execution_raise_on_error": False,
    "nb_execution_show_tb": True,
}
DATA_PACKAGE = ("data", "references.bib", "src/decentwork", "src/bookmaking/tables")
"""What the data package is made from."""
JOBS = 3
"""How many processes make pages: two that write, and one that hands them out and mostly waits."""
PLACE = "The book stands in _build/html/index.html"


def build(root: Path = ROOT, builder: str = "html", jobs: int = JOBS, *, cold: bool = False) -> int:
    """Build the book at ``root`` into ``root/_build/<builder>`` and return the exit status.

    Jupyter Book's own command takes no number of jobs; the function behind it does. What the
    machine refuses is raised, as `bookmaking.tools.machine` knows it.
    """
    # Imported here, because a build in which nothing changed needs none of it.
    from bookmaking.make import no_address_grammar  # noqa: F401
    from bookmaking.make.meanwhile import Meanwhile, NotExecutedError

    outdir = root / "_build" / builder
    typefaces.check()
    machine.check_writable(root / "_build")
    unfinished = fingerprint.unfinished(outdir)
    old = outdir.with_name(site_files.OLD)
    if old.exists() and not outdir.exists():
        # Killed between the two moves of `site_files.put`: this is the last whole book.
        old.rename(outdir)
    for left in (unfinished, old):
        if left.exists():
            shutil.rmtree(left)
    seconds = _empty(root, outdir) if cold else {}
    try:
        execute = partial(_execute_notebooks, root, outdir, seconds, cold=cold)
        with Meanwhile(execute) as notebooks:
            _begin(outdir, unfinished)
            with machine.raised_and_not_logged():
                status = _make_pages(root, unfinished, builder, jobs, notebooks.wait)
        if status != 0:
            # Sphinx does not read again what it has read with a warning, and would call the next
            # build good; without the record of this one every page is read again.
            fingerprint.forget(outdir)
            return 1
        if (root / "data").is_dir():
            write_data_package(root)
        if not cold:
            snapshot.write(published(root, outdir), root)
        site_files.put(unfinished, outdir)
    except NotExecutedError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if error.__cause__ is not None:
            raise error.__cause__ from None
        return 1
    except Exception as error:
        if machine.refusal(error, unfinished):
            # A disk that is full has room again, and nobody takes the pages for finished ones.
            shutil.rmtree(unfinished, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return 0


def _empty(root: Path, outdir: Path) -> dict[str, float]:
    """Remove what earlier builds left; return how many seconds each notebook took in them."""
    from bookmaking.fresh.kept import KeptNotebooks, folder_of

    folder = folder_of(outdir)
    seconds = KeptNotebooks(folder).seconds() if folder.exists() else {}
    shutil.rmtree(root / "_build")
    return seconds


def _begin(outdir: Path, unfinished: Path) -> None:
    """Make ready the folder in which the pages are made: a copy of the last book, or none yet.

    There is none where the last build did not finish, or its pages are not as it left them. Then
    each file is made anew, and none that is only half there can be taken for whole.
    """
    last = fingerprint.last_build(outdir)
    if last is not None and last["site"] == fingerprint.listing(outdir):
        shutil.copytree(outdir, unfinished)


def _make_pages(
    root: Path, unfinished: Path, builder: str, jobs: int, wait: Callable[[], None]
) -> int:
    """Let Sphinx make the pages, and return its exit status; raise what the machine refused.

    ``wait`` is called before Sphinx asks which pages to read. What it raises ends the build.
    """
    from jupyter_book import sphinx

    from bookmaking.make.meanwhile import SETTING

    told = sphinx.handle_exception

    # Why: when the machine refuses something (the disk is full), Jupyter Book lets Sphinx print
    # where it failed and save a traceback. It has no setting for this. Here one sentence follows.
    # Upstream: no issue found.
    # Can go when Jupyter Book leaves what is raised to its caller
    # (test_jupyter_book_still_prints_where_it_failed fails then).
    def tell(app, arguments, error: BaseException, *more) -> None:
        if not machine.refusal(error, unfinished):
            told(app, arguments, error, *more)

    sphinx.handle_exception = tell
    # sphinx-external-toc looks for one object among all that Python looks after. What is there
    # before Sphinx starts cannot be it, and is not among them while it is frozen.
    gc.freeze()
    try:
        status = sphinx.build_sphinx(
            root,
            unfinished,
            noconfig=True,
            path_config=root / "_config.yml",
            confoverrides={**OVERRIDES, SETTING: lambda: wait()},  # a function is not kept
            builder=builder,
            jobs=jobs,
            quiet=True,
            warningiserror=True,
            keep_going=True,
        )
    finally:
        gc.unfreeze()
        sphinx.handle_exception = told
    if isinstance(status, int):
        return status
    # A build that is stopped before a page is touched keeps what is known of the last one.
    if isinstance(status, KeyboardInterrupt) or machine.refusal(status, unfinished):
        raise status
    return 1


async def _execute_notebooks(
    root: Path,
    outdir: Path,
    seconds: dict[str, float],
    waiting: Callable[[], None],
    *,
    cold: bool,
) -> int:
    """Execute the notebooks that need it, and return how many failed."""
    from bookmaking.make import kernels

    started = await kernels.start([] if cold else kernels.changed_notebooks(root, outdir))
    try:
        # Loading these takes as long as a kernel takes to start.
        from bookmaking.fresh.kept import KeptNotebooks, folder_of
        from bookmaking.make.execution import execute_needed

        kept = KeptNotebooks(folder_of(outdir))
        return await execute_needed(root, kept, seconds, started, waiting)
    finally:
        await kernels.stop(started)


def write_data_package(root: Path) -> None:
    """Write the tables as a data package into ``root/_build/data``, if they are not there as such.

    It reads every table, which takes seconds, so it is left alone while nothing of it has changed.
    """
    from bookmaking.tables import datapackage

    package, mark = root / "_build" / "data", root / "_build" / ".data-made-from"
    made_from = fingerprint.digest(fingerprint.of_files(root, DATA_PACKAGE))
    if package.is_dir() and mark.is_file() and mark.read_text(encoding="utf-8") == made_from:
        return
    # What is killed in between must not leave half of it under the mark of an earlier one.
    mark.unlink(missing_ok=True)
    datapackage.write(package, root / "data")
    site_files.replace(mark, made_from)


def published(root: Path = ROOT, outdir: Path | None = None) -> snapshot.Published:
    """Return what the executed notebooks of the built book publish, by chapter and name."""
    from bookmaking.fresh.kept import KeptNotebooks, folder_of

    kept = KeptNotebooks(folder_of(outdir or root / "_build" / "html"))
    executed = {path: kept.executed(path) for path in pages.notebooks(root)}
    return snapshot.of_notebooks({path: each for path, each in executed.items() if each})


def nothing_changed(root: Path = ROOT, builder: str = "html") -> bool:
    """Whether sources and built site are as the last build left them."""
    outdir = root / "_build" / builder
    last = fingerprint.last_build(outdir)
    return (
        last is not None
        and last["site"] == fingerprint.listing(outdir)
        and not fingerprint.all_changes(last, fingerprint.fingerprint(root))
    )


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Read the command line, build the book at ``root``, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="remove first what earlier builds left")
    cold = parser.parse_args(arguments).cold
    try:
        return _build_and_say(root, cold=cold)
    except Exception as error:
        return machine.end("The book was not built", error, near=root / "_build")


def _build_and_say(root: Path, *, cold: bool) -> int:
    if not cold and nothing_changed(root):
        if built_from.stamp_again(root, root / "_build" / "html"):
            print("The page that names the commit has the new one.")
        print(f"Nothing has changed. {PLACE}")
        return 0
    # A build makes many objects and gives up few; looking for those takes a seventh of the time.
    gc.disable()
    status = build(root, cold=cold)
    # Python would look through all of them once more at its end, which takes a second.
    gc.freeze()
    if status == 0:
        print(PLACE)
    else:
        made = fingerprint.unfinished(root / "_build" / "html")
        seen = f" The pages so far stand in _build/{made.name}." if made.exists() else ""
        said = f"The book was not built: the lines above say what to mend.{seen}"
        print(said, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
