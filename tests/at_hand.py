"""The originals of the tables, where they are here; where not, a test says so and stops."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bookmaking.tables.builders import builders
from bookmaking.tables.originals import Original, catalogue, catalogued, folders
from decentwork.tables.errors import DataError

BUILDERS = builders()
KNOWN = catalogue()
ORIGINALS = folders()


def complete(originals: Iterable[Original]) -> tuple[Path, ...]:
    """Return the folders of originals if they hold these; else the test says so and stops."""
    missing = [each for each in originals if not each.under(ORIGINALS).is_file()]
    if missing:
        names = ", ".join(each.file for each in missing)
        pytest.skip(
            f"Nothing was compared, because no folder of originals holds {names}. Run `make data "
            "ORIGINALS=yes`, ask the authors for those that were typed or cut by hand and have no "
            "address, or set DECENTWORK_ORIGINALS to their folder."
        )
    return ORIGINALS


def original(file: str) -> Path:
    """Return the path of one original. Fails if the catalogue does not list it."""
    try:
        found = catalogued(file)
    except DataError as error:
        pytest.fail(str(error), pytrace=False)
    return found.under(complete([found]))
