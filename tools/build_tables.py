"""Write the tables of data/: build those that have a builder, check and record those typed by hand.

    python tools/build_tables.py --originals ../shared/data/raw     everything
    python tools/build_tables.py                                    the tables typed by hand
    python tools/build_tables.py --originals DIR slavery-index      one table

A builder is a module of data/builders with NAME (the table), ORIGINALS (the folders that it reads)
and build(originals) -> DataFrame. A table is written only when it agrees with its sidecar. Where
the originals are not at hand, the tables that need them stay as they are, and this says so. The
descriptor data/datapackage.json is written anew at the end.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from types import ModuleType

import datapackage
from decentwork import contract, data

BUILDERS = contract.DATA / "builders"
FIRST = "participating_states"  # all others check their codes against it
HELPERS = {"reading"}


def builders() -> dict[str, ModuleType]:
    """The builder of each constructed table, by the name of the table, in the order of building."""
    if str(BUILDERS) not in sys.path:
        sys.path.insert(0, str(BUILDERS))
    modules = sorted(
        {path.stem for path in BUILDERS.glob("*.py")} - HELPERS,
        key=lambda name: (name != FIRST, name),
    )
    return {module.NAME: module for module in map(importlib.import_module, modules)}


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when a table does not pass."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--originals", type=Path, help="folder that holds one folder per original")
    parser.add_argument("names", nargs="*", help="tables to write (all, when none is named)")
    options = parser.parse_args(arguments)
    try:
        return _write(options.names, options.originals)
    except data.DataError as error:
        print(error, file=sys.stderr)
        return 1


def _write(names: list[str], originals: Path | None) -> int:
    built = builders()
    known = [*built, *(name for name in data.names() if name not in built)]
    for name in names:
        data.sidecar(name)
    for name in known:
        if names and name not in names:
            continue
        if name not in built:
            contract.record(name)
        elif built[name].ORIGINALS and (originals is None or not originals.is_dir()):
            print(f"{name}: not rebuilt, because no folder of originals is at hand")
            continue
        else:
            contract.write(name, built[name].build(originals))
        print(f"{name}: {data.sidecar(name).rows} rows")
    return datapackage.main()


if __name__ == "__main__":
    sys.exit(main())
