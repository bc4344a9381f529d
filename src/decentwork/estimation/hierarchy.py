"""Terms of a model that join lists: pairs, and three lists together, with their hierarchy.

A model is hierarchical if each term for three lists comes with the terms for their three pairs.
Without them the three-list term would also carry what the pairs have in common, and its meaning
would depend on which history is counted from (Rcapture's ``closedpMS.t`` fits such models only).

Arrays hold the terms of a model as true or false: the q = k(k - 1)/2 pairs of k lists, in the order
of `histories.list_pairs`. Where three-list terms may be in the model, the
t = k(k - 1)(k - 2)/6 groups of three follow. The width of an array says which of both it is.
"""

from collections.abc import Iterable
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from decentwork.estimation.histories import CaptureHistories, HistoryError, list_pairs

ORDERS = (2, 3)
"""How many lists the largest term of a model joins. Larger ones would rest on few cases."""


class Terms(NamedTuple):
    """Terms of a model as true or false, and the names of the pairs that complete its hierarchy."""

    flags: np.ndarray
    added: list[str]


def check_order(order: int) -> None:
    """Raise ValueError unless terms may join two lists or three."""
    if order not in ORDERS:
        raise ValueError(
            f"order = {order}: give 2 for terms of two lists, or 3 for terms of up to three"
        )


@cache
def groups(lists: int, order: int = 2) -> list[tuple[int, ...]]:
    """Return the lists that each term joins, by number: pairs, then groups of three if asked."""
    triples = combinations(range(lists), 3) if order == 3 else ()
    return [*list_pairs(lists), *triples]


def order_of(lists: int, width: int) -> int:
    """Return whether arrays of so many terms hold pairs (2), or also groups of three (3)."""
    return 2 if width == len(list_pairs(lists)) else 3


@cache
def pairs_of_triples(lists: int) -> np.ndarray:
    """Return the three pairs in each group of three lists, by number of the pair, shape (t, 3)."""
    place = {pair: number for number, pair in enumerate(list_pairs(lists))}
    found = [
        [place[pair] for pair in combinations(three, 2)] for three in groups(lists, 3)[len(place) :]
    ]
    return np.array(found, dtype=int).reshape(-1, 3)


def names(histories: CaptureHistories, order: int = 2) -> list[str]:
    """Return the names of the terms, as "A:B" and "A:B:C", in the order of the arrays."""
    lists = histories.lists
    return [":".join(lists[i] for i in group) for group in groups(len(lists), order)]


def read(histories: CaptureHistories, terms: Iterable[str]) -> Terms:
    """Return the terms that are named, with the pairs that a three-list term needs.

    Parameters
    ----------
    histories
        The table.
    terms
        Names such as "A:B" or "A:B:C", the lists in any order.

    Returns
    -------
    Terms
        ``flags`` has the shape (q,) if only pairs are named, and (q + t,) otherwise. ``added``
        names the pairs that were not named and that a three-list term needs.

    Raises
    ------
    HistoryError
        For a name that joins no lists of the table, one list, a list twice, or four and more.
    """
    lists = histories.lists
    known = {frozenset(name.split(":")): i for i, name in enumerate(names(histories, 3))}
    pairs, triples = [], []
    for term in terms:
        joined = term.split(":") if isinstance(term, str) else []
        if len(joined) < 3:
            pairs.append(term)
        elif len(joined) == len(set(joined)) == 3 and set(joined) <= set(lists):
            triples.append(known[frozenset(joined)])
        else:
            raise HistoryError(
                f"{term!r} is not a pair of lists and not three of them. Join two or three "
                f"different lists by a colon, as in {':'.join(lists[:2])!r}; the lists are "
                f"{', '.join(lists)}."
            )
    flags = histories.pair_flags(pairs)
    if not triples:
        return Terms(flags, [])
    number = len(flags)
    completed = np.concatenate([flags, np.zeros(len(known) - number, dtype=bool)])
    completed[triples] = True
    completed[pairs_of_triples(len(lists))[np.array(triples) - number].ravel()] = True
    added = np.flatnonzero(completed[:number] & ~flags)
    return Terms(completed, [histories.pairs[i] for i in added])


def may_be_added(lists: int, flags: np.ndarray) -> np.ndarray:
    """Return which terms a model may still get and stay hierarchical, shape (r, q).

    A pair may always be added, and three lists once their three pairs are in the model.

    Parameters
    ----------
    lists
        Number of lists, k.
    flags
        Terms of each model, shape (r, q) or (r, q + t); the result has the same shape.
    """
    allowed = ~flags
    number = len(list_pairs(lists))
    if flags.shape[1] > number:
        allowed[:, number:] &= flags[:, pairs_of_triples(lists)].all(axis=2)
    return allowed
