"""Counterfactuals of a model that one can only ask: spheres that grow until one reaches another prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.explainers.counterfactual.allowed import Allowed
from analysis.explainers.counterfactual.kind import Counterfactual, Proposed
from analysis.explainers.counterfactual.searching import Search
from analysis.explainers.kinds import EXPLAINERS
from analysis.explainers.subjects import Reals
from analysis.learning.components import Whole
from analysis.learning.members import takes
from experiments.types import JsonObject

HALVINGS = 8
GROWTH = 1.5


@EXPLAINERS.register
@dataclass(frozen=True)
class GrowingSpheres(Counterfactual):
    """Random rows around the sample, further and further away, until some have another prediction.

    The first ball is halved until nothing in it will do, then shells grow (Laugel et al. 2018). What is found is made
    sparse: changes are taken back one by one, and what is left as far as it can be. Flags and categories jump the more
    often the wider the shell. Rows of the background with the prediction that is wanted are starting points too.
    """

    name: ClassVar[str] = "growing_spheres"
    example: ClassVar[JsonObject] = {"type": "growing_spheres", "samples": 100, "count": 1}
    is_random: ClassVar[bool] = True

    samples: int = takes(Whole(10, 100_000), "Rows drawn in each shell.", 400)

    def proposed(self, search: Search) -> Proposed:
        return Proposed(grown(search, self.samples))


def grown(search: Search, samples: int) -> Reals:
    """Rows with the prediction that is wanted, from the first shell that has some and from the background."""
    allowed = search.allowed
    known = allowed.nearest(search.background.rows)
    known = known[search.met(known)]
    inner, outer = 0.0, 1.0
    found = _within(search, samples, inner, outer)
    for _ in range(HALVINGS):
        if not len(found):
            break
        outer /= 2
        closer = _within(search, samples, inner, outer)
        if not len(closer):
            return np.concatenate([found, known])
        found = closer
    farthest = float(np.sqrt((((allowed.high - allowed.low) / allowed.scale) ** 2).sum()))
    while not len(found) and inner < farthest:
        inner, outer = outer, outer * GROWTH
        found = _within(search, samples, inner, outer)
    return np.concatenate([found, known])


def _within(search: Search, samples: int, inner: float, outer: float) -> Reals:
    """Of the rows drawn there, those that have the prediction that is wanted."""
    rows = drawn(search.allowed, search.rng, samples, inner, outer)
    return np.asarray(rows[search.met(rows)])


def drawn(allowed: Allowed, rng: np.random.Generator, n: int, inner: float, outer: float) -> Reals:
    """n allowed rows at a distance from inner to outer, evenly in the shell's volume, shape (n, M)."""
    free = np.zeros(len(allowed.origin))
    free[allowed.free] = 1
    directions = rng.normal(size=(n, len(free))) * free
    directions /= np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-12)
    dimensions = max(int(free.sum()), 1)
    radii = outer * ((inner / outer) ** dimensions + rng.random((n, 1)) * (1 - (inner / outer) ** dimensions)) ** (
        1 / dimensions
    )
    rows = allowed.origin + directions * radii * allowed.scale
    jumps = rng.random(rows.shape) < 0.5 * outer / (1 + outer)
    anywhere = allowed.low + rng.random(rows.shape) * (allowed.high - allowed.low + 1) - 0.5
    jumping = allowed.nominal | (allowed.stepped & (allowed.high - allowed.low <= 1))
    return allowed.nearest(np.where(jumping, np.where(jumps, anywhere, allowed.origin), rows))
