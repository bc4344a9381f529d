"""Build the tables of data/ that have a builder, and compare each with its metadata.

    python -m bookmaking.tables.builders                          all of them
    python -m bookmaking.tables.builders slavery-index            one table

A table typed by hand needs no command: `make check` compares it with its metadata.

A builder is a module `data/<theme>/builders/<name_of_the_table>.py` with

- `ORIGINALS`, the originals that it reads (`bookmaking.tables.originals.catalogued`; none for a
  table that is computed from other tables);
- `build(originals)`, which returns the table as a DataFrame;
- `AFTER`, the tables from which it is computed, if there are any.

An original with other bytes than its checksum says is not read. A table is written only when it
agrees with its metadata. One whose originals are not all here stays as it is, and this says which
are missing; `make data ORIGINALS=yes` gets them. An error in one table does not keep the others
from being built.
"""

import importlib
import sys
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pooch

from bookmaking.tables import contract
from bookmaking.tables.originals import folders
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables import places

PACKAGE = "builders"


def builders(folder: Path = DATA) -> dict[str, ModuleType]:
    """Return the builder of each built table, by the table's name, in the order of building.

    Raises CycleError if tables wait for each other in a circle.
    """
    _make_package(folder)
    modules = {
        path.stem.replace("_", "-"): importlib.import_module(f"{PACKAGE}.{path.stem}")
        for path in sorted(folder.glob("*/builders/*.py"))
    }
    # Every other table checks its codes of States against those of one table.
    first = {places.STATES} & modules.keys()
    needs = {
        name: ({*getattr(module, "AFTER", ())} & modules.keys()) | (first - {name})
        for name, module in modules.items()
    }
    return {name: modules[name] for name in TopologicalSorter(needs).static_order()}


def _make_package(folder: Path) -> None:
    """Make the builders of all themes one package, so that one can import from another."""
    path = [str(found) for found in sorted(folder.glob("*/builders"))]
    package = sys.modules.get(PACKAGE)
    if package is None or list(package.__path__) != path:
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
        package = ModuleType(PACKAGE, "The builders of all themes.")
        package.__path__ = path
        sys.modules[PACKAGE] = package


def main(names: Sequence[str]) -> int:
    """Write the named tables, or all; the exit code is 1 when a table does not pass."""
    failed, built = [], builders()
    for name in names or built:
        try:
            data.metadata(name)
            print(f"{name}: {_write(name, built.get(name))}")
        except data.DataError as error:
            failed.append(name)
            print(error, file=sys.stderr)
    if failed:
        print(f"Not written: {', '.join(failed)}; the lines above say why.", file=sys.stderr)
    return int(bool(failed))


def _write(name: str, builder: ModuleType | None) -> str:
    """Build and write a table, and return what was done, in words."""
    if builder is None:
        return "typed by hand, so there is nothing to build; `make check` checks it"
    originals = folders()
    missing = [each.file for each in builder.ORIGINALS if not each.under(originals).is_file()]
    if missing:
        told = ", ".join(missing)
        return f"not rebuilt, because {told} is not here; `make data ORIGINALS=yes` gets it"
    for each in builder.ORIGINALS:
        path = each.under(originals)
        if pooch.file_hash(str(path)) != each.sha256:
            fault = f"has other bytes than its checksum in {each.source.listed_in}; move it away"
            raise data.DataError(str(path), fault)
    return f"{contract.write(name, builder.build(originals))} rows"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
