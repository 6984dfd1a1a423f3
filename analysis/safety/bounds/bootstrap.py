"""The bootstrap, bias-corrected and accelerated (Efron, 1987): approximate, for means and risks without a range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.learning.seeds import LARGEST, generator
from analysis.safety.bounds.one_sided import BOUNDS
from analysis.safety.bounds.risks import risk_estimate, risk_weights
from analysis.safety.bounds.student_t import StudentT, skewness
from analysis.safety.terms import Array, Evidence
from experiments.types import JsonObject

AT_ONCE = 2_000_000
"""Numbers drawn at a time, so that memory stays small."""


@BOUNDS.register
@dataclass(frozen=True)
class Bootstrap(StudentT):
    """Bootstrap, bias-corrected and accelerated (approximate). Follows skewness better than Student's t."""

    name: ClassVar[str] = "bootstrap"
    takes_risk: ClassVar[bool] = True
    example: ClassVar[JsonObject] = {"type": "bootstrap", "resamples": 2000}

    resamples: int = takes(Whole(100, 100_000), "How many samples are drawn from the sample.", 2000)
    seed: int = takes(Whole(0, LARGEST), "From which they are drawn.", 0)

    def above(self, evidence: Evidence, *, delta: float) -> float:
        from scipy.special import ndtr, ndtri

        seen, drawn = risk_estimate(evidence), self._drawn(evidence)
        below = (np.count_nonzero(drawn < seen) + np.count_nonzero(drawn == seen) / 2) / len(drawn)
        if not 0 < below < 1:
            return math.inf
        bias, pull = float(ndtri(below)), _acceleration(evidence.values)
        at = bias + float(ndtri(1 - delta))
        share = float(ndtr(bias + at / (1 - pull * at))) if pull * at < 1 else 1.0
        return float(np.quantile(drawn, share, method="higher"))

    def warning(self, evidence: Evidence) -> str | None:
        found = super().warning(evidence)
        return found and found.replace("Student's t", "The bootstrap")

    def _drawn(self, evidence: Evidence) -> Array:
        """The estimate on every resample, shape (resamples,)."""
        rng, n = generator(self.seed, "bootstrap", len(evidence.values)), len(evidence.values)
        ordered, weights = np.sort(evidence.values), risk_weights(evidence.risk, n)
        found = np.empty(self.resamples)
        rows = max(1, AT_ONCE // n)
        for start in range(0, self.resamples, rows):
            places = rng.integers(0, n, size=(min(rows, self.resamples - start), n))
            if evidence.risk is not None:
                places.sort(axis=1)
            found[start : start + len(places)] = ordered[places] @ weights
        return found


def _acceleration(values: Array) -> float:
    """Of the mean, a sixth of the skewness by sqrt(n); 0 if all values are equal."""
    found = skewness(values) / (6 * math.sqrt(len(values)))
    return 0.0 if math.isnan(found) else found
