"""What bets refuse, of many studies at once: the verdicts of ``bounded_comparison``, in arrays, for planning.

The stakes of both arms multiply, and the stakes are spread over pairs by a table of 16 by 16; so the capital is a
product of a row, that table and a column, which is much less work than a sum over all 512 bets.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.sequential.bounded_evidence import LOG_PRIOR, STAKES, Array, log_sum
from analysis.statistics.sequential.projecting import NEAR, STEPS, pair_weights

Mask = NDArray[np.bool_]
_WEIGHTS: Array = pair_weights()


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Of one arm in many studies. n, total (of parts of the range): shape (studies, 1). up, down: (studies, 16)."""

    n: Array
    total: Array
    up: Array
    down: Array

    @classmethod
    def start(cls, studies: int) -> Evidence:
        """Before the first value."""
        one, many = np.zeros((studies, 1)), np.zeros((studies, len(STAKES)))
        return cls(one, one, many, many)

    @classmethod
    def of_counts(cls, counts: Array, parts: Array) -> Evidence:
        """counts: of each possible value, (studies, values). parts: these values in [0, 1], (values,)."""
        up, down = (np.log1p(np.outer(each, STAKES)) for each in (parts, 1 - parts))
        return cls(counts.sum(axis=1, keepdims=True), (counts @ parts)[:, None], counts @ up, counts @ down)

    @classmethod
    def of_values(cls, parts: Array, kept: Mask) -> Evidence:
        """parts: values in [0, 1], (studies, units), of which the kept ones are there."""
        weight = kept.astype(float)
        up, down = (
            np.stack([(np.log1p(stake * each) * weight).sum(axis=1) for stake in STAKES], axis=1)
            for each in (parts, 1 - parts)
        )
        return cls(weight.sum(axis=1, keepdims=True), (parts * weight).sum(axis=1, keepdims=True), up, down)

    def __add__(self, other: Evidence) -> Evidence:
        """Of both together."""
        return Evidence(self.n + other.n, self.total + other.total, self.up + other.up, self.down + other.down)

    def where(self, rows: Mask | NDArray[np.intp]) -> Evidence:
        """Of these studies."""
        return Evidence(self.n[rows], self.total[rows], self.up[rows], self.down[rows])

    @property
    def part(self) -> Array:
        """The means; 1/2 without values. Shape (studies, 1)."""
        return np.where(self.n > 0, self.total / np.maximum(self.n, 1), 0.5)


def refused(control: Evidence, treatment: Evidence, *, gap: float = 0.0, level: float = 0.05) -> Mask:
    """In which studies ``bounded_comparison.difference`` leaves that difference (a part of the range) out.

    The evidence against pairs of means (c, c + gap) is convex in c: it is followed down until it is below 1 / level,
    or known to stay above it. Where an arm has no value nothing is refused.
    """
    goal = log(1 / level)
    found = np.zeros(len(control.n), dtype=bool)
    open_ = np.flatnonzero((control.n[:, 0] > 0) & (treatment.n[:, 0] > 0))
    low, high = np.full((len(open_), 1), max(-gap, 0.0)), np.full((len(open_), 1), min(1 - gap, 1.0))
    at = np.clip(_pooled(control, treatment, gap)[open_], low, high)
    for _ in range(STEPS):
        if not len(open_):
            break
        value, slope, curve = _along(control.where(open_), treatment.where(open_), at, gap)
        low, high = np.where(slope < 0, at, low), np.where(slope < 0, high, at)
        room = np.where(slope < 0, high - at, at - low)
        with np.errstate(divide="ignore", invalid="ignore"):
            new = at - slope / curve
        new = np.where((new > low) & (new < high), new, (low + high) / 2)
        near = np.abs(new - at) < NEAR
        sure = value - np.abs(slope) * np.where(near, NEAR, room) >= goal
        found[open_[sure[:, 0]]] = True
        left = ~(sure | near | (value < goal))[:, 0]
        open_, at, low, high = open_[left], new[left], low[left], high[left]
    return found


def mean_refused(evidence: Evidence, mean: float, *, level: float = 0.05) -> Mask:
    """In which studies ``bounded_comparison.mean_of`` leaves that mean (a part of the range) out."""
    up = LOG_PRIOR + evidence.up - evidence.n * np.log1p(STAKES * mean)
    down = LOG_PRIOR + evidence.down - evidence.n * np.log1p(STAKES * (1 - mean))
    return np.asarray(log_sum(np.concatenate([up, down], axis=1)) - log(2) >= log(1 / level))


def _pooled(control: Evidence, treatment: Evidence, gap: float) -> Array:
    """Control's mean if the treatment's is larger by the gap: near where there is least evidence."""
    n = np.maximum(control.n + treatment.n, 1)
    return np.asarray((control.total + treatment.total - gap * treatment.n) / n)


def _along(control: Evidence, treatment: Evidence, c: Array, gap: float) -> tuple[Array, Array, Array]:
    """The logarithm of the capital against (c, c + gap), and how it changes with c, once and twice; (studies, 1)."""
    t = c + gap
    rising = (_bets(treatment.up, treatment.n, t, 1.0), _bets(control.down, control.n, 1 - c, -1.0))
    falling = (_bets(treatment.down, treatment.n, 1 - t, -1.0), _bets(control.up, control.n, c, 1.0))
    tops = [first.top + second.top for first, second in (rising, falling)]
    top = np.maximum(*tops)
    sums = np.zeros((3, len(c)))
    for (first, second), own in zip((rising, falling), tops, strict=True):
        sums += np.exp(own - top)[:, 0] * _bilinear(first, second)
    whole, slope, curve = (each[:, None] for each in sums)
    slope = slope / whole
    return top + np.log(whole) - log(2), slope, curve / whole - slope**2


@dataclass(frozen=True, slots=True, eq=False)
class _Bets:
    """By stake: capital over e^top, the rate of its logarithm, and how that rate changes. Shape (studies, 16)."""

    top: Array
    capital: Array
    rate: Array
    bend: Array


def _bets(sums: Array, n: Array, mean: Array, sign: float) -> _Bets:
    """sign: 1 where the bet is against a mean that rises with c, -1 where it falls."""
    logs = sums - n * np.log1p(STAKES * mean)
    part = STAKES / (1 + STAKES * mean)
    top = logs.max(axis=1, keepdims=True)
    return _Bets(top, np.exp(logs - top), -sign * n * part, n * part**2)


def _bilinear(first: _Bets, second: _Bets) -> Array:
    """Sums over pairs of stakes: of the capital, of its slope, and of its curve and squared slope; (3, studies)."""
    table = second.capital @ _WEIGHTS.T
    sloped = (second.capital * second.rate) @ _WEIGHTS.T
    bent = (second.capital * (second.bend + second.rate**2)) @ _WEIGHTS.T
    own = first.capital
    return np.stack(
        [
            (own * table).sum(axis=1),
            (own * (first.rate * table + sloped)).sum(axis=1),
            (own * ((first.bend + first.rate**2) * table + 2 * first.rate * sloped + bent)).sum(axis=1),
        ]
    )
