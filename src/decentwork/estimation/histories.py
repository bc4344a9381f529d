"""Capture histories: how many cases are on which lists, checked before anything is estimated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from decentwork.estimation import cases as one_row_a_case
from decentwork.estimation.errors import HistoryError

__all__ = ["CONSTANT", "CaptureHistories", "HistoryError", "list_pairs", "patterns"]

MOST_LISTS = 12
"""A table has 2**k - 1 histories and a model up to k(k - 1)/2 pairs, so more lists than these make
arrays too large for memory."""
CONSTANT = "const"
"""Name of the constant among the terms of a model. A list of this name would be mistaken for it."""


@dataclass(frozen=True, eq=False)
class CaptureHistories:
    """Cases by capture history.

    Two tables are equal if they have the same lists in the same order, and the same counts.

    Parameters
    ----------
    lists
        Names of the k lists, k from 2 to 12. A name must not contain + or :, which join names.
    counts
        Cases, shape (2**k - 1,), zeros included. The history of element i is the binary number
        i + 1, whose bit j says whether the cases are on list j.

    Raises
    ------
    HistoryError
        For fewer than two lists, a name that appears twice, counts that are negative, fractional or
        missing, a list with no case or with every case, and lists that share no case. Every other
        table has an estimate under independent lists. With n cases, n_i of them on list i, there is
        one exactly if 0 < n_i < n for each list and the n_i add up to more than n.

    Examples
    --------
    The cases of three lists, with invented numbers:

    >>> from decentwork.estimation import CaptureHistories
    >>> lists = ["police", "charities", "inspectors"]
    >>> histories = CaptureHistories(lists, [20, 15, 6, 12, 5, 4, 2])
    >>> histories.to_frame()
       police  charities  inspectors  cases
    0       1          0           0     20
    1       0          1           0     15
    2       1          1           0      6
    3       0          0           1     12
    4       1          0           1      5
    5       0          1           1      4
    6       1          1           1      2
    >>> histories.observed, histories.shared
    (64, 17)
    >>> histories.overlaps
    police:charities        8
    police:inspectors       7
    charities:inspectors    6
    Name: cases, dtype: int64
    """

    lists: tuple[str, ...]
    counts: np.ndarray

    def __post_init__(self) -> None:
        """Check the table, and protect its counts from changes."""
        lists = tuple(map(str, self.lists))
        counts = _as_numbers(self.counts)
        object.__setattr__(self, "lists", lists)
        object.__setattr__(self, "counts", counts)
        _check_lists(lists)
        if counts.shape != (2 ** len(lists) - 1,):
            raise HistoryError(
                f"{len(lists)} lists have {2 ** len(lists) - 1} histories, and the counts have the "
                f"shape {counts.shape}: give one count for each history, zeros included."
            )
        _check_counts(counts, self.names)
        self._check_cases_of_lists()
        counts.flags.writeable = False

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a table of the same lists, in the same order, and counts."""
        if not isinstance(other, CaptureHistories):
            return NotImplemented
        return self.lists == other.lists and np.array_equal(self.counts, other.counts)

    def __hash__(self) -> int:
        """Return a number that equal tables share."""
        return hash((self.lists, self.counts.tobytes()))

    def __setstate__(self, state: dict[str, object]) -> None:
        """Restore a table that was pickled or copied; its counts stay protected from changes."""
        self.__dict__.update(state)
        self.counts.flags.writeable = False

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        lists: Sequence[str] | None = None,
        history: str = "history",
        cases: str = "cases",
    ) -> Self:
        """Make the table from a frame with one row a history; a history without a row has no case.

        Parameters
        ----------
        frame
            One of two forms. Either it has one column a list, with 1 where the cases are on the
            list and 0 where they are not. Or one column names the lists of the history, joined by
            "+", as in the table capture-histories; spaces around a name are ignored.
        lists
            In the first form, the columns that are lists; without them, all columns but ``cases``.
            In the second form, the names of the lists in their order; without them, the order in
            which they first appear.
        history, cases
            Names of the columns.

        Raises
        ------
        HistoryError
            For a missing column, a cell that is neither 0 nor 1, a history that is missing or
            appears twice, cases that are not a number or are on no list, and for all that the class
            refuses.

        Examples
        --------
        >>> import pandas as pd
        >>> from decentwork.estimation import CaptureHistories
        >>> rows = {"history": ["police", "charities", "police+charities"], "cases": [20, 15, 6]}
        >>> CaptureHistories.from_frame(pd.DataFrame(rows)).observed
        41
        """
        if cases not in frame:
            raise HistoryError(
                f"there is no column {cases!r}; columns are {', '.join(map(str, frame.columns))}. "
                "Name the column that holds the number of cases with cases=..."
                + one_row_a_case.hint(frame, history)
            )
        if history in frame:
            rows = [_names_in(text) for text in frame[history]]
            names = tuple(lists or dict.fromkeys(name for row in rows for name in row))
        else:
            names = tuple(lists or (column for column in frame.columns if column != cases))
            rows = _histories_of_flags(frame, names)
        return cls.from_counts(names, zip(rows, frame[cases], strict=True))

    @classmethod
    def from_cases(
        cls,
        frame: pd.DataFrame,
        *,
        lists: Sequence[str] | None = None,
        person: str | None = None,
        by: str | None = None,
    ) -> Self | dict[str, Self]:
        """Count cases from a frame with one row a case.

        Parameters
        ----------
        frame
            One column a list, which says of each case whether it is on the list: 1 or 0, True or
            False, yes or no.
        lists
            The columns that are lists; without them, all columns but ``person`` and ``by``.
        person
            The column that identifies a person. If it is given, no person may have two rows.
        by
            The column that divides the cases into strata, as by sex or by year.

        Returns
        -------
        CaptureHistories, or a dictionary of them
            With ``by``, one table for each stratum, in the order of their names. Lists that have no
            case of a stratum are left out of its table. `Stratified` estimates their sum.

        Raises
        ------
        HistoryError
            For a missing column, a cell that is empty or says neither yes nor no, a case on no
            list, a person without identifier or with two rows, a case without stratum, a stratum
            without case, and for all that the class refuses. All strata that are refused are named
            in one message.

        Examples
        --------
        >>> import pandas as pd
        >>> from decentwork.estimation import CaptureHistories
        >>> rows = [("no", "yes")] * 5 + [("yes", "no")] * 4 + [("yes", "yes")] * 3
        >>> frame = pd.DataFrame(rows, columns=["police", "clinic"])
        >>> CaptureHistories.from_cases(frame, lists=["police", "clinic"]).to_frame()
           police  clinic  cases
        0       1       0      4
        1       0       1      5
        2       1       1      3
        """
        names, counts = one_row_a_case.count(frame, lists, person, by)
        if by is None:
            return cls.from_counts(names, counts[""].items())
        tables, refused = {}, []
        for stratum, rows in counts.items():
            seen = frozenset().union(*rows)
            try:
                tables[stratum] = cls.from_counts([n for n in names if n in seen], rows.items())
            except HistoryError as error:
                refused.append(
                    f"the stratum {stratum} of {by}, cases: {rows.total():,}, on "
                    f"{', '.join(name for name in names if name in seen)}: {error}"
                )
        if refused:
            raise HistoryError(" ".join([*refused, "Or join such a stratum with another."]))
        return tables

    @classmethod
    def read(cls, path: str | Path, **columns: str) -> Self:
        """Read a CSV file of either form that `from_frame` takes.

        Parameters
        ----------
        path
            A file in UTF-8, with columns separated by commas, or by semicolons as spreadsheets of
            many countries write them.
        columns
            Passed on to `from_frame`.

        Raises
        ------
        HistoryError
            If the file is not in UTF-8, and as `from_frame`.

        Examples
        --------
        >>> from decentwork import data
        >>> from decentwork.estimation import CaptureHistories
        >>> file = data.metadata("example-lists").csv_path  # or "my_lists.csv"
        >>> CaptureHistories.read(file).observed
        185
        """
        return cls.from_frame(one_row_a_case.read_csv(path), **columns)

    @classmethod
    def from_counts(cls, lists: Sequence[str], rows: Iterable[tuple[Iterable[str], float]]) -> Self:
        """Make the table from pairs of the lists of a history and its cases.

        Raises
        ------
        HistoryError
            As `from_frame`.

        Examples
        --------
        >>> from decentwork.estimation import CaptureHistories
        >>> rows = [(["police"], 20), (["charities"], 15), (["police", "charities"], 6)]
        >>> CaptureHistories.from_counts(["police", "charities"], rows).observed
        41
        """
        lists = tuple(map(str, lists))
        _check_lists(lists)
        counts = np.zeros(2 ** len(lists) - 1)
        seen: set[frozenset[str]] = set()
        for row, cases in rows:
            named = frozenset(row)
            text = "+".join(name for name in lists if name in named) or "no list"
            _check_known(named, lists)
            if named in seen:
                raise HistoryError(
                    f"the history {text} appears twice: add its cases up, or take one row out. If "
                    "each row is one case, use CaptureHistories.from_cases."
                )
            seen.add(named)
            if named:
                counts[sum(1 << lists.index(name) for name in named) - 1] = _number(cases, text)
            elif cases != 0:
                raise HistoryError(
                    f"{cases} cases are on no list. Their number is what is to be estimated: "
                    "take the row out."
                )
        return cls(lists, counts)

    @property
    def observed(self) -> int:
        """Cases on one list or more."""
        return int(self.counts.sum())

    @property
    def shared(self) -> int:
        """Cases on two lists or more; without them nothing is known of the hidden number."""
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
        """All pairs of lists, as ``A:B``, in the order of the lists."""
        return [":".join(pair) for pair in combinations(self.lists, 2)]

    @property
    def overlaps(self) -> pd.Series:
        """Cases that are on both lists of a pair, whatever other lists they are on, by pair."""
        both = [self.flags[:, i] & self.flags[:, j] for i, j in list_pairs(len(self.lists))]
        return pd.Series(
            [int(self.counts[cells].sum()) for cells in both], index=self.pairs, name="cases"
        )

    def pair_flags(self, pairs: Iterable[str]) -> np.ndarray:
        """Return which pairs are named, shape (k(k - 1)/2,), true or false.

        Raises
        ------
        HistoryError
            For a name that is not a pair of these lists.
        """
        known = {frozenset(pair.split(":")): i for i, pair in enumerate(self.pairs)}
        chosen = np.zeros(len(known), dtype=bool)
        for pair in pairs:
            names = pair.split(":") if isinstance(pair, str) else [pair]
            if len(names) != 2 or frozenset(names) not in known:
                raise HistoryError(f"{pair!r} is not a pair of lists; pairs are {self.pairs}.")
            chosen[known[frozenset(names)]] = True
        return chosen

    def check_tables(self, counts: np.ndarray) -> np.ndarray:
        """Return tables of the same lists as an array, shape (r, 2**k - 1).

        Raises
        ------
        HistoryError
            For another shape, and for counts that are negative, fractional or missing.
        """
        tables = np.atleast_2d(np.asarray(counts, dtype=float))
        if tables.ndim != 2 or tables.shape[1] != len(self.counts):
            raise HistoryError(
                f"the tables have the shape {np.shape(counts)}: give one row a table and one "
                f"column for each of the {len(self.counts)} histories of {len(self.lists)} lists."
            )
        lowest = tables.min(axis=0, initial=0)
        broken = ~np.isfinite(tables).all(axis=0) | (tables != np.round(tables)).any(axis=0)
        _check_counts(np.where(broken, np.nan, lowest), self.names)
        return tables

    def to_frame(self) -> pd.DataFrame:
        """Return a frame: one row a history, one column a list (0 or 1), and the column cases."""
        frame = pd.DataFrame(self.flags.astype(int), columns=list(self.lists))
        return frame.assign(cases=self.counts.astype(int))

    def merged(self, parts: Sequence[str], name: str) -> Self:
        """Merge some lists into one, and return the new table.

        Parameters
        ----------
        parts
            The lists to merge.
        name
            Name of the merged list.

        Raises
        ------
        HistoryError
            If a part is not a list of the table or is named twice, or none is named.

        Examples
        --------
        >>> from decentwork.estimation import CaptureHistories
        >>> lists = ["police", "charities", "inspectors"]
        >>> histories = CaptureHistories(lists, [20, 15, 6, 12, 5, 4, 2])
        >>> histories.merged(["police", "inspectors"], "state").to_frame()
           state  charities  cases
        0      1          0     37
        1      0          1     15
        2      1          1     12
        """
        if not parts:
            raise HistoryError(
                f"no list is named that becomes part of {name}: name those to merge with parts=..."
            )
        _check_known(parts, self.lists)
        if len(set(parts)) < len(parts):
            raise HistoryError(
                f"a list is named twice among {', '.join(parts)}: name each list to merge once."
            )
        rows = [
            (frozenset(name if each in parts else each for each in row), cases)
            for row, cases in self._rows()
        ]
        kept = [each for each in self.lists if each not in parts[1:]]
        return self._from_sums([name if each == parts[0] else each for each in kept], rows)

    def without(self, name: str) -> Self:
        """Return the table without a list, and without the cases that were on no other list.

        Raises
        ------
        HistoryError
            If it is not a list of the table, or if the class refuses the table that is left.
        """
        _check_known([name], self.lists)
        rows = [(row - {name}, cases) for row, cases in self._rows() if row != {name}]
        return self._from_sums([each for each in self.lists if each != name], rows)

    def given(self, name: str) -> Self:
        """Return the cases on a list as the other lists see them: a population of known size.

        Lists that see none of these cases are left out.

        Raises
        ------
        HistoryError
            If it is not a list of the table, or if the class refuses the table that is left: fewer
            than two lists see some of the cases, no two lists share a case, or one list sees all
            that the others see.
        """
        _check_known([name], self.lists)
        rows = [(row - {name}, cases) for row, cases in self._rows() if name in row and cases]
        seen = frozenset().union(*(row for row, _ in rows))
        with_cases = [row for row in rows if row[0]]
        return self._from_sums([each for each in self.lists if each in seen], with_cases)

    @classmethod
    def _from_sums(cls, lists: Sequence[str], rows: Iterable[tuple[frozenset[str], float]]) -> Self:
        """Make the table from rows of which several may have the same history."""
        sums: dict[frozenset[str], float] = {}
        for row, cases in rows:
            sums[row] = sums.get(row, 0) + cases
        return cls.from_counts(lists, sums.items())

    def _rows(self) -> list[tuple[frozenset[str], float]]:
        return [
            (frozenset(name.split("+")), cases)
            for name, cases in zip(self.names, self.counts, strict=True)
        ]

    def _check_cases_of_lists(self) -> None:
        columns = list(zip(self.lists, self.flags.T, strict=True))
        if empty := [name for name, on_list in columns if not self.counts[on_list].any()]:
            raise HistoryError(
                f"no case is on {', '.join(empty)}: a list without cases says nothing of the cases "
                "on no list. Leave it out."
            )
        if full := [name for name, on_list in columns if not self.counts[~on_list].any()]:
            if len(full) == len(self.lists):
                raise HistoryError(
                    f"every case is on all of the lists {', '.join(full)}. How many cases a list "
                    "misses is seen from cases that only other lists have, and here there are "
                    "none: from this table no total can be estimated."
                )
            raise HistoryError(
                f"every case is on {', '.join(full)}: how many cases a list misses is seen from "
                "cases that only other lists have, and here there are none. Leave this list out."
            )
        if not self.shared:
            raise HistoryError(
                f"no case is on two of the {len(self.lists)} lists. The estimate rests on cases "
                "that lists share. Without any, the total may be any number."
            )


def patterns(lists: int) -> np.ndarray:
    """Return all histories of k lists but that of no list, shape (2**k - 1, k), true or false."""
    return (np.arange(1, 2**lists)[:, None] >> np.arange(lists) & 1).astype(bool)


def list_pairs(lists: int) -> list[tuple[int, int]]:
    """Return the pairs of k lists by number, in the order of `CaptureHistories.pairs`."""
    return list(combinations(range(lists), 2))


def _check_lists(lists: Sequence[str]) -> None:
    if len(lists) < 2:
        raise HistoryError(
            f"there is {'one list' if lists else 'no list'}. A total can be estimated from the "
            "cases that lists share: give two lists or more."
        )
    if len(set(lists)) < len(lists):
        raise HistoryError(f"a list appears twice among {', '.join(lists)}: rename one.")
    for name in lists:
        if not name.strip() or name == CONSTANT or set(name) & set("+:"):
            raise HistoryError(
                f"{name!r} cannot be the name of a list: + joins the lists of a history, : those "
                f"of a pair, and {CONSTANT} is a term of every model. Rename the list."
            )
    if len(lists) > MOST_LISTS:
        raise HistoryError(f"{len(lists)} lists; {MOST_LISTS} can be used. Merge small ones.")


def _check_counts(counts: np.ndarray, names: list[str]) -> None:
    for wrong, what, remedy in [
        (np.isnan(counts), "is missing", "write 0 if no case has this history"),
        (counts < 0, "is negative", "count cases"),
        (np.isinf(counts) | (counts != np.round(counts)), "is not a whole number", "count cases"),
    ]:
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise HistoryError(f"the count of {names[at]} ({counts[at]:g}) {what}: {remedy}.")


def _as_numbers(counts: object) -> np.ndarray:
    try:
        return np.array(counts, dtype=float)
    except (TypeError, ValueError):
        raise HistoryError(
            "the counts are not all numbers: give one whole number for each history, written with "
            "digits only."
        ) from None


def _check_known(names: Iterable[str], lists: Sequence[str]) -> None:
    if unknown := sorted(set(names) - set(lists)):
        raise HistoryError(
            f"there is no list {', '.join(unknown)}; the lists are {', '.join(lists)}."
        )


def _number(cases: object, history: str) -> float:
    try:
        return float(cases)
    except (TypeError, ValueError):
        raise HistoryError(
            f"the count of {history} ({cases}) is not a number: write only digits, and 0 if no "
            "case has this history. If small cells are hidden, as <5 or 1-4, use "
            "SuppressedHistories."
        ) from None


def _names_in(history: object) -> list[str]:
    if pd.isna(history):
        raise HistoryError("a row names no history: name its lists, or take the row out.")
    names = [name.strip() for name in str(history).split("+")]
    if len(set(names)) < len(names):
        raise HistoryError(f"the history {history} names a list twice: write each list once.")
    return names


def _histories_of_flags(frame: pd.DataFrame, names: Sequence[str]) -> list[frozenset[str]]:
    if missing := [name for name in names if name not in frame]:
        raise HistoryError(
            f"there is no column {', '.join(missing)}; columns are {', '.join(map(str, frame))}. "
            "Name the columns of lists with lists=..."
        )
    flags = frame[list(names)]
    for name in names:
        if wrong := flags[name][~flags[name].isin([0, 1])].tolist():
            # A text is not quoted: it may be the name of a person.
            held = "a text" if isinstance(wrong[0], str) else repr(wrong[0])
            raise HistoryError(
                f"column {name} holds {held}; a column of a list holds the number 1 (the "
                "cases are on it) or 0. Take other columns out, or name the columns of lists with "
                "lists=..."
            )
    return [
        frozenset(str(name) for name, on in zip(names, row, strict=True) if on)
        for row in flags.itertuples(index=False, name=None)
    ]
