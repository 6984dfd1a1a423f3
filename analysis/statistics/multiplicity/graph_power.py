"""What a graph would find: the chance of each answer, simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.statistics.multiplicity.adjusting import Array
from analysis.statistics.multiplicity.graphs import Graph

TIMES = 20_000
MOST = 30


@dataclass(frozen=True, slots=True)
class GraphPower:
    """each: the chance that a question is answered, shape (m,). any_of, all_of: of those that are there to be found."""

    each: tuple[float, ...]
    any_of: float
    all_of: float
    error: float


@dataclass(frozen=True, slots=True)
class Supposed:
    """powers: the chance to find each if it were asked alone at the whole level; the level where nothing is there.

    correlation: of the statistics; a half where arms share a control.
    """

    powers: Sequence[float]
    correlation: float = 0.5


def graph_power(graph: Graph, supposed: Supposed, *, level: float, rng: np.random.Generator) -> GraphPower:
    """error: largest standard error of the figures. ValueError for powers that are none, or more than 30 questions.

    Statistics are normal; two-sided, answered on the supposed side only by chance less than in a thousand cases.
    """
    from scipy.stats import norm

    powers = np.asarray(supposed.powers, dtype=float)
    m = len(graph.weights)
    if powers.shape != (m,) or not ((powers >= level / 2) & (powers < 1)).all() or m > MOST:
        raise ValueError(f"powers must be {m} numbers from {level / 2:g} to below 1 (of {MOST} at most).")
    shift = np.where(powers > level, norm.isf(level / 2) + norm.ppf(powers), 0.0)
    shared, own = rng.standard_normal((TIMES, 1)), rng.standard_normal((TIMES, m))
    z = np.sqrt(supposed.correlation) * shared + np.sqrt(1 - supposed.correlation) * own + shift
    found = answered(2 * norm.sf(np.abs(z)), graph, level=level)
    real = powers > level
    each = found.mean(axis=0)
    any_of = float(found[:, real].any(axis=1).mean()) if real.any() else 0.0
    all_of = float(found[:, real].all(axis=1).mean()) if real.any() else 0.0
    return GraphPower(tuple(each.tolist()), any_of, all_of, 0.5 / np.sqrt(TIMES))


def answered(p: Array, graph: Graph, *, level: float) -> NDArray[np.bool_]:
    """Which are answered in each of many tries; p: shape (tries, m). As `graphs.answer`, for all tries at once.

    Shares only grow, so whatever can be answered at a step may be answered together.
    """
    m = p.shape[1]
    bits = (1 << np.arange(m)).astype(np.int64)
    found = np.zeros(p.shape, dtype=bool)
    shares: dict[int, Array] = {}
    while True:
        masks, place = np.unique(found @ bits, return_inverse=True)
        for mask in masks.tolist():
            if mask not in shares:
                shares[mask] = _left(graph, mask).weights
        now = np.array([shares[mask] for mask in masks.tolist()])[place]
        more = ~found & (p <= now * level)
        if not more.any():
            return found
        found |= more


def _left(graph: Graph, mask: int) -> Graph:
    for question in range(len(graph.weights)):
        if mask >> question & 1:
            graph = graph.without(question)
    return graph
