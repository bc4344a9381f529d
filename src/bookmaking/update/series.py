"""Which series of which publisher a table holds: what `series.yml` says, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from decentwork.tables.strict import StrictFile

FILE = Path(__file__).with_name("series.yml")
STATES = "STATES"
"""What stands in a key for the States of the table."""
_TOP = {"tables": dict, "left_out": dict}
_MUST = {"publisher": str, "series": list, "values": dict, "as_of": str}
_MAY = {
    "key": dict, "called": dict, "periods": list, "since": str, "flag": str, "regions": dict,
    "at_least": dict, "origins": list, "not_taken": list, "stays": dict,
}  # fmt: skip
_VALUE = {"of": list, "decimals": int}
_ROW = {"row": list, "because": str}


@dataclass(frozen=True)
class Series:
    """Which series a table holds, and how its columns are made of them.

    The attributes are the fields of `series.yml`, which explains them.
    """

    table: str
    publisher: str
    series: tuple[str, ...]
    values: Mapping[str, Mapping[str, Any]]
    as_of: str
    key: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    periods: tuple[int, ...] = ()
    since: str = ""
    flag: str = ""
    regions: Mapping[str, str] = field(default_factory=dict)
    at_least: Mapping[str, Any] = field(default_factory=dict)
    origins: tuple[str, ...] = ()
    not_taken: tuple[Mapping[str, Any], ...] = ()
    stays: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """The first period that is asked for, as in ``2014`` or ``2022-08``."""
        return min([*map(str, self.periods), *filter(None, [self.since])])

    def keeps(self, period: str) -> bool:
        """Whether the table keeps a period."""
        return period in map(str, self.periods) or bool(self.since and period >= self.since)


@cache
def known(path: Path = FILE) -> Mapping[str, Series]:
    """Return the series by the table's name. Raises DataError for a field that is not sound."""
    file = StrictFile(path)
    top = file.fields("", file.content(), _TOP, {})
    found = {}
    for name, content in top["tables"].items():
        at = f"tables.{name}"
        given = file.fields(at, content, _MUST, _MAY)
        for column, value in given["values"].items():
            file.fields(f"{at}.values.{column}", value, _VALUE, {})
        for i, row in enumerate(given.get("not_taken", ())):
            file.fields(f"{at}.not_taken[{i}]", row, _ROW, {})
        if "periods" not in given and "since" not in given:
            raise file.fault(at, "names no periods; give `periods`, `since` or both")
        lists = {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
        found[name] = Series(table=name, **{**given, **lists})
    return found


def left_out(path: Path = FILE) -> Mapping[str, str]:
    """Return why other tables of these publishers cannot be asked for, by the table's name."""
    return StrictFile(path).content()["left_out"]
