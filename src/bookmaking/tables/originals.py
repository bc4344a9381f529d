"""Get the originals that builders and tests read, each held against its checksum.

    python -m bookmaking.tables.originals FOLDER

A builder defines its originals (`Original`). Those that only tests read, to reach a number by a
second path, stand in `data/<theme>/second_paths.yml`. One with an address is downloaded when it is
missing; one without was typed or cut by hand, and `made` says from what. A file with other bytes
than those of its checksum is never accepted.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pooch

from bookmaking.tables.builders import builders
from decentwork.repository import DATA
from decentwork.tables import places
from decentwork.tables.strict import StrictFile


@dataclass(frozen=True)
class Original:
    """A file that a table is made from or held against.

    Parameters
    ----------
    file
        Its folder and name below the folder of originals.
    sha256
        The checksum of its bytes.
    address
        Where it is downloaded from; without one, ``made`` says how it was made.
    made
        What it was typed, cut or converted from.
    """

    file: str
    sha256: str
    address: str | None = None
    made: str | None = None

    def __post_init__(self) -> None:
        """Refuse a file of which nobody could say where it comes from."""
        if (self.address is None) == (self.made is None):
            raise ValueError(f"original {self.file}: give an address, or say how it was made.")

    def under(self, originals: Path) -> Path:
        """Return the path of the file below a folder of originals."""
        return originals / self.file

    def get(self, originals: Path) -> str | None:
        """Put the file into a folder of originals if it is missing and has an address.

        Returns a sentence if the file is not there as its checksum says, None if it is.
        """
        path = self.under(originals)
        if path.exists():
            found = pooch.file_hash(str(path))
            if found == self.sha256:
                return None
            fault = f"has the checksum {found}, not {self.sha256}"
            return f"{path}: {fault}; move it away and run this again"
        if self.address is None:
            return f"{path}: cannot be downloaded. {self.made}"
        try:
            pooch.retrieve(self.address, f"sha256:{self.sha256}", path.name, path.parent)
        except ValueError:
            return f"{path}: {self.address} gives other bytes than those of its checksum; not kept"
        except OSError as error:
            return f"{path}: {self.address} cannot be reached ({error})"
        return None


@dataclass(frozen=True)
class Fault:
    """A change of an original that its builder must notice; tests plant it in a copy.

    Parameters
    ----------
    what
        The fault in words.
    original
        The file in which it is planted.
    old, new
        The piece of text that is replaced, and what replaces it.
    said
        What the builder's message must hold.
    """

    what: str
    original: Original
    old: str
    new: str
    said: str


def second_paths(folder: Path = DATA) -> tuple[Original, ...]:
    """Return the originals that only tests read. Raises DataError if a list is not readable."""
    listed = []
    for path in sorted(folder.glob(f"*/{places.SECOND_PATHS}")):
        file = StrictFile(path)
        for i, entry in enumerate(file.content()):
            known = {"file": str, "sha256": str}, {"address": str, "made": str}
            given = file.fields(f"[{i}]", entry, *known)
            if ("address" in given) == ("made" in given):
                raise file.fault(f"[{i}]", "give an address, or say under made how it was made")
            listed.append(Original(**given))
    return tuple(listed)


def known_originals(folder: Path = DATA) -> tuple[Original, ...]:
    """Return every original once, those of builders and those of second paths, by file name."""
    of_builders = (each for builder in builders(folder).values() for each in builder.ORIGINALS)
    every = {original.file: original for original in (*of_builders, *second_paths(folder))}
    return tuple(every[file] for file in sorted(every))


def get(folder: Path, wanted: Iterable[Original]) -> list[str]:
    """Complete a folder of originals; return a sentence for each file that is not as it should."""
    return [problem for original in wanted if (problem := original.get(folder))]


def main(arguments: list[str]) -> int:
    """Run from the command line; the exit code is 1 when a file is missing or differs."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    wanted = known_originals()
    problems = get(Path(arguments[0]), wanted)
    for problem in problems:
        print(problem, file=sys.stderr)
    there = len(wanted) - len(problems)
    print(f"{there} of {len(wanted)} originals are here, with the checksums that are recorded")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
