"""The sidecar of a table: what ``<name>.yml`` says of ``<name>.csv`` beside it.

A sidecar is read strictly (`decentwork.tables.strict`). It holds nothing that can be derived: the
table's name, its theme, its builder and which fields are required follow from where files stand
and from other fields. What several sidecars say alike stands once, in ``data/shared.yml``, and they
name it (`decentwork.tables.shared`). What the fields mean for the rows is the business of
`decentwork.tables.contract`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from decentwork.tables import fields, places
from decentwork.tables.fields import Field
from decentwork.tables.shared import load_shared, read_licence, read_origin
from decentwork.tables.strict import NUMBER, StrictFile

INTEGRITY = ("verified", "spot-checked", "diverged", "unverifiable")

# Name and kind of the fields of each part of a sidecar: those it must have, those it may have.
TOP = (
    {
        "title": str, "description": str, "licence": (str, dict), "integrity": dict, "schema": dict,
        "unit_of_count": str, "must_not_be_used_for": list, "as_of": str,
    },
    {
        "origin": list, "totals": list, "breaks": list, "remarks": list, "corrections": list,
        "kept_for": str, "holds": dict, "known_numbers": list,
    },
)  # fmt: skip
INTEGRITY_FIELDS = (
    {"status": str, "against": str},
    {"sha256": str, "rows": int, "note": str, "of": list},
)
SCHEMA = ({"primaryKey": list, "fields": list}, {})
TOTAL = ({"sum_of": str, "equals": NUMBER, "tolerance": NUMBER, "because": str}, {"where": dict})
BREAK = (
    {"year": int, "what": str}, {"states": list, "then_counted": str, "first_again": bool}
)  # fmt: skip
REMARK = ({"what": str, "states": list}, {"repeated": list})
HOLDS = {
    "years": dict, "ahead": list, "order": list, "exempt": list, "sums": dict, "shares": dict,
    "whole": dict, "not_before": dict, "same_year": str, "same_day": str,
}  # fmt: skip
TAKES = ("sum", "min", "max", "count", "value")
KNOWN = ({"what": str, "take": str, "is": (str, *NUMBER)}, {"where": dict, "column": str})
CORRECTION = ({"row": list, "because": str}, {"column": str, "was": (str, int, float)})

NO_ORIGIN = "is missing; say what the table was made from"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_Entry = TypeVar("_Entry")


@dataclass(frozen=True)
class Total:
    """A published total: the sum of a column over some rows, and how far rounding may move it."""

    sum_of: str
    equals: float
    tolerance: float
    because: str
    where: Mapping[str, Any]


def do_not_use(limits: Iterable[str]) -> str:
    """Return the sentence on what a table must not be used for; none for no limits."""
    told = "; ".join(limits)
    return f"Do not use this for: {told}." if told else ""


@dataclass(frozen=True)
class Sidecar:
    """What is known of a table without its rows; the attributes are the fields of the file.

    ``origin`` says what a built table was made from; a table typed by hand has none, because each
    of its rows names its source. ``corrections`` lists what differs in a typed table from the
    original from which it was typed: the key of the row, the column (none for a whole row that was
    added or left out), what it was, and why it was changed. ``remarks`` are sentences that concern
    the States named beside them; with ``repeated`` they name years that have the same numbers.

    ``holds`` says how the cells of a row bound each other, for `bookmaking.checks.intervals`, and
    what they have from the row's source, for `bookmaking.checks.row_sources`::

      years: {column: [first, last]}    the years that a column covers, also in words
      ahead: [column]                   columns whose years may lie after as_of, and in the future
      order: [[a, b]]                   in every row a is at most b
      exempt: [{column: value}]         rows that break an order or a sum, as their source has it
      sums: {whole: [part, part]}       in every row the parts add up to the whole
      shares: {percent: [part, whole]}  in every row the percentage is part of whole
      whole: {column: value}            rows that are the whole of those which differ in this column
      not_before: {column: {by: column, of: {value: key}}}  no day before that of a cited text
      same_year: column                 a row speaks of the year of its source, in this column
      same_day: column                  a row has the day of its source, in this column

    ``known_numbers`` were computed in the original of a built table without its builder, so that
    `bookmaking.checks.known_numbers` can hold the table to them where the original is not::

      what: people referred in 2023     what the number says, with its unit
      where: {year: 2023}               the rows; several values in a list; all rows without it
      column: referrals                 the column; `count` needs none
      take: sum                         sum, min, max, count (filled cells, or rows) or value
      is: 17004                         to as many decimals as are written here

    A sum of shares, stocks or years says nothing of the world; it shows that a column changed.
    """

    path: Path
    title: str
    description: str
    origin: tuple[Mapping[str, Any], ...]
    licence: Mapping[str, Any]
    integrity: Mapping[str, Any]
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    totals: tuple[Total, ...]
    unit_of_count: str
    breaks: tuple[Mapping[str, Any], ...]
    remarks: tuple[Mapping[str, Any], ...]
    must_not_be_used_for: tuple[str, ...]
    as_of: str
    kept_for: str | None
    corrections: tuple[Mapping[str, Any], ...]
    holds: Mapping[str, Any]
    known_numbers: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """The name by which `read` knows the table."""
        return self.path.stem

    @property
    def folder(self) -> Path:
        """The folder of all themes in which the table stands."""
        return places.folder_of_all_themes(self.path)

    @property
    def theme(self) -> str:
        """The name of the table's folder; empty if it stands in no theme."""
        return "" if self.path.parent == self.folder else self.path.parent.name

    @property
    def csv_path(self) -> Path:
        """The table itself, beside its sidecar."""
        return self.path.with_suffix(".csv")

    @property
    def builder(self) -> Path | None:
        """The module that builds the table; None for a table typed by hand."""
        return builder_of(self.path)

    @property
    def rows(self) -> int | None:
        """The number of rows when the table was last checked and stamped; None for a new table."""
        return self.integrity.get("rows")

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column that has one."""
        return {field.name: field.unit for field in self.fields if field.unit}

    @property
    def schema(self) -> dict[str, Any]:
        """The table's Table Schema descriptor, with shared fields put in."""
        return fields.schema(self.fields, self.key)

    @classmethod
    def load(cls, path: Path) -> "Sidecar":
        """Read a sidecar. DataError names the field that is missing, unknown or unreadable."""
        return _SidecarReader(path).sidecar()


def builder_of(sidecar: Path) -> Path | None:
    """Return the module that builds a table: ``builders/<name_with_underscores>.py`` beside it."""
    module = sidecar.parent / "builders" / f"{sidecar.stem.replace('-', '_')}.py"
    return module if module.is_file() else None


class _SidecarReader:
    """A reader that turns a sidecar file into a Sidecar, or says which field is wrong."""

    def __init__(self, path: Path) -> None:
        self.file = StrictFile(path)

    def sidecar(self) -> Sidecar:
        top = self.file.fields("", self.file.content(), *TOP)
        shared = load_shared(places.folder_of_all_themes(self.file.path))
        where = f"; a new unit is added to data/{places.SHARED}, below its kind"
        self.file.one_of("unit_of_count", top["unit_of_count"], shared.kinds, where)
        schema = self.file.fields("schema", top["schema"], *SCHEMA)
        columns = tuple(
            fields.read_field(self.file, f"schema.fields[{i}]", item, shared.fields)
            for i, item in enumerate(schema["fields"])
        )
        self.known("schema.primaryKey", schema["primaryKey"], columns)
        self.has_origin_or_sources(top, columns)
        return Sidecar(
            path=self.file.path,
            title=top["title"],
            description=top["description"],
            origin=self.each(
                top, "origin", lambda at, item: read_origin(self.file, at, item, shared.origins)
            ),
            licence=read_licence(self.file, "licence", top["licence"], shared.licences),
            integrity=self.integrity(top["integrity"], columns),
            key=tuple(schema["primaryKey"]),
            fields=columns,
            totals=self.each(top, "totals", lambda at, item: self.total(at, item, columns)),
            unit_of_count=top["unit_of_count"],
            breaks=self.each(top, "breaks", lambda at, item: self.file.fields(at, item, *BREAK)),
            remarks=self.each(top, "remarks", lambda at, item: self.remark(at, item, columns)),
            must_not_be_used_for=self.file.texts(
                "must_not_be_used_for", top["must_not_be_used_for"]
            ),
            as_of=top["as_of"],
            kept_for=top.get("kept_for"),
            corrections=self.each(
                top, "corrections", lambda at, item: self.correction(at, item, columns)
            ),
            holds=self.holds(top.get("holds", {}), columns),
            known_numbers=self.each(
                top, "known_numbers", lambda at, item: self.known_number(at, item, columns)
            ),
        )

    def each(
        self, top: Mapping[str, Any], name: str, read: Callable[[str, Any], _Entry]
    ) -> tuple[_Entry, ...]:
        return tuple(read(f"{name}[{i}]", item) for i, item in enumerate(top.get(name, ())))

    def known(self, at: str, names: Iterable[str], columns: tuple[Field, ...]) -> None:
        have = [column.name for column in columns]
        for name in names:
            if name not in have:
                raise self.file.fault(
                    at, f"names the column {name!r}, which is not in schema.fields"
                )

    def has_origin_or_sources(self, top: Mapping[str, Any], columns: tuple[Field, ...]) -> None:
        """Raise DataError unless rows name their source, or the sidecar says what made the table.

        A gate holds that built tables have an origin and typed ones none: only the repository has
        the builders.
        """
        if "origin" not in top and all(column.name != "source" for column in columns):
            raise self.file.fault("origin", NO_ORIGIN)

    def integrity(self, content: Any, columns: tuple[Field, ...]) -> Mapping[str, Any]:
        integrity = self.file.fields("integrity", content, *INTEGRITY_FIELDS)
        self.file.one_of("integrity.status", integrity["status"], INTEGRITY)
        if not _SHA256.fullmatch(integrity.get("sha256", "0" * 64)):
            raise self.file.fault(
                "integrity.sha256", "is not 64 hexadecimal digits; `make data` writes it"
            )
        self.known("integrity.of", integrity.get("of", ()), columns)
        return integrity

    def total(self, at: str, item: Any, columns: tuple[Field, ...]) -> Total:
        given = {"where": {}, **self.file.fields(at, item, *TOTAL)}
        self.known(at, [given["sum_of"], *given["where"]], columns)
        [summed] = [column for column in columns if column.name == given["sum_of"]]
        if summed.type not in fields.NUMERIC:
            raise self.file.fault(f"{at}.sum_of", f"is a column of type {summed.type}")
        return Total(**given)

    def holds(self, content: Any, columns: tuple[Field, ...]) -> Mapping[str, Any]:
        held = self.file.fields("holds", content, {}, HOLDS)
        named = [*held.get("ahead", ()), *chain(*held.get("order", ()))]
        for kind in ("years", "sums", "shares", "whole", "not_before"):
            named += held.get(kind, {})
        for kind in ("sums", "shares"):
            named += chain(*held.get(kind, {}).values())
        named += [each["by"] for each in held.get("not_before", {}).values()]
        for row in held.get("exempt", ()):
            named += row
        named += [held[kind] for kind in ("same_year", "same_day") if kind in held]
        self.known("holds", named, columns)
        return held

    def known_number(self, at: str, item: Any, columns: tuple[Field, ...]) -> Mapping[str, Any]:
        given = {"where": {}, "column": None, **self.file.fields(at, item, *KNOWN)}
        self.file.one_of(f"{at}.take", given["take"], TAKES)
        if given["column"] is None and given["take"] != "count":
            raise self.file.fault(f"{at}.column", "is missing; say what is taken")
        self.known(at, [*given["where"], *filter(None, [given["column"]])], columns)
        return given

    def remark(self, at: str, item: Any, columns: tuple[Field, ...]) -> Mapping[str, Any]:
        given = self.file.fields(at, item, *REMARK)
        if "repeated" in given:
            self.known(f"{at}.repeated", ["iso3", "year"], columns)
        return given

    def correction(self, at: str, item: Any, columns: tuple[Field, ...]) -> Mapping[str, Any]:
        given = self.file.fields(at, item, *CORRECTION)
        self.known(at, [given["column"]] if "column" in given else [], columns)
        return given
