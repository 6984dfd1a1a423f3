"""Interpretable decision sets: rules that stand each for itself.

Lakkaraju, Bach and Leskovec (2016), KDD, maximise seven terms: few rules, short ones, little overlap within a class and
between classes, every class told, few rows covered wrongly, many covered rightly. Their constants (the most that each
term could be) change nothing about which set is best, so here each term is a share of the rows, and a weight says how
much of one it is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.explainers.learners.antecedents import Evidence, Flags, Places
from analysis.explainers.learners.learning import Learnt, RuleSet, shares_of
from analysis.explainers.subjects import Reals

CLOSE = 1e-9
Chosen = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Rules "if antecedent, then class". places: of the antecedents; outcomes: the classes, both shape (R,)."""

    evidence: Evidence
    places: Places
    outcomes: Places

    @property
    def covers(self) -> Flags:
        """shape (R, n)."""
        return np.asarray(self.evidence.holds[self.places])

    @property
    def right(self) -> Flags:
        """shape (R, n): covered, and of the rule's class."""
        return np.asarray(self.covers & (self.evidence.targets == self.outcomes[:, np.newaxis]))

    def f1(self) -> Reals:
        """Of each rule for its class, shape (R,): 2 right / (covered + rows of the class)."""
        sizes = np.bincount(self.evidence.targets, minlength=self.evidence.classes)[self.outcomes]
        return np.asarray(2 * self.right.sum(axis=1) / np.maximum(self.covers.sum(axis=1) + sizes, 1))


def overlap(covers: Flags) -> int:
    """Rows that two rules cover, summed over pairs of rules. covers: shape (rules, n)."""
    return sum(int((one & other).sum()) for one, other in combinations(covers, 2))


def uncovered(covers: Flags) -> int:
    """Rows that no rule covers."""
    return int((~covers.any(axis=0)).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """What a set of candidates is worth. alone: shape (R,), what each rule costs by itself; shared: shape (R, R), what
    two cost together; right: shape (R, n); told: what a class that is told is worth.
    """

    alone: Reals
    shared: Reals
    right: Flags
    outcomes: Places
    told: float

    def __call__(self, chosen: Chosen) -> float:
        if not chosen:
            return 0.0
        places = np.array(chosen)
        pairs = self.shared[np.ix_(places, places)].sum() / 2
        covered = self.right[places].any(axis=0).mean()
        return float(covered - self.alone[places].sum() - pairs + self.told * len(set(self.outcomes[places])))


@dataclass(frozen=True, slots=True)
class DecisionSet:
    """The best set found by adding, removing and exchanging rules until nothing helps.

    rule, condition: what each costs, in shares of the rows; wrong: of a row covered by a rule of another class; same,
    different: of a row covered by two rules of one class, or of two; told: worth of each class that has a rule. A row
    that several rules cover gets the class of the one with the largest F1; one that none covers, the commonest
    class of such rows.
    """

    rule: float = 0.02
    condition: float = 0.005
    wrong: float = 1.0
    same: float = 0.3
    different: float = 0.6
    told: float = 0.05

    def fit(self, evidence: Evidence, rng: np.random.Generator) -> Learnt:
        candidates = candidates_of(evidence)
        return Learnt(resolved(candidates, local_search(self.objective(candidates), len(candidates.places))))

    def objective(self, candidates: Candidates) -> Objective:
        """Of sets of these."""
        covers, right, n = candidates.covers, candidates.right, len(candidates.evidence)
        sizes = np.array([len(candidates.evidence.antecedents[place]) for place in candidates.places], dtype=float)
        missed = (covers.sum(axis=1) - right.sum(axis=1)) / n
        is_same = candidates.outcomes[:, np.newaxis] == candidates.outcomes
        shared = covers.astype(float) @ covers.T / n * np.where(is_same, self.same, self.different)
        np.fill_diagonal(shared, 0)
        alone = self.rule + self.condition * sizes + self.wrong * missed
        return Objective(alone, shared, right, candidates.outcomes, self.told)


def candidates_of(evidence: Evidence) -> Candidates:
    """Each antecedent with each class that is commoner where it holds than elsewhere."""
    everything = np.ones(len(evidence), dtype=bool)
    counts, total = evidence.counts(everything), evidence.total(everything)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    places, outcomes = np.nonzero(shares > total / total.sum() + CLOSE)
    return Candidates(evidence, places, outcomes)


def local_search(objective: Objective, n: int) -> Chosen:
    """From no rule: the best single change (one more, one less, one for another) as long as one helps."""
    at, worth = Chosen(), objective(())
    while True:
        others = [place for place in range(n) if place not in at]
        steps = [tuple(sorted((*at, new))) for new in others]
        steps += [tuple(each for each in at if each != old) for old in at]
        steps += [tuple(sorted((*(each for each in at if each != old), new))) for old in at for new in others]
        found = max(((objective(step), step) for step in steps), key=lambda each: each[0], default=(worth, at))
        if found[0] <= worth + CLOSE:
            return at
        worth, at = found


def resolved(candidates: Candidates, chosen: Chosen) -> RuleSet:
    """The set as it predicts: rules by falling F1, so that the first that holds decides."""
    f1, evidence = candidates.f1(), candidates.evidence
    order = sorted(chosen, key=lambda place: (-f1[place], place))
    places = candidates.places[np.array(order, dtype=np.intp)]
    covers = evidence.holds[places]
    rest: Flags = np.logical_not(covers.any(axis=0))
    counts = np.array([*(evidence.total(each) for each in covers), evidence.total(rest)])
    shares = shares_of(counts, evidence)
    return RuleSet(
        antecedents=tuple(evidence.antecedents[place] for place in places),
        outcomes=(*(int(candidates.outcomes[place]) for place in order), int(shares[-1].argmax())),
        shares=shares,
        supports=counts.sum(axis=1).astype(np.intp),
        is_ordered=False,
    )
