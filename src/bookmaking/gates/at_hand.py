"""The originals of the tables, where they are at hand; where not, a test says so and stops."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bookmaking.gates.tables import ORIGINALS
from bookmaking.tables.builders import builders
from bookmaking.tables.originals import Original, known_originals

BUILDERS = builders()
KNOWN = {original.file: original for original in known_originals()}


def complete(originals: Iterable[Original]) -> Path:
    """Return the folder of originals if it holds these; else the test says so and stops."""
    missing = [each.file for each in originals if not each.under(ORIGINALS).is_file()]
    if missing:
        pytest.skip(
            f"Nothing was compared, because {ORIGINALS} does not hold {', '.join(missing)}. "
            "Run `make originals`, or set DECENTWORK_ORIGINALS to the folder of originals."
        )
    return ORIGINALS


def original(file: str) -> Path:
    """Return the path of one original. Fails if no builder and no second_paths.yml lists it."""
    if file not in KNOWN:
        pytest.fail(
            f"{file} is not listed, so nobody can get it or check it; add it to the "
            "second_paths.yml of its theme.",
            pytrace=False,
        )
    return KNOWN[file].under(complete([KNOWN[file]]))
