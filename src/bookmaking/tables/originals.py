"""The catalogue of originals: every file that a table is made from or compared with.

The originals of one source are in `data/<theme>/originals/<source>.yml`:

    title: Data tables of the referral mechanism, as packaged for R
    publisher: Home Office, United Kingdom
    licence: Open Government Licence v3.0
    at: https://…/                     what the addresses of its files begin with
    files:                             as they are at a pinned public address
      - {name: cases.rda, sha256: …, bytes: 123, path: data/cases.rda}
    cuts:                              typed or cut by hand; only tests read them
      - {name: cases.csv, sha256: …, made: "typed from …"}

The address of a file is `at` with its `path`, or with its name where it has no path; a file that
is elsewhere has an `address` of its own. A builder names its originals as `<source>/<name>`.
`bookmaking.tables.downloads` gets them. A source is in the theme of a builder that reads it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from urllib.parse import quote

from decentwork.repository import DATA, ROOT
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import read_yaml

CATALOGUE = "originals"
"""The folder of each theme in which the catalogue of its originals is."""
DOWNLOADED = ROOT / "_originals"
"""The folder into which `make data ORIGINALS=yes` puts what it gets."""

Folders = Path | tuple[Path, ...]
"""Where originals are looked for: the first folder that has a file gives it."""


def folders() -> tuple[Path, ...]:
    """Return the folders of originals: those of DECENTWORK_ORIGINALS, or the usual ones."""
    if named := os.environ.get("DECENTWORK_ORIGINALS"):
        return tuple(Path(each) for each in named.split(os.pathsep))
    near = ROOT.parent / "shared/data"
    return DOWNLOADED, near / "pristine", near / "raw"


@dataclass(frozen=True)
class Source:
    """What the files of one folder of originals have in common."""

    name: str
    theme: str
    title: str
    publisher: str
    licence: str

    @property
    def listed_in(self) -> str:
        """The file of the catalogue that lists its originals."""
        return f"data/{self.theme}/{CATALOGUE}/{self.name}.yml"


@dataclass(frozen=True)
class Original:
    """A file that a table is made from or compared with.

    ``file`` is its folder and name below a folder of originals, as in ``uk-nrm/cases.rda``, and
    ``size`` its bytes. One without an ``address`` was typed, cut or converted: ``made`` says how.
    """

    file: str
    source: Source
    sha256: str
    size: int = 0
    address: str | None = None
    made: str | None = None

    def under(self, originals: Folders) -> Path:
        """Return the path of the file in the first folder that has it, else in the first folder."""
        each_in = originals if isinstance(originals, tuple) else (originals,)
        paths = [folder / self.file for folder in each_in]
        return next((path for path in paths if path.is_file()), paths[0])


@cache
def catalogue(folder: Path = DATA) -> Mapping[str, Original]:
    """Return every original by its file, in alphabetical order."""
    found = [each for path in folder.glob(f"*/{CATALOGUE}/*.yml") for each in _of_source(path)]
    return {each.file: each for each in sorted(found, key=lambda each: each.file)}


def catalogued(file: str) -> Original:
    """Return one original. Raises DataError if the catalogue does not have it."""
    return all_catalogued(file)[0]


def all_catalogued(pattern: str) -> tuple[Original, ...]:
    """Return the originals whose file matches a pattern, as in ``uk-nrm/nrm_referrals_*.rda``.

    Raises DataError if there is none.
    """
    found = tuple(each for file, each in catalogue().items() if fnmatchcase(file, pattern))
    if not found:
        listed = f"data/<theme>/{CATALOGUE}/{pattern.partition('/')[0]}.yml"
        raise DataError(listed, f"{pattern} is not listed, so nobody can get or check it; add it")
    return found


def _of_source(path: Path) -> Iterator[Original]:
    given = read_yaml(path)
    about = given["title"], given["publisher"], given["licence"]
    source = Source(path.stem, path.parents[1].name, *about)
    for said in given.get("files", ()):
        name, begins = said["name"], given.get("at", "")
        address = said.get("address", begins + quote(said.get("path", name)))
        yield Original(f"{source.name}/{name}", source, said["sha256"], said["bytes"], address)
    for said in given.get("cuts", ()):
        yield Original(f"{source.name}/{said['name']}", source, said["sha256"], made=said["made"])
