"""What a drawn graph would find, from the browser's numbers: in percent there, in parts here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.statistics.multiplicity.graph_power import Supposed, graph_power
from analysis.statistics.multiplicity.graphs import Graph

SEED = 18


def chances(asked: Mapping[str, Any]) -> dict[str, Any]:
    """{weights, arrows, powers: in percent; level; correlation} in; {each, any, all} in percent out. ValueError."""
    weights = np.array(asked["weights"], dtype=float) / 100
    arrows = np.array(asked["arrows"], dtype=float).reshape(len(weights), len(weights)) / 100
    graph = Graph(weights, arrows)
    powers = [min(max(float(each) / 100, 0.0), 0.9999) for each in asked["powers"]]
    level = float(asked.get("level", 0.05))
    supposed = Supposed([max(each, level / 2) for each in powers], float(asked.get("correlation", 0.5)))
    found = graph_power(graph, supposed, level=level, rng=np.random.default_rng(SEED))
    percent = [round(100 * each, 1) for each in found.each]
    return {"each": percent, "any": round(100 * found.any_of, 1), "all": round(100 * found.all_of, 1)}
