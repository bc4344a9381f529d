"""Which series of which publisher a table holds: what `series.yml` says and explains."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from decentwork.tables.metadata import read_yaml

FILE = Path(__file__).with_name("series.yml")
STATES = "STATES"
"""What is in a key for the States of the table."""


@dataclass(frozen=True)
class Series:
    """Which series a table holds, and how its columns are made of them: fields of `series.yml`."""

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
def known() -> Mapping[str, Series]:
    """Return the series by the table's name."""
    return {name: Series(table=name, **said) for name, said in read_yaml(FILE)["tables"].items()}


def left_out() -> Mapping[str, str]:
    """Return why other tables of these publishers cannot be asked for, by the table's name."""
    return read_yaml(FILE)["left_out"]
