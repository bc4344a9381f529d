"""Reads tables from files, and counts those that have one row a case."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from decentwork.estimation.errors import HistoryError

YES = frozenset({"1", "1.0", "true", "yes"})
NO = frozenset({"0", "0.0", "false", "no"})
FEWEST_LISTS = 2


def read_csv(path: str | Path) -> pd.DataFrame:
    """Read a CSV file in UTF-8, with columns separated by commas or by semicolons.

    Spreadsheets of many countries write semicolons. An empty cell is missing; NA is not, since a
    list may have this name.

    Raises
    ------
    HistoryError
        If the file is not in UTF-8, is empty, or is no table.
    """
    as_written = {"keep_default_na": False, "na_values": [""], "encoding": "utf-8-sig"}
    try:
        frame = pd.read_csv(path, **as_written)
        if len(frame.columns) == 1:
            frame = pd.read_csv(path, sep=";", **as_written)
    except UnicodeDecodeError:
        raise HistoryError(f"{path} is not in UTF-8: save it as CSV in UTF-8.") from None
    except pd.errors.EmptyDataError:
        raise HistoryError(f"{path} is empty: write a head with the names of columns.") from None
    except pd.errors.ParserError as error:
        raise HistoryError(
            f"{path} is no table: {error}. Give each row as many cells as the head, and close each "
            "quotation mark."
        ) from None
    return frame


def flag_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns in which every cell says yes or no; empty cells are passed over."""
    return [
        column
        for column in frame.columns
        if len(known := frame[column].dropna()) and _text(known).isin(YES | NO).all()
    ]


def hint(frame: pd.DataFrame, history: str) -> str:
    """Return advice if a table of cases was given in place of a table of counts, or nothing."""
    if history in frame:
        return (
            " If each row is one case, count the cases with "
            f'frame.groupby("{history}").size().reset_index(name="cases"), and give that. If each '
            "list has a column of its own, use CaptureHistories.from_cases."
        )
    columns = flag_columns(frame)
    if len(columns) < FEWEST_LISTS:
        return ""
    return (
        " If each row is one case, count the cases with CaptureHistories.from_cases(frame, "
        f"lists={columns})."
    )


def count(
    frame: pd.DataFrame, lists: Sequence[str] | None, person: str | None, by: str | None
) -> tuple[tuple[str, ...], dict[str, Counter[frozenset[str]]]]:
    """Count the cases of each history in each stratum.

    Parameters
    ----------
    frame
        One row a case.
    lists
        The columns that are lists; without them, all columns but ``person`` and ``by``.
    person
        The column that identifies a person, or none.
    by
        The column that names the stratum, or none: all cases are then in one stratum without name.

    Returns
    -------
    tuple
        The names of the lists, and the counts by stratum and history.

    Raises
    ------
    HistoryError
        As `CaptureHistories.from_cases`.
    """
    apart = {column for column in (person, by) if column is not None}
    chosen = [column for column in frame.columns if column not in apart] if lists is None else lists
    if lists is not None and len(set(chosen)) < len(chosen):
        raise HistoryError(
            f"a list is named twice among {', '.join(map(str, chosen))}: name each column once."
        )
    _check_columns(frame, [*apart, *chosen])
    if frame.empty:
        raise HistoryError("the table has no row: give one row a case.")
    flags = np.column_stack([_flags(frame[column]) for column in chosen])
    if (none := np.flatnonzero(~flags.any(axis=1))).size:
        raise HistoryError(
            f"{_rows(none)} {'is' if none.size == 1 else 'are'} on no list. The number of cases on "
            "no list is what is to be estimated: take the row out, or name the list that knows "
            "the case."
        )
    if person is not None:
        _check_persons(frame[person])
    names = tuple(map(str, chosen))
    histories = [
        frozenset(name for name, on in zip(names, row, strict=True) if on) for row in flags
    ]
    counts: dict[str, Counter[frozenset[str]]] = {}
    for stratum, history in zip(_strata(frame, by), histories, strict=True):
        counts.setdefault(stratum, Counter())[history] += 1
    return names, dict(sorted(counts.items()))


def _text(column: pd.Series) -> pd.Series:
    return column.astype(str).str.strip().str.lower()


def _rows(numbers: Iterable[int]) -> str:
    """Name rows by number, three at most; row 1 is the first below the head."""
    listed = [str(number + 1) for number in numbers]
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return f"{'row' if len(listed) == 1 else 'rows'} {', '.join(listed[:3])}{more}"


def _check_columns(frame: pd.DataFrame, wanted: Sequence[str]) -> None:
    if missing := [str(column) for column in wanted if column not in frame]:
        raise HistoryError(
            f"there is no column {', '.join(missing)}; columns are "
            f"{', '.join(map(str, frame.columns))}."
        )
    twice = set(frame.columns[frame.columns.duplicated()])
    if again := [str(column) for column in wanted if column in twice]:
        raise HistoryError(f"two columns have the name {', '.join(again)}: rename one.")


def _flags(column: pd.Series) -> np.ndarray:
    """Return whether each case is on a list, shape (r,)."""
    if (missing := np.flatnonzero(column.isna())).size:
        raise HistoryError(
            f"column {column.name}, {_rows(missing)}: the cell is empty. Write 0 if the list was "
            "searched and does not have the case. If nobody knows, take the row or the list out."
        )
    text = _text(column)
    if (strange := np.flatnonzero(~text.isin(YES | NO))).size:
        # The cell is not quoted: it may be the name of a person.
        raise HistoryError(
            f"column {column.name}, {_rows(strange)}: the cell does not say whether the case is on "
            "the list. Write 1 or 0, yes or no, True or False, and give each list a column of its "
            "own. If the column identifies persons, name it with person=... If it counts cases, "
            "call it cases. If it is something else, name the columns of lists with lists=..."
        )
    return text.isin(YES).to_numpy()


def _check_persons(column: pd.Series) -> None:
    if (missing := np.flatnonzero(column.isna())).size:
        raise HistoryError(
            f"column {column.name}, {_rows(missing)}: the person has no identifier. Give one, or "
            "leave person=... out if each row is known to be another person."
        )
    if (again := np.flatnonzero(column.duplicated(keep=False))).size:
        rows = np.flatnonzero(column == column.iloc[again[0]])
        others = column.iloc[again].nunique() - 1
        more = f" So {'has' if others == 1 else 'have'} {others} more." if others else ""
        raise HistoryError(
            f"column {column.name}: a person has {len(rows)} rows ({_rows(rows)}).{more} Make "
            "them one row, with 1 for each list that has the person."
        )


def _strata(frame: pd.DataFrame, by: str | None) -> list[str]:
    if by is None:
        return [""] * len(frame)
    column = frame[by]
    if (missing := np.flatnonzero(column.isna())).size:
        raise HistoryError(
            f"column {by}, {_rows(missing)}: the case has no stratum. Name one, as 'not known', or "
            "take another column."
        )
    if isinstance(column.dtype, pd.CategoricalDtype):
        present = set(column)
        if empty := [str(each) for each in column.cat.categories if each not in present]:
            raise HistoryError(
                f"column {by}: no case is in {', '.join(empty)}. Nothing is known of such a "
                "stratum, so a sum over strata would count it as zero. Join it with another, or "
                "remove the category."
            )
    return column.astype(str).tolist()
