"""Which means two arms can still have, and so which differences: evidence against pairs of means, projected.

Against a pair (control's mean c, treatment's mean t) somebody bets on both arms at once: that the treatment's values
are higher than t and the control's lower than c, or the other way round. At the true pair the capital is a
supermartingale, also where a bandit decides from the past whose turn it is. A difference is refused when every pair
that has it is refused: no nuisance is guessed, and looking again costs nothing. The logarithm of the capital is convex
in the pair, so that along each line of pairs the least evidence is found for certain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log, sqrt
from typing import Protocol

import numpy as np

from analysis.statistics.sequential.bounded_evidence import LOG_PRIOR, STAKES, Array, BoundedEvidence

_FIRST, _SECOND = (index.ravel() for index in np.indices((len(STAKES), len(STAKES))))
_PRIOR: Array = (LOG_PRIOR[_FIRST] + LOG_PRIOR[_SECOND]) / 2 - np.log1p(((_FIRST - _SECOND) / 1.2) ** 2)
"""Alike stakes in both arms most of all, as befits arms of the same size; others for arms that differ."""
_TREATED: Array = STAKES[_FIRST]
_CONTROL: Array = STAKES[_SECOND]
_LOG_PAIRS: Array = np.tile(_PRIOR - np.log(np.exp(_PRIOR).sum()) - log(2), 2)
STEPS = 60
NEAR = 1e-9
FAR = 1e9


class Sums(Protocol):
    """One arm's evidence; or that of many looks, n of shape (..., 1)."""

    @property
    def n(self) -> int | Array: ...
    @property
    def up(self) -> Array: ...
    @property
    def down(self) -> Array: ...


@dataclass(frozen=True, slots=True)
class Line:
    """Pairs of means (c, t) = (c + c_rate * u, t + t_rate * u) for all u, as parts of the range."""

    c: float
    c_rate: float
    t: float
    t_rate: float

    @classmethod
    def sloped(cls, start: float, slope: float) -> Line:
        """All pairs with t = start + slope * c."""
        return cls(0.0, 1.0, start, slope)

    @classmethod
    def upright(cls, c: float) -> Line:
        """All pairs with this mean of the control."""
        return cls(c, 0.0, 0.0, 1.0)

    def ends(self) -> tuple[float, float]:
        """Between which u both means are in [0, 1]; the first is above the second if they never are."""
        low, high = -inf, inf
        for at, rate in ((self.c, self.c_rate), (self.t, self.t_rate)):
            if not rate:
                low, high = (low, high) if 0 <= at <= 1 else (inf, -inf)
                continue
            one, other = sorted((-at / rate, (1 - at) / rate))
            low, high = max(low, one), min(high, other)
        return low, high


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The evidence of two arms with the same range."""

    control: BoundedEvidence
    treatment: BoundedEvidence

    def least_along(self, line: Line) -> float:
        """The least logarithm of the capital won against any pair on the line; inf if none is possible."""
        low, high = line.ends()
        if low > high:
            return inf
        guess = self.control.part if line.c_rate else self.treatment.part
        u = min(max(guess, low), high)
        for _ in range(STEPS):
            value, slope, curve = self._along(line, u)
            low, high = (u, high) if slope < 0 else (low, u)
            new = u - slope / curve if curve > 0 else inf
            new = new if low < new < high else (low + high) / 2
            if abs(new - u) < NEAR:
                break
            u = new
        return value - abs(slope) * NEAR

    def _along(self, line: Line, u: float) -> tuple[float, float, float]:
        """The logarithm of the capital at a point of a line, and how it changes along it, once and twice."""
        c, t = line.c + line.c_rate * u, line.t + line.t_rate * u
        logs = log_stakes(self.control, c, self.treatment, t)
        by_c, by_t = self.control.n * line.c_rate * _CONTROL, self.treatment.n * line.t_rate * _TREATED
        rates = np.concatenate(
            [
                [by_c / (1 + _CONTROL * (1 - c)), -by_t / (1 + _TREATED * t)],
                [-by_c / (1 + _CONTROL * c), by_t / (1 + _TREATED * (1 - t))],
            ],
            axis=1,
        )
        counts = np.array([[max(self.control.n, 1)], [max(self.treatment.n, 1)]])
        slopes, curves = rates.sum(axis=0), (rates**2 / counts).sum(axis=0)
        top = float(logs.max())
        weights = np.exp(logs - top)
        whole = float(weights.sum())
        weights /= whole
        slope = float(weights @ slopes)
        return top + log(whole), slope, float(weights @ (curves + slopes**2)) - slope**2


def log_stakes(control: Sums, c: float, treatment: Sums, t: float) -> Array:
    """The logarithms of what each pair of stakes has made of its part, against the means c and t: shape (..., 512).

    First the bets that treatment is higher and control lower, then the others. Of many looks at once, where the arms'
    n have shape (..., 1) and their sums (..., 16).
    """
    higher = _gained(treatment.up, treatment.n, t)[..., _FIRST] + _gained(control.down, control.n, 1 - c)[..., _SECOND]
    lower = _gained(treatment.down, treatment.n, 1 - t)[..., _FIRST] + _gained(control.up, control.n, c)[..., _SECOND]
    return np.concatenate([higher, lower], axis=-1) + _LOG_PAIRS


def _gained(sums: Array, n: int | Array, mean: float) -> Array:
    gained: Array = sums - n * np.log1p(STAKES * mean)
    return gained


def pair_weights() -> Array:
    """How the capital of a direction is spread: by the treatment's stake and the control's, (16, 16), summing to 1."""
    shared = np.exp(_LOG_PAIRS[: len(_FIRST)] + log(2))
    return np.asarray(shared.reshape(len(STAKES), len(STAKES)))


def outermost(against: Callable[[float], float], inside: float, far: float, *, goal: float, step: float) -> float:
    """From ``inside``, which is kept, towards ``far``: where the evidence comes to the goal; ``far`` if it never does.

    The evidence must grow on the way; far may be inf. step: a guess of how far it is. What is returned is refused by a
    hair, so that an interval is never too short.
    """
    from scipy.optimize import brentq

    least, sign = against(inside), 1.0 if far > inside else -1.0
    new, reach = inside, abs(step)
    while against(new) < goal:
        if new == far or reach > FAR:
            return far
        kept, new = new, inside + sign * reach
        new, reach = (far if sign * (new - far) >= 0 else new), 3 * reach
    if new == inside:
        return inside

    def over(x: float) -> float:  # the root makes it nearly straight
        return sqrt(max(min(against(x), 1e300) - least, 0.0)) - sqrt(max(goal - least, 0.0))

    exact = 1e-9 * max(abs(new - inside), 1e-9)
    return float(brentq(over, kept, new, xtol=exact)) + sign * 2 * exact
