"""Rule lists that are grown one rule at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.explainers.learners.antecedents import Evidence, gains, gini
from analysis.explainers.learners.learning import Learnt, ordered

LEAST_GAIN = 1e-9


@dataclass(frozen=True, slots=True)
class GreedyList:
    """Separate and conquer: the antecedent that lowers the Gini impurity most, then the same of the rows that are left.

    Of equal gains the purer inside. Rules at the end that say what the default says are left out. Rivest (1987),
    *Machine Learning* 2; the splits are those of Breiman et al. (1984).
    """

    most_rules: int = 6

    def fit(self, evidence: Evidence, rng: np.random.Generator) -> Learnt:
        left, places = np.ones(len(evidence), dtype=bool), list[int]()
        while len(places) < self.most_rules:
            inside = evidence.counts(left)
            found = np.where(inside.sum(axis=1) >= evidence.least, gains(inside, evidence.total(left)), -1.0)
            if not len(found) or found.max() < LEAST_GAIN:
                break
            best = int(np.lexsort((gini(inside), -np.round(found, 12)))[0])
            places.append(best)
            left &= ~evidence.holds[best]
        return Learnt(ordered(evidence, _needed(evidence, tuple(places))))


@dataclass(frozen=True, slots=True)
class FallingList:
    """A list whose rules are ever less likely to be of the class `target`, down to the default.

    Each rule is the one, among those with no larger a share than the rule before, with the largest
    (share + 1/n smoothing) of the target: (k + 1) / (n + 2); none is added whose share is not above that of the rows
    left. So shares fall strictly to the default's. After Wang and Rudin (2015), AISTATS; greedy as in Chen and Rudin
    (2018), AISTATS.
    """

    target: int
    most_rules: int = 6

    def fit(self, evidence: Evidence, rng: np.random.Generator) -> Learnt:
        left, places, before = np.ones(len(evidence), dtype=bool), list[int](), 1.0
        while len(places) < self.most_rules and left.any():
            inside, rest = evidence.counts(left), evidence.total(left)
            n, hits = inside.sum(axis=1), inside[:, self.target]
            shares = hits / np.maximum(n, 1)
            fits = (n >= evidence.least) & (shares <= before) & (shares > rest[self.target] / rest.sum())
            if not fits.any():
                break
            best = int(np.argmax(np.where(fits, (hits + 1) / (n + 2), -1.0)))
            places.append(best)
            before = float(shares[best])
            left &= ~evidence.holds[best]
        return Learnt(ordered(evidence, tuple(places), shown=self.target))


def _needed(evidence: Evidence, places: tuple[int, ...]) -> tuple[int, ...]:
    """Without the rules at the end that say what the default says."""
    while places and len(set(ordered(evidence, places).outcomes[-2:])) == 1:
        places = places[:-1]
    return places
