"""The originals of the tables, where they are at hand; where not, a test says so and stops."""

import pytest

from bookmaking.gates.tables import ORIGINALS
from bookmaking.tables import builders as build_tables
from bookmaking.tables import originals

BUILDERS = build_tables.builders()
LISTED = originals.read_list()


def at_hand(files):
    """The folder of originals, where it holds these files; else the test says so and stops."""
    missing = [file for file in files if not (ORIGINALS / file).is_file()]
    if missing:
        pytest.skip(
            f"Nothing was compared, because {ORIGINALS} does not hold {', '.join(missing)}. "
            "Run `make originals`, or set DECENTWORK_ORIGINALS to the folder of originals."
        )
    return ORIGINALS


def original(file):
    """The path of one original."""
    return at_hand([file]) / file


def originals_of(name):
    """The folder of originals, complete for the builder of this table."""
    groups = BUILDERS[name].ORIGINALS
    return at_hand([f"{group}/{each['file']}" for group in groups for each in LISTED[group]])
