"""Get the originals of the tables from their pinned addresses, each compared with its checksum.

    python -m bookmaking.tables.downloads                    all, into _originals
    python -m bookmaking.tables.downloads uk-nrm swiid       those of two sources
    python -m bookmaking.tables.downloads --tables ilo-rounds uk-decisions    those of two tables

A file that is available with the right checksum is not fetched again, so a run that was broken off
goes on where it ended. A file with other bytes than those of its checksum is never kept. What was
typed or cut by hand has no address; no table is built from it.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pooch
import requests

from bookmaking.tables.builders import builders
from bookmaking.tables.originals import DOWNLOADED, Folders, Original, catalogue, folders
from bookmaking.update.answers import AGAIN
from decentwork import data

TRIES = 3
WAIT = 2.0
"""Seconds between the first two tries; before the third, three times as many."""
SECONDS = 30
"""How long an address may be silent."""
GONE = (404, 410, 451)
"""What a server answers when a file is no longer offered."""


def get(original: Original, into: Path, have: Folders = ()) -> str | None:
    """Put one file into a folder if no folder has it, ``have`` included.

    Returns a sentence if the file is not available as its checksum says, None if it is.
    """
    places = have if isinstance(have, tuple) else (have,)
    path = original.under((into, *places))
    if path.is_file():
        found = pooch.file_hash(str(path))
        if found == original.sha256:
            return None
        fault = f"has the checksum {found}, not {original.sha256}"
        return f"{path}: {fault}; move it away and run this again"
    if original.address is None:
        return f"{path}: cannot be downloaded. {original.made}"
    return _download(original, path)


def _download(original: Original, path: Path) -> str | None:
    """Try several times, unless the server says that the file is no longer there."""
    problem = None
    for attempt in range(TRIES):
        time.sleep(WAIT * (2**attempt - 1))
        try:
            pooch.retrieve(
                original.address, f"sha256:{original.sha256}", path.name, path.parent,
                downloader=pooch.HTTPDownloader(timeout=SECONDS),
            )  # fmt: skip
            return None
        except requests.HTTPError as error:
            status = error.response.status_code
            if status in GONE:
                return (
                    f"{path}: {original.address} is gone ({status}). Look for another copy with "
                    f"the checksum {original.sha256}, put it there, and name its address in "
                    f"{original.source.listed_in}"
                )
            if status not in AGAIN:
                return f"{path}: {original.address} refuses ({status}); open it to read why"
            problem = f"answers {status}; run this again later"
        except ValueError:
            problem = "gives other bytes than those of its checksum; not kept"
        except OSError as error:
            problem = f"cannot be reached ({type(error).__name__}); run this again"
    return f"{path}: {original.address} {problem}"


def of_tables(names: Iterable[str]) -> list[Original]:
    """Return the originals of some built tables, each once. Raises DataError for an unknown one."""
    known = builders()
    wanted: dict[str, Original] = {}
    for name in names:
        data.metadata(name)
        if name in known:
            wanted |= {each.file: each for each in known[name].ORIGINALS}
    return list(wanted.values())


def get_all(wanted: Sequence[Original], into: Path, have: Folders = ()) -> list[str]:
    """Get files one after another and tell how far it is; return a sentence for each that fails."""
    pooch.get_logger().setLevel("WARNING")  # the lines below say the same
    size, done, problems = sum(each.size for each in wanted), 0, []
    for number, original in enumerate(wanted, start=1):
        at = f"{number} of {len(wanted)}, {done / 1e6:,.1f} MB of {size / 1e6:,.1f} MB"
        print(f"{at}: {original.file}", flush=True)
        if problem := get(original, into, have):
            problems.append(problem)
            print(problem, file=sys.stderr)
        done += original.size
    return problems


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when a file is missing or differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, default=DOWNLOADED, help="where to put the files")
    parser.add_argument("--tables", action="store_true", help="the names are those of tables")
    parser.add_argument("names", nargs="*", help="sources or tables (all, when none is named)")
    options = parser.parse_args(arguments)
    offered = [each for each in catalogue().values() if each.address]
    try:
        if options.tables and options.names:
            wanted = of_tables(options.names)
        else:
            sources = sorted({each.source.name for each in offered})
            if unknown := sorted({*options.names} - {*sources}):
                fault = f"no original with an address is from {', '.join(unknown)}"
                where = "data/<theme>/originals"
                raise data.DataError(where, f"{fault}; known are {', '.join(sources)}")
            wanted = [e for e in offered if not options.names or e.source.name in options.names]
    except data.DataError as error:
        print(error, file=sys.stderr)
        return 1
    problems = get_all(wanted, options.into, folders())
    there = len(wanted) - len(problems)
    print(f"{there} of {len(wanted)} originals are here, with the checksums that are recorded.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
