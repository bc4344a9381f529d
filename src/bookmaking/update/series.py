"""Which series of which publisher a table holds: what `series.yml` says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from decentwork.repository import path_in_repository
from decentwork.tables.errors import DataError
from decentwork.tables.metadata import read_yaml

FILE = Path(__file__).with_name("series.yml")
STATES = "STATES"
"""What is in a key for the States of the table."""


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
    found = {}
    for name, content in read_yaml(path)["tables"].items():
        lists = {key: tuple(value) for key, value in content.items() if isinstance(value, list)}
        try:
            found[name] = Series(table=name, **{**content, **lists})
        except TypeError as error:  # a field too many or too few
            fault = f"field tables.{name}: {str(error).removeprefix('Series.__init__() ')}"
            raise DataError(path_in_repository(path), fault) from None
        if not (found[name].periods or found[name].since):
            fault = f"field tables.{name}: names no periods; give `periods`, `since` or both"
            raise DataError(path_in_repository(path), fault)
    return found


def left_out(path: Path = FILE) -> Mapping[str, str]:
    """Return why other tables of these publishers cannot be asked for, by the table's name."""
    return read_yaml(path)["left_out"]
