"""Every table of ``data/`` holds what its sidecar says of it, and every sidecar is sound.

`decentwork.tables.contract` has the rules; this gate reads each table by them.
"""

from collections.abc import Sequence
from pathlib import Path

from decentwork.data import DataError
from decentwork.repository import path_in_repository
from decentwork.tables import contract, places
from decentwork.tables.sidecars import NO_ORIGIN, Sidecar, builder_of

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
            sidecar = Sidecar.load(path)
            problems += wrong_origin(sidecar)
            contract.check(sidecar)
        except DataError as error:
            problems += error.sentences
    # A fault in what tables share is met with each of them, and told once.
    return list(dict.fromkeys(problems))


def wrong_origin(sidecar: Sidecar) -> list[str]:
    """Return a sentence if a typed table has an origin beside its rows' sources, or a built none.

    Only here, because an installed package has the tables and not their builders.
    """
    where = f"{path_in_repository(sidecar.path)}: field origin:"
    has_sources = any(field.name == "source" for field in sidecar.fields)
    if sidecar.builder and not sidecar.origin:
        return [f"{where} {NO_ORIGIN}"]
    if not sidecar.builder and has_sources and sidecar.origin:
        return [f"{where} the rows of a table typed by hand name their sources; take it out"]
    return []
