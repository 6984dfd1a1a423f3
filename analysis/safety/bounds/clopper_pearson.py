"""Clopper and Pearson (1934): the exact bound on a rate, where only two values can occur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.safety.bounds.one_sided import BOUNDS, OneSided
from analysis.safety.bounds.student_t import widened
from analysis.safety.terms import Evidence, Foresight
from experiments.types import JsonObject

STEP = 1e-6


def clopper_pearson_upper(successes: float, n: int, *, delta: float) -> float:
    """The rate at which so few successes have probability delta; 1 if all are. successes need not be whole."""
    from scipy.special import betaincinv

    return 1.0 if successes >= n else float(betaincinv(successes + 1, n - successes, 1 - delta))


@BOUNDS.register
@dataclass(frozen=True)
class ClopperPearson(OneSided):
    """Clopper and Pearson. The tightest for values that are either one thing or the other: errors, decisions."""

    name: ClassVar[str] = "clopper_pearson"
    example: ClassVar[JsonObject] = {"type": "clopper_pearson"}

    def _unsuited(self, evidence: Evidence) -> str | None:
        others = ~np.isin(evidence.values, [evidence.low, evidence.high])
        return super()._unsuited(evidence) or (
            f"clopper_pearson counts values that are either {evidence.low:g} or {evidence.high:g}, "
            f"and {int(others.sum())} of {len(evidence.values)} are neither: use betting."
            if others.any()
            else None
        )

    def above(self, evidence: Evidence, *, delta: float) -> float:
        successes = int((evidence.values == evidence.high).sum())
        rate = clopper_pearson_upper(successes, len(evidence.values), delta=delta)
        return evidence.low + (evidence.high - evidence.low) * rate

    def foresight_above(
        self, *, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        (low, high), n = span, sizes[1]

        def bound(mean: float, deviation: float) -> tuple[float, float, float]:
            rate = min(max((mean - low) / (high - low), 0.0), 1.0)
            below, here, above = (
                clopper_pearson_upper(n * min(max(at, 0.0), 1.0), n, delta=delta)
                for at in (rate - STEP, rate, rate + STEP)
            )
            return low + (high - low) * here, (above - below) / (2 * STEP), 0.0

        return widened(bound, delta=delta, size=n, times=inflation - 1)
