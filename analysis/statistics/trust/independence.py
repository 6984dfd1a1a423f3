"""Does the arm say anything of a unit that it must not? Evidence that may be looked at after every unit.

A bet on each unit's arm, knowing what it must not depend on: with z known, arm a is bet on with the chance
pi_a e^(theta z) / (1 + pi_a (e^(theta z) - 1)) instead of pi_a. If arms are drawn whatever z is, no bet gains on
average, so the mean of all bets (either sign, many sizes, each arm) ever exceeds 1 / level with chance level at most.
Ramdas, Grünwald, Vovk and Shafer (2023), Statistical Science 38; Duan, Ramdas and Wasserman (2022), CLeaR.

Blocks give arms more evenly than independent draws. Bets hold then too, where units come in an order that has
nothing to do with the blocks: the mean of a product over a block is at most the product of means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

SIZES: Final = np.array([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2])
FIRST: Final = 16
LARGEST: Final = 3.0
STEP: Final = 0.25
LARGEST_LOG: Final = 700.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Units in the order in which they got their arms. arms, plans: shape (n,), the arm of each and the row of its
    chances. chances: shape (plans, arms), above 0 for every arm that a unit has; the rows add up to 1.
    """

    arms: Places
    plans: Places
    chances: Array

    def __len__(self) -> int:
        """How many units."""
        return len(self.arms)

    def first(self, n: int) -> Drawn:
        """The first n of them."""
        return Drawn(self.arms[:n], self.plans[:n], self.chances)


def log_evidence(drawn: Drawn, z: Array) -> float:
    """log of the mean bet against "arms were drawn whatever z is". z: shape (n,), each from the past alone; 0: no bet.

    1 / e^(this) is a p-value at every look. Under the null its mean is at most 1 at any time that one may choose.
    """
    n_arms = drawn.chances.shape[1]
    if n_arms < 2 or not z.any():
        return 0.0
    levels, place = np.unique(z, return_inverse=True)
    cell = drawn.plans * len(levels) + place
    cells, number = np.unique(cell, return_inverse=True)
    value, chances = levels[cells % len(levels)], drawn.chances[cells // len(levels)]
    total = np.bincount(number, minlength=len(cells))
    sizes = np.concatenate([SIZES, -SIZES])
    bets = []
    for arm in range(1 if n_arms == 2 else n_arms):  # of two arms the other's bets are the same
        hits = np.bincount(number[drawn.arms == arm], minlength=len(cells))
        fair = np.log1p(chances[:, arm, None] * np.expm1(value[:, None] * sizes))
        bets.append(sizes * float(hits @ value) - total @ fair)
    return mean_log(np.concatenate(bets).tolist())


def mean_log(logs: Sequence[float]) -> float:
    """log of the mean of values given by their logs: evidence on one null, however dependent.

    >>> round(mean_log([log(1.0), log(3.0)]), 6) == round(log(2.0), 6)
    True
    """
    largest = max(logs)
    return largest + log(sum(exp(each - largest) for each in logs) / len(logs))


def p_of(evidence: float) -> float:
    """min(1, 1 / evidence), from its log."""
    return exp(-min(max(evidence, 0.0), LARGEST_LOG))


def against_earlier(values: Array) -> Array:
    """Each value beside those before it, in their standard deviations, at most 3 and in steps of a quarter; yes and no
    (0, 1) only centred. 0 for the first 16, for a missing value, and while all before were the same number.

    values: shape (n,), NaN where unknown. Measured anew whenever the number of units doubles, so by the past alone.

    >>> float(against_earlier(np.r_[np.zeros(8), np.ones(8), 1.0])[-1])
    0.5
    """
    z = np.zeros(len(values))
    start = FIRST
    while start < len(values):
        z[start : 2 * start] = _beside(values[start : 2 * start], values[:start])
        start *= 2
    return z


def _beside(values: Array, before: Array) -> Array:
    known = before[np.isfinite(before)]
    if len(known) < 2:
        return np.zeros(len(values))
    is_yes_no = bool(((known == 0) | (known == 1)).all())
    with np.errstate(over="ignore", invalid="ignore"):  # figures near the largest there are: no bet
        scale = 1.0 if is_yes_no else float(known.std())
        if not (scale > 0 and np.isfinite(scale)):
            return np.zeros(len(values))
        z = np.clip((values - known.mean()) / scale, -LARGEST, LARGEST)
    return np.where(np.isfinite(z), z if is_yes_no else np.round(z / STEP) * STEP, 0.0)
