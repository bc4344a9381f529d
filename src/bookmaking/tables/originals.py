"""Get the originals that the builders read, each held against its checksum.

    python tools/originals.py FOLDER

data/builders/originals.yml names every file. One with an address is downloaded when it is missing;
one without was typed or cut by hand, and the list says from what. A file with other bytes than the
list records is never accepted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pooch
import yaml

from decentwork.repository import DATA

LIST = DATA / "builders" / "originals.yml"


def read_list() -> dict[str, list[dict[str, Any]]]:
    """The files of each folder of originals, with checksum and address or how they were made."""
    return yaml.safe_load(LIST.read_text(encoding="utf-8"))


def get(folder: Path, listed: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Complete a folder of originals; a sentence for each file that is not there as listed."""
    problems = []
    for group, files in listed.items():
        for file in files:
            if problem := _get_one(folder / group / file["file"], file):
                problems.append(problem)
    return problems


def _get_one(path: Path, file: dict[str, Any]) -> str | None:
    if path.exists():
        found = pooch.file_hash(str(path))
        if found == file["sha256"]:
            return None
        wanted = file["sha256"]
        return f"{path}: has the checksum {found}, not {wanted}; move it away and run this again"
    if "address" not in file:
        return f"{path}: cannot be downloaded. {file['made']}"
    try:
        pooch.retrieve(file["address"], f"sha256:{file['sha256']}", path.name, path.parent)
    except ValueError:
        return f"{path}: {file['address']} gives other bytes than the list records; not kept"
    except OSError as error:
        return f"{path}: {file['address']} cannot be reached ({error})"
    return None


def main(arguments: list[str]) -> int:
    """Run from the command line; the exit code is 1 when a file is missing or differs."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    listed = read_list()
    problems = get(Path(arguments[0]), listed)
    for problem in problems:
        print(problem, file=sys.stderr)
    count = sum(map(len, listed.values()))
    print(
        f"{count - len(problems)} of {count} originals are here, with the checksums of {LIST.name}"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
