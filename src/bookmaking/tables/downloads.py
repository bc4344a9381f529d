"""Get the originals of the tables from their pinned addresses, each compared with its checksum.

    python -m bookmaking.tables.downloads                          all, into _originals
    python -m bookmaking.tables.downloads uk-nrm slavery-index     those of a source and a table

A file that is available with the right checksum is not fetched again, so a run that was broken off
goes on where it ended. A file with other bytes than those of its checksum is never kept. What was
typed or cut by hand has no address; no table is built from it.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pooch
import requests

from bookmaking.tables.builders import builders
from bookmaking.tables.originals import DOWNLOADED, Original, catalogue, folders
from decentwork import data

SECONDS = 30
"""How long an address may be silent."""


def get(original: Original, into: Path, have: Sequence[Path] = ()) -> str | None:
    """Put one file into a folder if no folder has it, ``have`` included.

    Returns a sentence if the file is not available as its checksum says, None if it is.
    """
    path, address = original.under((into, *have)), original.address
    if path.is_file():
        found = pooch.file_hash(str(path))
        told = f"{path}: has the checksum {found}, not {original.sha256}; move it away, run again"
        return None if found == original.sha256 else told
    if address is None:
        return f"{path}: cannot be downloaded. {original.made}"
    downloader = pooch.HTTPDownloader(timeout=SECONDS)
    try:
        pooch.retrieve(
            address, f"sha256:{original.sha256}", path.name, path.parent, downloader=downloader
        )
    except ValueError:
        return f"{path}: {address} gives other bytes than those of its checksum; not kept"
    except (requests.RequestException, OSError) as error:
        return (
            f"{path}: {address} cannot be read ({error}). Run this again. If the file is gone, "
            f"look for a copy with the checksum {original.sha256}, and name its address in "
            f"{original.source.listed_in}"
        )
    return None


def asked_for(names: Sequence[str]) -> list[Original]:
    """Return the originals with an address of some sources or built tables, or else all.

    Raises DataError for a name that is neither a source nor a table.
    """
    offered = [each for each in catalogue().values() if each.address]
    if not names:
        return offered
    sources, known = {each.source.name for each in offered}, builders()
    tables = [name for name in names if name not in sources and data.metadata(name)]
    files = {each.file for name in tables if name in known for each in known[name].ORIGINALS}
    return [each for each in offered if each.source.name in names or each.file in files]


def get_all(wanted: Sequence[Original], into: Path, have: Sequence[Path] = ()) -> list[str]:
    """Get files one after another and tell how far it is; return a sentence for each that fails."""
    pooch.get_logger().setLevel("WARNING")  # the lines below say the same
    problems = []
    for number, original in enumerate(wanted, start=1):
        size = f"{original.size / 1e6:,.1f} MB"
        print(f"{number} of {len(wanted)}: {original.file}, {size}", flush=True)
        if problem := get(original, into, have):
            problems.append(problem)
            print(problem, file=sys.stderr)
    return problems


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when a file is missing or differs."""
    parser = argparse.ArgumentParser(description="Get the originals of the tables.")
    parser.add_argument("names", nargs="*", help="sources or tables (all, when none is named)")
    try:
        wanted = asked_for(parser.parse_args(arguments).names)
    except data.DataError as error:
        parser.error(str(error))
    problems = get_all(wanted, DOWNLOADED, folders())
    there = len(wanted) - len(problems)
    print(f"{there} of {len(wanted)} originals are here, with the checksums that are recorded.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
