"""The rule list that is wrong least, where each rule must be worth what it costs to read: branch and bound."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

from analysis.explainers.learners.antecedents import Evidence
from analysis.explainers.learners.bits import Bits, bits
from analysis.explainers.learners.learning import Learnt, ordered

CLOSE = 1e-9
Beginning = tuple[float, int, tuple[int, ...], int, int]
"""(lower bound, number, antecedents, rows left, rows wrong so far): sorted by the bound."""


@dataclass(frozen=True, slots=True)
class Found:
    """order: of the best list; objective: share of rows wrong + cost x rules. gap: how much less could be possible, 0
    if it is proven that nothing is; tried: lists that were looked at.
    """

    order: tuple[int, ...]
    objective: float
    gap: float
    tried: int

    @property
    def is_proven(self) -> bool:
        """Whether no list of these antecedents is better."""
        return self.gap <= CLOSE


@dataclass(slots=True)
class Search:
    """Best-first over beginnings of lists, in counts of rows. price: rows that a rule costs.

    A beginning is dropped if its bound (rows wrong so far + rows doomed among those left + price x rules) is no lower
    than the best list known; if one more rule cannot pay (lookahead); if its last rule decides, or gets right, fewer
    rows than it costs; if another beginning that leaves the same rows is as good.
    """

    known: Bits
    price: float
    limit: int
    best: tuple[int, ...] = ()
    least: float = 0.0
    tried: int = 0
    waiting: list[Beginning] = field(default_factory=list)
    left: dict[int, float] = field(default_factory=dict)

    def run(self) -> float:
        """How much lower than `least` the best list could be, 0 if it is proven that none is."""
        everything = self.known.everything
        self.least = float(self._missed(everything))
        self.waiting = [(float((everything & self.known.doomed).bit_count()), 0, (), everything, 0)]
        while self.waiting:
            beginning = heapq.heappop(self.waiting)
            if beginning[0] + self.price >= self.least - CLOSE:
                continue
            if self.tried >= self.limit:
                return self.least - beginning[0] - self.price
            self._extend(beginning)
        return 0.0

    def _extend(self, beginning: Beginning) -> None:
        _, _, order, left, wrong = beginning
        for place in range(len(self.known.holds)):
            captured = left & self.known.holds[place]
            missed = self._missed(captured)
            if captured.bit_count() - missed < max(self.price, 1) - CLOSE:
                continue
            self.tried += 1
            self._look(((*order, place)), left & ~captured, wrong + missed)

    def _look(self, order: tuple[int, ...], left: int, wrong: int) -> None:
        cost = wrong + self.price * len(order)
        if cost + self._missed(left) < self.least - CLOSE:
            self.least, self.best = cost + self._missed(left), order
        bound = cost + (left & self.known.doomed).bit_count()
        if bound + self.price < self.least - CLOSE and bound < self.left.get(left, float("inf")) - CLOSE:
            self.left[left] = bound
            heapq.heappush(self.waiting, (bound, self.tried, order, left, wrong))

    def _missed(self, rows: int) -> int:
        """Of these, how many are not of their commonest class."""
        return rows.bit_count() - max(self.known.counts(rows))


@dataclass(frozen=True, slots=True)
class OptimalList:
    """The list with the least share of rows wrong + cost x rules, or the best one met after `limit` lists.

    In the manner of CORELS: Angelino, Larus-Stone, Alabi, Seltzer and Rudin (2018), *JMLR* 18 (Theorems 1, 2, 9 to 13
    and 15).
    """

    cost: float = 0.02
    limit: int = 200_000

    def search(self, evidence: Evidence) -> Found:
        """The best list, and what is known of it."""
        search = Search(bits(evidence), self.cost * len(evidence), self.limit)
        gap = search.run()
        return Found(search.best, search.least / len(evidence), gap / len(evidence), search.tried)

    def fit(self, evidence: Evidence, rng: np.random.Generator) -> Learnt:
        found = self.search(evidence)
        told = []
        if not found.is_proven:
            told.append(
                f"The list is not proven optimal: the search ended after {found.tried} lists, and one that is better "
                f"by {found.gap:.3g} could exist."
            )
        if evidence.left_out:
            told.append(
                f"It is sought among {len(evidence.antecedents)} antecedents; {evidence.left_out} were left out."
            )
        return Learnt(ordered(evidence, found.order), tuple(told))
