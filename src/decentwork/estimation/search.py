"""The best of all hierarchical models of six to eight lists, with a proof that none is missed.

Models are searched in groups. A group has the models that hold some terms, `held`, and have no
others than `allowed`. A model of the group fits no better than the one with all allowed terms. It
lacks some of the terms in between, and so fits no better than the largest model without the one
whose loss is worst. This bounds the BIC of every model of the group (`_lowest`). A group whose
bound is too high is closed; another is divided by a term, which one half holds and the other lacks.
When no group is left, every model was fitted or was proved to lie behind.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from decentwork.estimation import choice, enumeration, hierarchy, pruning
from decentwork.estimation.fitting import fit_models
from decentwork.estimation.histories import CaptureHistories, HistoryError

MOST_LISTS = 8
GROUPS_AT_ONCE = 32
MOST_GROUPS = 100_000
"""Groups after which a search is given up."""


def search_models(histories: CaptureHistories, order: int = 3, within: float = 0.0) -> pd.DataFrame:
    """Find the best hierarchical model by BIC, and all within some points of it.

    No model is missed: the log-likelihood of a large model bounds that of all models inside it, and
    a group of models is left out only if its bound lies too high. Six lists of the United Kingdom
    or of the Netherlands need less than a second, eight lists of New Orleans ten.

    Parameters
    ----------
    histories
        The table, of eight lists at most.
    order
        How many lists a term may join, 2 or 3.
    within
        Points of BIC behind the best up to which models are returned.

    Returns
    -------
    DataFrame
        One row a model, the lowest BIC first, with the columns ``terms``, ``pairs``, ``number``,
        ``total``, ``log_likelihood``, ``aic`` and ``bic`` of `all_models`. All models have an
        estimate. Models with a term of three lists two of which share no case are left out: the
        term changes no fit. ``attrs["groups"]`` is the number of groups that the proof needed.

    Raises
    ------
    HistoryError
        For more than eight lists.
    ValueError
        For an order that is neither 2 nor 3, and for points below zero.
    RuntimeError
        If the proof would need too many groups.

    Examples
    --------
    >>> from decentwork import data, estimation
    >>> lists = data.read("capture-histories").query("dataset == 'kosovo_1999_four_lists'")
    >>> histories = estimation.CaptureHistories.from_frame(lists)
    >>> estimation.search_models(histories, within=1)[["number", "total", "bic"]].round(2)
       number     total     bic
    0       6  10356.52  203.03
    1       7  12740.97  203.11
    2       6  18393.31  203.96
    """
    hierarchy.check_order(order)
    lists = len(histories.lists)
    if lists > MOST_LISTS:
        raise HistoryError(f"{lists} lists have too many models; {MOST_LISTS} are the most.")
    if not within >= 0:
        raise ValueError(f"within = {within:g}: give points of BIC, zero or more")
    search = _Search.of(histories, order, within)
    search.climb()
    search.prove()
    return search.frame(histories)


@dataclass(eq=False)
class _Search:
    """A search in progress.

    Attributes
    ----------
    lists, order, within
        As in `search_models`.
    counts
        Shape (c,).
    usable
        Terms that can change a fit, shape (q,).
    needs
        Which terms each term brings with it, itself included, shape (q, q).
    cost
        What one term takes off, log n.
    found
        BIC of each model that was fitted, by its terms as bytes; infinity without an estimate.
    groups
        Groups that were looked at.
    """

    lists: int
    order: int
    within: float
    counts: np.ndarray
    usable: np.ndarray
    needs: np.ndarray
    cost: float
    found: dict[bytes, float]
    groups: int = 0

    @classmethod
    def of(cls, histories: CaptureHistories, order: int, within: float) -> "_Search":
        """Begin the search of a table."""
        lists, pairs = len(histories.lists), len(histories.pairs)
        number = len(hierarchy.groups(lists, order))
        needs = np.eye(number, dtype=bool)
        usable = np.ones(number, dtype=bool)
        if order == 3:
            inside = hierarchy.pairs_of_triples(lists)
            needs[np.arange(pairs, number)[:, None], inside] = True
            usable[pairs:] = (histories.overlaps.to_numpy() > 0)[inside].all(axis=1)
        cost = float(np.log(histories.observed))
        return cls(lists, order, within, histories.counts, usable, needs, cost, {})

    @property
    def best(self) -> float:
        """The lowest BIC so far."""
        return min(self.found.values())

    @property
    def highest(self) -> float:
        """The BIC above which a model is of no interest."""
        return self.best + self.within + choice.EQUAL_WITHIN * abs(self.best)

    def fit(self, models: np.ndarray) -> None:
        """Fit the models, shape (m, q), that are not yet known."""
        new = [row for row in np.unique(models, axis=0) if row.tobytes() not in self.found]
        if new:
            bic = fit_models(self.lists, self.counts, np.array(new)).criteria().bic
            self.found |= {row.tobytes(): float(one) for row, one in zip(new, bic, strict=True)}

    def climb(self) -> None:
        """Go from the model of the stepwise rule to the best neighbour, as long as BIC falls."""
        chosen = choice.choose("bic", self.lists, self.counts, 1.0, self.order)
        here = chosen.models.pairs[0] & self.usable
        self.fit(here[None])
        while True:
            added = [here | self.needs[term] for term in np.flatnonzero(self.usable & ~here)]
            removed = [here & ~self.needs[:, term] for term in np.flatnonzero(here)]
            near = np.array([*added, *removed])
            self.fit(near)
            best = min(near, key=lambda row: self.found[row.tobytes()])
            if self.found[best.tobytes()] >= self.found[here.tobytes()]:
                return
            here = best

    def prove(self) -> None:
        """Divide the group of all models until each group is closed."""
        nothing = np.zeros(len(self.usable), dtype=bool)
        left = [(nothing, self.usable)]
        while left:
            some, left = left[-GROUPS_AT_ONCE:], left[:-GROUPS_AT_ONCE]
            self.groups += len(some)
            if self.groups > MOST_GROUPS:
                raise RuntimeError(
                    f"the proof needs more than {MOST_GROUPS:,} groups of models: take order=2 or "
                    "fewer points (within), or merge small lists"
                )
            for (held, allowed), losses in zip(some, self._losses(some), strict=True):
                left += self._divide(held, allowed, losses)

    def _losses(self, some: list[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
        """Return the lack of fit of each group without each free term, and with all, (q + 1,)."""
        models, places = [], []
        for at, (held, allowed) in enumerate(some):
            models.append(allowed)
            places.append((at, -1))
            for term in np.flatnonzero(allowed & ~held):
                models.append(allowed & ~self.needs[:, term])
                places.append((at, term))
        lack = pruning.lack_of_fit(self.lists, np.array(models), self.counts[None])[0]
        found = np.full((len(some), len(self.usable) + 1), -np.inf)
        found[tuple(np.transpose(places))] = lack
        return list(found)

    def _divide(
        self, held: np.ndarray, allowed: np.ndarray, losses: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """Close a group, or return the groups that are left of it.

        A half that holds one more term has the same allowed ones, so its losses are known, and it
        is divided again at once. Only halves that lack a term are returned.
        """
        halves = []
        while True:
            self.fit(held[None])
            if self._lowest(held, allowed, losses) > self.highest:
                return halves
            free = np.flatnonzero(allowed & ~held)
            if not free.size:
                return halves
            term = free[losses[free].argmax()]
            without = allowed & ~self.needs[:, term]
            price = self.cost * (1 + self.lists + held.sum())
            if losses[term] + price <= self.highest:
                halves.append((held, without))
            held = held | self.needs[term]

    def _lowest(self, held: np.ndarray, allowed: np.ndarray, losses: np.ndarray) -> float:
        """Return a number below which the BIC of no larger model of a group lies.

        A model with i more terms than are held lacks all other free ones. So it fits no better than
        the group without the one of them whose loss is worst. At best these are the terms with the
        smallest losses.
        """
        sorted_losses = np.sort(losses[:-1][allowed & ~held])
        if not sorted_losses.size:
            return np.inf
        more = np.arange(1, len(sorted_losses) + 1)
        lack = np.maximum(np.append(sorted_losses[::-1][1:], losses[-1]), losses[-1])
        return float((lack + self.cost * (1 + self.lists + held.sum() + more)).min())

    def frame(self, histories: CaptureHistories) -> pd.DataFrame:
        """Return the models within the points, as `search_models` describes."""
        near = [
            np.frombuffer(model, dtype=bool)
            for model, bic in self.found.items()
            if bic <= self.highest
        ]
        sets = np.array(near)
        fits = fit_models(self.lists, self.counts, sets)
        criteria = fits.criteria()
        frame = pd.DataFrame(
            {
                "terms": enumeration.names_of_sets(histories, sets),
                "pairs": enumeration.names_of_sets(histories, sets[:, : len(histories.pairs)]),
                "number": sets.sum(axis=1),
                "total": fits.total,
                "log_likelihood": criteria.log_likelihood,
                "aic": criteria.aic,
                "bic": criteria.bic,
            }
        ).sort_values(
            ["bic", "number", "terms"],
            key=lambda column: column.round(8) if column.name == "bic" else column,
            ignore_index=True,
        )
        frame.attrs["groups"] = self.groups
        return frame
