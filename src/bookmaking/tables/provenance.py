"""Where each table comes from, who made it and when it was last read: derived, typed nowhere.

A table is *rebuilt* by a program from originals, *computed* from other tables of the book, or
*typed* by hand from the texts that its rows name. What a second reader compared is in
`data/reread.csv`.
"""

from dataclasses import dataclass
from pathlib import Path

from bookmaking import reread
from bookmaking.tables.builders import builders
from bookmaking.tables.originals import Original, Source
from decentwork import data
from decentwork.repository import ROOT

REBUILT, COMPUTED, TYPED = "rebuilt", "computed", "typed"


@dataclass(frozen=True)
class Provenance:
    """Where one table comes from.

    ``way`` is `REBUILT`, `COMPUTED` or `TYPED`. ``originals`` are the files that a program makes it
    from (none for a typed table) and ``tables`` those that it is computed from. ``read`` is the
    last day on which somebody got the originals or compared a row, empty where no day is on record.
    ``reread`` says how many of its typed rows a second reader compared, and ``readers`` who.
    """

    name: str
    way: str
    originals: tuple[Original, ...]
    tables: tuple[str, ...]
    read: str
    rows: int
    reread: int
    readers: tuple[str, ...]

    @property
    def sources(self) -> dict[Source, list[Original]]:
        """The originals by their source."""
        found: dict[Source, list[Original]] = {}
        for each in self.originals:
            found.setdefault(each.source, []).append(each)
        return found


def provenances(root: Path = ROOT) -> dict[str, Provenance]:
    """Return the provenance of every table of the book at ``root``, by its name."""
    folder = root / "data"
    made_by = builders(folder)
    compared: dict[str, list[reread.Reading]] = {}
    for line in reread.standing(root):
        compared.setdefault(line.table, []).append(line)
    found = {}
    for name in data.names(folder):
        metadata, builder = data.metadata(name, folder), made_by.get(name)
        read = () if builder else compared.get(name, ())
        days = [*(each.get("date_accessed", "") for each in metadata.origin)]
        days += [line.on for line in read]
        found[name] = Provenance(
            name=name,
            way=TYPED if builder is None else REBUILT if builder.ORIGINALS else COMPUTED,
            originals=tuple(builder.ORIGINALS) if builder else (),
            tables=tuple(getattr(builder, "AFTER", ())),
            read=max(days, default=""),
            rows=len(data.read(name, folder)),
            reread=sum(len(line.rows) for line in read),
            readers=tuple(sorted({line.by for line in read})),
        )
    return found
