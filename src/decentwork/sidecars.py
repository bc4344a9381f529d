"""The sidecar of a table: what `data/<name>.yml` says of `data/<name>.csv`.

A sidecar is read strictly: a field that is missing, unknown, or of the wrong kind is an error that
names the file and the field. What the fields mean for the rows is the business of
`decentwork.contract`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY / "data"

CLASSES = ("verbatim", "constructed", "hand")
TYPES = ("string", "integer", "number", "date", "boolean")
NUMERIC = ("integer", "number")
REDISTRIBUTION = ("allowed", "figures cited", "not settled")
INTEGRITY = ("verified", "spot-checked", "diverged", "unverifiable")
UNITS_OF_COUNT = (
    "people in forced labour",
    "people in modern slavery",
    "detected victims",
    "registered victims",
    "potential victims referred",
    "per cent of detected victims",
    "US dollars",
    "treaty actions of States",
    "participating States",
    "lines of the concept note",
    "pairs of figures",
    "findings",
    "measures of scale",
    "cases on lists",
    "case records",
    "lists of cases",
    "published estimates",
    "recomputed estimates",
    "elements of definitions",
    "legal concepts",
    "duties of States",
    "documents",
    "judgments",
    "acts of the European Union",
    "shares of income, work or people",
    "labour inspectors",
    "scores",
    "targets",
    "pillars",
    "persons employed",
    "per cent of employed people",
    "published figures",
    "conferences",
    "organizations",
    "ties of organizations to instruments",
    "acts of the office",
    "commitments",
    "projects",
    "decisions on referrals",
    "persons in criminal proceedings",
    "shares of cases",
    "referral systems of States",
    "studies and reviews",
)
FAULTS_SHOWN = 10

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DataError(ValueError):
    """A table, or what describes it, breaks a rule. The message says where, and what to do.

    `faults` holds the single sentences, for code that wants to count or show them.
    """

    def __init__(self, where: str, faults: str | Iterable[str]) -> None:
        self.where = where
        self.faults = [faults] if isinstance(faults, str) else list(faults)
        super().__init__(self._message())

    def _message(self) -> str:
        if len(self.faults) == 1:
            return f"{self.where}: {self.faults[0]}"
        shown = [f"  - {fault}" for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            shown.append(f"  - and {len(self.faults) - FAULTS_SHOWN} more")
        return "\n".join([f"{self.where} has {len(self.faults)} faults:", *shown])


def shown(path: Path) -> str:
    """The path as a reader of the repository would write it."""
    path = path.resolve()
    return path.relative_to(REPOSITORY).as_posix() if path.is_relative_to(REPOSITORY) else str(path)


@dataclass(frozen=True)
class Column:
    """One column: its type, its unit, and what may stand in a cell."""

    name: str
    type: str
    description: str
    unit: str | None = None
    required: bool = True
    missing_reason: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str, ...] | None = None
    pattern: str | None = None
    states: bool = False


@dataclass(frozen=True)
class Total:
    """A published total: the sum of a column over some rows, and how far rounding may move it."""

    sum_of: str
    where: Mapping[str, Any]
    equals: float
    tolerance: float
    because: str


@dataclass(frozen=True)
class Sidecar:
    """What `data/<name>.yml` says of `data/<name>.csv`; the fields are those of the file.

    `kind` is the field class. `origin` says what a table was made from; a table typed by hand has
    none, because each of its rows names its source. `corrections` lists what differs in a typed
    table from the original from which it was typed: the key of the row, the column (none for a
    whole row that was added or left out), what it was, and why it was changed.
    """

    path: Path
    filename: str
    title: str
    description: str
    kind: str
    origin: tuple[Mapping[str, Any], ...]
    licence: Mapping[str, Any]
    integrity: Mapping[str, Any]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int
    totals: tuple[Total, ...]
    unit_of_count: str
    breaks: tuple[Mapping[str, Any], ...]
    must_not_be_used_for: tuple[str, ...]
    builder: str | None
    as_of: str
    consumers: tuple[str, ...]
    kept_for: str | None
    corrections: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """The name by which `read` knows the table."""
        return self.path.stem

    @property
    def csv_path(self) -> Path:
        """The table itself, beside its sidecar."""
        return self.path.with_name(self.filename)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column that has one."""
        return {column.name: column.unit for column in self.columns if column.unit}

    @classmethod
    def load(cls, path: Path) -> Sidecar:
        """Read a sidecar file. DataError names the field that is missing, unknown or unreadable."""
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)
        except FileNotFoundError:
            raise DataError(shown(path), "there is no such sidecar; write one") from None
        except yaml.YAMLError as error:
            at = getattr(error, "problem_mark", None)
            line = f"line {at.line + 1}: " if at else ""
            raise DataError(
                shown(path), f"{line}this is not YAML ({error.problem}); mend it"
            ) from None
        return _SidecarReader(path).sidecar(content)


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which a date stays the text that was written."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in _PlainLoader.yaml_implicit_resolvers.items()
}

_NUMBER = (int, float)
_KINDS = {
    str: "text",
    list: "a list",
    dict: "a mapping",
    bool: "true or false",
    int: "a whole number",
}


class _SidecarReader:
    """Turns the content of a sidecar file into a Sidecar, or says which field is wrong."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fail(self, field: str, fault: str) -> DataError:
        return DataError(shown(self.path), f"field {field}: {fault}")

    def fields(
        self, at: str, content: Any, must: dict[str, Any], may: dict[str, Any]
    ) -> dict[str, Any]:
        """Check names and types of the fields of one mapping; `must` and `may` give name: type."""
        if not isinstance(content, dict):
            raise self.fail(at or "(whole file)", f"is {content!r}, not a mapping of fields")
        known = must | may
        for name, value in content.items():
            field = f"{at}.{name}" if at else name
            if name not in known:
                near = difflib.get_close_matches(str(name), known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                raise self.fail(field, f"is not known; {hint}")
            wanted = known[name]
            is_stray_bool = isinstance(value, bool) and wanted is not bool
            if value is not None and (not isinstance(value, wanted) or is_stray_bool):
                kind = _KINDS.get(wanted, "a number")
                hint = " (put it in quotes)" if wanted is str else ""
                raise self.fail(field, f"is {value!r}, not {kind}{hint}")
        for name in must:
            if content.get(name) is None:
                raise self.fail(f"{at}.{name}" if at else name, "is missing; fill it in")
        return {name: content.get(name) for name in known}

    def one_of(self, field: str, value: Any, allowed: tuple[str, ...]) -> None:
        if value not in allowed:
            raise self.fail(field, f"is {value!r}; allowed are {', '.join(allowed)}")

    def sidecar(self, content: Any) -> Sidecar:
        top = self.fields(
            "",
            content,
            must={
                "filename": str, "title": str, "description": str, "class": str, "licence": dict,
                "integrity": dict, "schema": dict, "unit_of_count": str,
                "must_not_be_used_for": list, "as_of": str, "consumers": list,
            },
            may={"origin": list, "totals": list, "breaks": list, "builder": str, "kept_for": str,
                 "corrections": list},
        )  # fmt: skip
        self.one_of("class", top["class"], CLASSES)
        self.one_of("unit_of_count", top["unit_of_count"], UNITS_OF_COUNT)
        if top["filename"] != f"{self.path.stem}.csv":
            raise self.fail("filename", f"is {top['filename']!r}, not {self.path.stem}.csv")
        if (top["class"] == "constructed") != bool(top["builder"]):
            raise self.fail("builder", "stands in a constructed table and in no other")
        if bool(top["consumers"]) == bool(top["kept_for"]):
            raise self.fail(
                "consumers", "name the notebooks that read the table, or say kept_for what it waits"
            )
        schema = self.fields(
            "schema", top["schema"], {"key": list, "columns": list, "rows": int}, {}
        )
        columns = self.columns(schema["columns"])
        self.known("schema.key", schema["key"], columns)
        by_row = top["class"] == "hand" and any(column.name == "source" for column in columns)
        if by_row == bool(top["origin"]):
            raise self.fail(
                "origin",
                "the rows of a table typed by hand name their sources; take it out"
                if by_row
                else "is missing; say what the table was made from",
            )
        return Sidecar(
            path=self.path,
            filename=top["filename"],
            title=top["title"],
            description=top["description"],
            kind=top["class"],
            origin=self.origins(top["origin"] or []),
            licence=self.licence(top["licence"]),
            integrity=self.integrity(top["integrity"]),
            key=tuple(schema["key"]),
            columns=columns,
            rows=schema["rows"],
            totals=self.totals(top["totals"] or [], columns),
            unit_of_count=top["unit_of_count"],
            breaks=self.breaks(top["breaks"] or []),
            must_not_be_used_for=tuple(top["must_not_be_used_for"]),
            builder=top["builder"],
            as_of=top["as_of"],
            consumers=tuple(top["consumers"]),
            kept_for=top["kept_for"],
            corrections=self.corrections(top["corrections"] or [], columns),
        )

    def known(self, field: str, names: Iterable[str], columns: tuple[Column, ...]) -> None:
        have = [column.name for column in columns]
        for name in names:
            if name not in have:
                raise self.fail(field, f"names the column {name!r}, which is not in schema.columns")

    def origins(self, content: list[Any]) -> tuple[Mapping[str, Any], ...]:
        must = {"producer": str, "title": str, "citation_key": str}
        may = {"url": str, "date_published": str, "date_accessed": str, "version": str}
        return tuple(self.fields(f"origin[{i}]", item, must, may) for i, item in enumerate(content))

    def licence(self, content: Any) -> Mapping[str, Any]:
        licence = self.fields(
            "licence", content, {"name": str, "redistribution": str}, {"url": str, "note": str}
        )
        self.one_of("licence.redistribution", licence["redistribution"], REDISTRIBUTION)
        return licence

    def integrity(self, content: Any) -> Mapping[str, Any]:
        integrity = self.fields(
            "integrity", content, {"sha256": str, "status": str, "against": str}, {"note": str}
        )
        self.one_of("integrity.status", integrity["status"], INTEGRITY)
        if not _SHA256.fullmatch(integrity["sha256"]):
            raise self.fail(
                "integrity.sha256", "is not 64 hexadecimal digits; `make data` writes it"
            )
        return integrity

    def breaks(self, content: list[Any]) -> tuple[Mapping[str, Any], ...]:
        must, may = {"year": int, "what": str}, {"states": list}
        return tuple(self.fields(f"breaks[{i}]", item, must, may) for i, item in enumerate(content))

    def corrections(
        self, content: list[Any], columns: tuple[Column, ...]
    ) -> tuple[Mapping[str, Any], ...]:
        must, may = {"row": list, "because": str}, {"column": str, "was": (str, int, float)}
        corrections = [
            self.fields(f"corrections[{i}]", item, must, may) for i, item in enumerate(content)
        ]
        named = [each["column"] for each in corrections if each["column"]]
        self.known("corrections", named, columns)
        return tuple(corrections)

    def columns(self, content: list[Any]) -> tuple[Column, ...]:
        must = {"name": str, "type": str, "description": str}
        may = {
            "unit": str, "required": bool, "missing_reason": str, "minimum": _NUMBER,
            "maximum": _NUMBER, "enum": list, "pattern": str, "states": bool,
        }  # fmt: skip
        columns = []
        for i, item in enumerate(content):
            at = f"schema.columns[{i}]"
            given = self.fields(at, item, must, may)
            self.one_of(f"{at}.type", given["type"], TYPES)
            if given["required"] is False and not given["missing_reason"]:
                raise self.fail(f"{at}.missing_reason", "is missing: say why a cell may be empty")
            for bound in ("minimum", "maximum"):
                if given[bound] is not None and given["type"] not in NUMERIC:
                    raise self.fail(f"{at}.{bound}", f"stands in a column of type {given['type']}")
            self.pattern(f"{at}.pattern", given["pattern"])
            given = {name: value for name, value in given.items() if value is not None}
            if "enum" in given:
                given["enum"] = tuple(str(value) for value in given["enum"])
            columns.append(Column(**given))
        return tuple(columns)

    def pattern(self, field: str, pattern: str | None) -> None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise self.fail(field, f"is no regular expression ({error})") from None

    def totals(self, content: list[Any], columns: tuple[Column, ...]) -> tuple[Total, ...]:
        must = {"sum_of": str, "equals": _NUMBER, "tolerance": _NUMBER, "because": str}
        totals = []
        for i, item in enumerate(content):
            given = self.fields(f"totals[{i}]", item, must, {"where": dict})
            where = given["where"] or {}
            self.known(f"totals[{i}]", [given["sum_of"], *where], columns)
            [summed] = [column for column in columns if column.name == given["sum_of"]]
            if summed.type not in NUMERIC:
                raise self.fail(f"totals[{i}].sum_of", f"is a column of type {summed.type}")
            totals.append(Total(**{**given, "where": where}))
        return tuple(totals)
