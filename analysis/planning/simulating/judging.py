"""What results would say at a look at simulated studies: the formulas of ``analysis.results``, in arrays.

Once: Welch, for yes or no the score test. Planned looks: the z value against the look's boundary. At any time: bets
where values have two ends, else the asymptotic sequence, silent before thirty values in an arm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from analysis.planning.power.watching import boundaries
from analysis.planning.simulating.assumed import Array, Assumed
from analysis.planning.simulating.held import Held
from analysis.planning.simulating.study import FEWEST, Study
from analysis.statistics.sequential.asymptotics import ENOUGH, TUNING_N, Sequence
from analysis.statistics.sequential.many_looks import Mask, mean_refused, refused

NAIVE = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Each of shape (runs, k). gap: to the control. declared: to differ. holds: whether the interval has the truth.

    naive: what a plain test for one look would declare.
    """

    gap: Array
    declared: Mask
    holds: Mask
    naive: Mask
    means: Array

    @classmethod
    def nothing(cls, assumed: Assumed, runs: int) -> Seen:
        """Before the first look."""
        zeros = np.zeros((runs, assumed.k))
        return cls(zeros, zeros > 0, zeros == 0, zeros > 0, zeros)

    def where(self, going: Mask, other: Seen) -> Seen:
        """The other's rows where the run is still going."""
        pick = going[:, None]
        return Seen(*(np.where(pick, getattr(other, name), getattr(self, name)) for name in self.__slots__))


def by_bets(assumed: Assumed, study: Study) -> bool:
    """Whether looks are by bets."""
    return study.watch.is_open and study.by_bets and assumed.has_ends


def look(held: Held, assumed: Assumed, study: Study, place: int) -> Seen:
    """At the look of that place."""
    n = np.maximum(held.n, 1)
    means = held.total / n
    gap = means - means[:, [assumed.control]]
    error, freedom = _errors(held, assumed, means)
    truths = np.array(assumed.effects)
    z, off = _ratio(gap, error), _ratio(gap - truths, error)
    fewest = np.minimum(held.n, held.n[:, [assumed.control]])
    if by_bets(assumed, study):
        declared, holds = _bets(held, assumed, study)
    elif study.watch.way == "once" and is_shares(assumed):
        critical = float(-ndtri(study.own_level / 2))
        z, off = _scores(held, assumed, gap, 0.0), _scores(held, assumed, gap, truths)
        declared, holds = np.abs(z) > critical, np.abs(off) <= critical
    else:
        limit, needed = _open_limits(held, assumed, study) if study.watch.is_open else _limits(study, place, freedom)
        can = (fewest >= needed) & (error > 0)
        declared, holds = can & (np.abs(z) > limit), ~can | (np.abs(off) <= limit)
    declared[:, assumed.control] = False
    return Seen(gap, declared, holds, (np.abs(z) > NAIVE) & (fewest >= FEWEST), means)


def is_shares(assumed: Assumed) -> bool:
    """Whether each unit says yes or no once, and arms are of different people."""
    return assumed.kind == "yes_no" and assumed.trials == 1 and not assumed.within


def _limits(study: Study, place: int, freedom: Array) -> tuple[Array, Array]:
    """Of the z value at one look, or at a planned one; and the values needed in the smaller arm. As (runs, k)."""
    if not study.watch.is_watched:
        return np.asarray(-stdtrit(np.maximum(freedom, 1), study.own_level / 2)), np.array(FEWEST)
    bounds = boundaries(study.watch, study.own_level, 2)[1]
    return np.array(float(bounds[place - len(study.steps())])), np.array(FEWEST)


def _open_limits(held: Held, assumed: Assumed, study: Study) -> tuple[Array, Array]:
    """The same of the asymptotic sequence."""
    n = np.maximum(held.n, 1)
    if assumed.within:
        return _spread(study.own_level, n), np.array(ENOUGH)
    control = n[:, [assumed.control]]
    needed = np.ceil(ENOUGH * np.sqrt(np.maximum(n, control) / np.minimum(n, control)))
    return _spread(study.own_level, 4 / (1 / n + 1 / control)), needed


def _spread(level: float, n: Array) -> Array:
    """``Sequence.spread`` of many n."""
    rho = Sequence(level, TUNING_N).rho
    scale = np.maximum(n, 1) * rho**2
    return np.asarray(np.sqrt(2 * (scale + 1) / scale * np.log(np.sqrt(scale + 1) / level)))


def _errors(held: Held, assumed: Assumed, means: Array) -> tuple[Array, Array]:
    """The standard errors of the differences, and Welch's degrees of freedom."""
    n = np.maximum(held.n, 1)
    less = np.maximum(n - 1, 1)
    if assumed.within:
        spread = np.maximum(held.gaps2 / n - (held.gaps / n) ** 2, 0) * n / less
        return np.sqrt(spread / n), less
    each = np.maximum(held.squares / n - means**2, 0) / less
    own = each**2 / less
    both, control = each + each[:, [assumed.control]], own[:, [assumed.control]]
    return np.sqrt(both), both**2 / np.maximum(own + control, 1e-300)


def _ratio(gap: Array, error: Array) -> Array:
    return np.asarray(np.where(error > 0, gap / np.where(error > 0, error, 1.0), 0.0))


def _bets(held: Held, assumed: Assumed, study: Study) -> tuple[Mask, Mask]:
    """What bets refuse: no difference, and the true one."""
    declared, holds = (np.zeros(held.n.shape, bool) for _ in range(2))
    level = study.own_level
    for arm, own in enumerate(held.bets):
        truth = assumed.effects[arm] / assumed.width
        if assumed.within:
            declared[:, arm] = mean_refused(own, 0.5, level=level)
            holds[:, arm] = ~mean_refused(own, (1 + truth) / 2, level=level)
        else:
            control = held.bets[assumed.control]
            declared[:, arm] = refused(control, own, level=level)
            holds[:, arm] = ~refused(control, own, gap=truth, level=level) if truth else ~declared[:, arm]
    return declared, holds


def _scores(held: Held, assumed: Assumed, gap: Array, truth: Array | float) -> Array:
    """Miettinen and Nurminen (1985): how many errors the difference is from a true one, shares chosen to fit that.

    The shares solve a cubic equation in closed form.
    """
    n1, x1 = np.maximum(held.n, 1), held.total
    n2, x2 = n1[:, [assumed.control]], x1[:, [assumed.control]]
    d, n, x = np.asarray(truth) + np.zeros_like(gap), n1 + n2, x1 + x2
    l2, l1, l0 = (n + n2) * d - n - x, (n2 * d - n - 2 * x2) * d + x, x2 * d * (1 - d)
    third = l2 / (3 * n)
    q = third**3 - l1 * l2 / (6 * n * n) + l0 / (2 * n)
    p = np.where(q >= 0, 1.0, -1.0) * np.sqrt(np.maximum(third**2 - l1 / (3 * n), 0))
    turn = np.clip(np.where(p != 0, q / np.where(p != 0, p, 1.0) ** 3, 0.0), -1, 1)
    base = np.clip(2 * p * np.cos((np.pi + np.arccos(turn)) / 3) - third, 0, 1)
    other = np.clip(base + d, 0, 1)
    variance = other * (1 - other) / n1 + base * (1 - base) / n2
    return _ratio(gap - d, np.sqrt(variance * n / np.maximum(n - 1, 1)))
