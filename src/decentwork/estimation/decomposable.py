"""All decomposable graphs of a few lists: which lists go together, so that sums have closed forms.

A graph joins pairs of lists. Two lists that are not joined are independent, given the lists that
are between them. A graph is decomposable if its lists can be taken away one by one, so that those
lists that are joined to the next one are always joined to each other. The probability of a table is
then a product and quotient of probabilities of sums over a few lists.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from decentwork.estimation.histories import list_pairs


@dataclass(frozen=True, eq=False)
class Graphs:
    """The decomposable graphs of k lists.

    Attributes
    ----------
    pairs
        Which pairs of lists a graph joins, shape (g, k(k - 1)/2), in the order of `list_pairs`.
    powers
        How often the sum over a set of lists is a factor of a graph's probability, shape (g, 2**k).
        The number of a set has bit j if list j is in it. 1 means a clique, a negative number a
        separator, which divides.
    """

    pairs: np.ndarray
    powers: np.ndarray

    def __len__(self) -> int:
        """Return the number of graphs, g."""
        return len(self.pairs)

    def names(self, lists: tuple[str, ...]) -> list[str]:
        """Name each graph by its cliques, as "A:B+B:C+D"; all lists of a clique are joined."""
        return [
            "+".join(
                sorted(
                    (_name(int(number), lists) for number in np.flatnonzero(row > 0)),
                    key=lambda name: [lists.index(each) for each in name.split(":")],
                )
            )
            for row in self.powers
        ]


@cache
def decomposable_graphs(lists: int) -> Graphs:
    """Return all decomposable graphs of k lists, from the one without pairs to the full one.

    Every graph is tried: 2**q for the q pairs of k lists. There are 8 decomposable ones of three
    lists, 61 of four and 822 of five, as many as the package dga holds.
    """
    joined = list_pairs(lists)
    found = []
    for number in range(2 ** len(joined)):
        pairs = [pair for place, pair in enumerate(joined) if number >> place & 1]
        powers = _powers(lists, pairs)
        if powers is not None:
            found.append(([number >> place & 1 for place in range(len(joined))], powers))
    pairs, powers = (np.array(each) for each in zip(*found, strict=True))
    return Graphs(pairs.astype(bool), powers)


def _powers(lists: int, pairs: list[tuple[int, int]]) -> np.ndarray | None:
    """Return the row of a graph in `Graphs.powers`; None if it is not decomposable."""
    neighbours = [0] * lists
    for i, j in pairs:
        neighbours[i] |= 1 << j
        neighbours[j] |= 1 << i
    powers = np.zeros(2**lists, dtype=int)
    left = 2**lists - 1
    while left:
        for i in range(lists):
            near = neighbours[i] & left
            if left >> i & 1 and all(
                near & ~neighbours[j] == 1 << j for j in range(lists) if near >> j & 1
            ):
                powers[near | 1 << i] += 1
                powers[near] -= 1
                left ^= 1 << i
                break
        else:
            return None
    return powers


def _name(number: int, lists: tuple[str, ...]) -> str:
    return ":".join(name for place, name in enumerate(lists) if number >> place & 1)
