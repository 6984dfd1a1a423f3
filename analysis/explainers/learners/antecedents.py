"""What learners of rules see: which conditions hold of which rows, and the rows' classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.explainers.rules.predicates import Predicate
from analysis.explainers.subjects import Reals
from analysis.learning.data.features import Feature

Antecedent = tuple[Predicate, ...]
"""Conditions that must all hold."""

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
EXTENDED = 400
"""Antecedents of one length that are made longer, at most: those that part the classes best."""


@dataclass(frozen=True, slots=True)
class Mining:
    """Which antecedents there are.

    parts: equal parts that numbers are cut into; longest: conditions at most; support: least share of the rows that one
    holds of; most: how many are kept, those that part the classes best.
    """

    parts: int = 4
    longest: int = 2
    support: float = 0.05
    most: int = 100


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """holds: shape (A, n), whether antecedent a holds of row i. targets: shape (n,), from 0 to classes - 1.

    least: rows that a rule must decide. left_out: how many antecedents were not kept.
    """

    antecedents: tuple[Antecedent, ...]
    holds: Flags
    targets: Places
    classes: int
    least: int = 1
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def table(self) -> Reals:
        """shape (n, classes): 1 at the row's class."""
        return np.eye(self.classes)[self.targets]

    def counts(self, among: Flags) -> Reals:
        """shape (A, classes): rows of each class that each antecedent holds of, among these."""
        return np.asarray((self.holds & among) @ self.table)

    def total(self, among: Flags) -> Reals:
        """shape (classes,): rows of each class, among these."""
        return np.asarray(among @ self.table)


def gini(counts: Reals) -> Reals:
    """1 - sum of squared shares of the classes, along the last axis; 0 where there are no rows."""
    n = counts.sum(axis=-1, keepdims=True)
    shares = counts / np.maximum(n, 1)
    return np.asarray(np.where(n[..., 0] > 0, 1 - (shares**2).sum(axis=-1), 0.0))


def gains(inside: Reals, total: Reals) -> Reals:
    """By how much each split lowers the Gini impurity. inside: shape (A, classes); total: shape (classes,)."""
    outside, n = total - inside, max(float(total.sum()), 1.0)
    weighed = inside.sum(axis=1) * gini(inside) + outside.sum(axis=1) * gini(outside)
    return np.asarray(gini(total) - weighed / n)


def mined(rows: Reals, targets: Places, features: tuple[Feature, ...], classes: int, mining: Mining) -> Evidence:
    """Antecedents of rising length, each frequent enough, holding of fewer rows than any part of it, and not of all.

    Two that hold of the same rows are one: the shorter, then the first.
    """
    least = max(1, int(np.ceil(mining.support * len(rows) - 1e-9)))
    single = literals(rows, features, mining.parts)
    masks = np.array([literal.holds(rows) for literal in single], dtype=bool).reshape(len(single), len(rows))
    level: list[Mined] = [
        ((place,), masks[place]) for place in range(len(single)) if least <= masks[place].sum() < len(rows)
    ]
    found = {mask.tobytes(): (chosen, mask) for chosen, mask in reversed(level)}
    table = np.eye(classes)[targets]
    for _ in range(mining.longest - 1):
        level = _longer(_best(level, table, EXTENDED), masks, least)
        for chosen, mask in level:
            found.setdefault(mask.tobytes(), (chosen, mask))
    known = sorted(found.values(), key=lambda each: (len(each[0]), each[0]))
    kept = _best(known, table, mining.most)
    return Evidence(
        antecedents=tuple(tuple(single[place] for place in chosen) for chosen, _ in kept),
        holds=np.array([mask for _, mask in kept], dtype=bool).reshape(len(kept), len(rows)),
        targets=targets,
        classes=classes,
        least=least,
        left_out=len(known) - len(kept),
    )


def literals(rows: Reals, features: tuple[Feature, ...], parts: int) -> tuple[Predicate, ...]:
    """Single conditions: both sides of each quantile of a number, each value of a flag or a category."""
    made: list[Predicate] = []
    for place, (feature, column) in enumerate(zip(features, rows.T, strict=True)):
        if not feature.is_numeric:
            made.extend(Predicate(place, float(value) - 0.5, float(value) + 0.5) for value in np.unique(column))
            continue
        edges = np.unique(np.quantile(column, np.arange(1, parts) / parts))
        for edge in (float(edge) for edge in edges if edge < column.max()):
            made += [Predicate(place, high=edge), Predicate(place, low=edge)]
    return tuple(made)


Mined = tuple[tuple[int, ...], Flags]


def _longer(level: list[Mined], masks: Flags, least: int) -> list[Mined]:
    made = []
    for chosen, mask in level:
        both = masks[chosen[-1] + 1 :] & mask
        sizes, alone = both.sum(axis=1), masks[chosen[-1] + 1 :].sum(axis=1)
        for step in np.flatnonzero((sizes >= least) & (sizes < mask.sum()) & (sizes < alone)):
            made.append(((*chosen, chosen[-1] + 1 + int(step)), both[step]))
    return made


def _best(level: list[Mined], table: Reals, most: int) -> list[Mined]:
    """Those that part the classes best, in the order in which they came."""
    if len(level) <= most:
        return level
    found = gains(np.array([mask for _, mask in level]) @ table, table.sum(axis=0))
    return [level[place] for place in np.sort(np.argsort(-np.round(found, 12), kind="stable")[:most])]
