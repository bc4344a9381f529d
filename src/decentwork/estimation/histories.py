"""Capture histories: how many cases stand on which lists, checked before anything is estimated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

MOST_LISTS = 12
"""A table has 2**k - 1 histories, and a model up to k(k - 1)/2 pairs: more lists must be merged."""


class HistoryError(ValueError):
    """A table of capture histories from which no total can be estimated; the message says why."""


@dataclass(frozen=True)
class CaptureHistories:
    """Cases by capture history.

    Parameters
    ----------
    lists
        Names of the k lists, k from 2 to 12.
    counts
        Cases, shape (2**k - 1,), zeros included. The history of element i is the binary number
        i + 1: bit j says whether the cases stand on list j.

    Raises HistoryError for fewer than two lists, a name twice, counts that are negative, fractional
    or missing, a list on which no case stands, and lists that share no case.
    """

    lists: tuple[str, ...]
    counts: np.ndarray

    def __post_init__(self) -> None:
        """Check the table, and keep its counts from being changed."""
        lists = tuple(map(str, self.lists))
        counts = np.asarray(self.counts, dtype=float)
        object.__setattr__(self, "lists", lists)
        object.__setattr__(self, "counts", counts)
        _check_lists(lists)
        if counts.shape != (2 ** len(lists) - 1,):
            raise HistoryError(
                f"{len(lists)} lists have {2 ** len(lists) - 1} histories, and the counts have the "
                f"shape {counts.shape}: give one count for each history, zeros included."
            )
        _check_counts(counts, self.names)
        self._check_overlaps()
        counts.flags.writeable = False

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        lists: Sequence[str] | None = None,
        history: str = "history",
        cases: str = "cases",
    ) -> CaptureHistories:
        """Make the table from a frame with one row a history; histories that are absent are zero.

        Parameters
        ----------
        frame
            Either one column a list, 1 where the cases stand on it and 0 where not; or one column
            that names the lists of the history, joined by "+", as the table capture-histories has.
        lists
            Columns of the first form (all but ``cases`` if none are named); names and order of the
            lists of the second (the order in which they first appear if none are given).
        history, cases
            Names of the columns.

        Raises HistoryError for a column that is missing, a cell that is neither 0 nor 1, a history
        twice, cases on no list, and all that the class raises.
        """
        if cases not in frame:
            raise HistoryError(
                f"there is no column {cases!r}; columns are {', '.join(map(str, frame.columns))}. "
                "Name the column that holds the number of cases with cases=..."
            )
        if history in frame:
            rows = [frozenset(str(text).split("+")) for text in frame[history]]
            names = tuple(lists or dict.fromkeys(_names_in_order(frame[history])))
        else:
            names = tuple(lists or (column for column in frame.columns if column != cases))
            rows = _rows_of_flags(frame, names)
        return cls.from_counts(names, zip(rows, frame[cases], strict=True))

    @classmethod
    def read(cls, path: str | Path, **columns: str) -> CaptureHistories:
        """Read a CSV file of either form that `from_frame` takes, and pass ``columns`` to it."""
        return cls.from_frame(pd.read_csv(path), **columns)

    @classmethod
    def from_counts(
        cls, lists: Sequence[str], rows: Iterable[tuple[Iterable[str], float]]
    ) -> CaptureHistories:
        """Make the table from pairs of the lists of a history and its cases."""
        lists = tuple(map(str, lists))
        _check_lists(lists)
        counts = np.zeros(2 ** len(lists) - 1)
        seen: set[frozenset[str]] = set()
        for row, cases in rows:
            named = frozenset(row)
            shown = "+".join(name for name in lists if name in named) or "no list"
            if strange := sorted(named - set(lists)):
                raise HistoryError(
                    f"{', '.join(strange)} is no list; lists are {', '.join(lists)}."
                )
            if named in seen:
                raise HistoryError(
                    f"the history {shown} stands twice: add its cases up, or take one row out."
                )
            seen.add(named)
            if named:
                counts[sum(1 << lists.index(name) for name in named) - 1] = cases
            elif cases != 0:
                raise HistoryError(
                    f"{cases} cases stand on no list. Their number is what is to be estimated: "
                    "take the row out."
                )
        return cls(lists, counts)

    @property
    def observed(self) -> int:
        """Cases on one list or more."""
        return int(self.counts.sum())

    @property
    def shared(self) -> int:
        """Cases on two lists or more: all that is known of the hidden part rests on them."""
        return int(self.counts[self.flags.sum(axis=1) > 1].sum())

    @cached_property
    def flags(self) -> np.ndarray:
        """Which lists a history names, shape (2**k - 1, k), true or false."""
        return patterns(len(self.lists))

    @cached_property
    def names(self) -> list[str]:
        """The histories as text, lists joined by "+"."""
        return ["+".join(np.array(self.lists)[row]) for row in self.flags]

    @cached_property
    def pairs(self) -> list[str]:
        """All pairs of lists, as "A:B", in the order of the lists."""
        return [":".join(pair) for pair in combinations(self.lists, 2)]

    @property
    def overlaps(self) -> pd.Series:
        """Cases that two lists share, whatever other lists they stand on, by pair."""
        both = [self.flags[:, i] & self.flags[:, j] for i, j in list_pairs(len(self.lists))]
        return pd.Series(
            [int(self.counts[cells].sum()) for cells in both], index=self.pairs, name="cases"
        )

    def pair_flags(self, pairs: Iterable[str]) -> np.ndarray:
        """Which pairs are named, shape (k(k - 1)/2,). HistoryError for one that is no pair."""
        known = {frozenset(pair.split(":")): i for i, pair in enumerate(self.pairs)}
        chosen = np.zeros(len(known), dtype=bool)
        for pair in pairs:
            if (place := known.get(frozenset(pair.split(":")))) is None:
                raise HistoryError(f"{pair!r} is no pair of lists; pairs are {self.pairs}.")
            chosen[place] = True
        return chosen

    def to_frame(self) -> pd.DataFrame:
        """One row a history, one column a list (0 or 1), and the column cases."""
        frame = pd.DataFrame(self.flags.astype(int), columns=list(self.lists))
        return frame.assign(cases=self.counts.astype(int))

    def merged(self, parts: Sequence[str], name: str) -> CaptureHistories:
        """The table in which some lists are one list."""
        rows = [
            (frozenset(name if each in parts else each for each in row), cases)
            for row, cases in self._rows()
        ]
        kept = [each for each in self.lists if each not in parts[1:]]
        return _added_up([name if each == parts[0] else each for each in kept], rows)

    def without(self, name: str) -> CaptureHistories:
        """The table without a list: cases that stood on no other are lost."""
        rows = [(row - {name}, cases) for row, cases in self._rows() if row != {name}]
        return _added_up([each for each in self.lists if each != name], rows)

    def given(self, name: str) -> CaptureHistories:
        """The cases on a list as the other lists see them: a population of known size.

        Lists that see none of them are left out. HistoryError if fewer than two lists see some, or
        no two share a case.
        """
        rows = [(row - {name}, cases) for row, cases in self._rows() if name in row and cases]
        seen = frozenset().union(*(row for row, _ in rows))
        return _added_up([each for each in self.lists if each in seen], [r for r in rows if r[0]])

    def _rows(self) -> list[tuple[frozenset[str], float]]:
        return [
            (frozenset(name.split("+")), cases)
            for name, cases in zip(self.names, self.counts, strict=True)
        ]

    def _check_overlaps(self) -> None:
        unseen = [
            name for name, flag in zip(self.lists, self.flags.T, strict=True)
            if not self.counts[flag].any()
        ]  # fmt: skip
        if unseen:
            raise HistoryError(
                f"no case stands on {', '.join(unseen)}: a list that saw nobody says nothing of "
                "those whom no list saw. Leave it out."
            )
        if not self.shared:
            raise HistoryError(
                f"no case stands on two of the {len(self.lists)} lists. The estimate rests on "
                "such overlaps alone, so there is none: with no overlap the total may be anything."
            )


def patterns(lists: int) -> np.ndarray:
    """All histories of k lists but that of no list, shape (2**k - 1, k), true or false."""
    return (np.arange(1, 2**lists)[:, None] >> np.arange(lists) & 1).astype(bool)


def list_pairs(lists: int) -> list[tuple[int, int]]:
    """The pairs of k lists by number, in the order of `CaptureHistories.pairs`."""
    return list(combinations(range(lists), 2))


def _check_lists(lists: Sequence[str]) -> None:
    if len(lists) < 2:
        raise HistoryError(
            f"there is {'one list' if lists else 'no list'}. A total can be estimated from the "
            "cases that lists share: give two lists or more."
        )
    if len(set(lists)) < len(lists):
        raise HistoryError(f"a list stands twice among {', '.join(lists)}: rename one.")
    if len(lists) > MOST_LISTS:
        raise HistoryError(f"{len(lists)} lists; {MOST_LISTS} can be used. Merge small ones.")


def _check_counts(counts: np.ndarray, names: list[str]) -> None:
    for wrong, what, remedy in [
        (np.isnan(counts), "is missing", "write 0 if no case has this history"),
        (counts < 0, "is negative", "count cases"),
        (np.isinf(counts) | (counts != np.round(counts)), "is no whole number", "count cases"),
    ]:
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise HistoryError(f"the count of {names[at]} ({counts[at]:g}) {what}: {remedy}.")


def _names_in_order(histories: pd.Series) -> list[str]:
    return [name for text in histories for name in str(text).split("+")]


def _rows_of_flags(frame: pd.DataFrame, names: Sequence[str]) -> list[frozenset[str]]:
    if missing := [name for name in names if name not in frame]:
        raise HistoryError(f"there is no column {', '.join(missing)}.")
    flags = frame[list(names)]
    for name in names:
        strange = [value for value in flags[name] if value not in (0, 1)]
        if strange:
            raise HistoryError(
                f"column {name} holds {strange[0]!r}; a column of a list holds 1 (the cases stand "
                "on it) or 0. Take other columns out, or name those of the lists with lists=..."
            )
    return [
        frozenset(name for name, on in zip(names, row, strict=True) if on)
        for row in flags.itertuples(index=False, name=None)
    ]


def _added_up(
    lists: Sequence[str], rows: Iterable[tuple[frozenset[str], float]]
) -> CaptureHistories:
    sums: dict[frozenset[str], float] = {}
    for row, cases in rows:
        sums[row] = sums.get(row, 0) + cases
    return CaptureHistories.from_counts(lists, sums.items())
