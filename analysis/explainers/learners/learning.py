"""What learners of rules give: rules that predict, and how they are learnt from a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from analysis.explainers.bodies import Rule, Rules
from analysis.explainers.learners.antecedents import Antecedent, Evidence, Flags, Mining, Places, mined
from analysis.explainers.rules.predicates import conditions_of, hold
from analysis.explainers.subjects import Reals
from analysis.learning.data.features import Feature


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Rules in the order in which they decide: the first that holds does.

    outcomes: the class of each, the default's last. shares: shape (rules + 1, classes), of the classes among the rows
    that each decides (of a set that is not ordered: covers). supports: how many those are, shape (rules + 1,).
    shown: the class whose share all of them tell, where they are ranked by it.
    """

    antecedents: tuple[Antecedent, ...]
    outcomes: tuple[int, ...]
    shares: Reals
    supports: Places
    is_ordered: bool = True
    shown: int | None = None

    def deciding(self, rows: Reals) -> Places:
        """Place of the rule that decides each row, shape (n,); `len(antecedents)` is the default."""
        at = np.full(len(rows), len(self.antecedents))
        for place in reversed(range(len(self.antecedents))):
            at[hold(self.antecedents[place], rows)] = place
        return at

    def classes(self, rows: Reals) -> Places:
        """What they say of each row, shape (n,)."""
        return np.array(self.outcomes)[self.deciding(rows)]

    def outputs(self, rows: Reals) -> Reals:
        """Probabilities of the classes, shape (n, classes)."""
        return np.asarray(self.shares[self.deciding(rows)])

    def body(self, features: tuple[Feature, ...], labels: tuple[str, ...], row: Reals) -> Rules:
        """As an explanation shows them, with the one that decides this row, shape (M,)."""
        told = [self.shown if self.shown is not None else outcome for outcome in self.outcomes]
        at = int(self.deciding(row[np.newaxis])[0])
        return Rules(
            rules=tuple(
                Rule(
                    conditions=conditions_of(antecedent, features),
                    outcome=labels[told[place]],
                    probability=float(self.shares[place, told[place]]),
                    support=int(self.supports[place]),
                )
                for place, antecedent in enumerate(self.antecedents)
            ),
            default=labels[told[-1]],
            is_ordered=self.is_ordered,
            default_probability=float(self.shares[-1, told[-1]]),
            fires=at if at < len(self.antecedents) else None,
        )


class Learnt(NamedTuple):
    """Rules, and what a researcher should know of how they were found: whole sentences."""

    rules: RuleSet
    warnings: tuple[str, ...] = ()


class RuleLearner(Protocol):
    """Finds rules. Equal evidence and generator give equal rules."""

    def fit(self, evidence: Evidence, rng: np.random.Generator) -> Learnt: ...


class Lesson(NamedTuple):
    """A table to learn from. rows: shape (n, M); targets: shape (n,), from 0 to classes - 1."""

    rows: Reals
    targets: Places
    features: tuple[Feature, ...]
    classes: int


def learn(learner: RuleLearner, lesson: Lesson, mining: Mining, rng: np.random.Generator) -> Learnt:
    """The learner's rules of a table. ValueError where it has no rows."""
    if not len(lesson.rows):
        raise ValueError("rows must not be empty: there is nothing to learn from.")
    return learner.fit(mined(lesson.rows, lesson.targets, lesson.features, lesson.classes, mining), rng)


def ordered(evidence: Evidence, places: tuple[int, ...], shown: int | None = None) -> RuleSet:
    """The list of these antecedents: each decides what none before it did, and says what most of those rows are."""
    left, counts = np.ones(len(evidence), dtype=bool), []
    for place in places:
        counts.append(evidence.total(left & evidence.holds[place]))
        left &= ~evidence.holds[place]
    return _made(evidence, places, np.array([*counts, evidence.total(left)]), shown)


def _made(evidence: Evidence, places: tuple[int, ...], counts: Reals, shown: int | None) -> RuleSet:
    shares = shares_of(counts, evidence)
    return RuleSet(
        antecedents=tuple(evidence.antecedents[place] for place in places),
        outcomes=tuple(int(each) for each in shares.argmax(axis=1)),
        shares=shares,
        supports=counts.sum(axis=1).astype(np.intp),
        shown=shown,
    )


def shares_of(counts: Reals, evidence: Evidence) -> Reals:
    """Of the classes in each line of counts, shape (lines, classes); of all rows where a line has none."""
    everything: Flags = np.ones(len(evidence), dtype=bool)
    filled = np.where(counts.sum(axis=1, keepdims=True) > 0, counts, evidence.total(everything))
    return np.asarray(filled / filled.sum(axis=1, keepdims=True))
