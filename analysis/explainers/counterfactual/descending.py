"""Counterfactuals by going down a slope: the model's own, or one estimated by asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np

from analysis.explainers.counterfactual.allowed import Allowed
from analysis.explainers.counterfactual.estimated import central, evolved
from analysis.explainers.counterfactual.kind import Counterfactual, Proposed
from analysis.explainers.counterfactual.searching import Search
from analysis.explainers.counterfactual.spheres import grown
from analysis.explainers.kinds import EXPLAINERS
from analysis.explainers.subjects import Capability, Reals, WithGradients
from analysis.learning.components import OneOf, Real, Whole
from analysis.learning.members import takes
from experiments.types import JsonObject

FLAT = "The model's slope is 0 around the sample, as that of trees is: growing spheres were used instead."
NOT_REACHED = "Going down the slope did not reach what is wanted: growing spheres were used instead."
STRENGTHS = np.array([0.1, 1.0, 10.0, 100.0, 1000.0])
MOST_STARTS = 12
MOST_ASKED_APART = 30
SAMPLES = 400
MEMORY, SQUARED_MEMORY = 0.9, 0.999

Slope = Callable[[Reals], Reals]
"""Rows -> the derivative of every output by every feature, shape (n, M, k)."""


@EXPLAINERS.register
@dataclass(frozen=True)
class GradientCounterfactuals(Counterfactual):
    """Down the slope of: strength · (what is missing)² + (distance)².

    Wachter et al. (2017), for five strengths at once, by Adam, in units of each feature's scale. The slope is the
    model's own where it offers one, else estimated by central differences (up to 30 features) or by antithetic
    evolution strategies. Flags and categories are changed one at a time to start from. Where the slope is 0, growing
    spheres take over.
    """

    name: ClassVar[str] = "gradient_counterfactuals"
    example: ClassVar[JsonObject] = {"type": "gradient_counterfactuals", "steps": 60, "count": 1}
    is_random: ClassVar[bool] = True

    slope: str = takes(OneOf("auto", "estimated"), "The model's own where it offers one, or always estimated.", "auto")
    steps: int = takes(Whole(1, 10_000), "Steps of Adam.", 150)
    rate: float = takes(Real(1e-4, 10), "Length of a step, in units of each feature's scale.", 0.05)
    width: float = takes(Real(1e-6, 10), "Half the distance of two questions, in units of each feature's scale.", 0.01)
    pairs: int = takes(Whole(1, 10_000), "Pairs of questions for each estimate, beyond 30 features.", 50)

    def proposed(self, search: Search) -> Proposed:
        slope = self.slope_of(search)
        starts = _starts(search.allowed)
        if not np.any(_descent(search, slope, starts)):
            return Proposed(grown(search, SAMPLES), warnings=(FLAT,))
        rows = self._descended(search, slope, starts)
        rows = rows[search.met(rows)] if len(rows) else rows
        return Proposed(rows) if len(rows) else Proposed(grown(search, SAMPLES), warnings=(NOT_REACHED,))

    def slope_of(self, search: Search) -> Slope:
        """The model's own, or an estimate."""
        model, steps = search.model, self.width * search.allowed.scale
        if self.slope == "auto" and Capability.GRADIENTS in model.capabilities:
            able, places = cast(WithGradients, model), range(max(len(model.labels), 1))
            return lambda rows: np.stack([able.gradients(rows, place) for place in places], axis=2)
        if len(steps) <= MOST_ASKED_APART:
            return lambda rows: central(search.outputs, rows, steps)
        return lambda rows: evolved(search.outputs, rows, steps, search.rng, self.pairs)

    def _descended(self, search: Search, slope: Slope, starts: Reals) -> Reals:
        """Every row that was met on the way and is allowed; of each start and strength the nearest one."""
        allowed, rows = search.allowed, np.repeat(starts, len(STRENGTHS), axis=0)
        strengths = np.tile(STRENGTHS, len(starts))[:, np.newaxis]
        first, second, best = np.zeros_like(rows), np.zeros_like(rows), np.full(len(rows), np.inf)
        kept = rows.copy()
        for step in range(1, self.steps + 1):
            missing = search.shortfall(rows)[:, np.newaxis]
            away = np.where(_smooth(allowed), (rows - allowed.origin) / allowed.scale, 0)
            down = 2 * strengths * missing * _descent(search, slope, rows) + 2 * away
            first = MEMORY * first + (1 - MEMORY) * down
            second = SQUARED_MEMORY * second + (1 - SQUARED_MEMORY) * down**2
            size = (first / (1 - MEMORY**step)) / (np.sqrt(second / (1 - SQUARED_MEMORY**step)) + 1e-9)
            rows = np.clip(rows - self.rate * allowed.scale * size, allowed.low, allowed.high)
            whole = allowed.nearest(rows)
            far = allowed.distances(whole)
            better = search.met(whole) & (far < best)
            kept[better], best[better] = whole[better], far[better]
        return np.asarray(kept[np.isfinite(best)])


def _descent(search: Search, slope: Slope, rows: Reals) -> Reals:
    """The derivative of what is missing, per unit of scale; 0 for what cannot move smoothly. Shape (n, M)."""
    pulls = search.wanted.pulls(search.outputs(rows))
    slopes = np.einsum("nmk,nk->nm", slope(rows), pulls) * search.allowed.scale
    return np.where(_smooth(search.allowed), slopes, 0)


def _smooth(allowed: Allowed) -> Reals:
    """Which features have a slope to go down: not flags, not categories, and not what is fixed."""
    jumps = allowed.nominal | (allowed.stepped & (allowed.high - allowed.low <= 1))
    return np.asarray(~jumps & (allowed.high > allowed.low))


def _starts(allowed: Allowed) -> Reals:
    """The origin, and it with one flag or category changed."""
    rows = [allowed.origin]
    for place in allowed.free:
        if not _smooth(allowed)[place]:
            for value in np.arange(np.ceil(allowed.low[place]), np.floor(allowed.high[place]) + 1):
                row = allowed.origin.copy()
                row[place] = value
                rows.append(row)
    return np.unique(np.array(rows[:MOST_STARTS]), axis=0)
