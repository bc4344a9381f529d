"""Reads a reader's file of lists, in each of its forms, and quotes no cell of it.

A file may be about persons. So a message says which column and which rows are meant by their
numbers, because the first line of a file without a head is a person as well. Of what stands in the
cells, a report prints the names of lists and of strata, and numbers of cases.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from decentwork.estimation import (
    CaptureHistories,
    Covariates,
    HistoryError,
    SuppressedHistories,
)
from decentwork.estimation.cases import NO, YES, read_csv
from decentwork.estimation.histories import CONSTANT, MOST_LISTS
from decentwork.estimation.suppressed import limits_of
from decentwork.report.errors import ReportError

PERSON, LIST, CASES, HISTORY = "person", "list", "cases", "history"
"""Names of columns that a file may have without saying so."""
COUNTS = frozenset({"cases", "count", "counts", "frequency", "freq", "n", "number", "persons"})
"""Names of a column of counts, if all other columns say yes or no."""
FEWEST_IN_A_STRATUM = 5
"""A stratum of fewer cases may be one person, and its name the name of that person."""

Strata = dict[str, CaptureHistories]


class Read(NamedTuple):
    """The table of all cases; with one row a case also those of strata, and the persons."""

    histories: CaptureHistories | SuppressedHistories
    strata: Strata | None = None
    covariates: Covariates | None = None


def read(
    path: Path,
    *,
    lists: Sequence[str] | None = None,
    person: str | None = None,
    list_column: str | None = None,
    cases: str | None = None,
    by: str | None = None,
    covariates: Sequence[str] = (),
) -> Read:
    """Read the table of all cases, those of strata, and what covariates say of each person.

    Parameters
    ----------
    path
        A CSV file of one of four forms. One row a combination of lists, with a column of counts,
        of which some may be hidden as "<5" or "1-4", (1) and one column a list or (2) and a column
        ``history``, as "police+charities". (3) One
        row a case, with one column a list. (4) One row for each person on a list, with a column
        for the person and one for the list: the long form.
    lists, person, list_column, cases, by, covariates
        As in `report`.

    Raises
    ------
    ReportError
        If the file has none of the forms. The message quotes no cell.
    HistoryError
        If nothing can be estimated from the table.
    """
    frame = read_csv(path)
    others = [*filter(None, [by]), *covariates]
    _check_head(frame, [*(lists or ()), *filter(None, (person, list_column, cases)), *others])
    person = _known(frame, person, PERSON)
    list_column = _known(frame, list_column, LIST)
    if lists is None and person is not None and _names_lists(frame, list_column):
        frame = _one_row_a_person(frame, person, list_column, others)
        return _of_cases(frame, None, PERSON, by, covariates)
    counted = _column_of_counts(frame.drop(columns=[*filter(None, [person]), *others]), cases)
    if counted is not None or HISTORY in frame:
        of_persons = {"by": (by, "strata"), "person": (person, "persons"),
                      "covariates": (covariates, "covariates")}  # fmt: skip
        for option, (given, what) in of_persons.items():
            if given:
                raise ReportError(
                    f"the file has one row a combination of lists, so it has no {what}: give a "
                    f"file with one row a case, or leave {option}=... out."
                )
        return Read(_of_counts(frame, lists, counted))
    return _of_cases(frame, lists, person, by, covariates)


def _known(frame: pd.DataFrame, named: str | None, usual: str) -> str | None:
    """Return the column that was named, or else the one with the usual name if there is one."""
    return usual if named is None and usual in frame else named


def _names_lists(frame: pd.DataFrame, list_column: str | None) -> bool:
    """Return whether a column names lists; one that says yes or no is itself a list."""
    return list_column is not None and bool(_strange(frame[list_column]).any())


def _check_head(frame: pd.DataFrame, wanted: Sequence[str]) -> None:
    """Refuse a file whose first line is a case, and columns that are not there."""
    heads = [str(column).strip().lower() for column in frame.columns]
    # pandas makes "1.1" of a second "1", and "Unnamed: 2" of an empty head.
    data = [i for i, head in enumerate(heads) if head in YES | NO or _is_number(head)]
    if data or any(head.startswith("unnamed: ") for head in heads):
        raise ReportError(
            "the first line does not name the columns: write names of columns above the rows, one "
            "for each column, and no number or yes or no."
        )
    for name in wanted:
        if name not in frame:
            raise ReportError(
                f"there is no column {name!r}, which you named: compare it with the first line of "
                "the file, letter by letter."
            )
    if not isinstance(frame.index, pd.RangeIndex):
        raise ReportError(
            "the rows have more cells than the first line: write one name for each column."
        )
    if frame.empty:
        raise ReportError("the table has no row: give one row a case, or a combination of lists.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _column_of_counts(frame: pd.DataFrame, named: str | None) -> str | None:
    if named is not None or CASES in frame:
        return named or CASES
    found = [column for column in frame if str(column).strip().lower() in COUNTS]
    others = [column for column in frame if column not in found]
    if len(found) == 1 and (HISTORY in frame or not any(_strange(frame[c]).any() for c in others)):
        return found[0]
    return None


# ------------------------------------------------------------------ counts of combinations


def _of_counts(
    frame: pd.DataFrame, lists: Sequence[str] | None, counted: str | None
) -> CaptureHistories | SuppressedHistories:
    if counted is None:
        raise ReportError(
            "the file has a column history and no column of counts: call it cases, or name it with "
            "cases=..."
        )
    least, most = _numbers(frame, counted)
    if HISTORY in frame and lists is None:
        rows = _of_history(frame)
        names = list(dict.fromkeys(name for row in rows for name in row))
    else:
        names = [str(c) for c in (lists or (c for c in frame if c not in (counted, HISTORY)))]
        flags = _flags(frame, names)
        rows = [frozenset(np.array(names)[row]) for row in flags]
    _check_names(names)
    if (again := np.flatnonzero(pd.Series(rows).duplicated())).size:
        raise ReportError(
            f"{rows_named(again)}: the combination of lists stands in an earlier row as well. Add "
            "the cases up, and write one row. If each row is one case, take the column "
            f"{column_named(frame, counted)} out."
        )
    if none := [i for i, row in enumerate(rows) if not row and most[i]]:
        raise ReportError(
            f"{rows_named(none)}: cases on no list. Their number is what is to be estimated: take "
            "the row out."
        )
    if (least == most).all():
        pairs = [(row, number) for row, number in zip(rows, least, strict=True) if row]
        return CaptureHistories.from_counts(names, pairs)
    cells = {"history": map("+".join, rows), "cases": frame[counted]}
    shown = pd.DataFrame(cells)[[bool(row) for row in rows]]
    return SuppressedHistories.from_frame(shown, lists=names)


def _numbers(frame: pd.DataFrame, counted: str) -> np.ndarray:
    """Return the least and the most cases of each row, shape (2, r); mostly they are equal."""
    limits, wrong = np.zeros((2, len(frame))), []
    for row, cell in enumerate(frame[counted]):
        try:
            limits[:, row] = limits_of(cell)
        except HistoryError:
            wrong.append(row)
    if wrong := sorted({*wrong, *np.flatnonzero(limits[0] > limits[1])}):
        raise ReportError(
            f"column {column_named(frame, counted)}, {rows_named(wrong)}: the number of cases is "
            "no whole number. Write digits only, 0 if no case is on this combination of lists, and "
            "limits as <5 or 1-4 if the number is hidden."
        )
    return limits


def _of_history(frame: pd.DataFrame) -> list[frozenset[str]]:
    column = frame[HISTORY]
    if (missing := np.flatnonzero(column.isna())).size:
        raise ReportError(
            f"column {column_named(frame, HISTORY)}, {rows_named(missing)}: no list is named. Name "
            "the lists, or take the row out."
        )
    split = [[name.strip() for name in str(text).split("+")] for text in column]
    if twice := [i for i, names in enumerate(split) if len(set(names)) < len(names)]:
        raise ReportError(
            f"column {column_named(frame, HISTORY)}, {rows_named(twice)}: a list stands there "
            "twice. Write each list once."
        )
    return [frozenset(names) for names in split]


# ------------------------------------------------------------------ one row a case


def _of_cases(
    frame: pd.DataFrame,
    lists: Sequence[str] | None,
    person: str | None,
    by: str | None,
    covariates: Sequence[str],
) -> Read:
    names = [str(c) for c in (lists or (c for c in frame if c not in (person, by, *covariates)))]
    flags = _flags(frame, names)
    _check_names(names)
    if (none := np.flatnonzero(~flags.any(axis=1))).size:
        raise ReportError(
            f"{rows_named(none)}: the case is on no list. The number of cases on no list is what "
            "is to be estimated: take the row out, or add the list that knows the case."
        )
    if person is not None:
        _check_persons(frame, person)
    every = _counted(names, flags)
    strata = None if by is None else _strata(frame, by, names, flags)
    if not covariates:
        return Read(every, strata)
    for name in covariates:
        if not is_numeric_dtype(frame[name]):
            _groups(frame, name, f"column {column_named(frame, name)} (covariates=...)", "value")
    return Read(every, strata, Covariates(frame, lists=names, covariates=covariates))


def _counted(names: Sequence[str], flags: np.ndarray) -> CaptureHistories:
    numbers = (flags * (1 << np.arange(len(names)))).sum(axis=1)
    return CaptureHistories(names, np.bincount(numbers, minlength=2 ** len(names))[1:])


def _check_persons(frame: pd.DataFrame, person: str) -> None:
    column = frame[person]
    if (missing := np.flatnonzero(column.isna())).size:
        raise ReportError(
            f"column {column_named(frame, person)}, {rows_named(missing)}: the person has no "
            "identifier. Give one, or take the column out if each row is another person."
        )
    if (again := np.flatnonzero(column.duplicated())).size:
        raise ReportError(
            f"column {column_named(frame, person)}, {rows_named(again)}: the person stands in an "
            "earlier row as well. Make them one row, with 1 for each list that has the person. If "
            "each row says that a person is on a list, name the column of lists with "
            "list_column=..."
        )


def _groups(
    frame: pd.DataFrame, name: str, where: str, one: str, several: str = "values"
) -> tuple[np.ndarray, np.ndarray]:
    """Return the group of each row by its place among the groups, and their names."""
    if (missing := np.flatnonzero(frame[name].isna())).size:
        raise ReportError(
            f"{where}, {rows_named(missing)}: the case has no {one}. Write one, as 'not known', "
            "or take another column."
        )
    codes, found = pd.factorize(frame[name].astype(str).str.strip(), sort=True)
    sizes = np.bincount(codes)
    if (small := int((sizes < FEWEST_IN_A_STRATUM).sum())) > 0:
        raise ReportError(
            f"{where}: {small} of {len(found)} {several} {'has' if small == 1 else 'have'} fewer "
            f"than {FEWEST_IN_A_STRATUM} cases. Join small {several}, or take another column."
        )
    return codes, found


def _strata(frame: pd.DataFrame, by: str, names: Sequence[str], flags: np.ndarray) -> Strata:
    where = "the column of strata (by=...)"
    codes, found = _groups(frame, by, where, "stratum", "strata")
    tables, refused = {}, []
    for code, name in enumerate(found):
        rows = codes == code
        there = flags[rows].any(axis=0)
        try:
            tables[name] = _counted(np.array(names)[there].tolist(), flags[rows][:, there])
        except HistoryError as error:
            # By its place and not by its name, which may be that of a person.
            refused.append(f"{where}, stratum {code + 1} of {len(found)} by name: {error}")
    if refused:
        raise ReportError(" ".join([*refused, "Or join such a stratum with another."]))
    return tables


# ------------------------------------------------------------------ the long form


def _one_row_a_person(
    frame: pd.DataFrame, person: str, list_column: str, others: Sequence[str]
) -> pd.DataFrame:
    """Return one row a person with one column a list; a row that stands twice counts once."""
    for column in (person, list_column, *others):
        if (missing := np.flatnonzero(frame[column].isna())).size:
            raise ReportError(
                f"column {column_named(frame, column)}, {rows_named(missing)}: the cell is empty. "
                "Fill it in, or take the row out."
            )
    persons, of_persons = pd.factorize(frame[person].astype(str).str.strip())
    on, names = pd.factorize(frame[list_column].astype(str).str.strip(), sort=True)
    where = f"column {column_named(frame, list_column)}"
    if len(names) > MOST_LISTS or len(names) > len(of_persons):
        raise ReportError(
            f"{where} has {len(names)} different entries for {len(of_persons)} persons, and "
            f"{MOST_LISTS} lists can be used. If the columns are the other way round, name them "
            "with person=... and list_column=... Otherwise merge small lists."
        )
    bad = [place for place, name in enumerate(names) if _no_name(name) or name in (PERSON, *others)]
    if (strange := np.flatnonzero(np.isin(on, bad))).size:
        raise ReportError(
            f"{where}, {rows_named(strange)}: the name of a list is a word that has another "
            "meaning here, or holds + or :. Rename the list."
        )
    flags = np.zeros((len(of_persons), len(names)), dtype=int)
    flags[persons, on] = 1
    wide = pd.DataFrame(flags, columns=list(names)).assign(**{PERSON: np.arange(len(of_persons))})
    for name in others:
        first = frame[name].groupby(persons).first()
        differs = frame[name].astype(str).to_numpy() != first.astype(str).to_numpy()[persons]
        if differs.any():
            raise ReportError(
                f"column {column_named(frame, name)}, {rows_named(np.flatnonzero(differs))}: the "
                "person has another value in an earlier row. Write one value for each person."
            )
        wide[name] = first.to_numpy()
    return wide


# ------------------------------------------------------------------ shared


def _strange(column: pd.Series) -> np.ndarray:
    """Return which cells say neither yes nor no, shape (r,)."""
    return ~column.astype(str).str.strip().str.lower().isin(YES | NO).to_numpy()


def _flags(frame: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return which case is on which list, shape (r, k)."""
    flags = np.zeros((len(frame), len(names)), dtype=bool)
    for place, name in enumerate(names):
        column, where = frame[name], f"column {column_named(frame, name)}"
        if (missing := np.flatnonzero(column.isna())).size:
            raise ReportError(
                f"{where}, {rows_named(missing)}: the cell is empty. Write 0 if the list was "
                "searched and does not have the case. If nobody knows, take the row or the list "
                "out."
            )
        if (strange := np.flatnonzero(_strange(column))).size:
            raise ReportError(
                f"{where}, {rows_named(strange)}: the cell does not say whether the case is on the "
                "list. Write 1 or 0, yes or no, and give each list a column of its own. If the "
                "column identifies persons, name it with person=... If it counts cases, name it "
                "with cases=... If it names the list of a person, name it with list_column=..., "
                "and the column of persons with person=... If it is something else, name the "
                "columns that are lists with lists=..."
            )
        flags[:, place] = column.astype(str).str.strip().str.lower().isin(YES)
    return flags


def _no_name(name: str) -> bool:
    return not name.strip() or name == CONSTANT or bool(set(name) & set("+:"))


def _check_names(names: Sequence[str]) -> None:
    if len(names) > MOST_LISTS:
        raise ReportError(
            f"the file has {len(names)} lists, and {MOST_LISTS} can be used: merge small lists, or "
            "name some with lists=..."
        )
    if wrong := [i for i, name in enumerate(names) if _no_name(name)]:
        which = ", ".join(str(i + 1) for i in wrong)
        raise ReportError(
            f"the name of list {which} is empty, is {CONSTANT}, or holds + or :. Rename the list."
        )


def column_named(frame: pd.DataFrame, name: str) -> int:
    """Return the number of a column, by which a message names it; the first is 1."""
    return [str(column) for column in frame.columns].index(str(name)) + 1


def rows_named(numbers: Iterable[int]) -> str:
    """Name rows by number, three at most; row 1 is the first below the head."""
    listed = [f"{number + 1}" for number in numbers]
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return f"{'row' if len(listed) == 1 else 'rows'} {', '.join(listed[:3])}{more}"
