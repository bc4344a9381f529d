"""Every table of ``data/`` holds what its sidecar says of it, and every sidecar is sound.

`decentwork.tables.contract` has the rules; this gate reads each table by them.
"""

from collections.abc import Sequence
from pathlib import Path

from decentwork.data import DataError
from decentwork.tables import contract, places
from decentwork.tables.sidecars import Sidecar, builder_of

SHARED_BY_ALL = (places.SHARED, f"{places.STATES}.csv")
"""Files on which the tables depend."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return every fault of tables and sidecars, one sentence each.

    All tables are read where a file changed on which all of them depend.
    """
    folder = root / "data"
    changed = () if any(path.name in SHARED_BY_ALL for path in files) else files
    problems = []
    for path in places.sidecars(folder).values():
        if changed and not {path, path.with_suffix(".csv"), builder_of(path)} & set(changed):
            continue
        try:
            contract.check(Sidecar.load(path))
        except DataError as error:
            problems += error.sentences
    # A fault in what tables share is met with each of them, and told once.
    return list(dict.fromkeys(problems))
