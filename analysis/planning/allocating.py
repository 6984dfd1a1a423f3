"""How many units each arm gets for the least doubt, at equal money. Neyman (1934), JRSS 97; Cochran (1977), ch. 5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Allocation:
    """shares: of the units, (K,), sum to 1. counts: whole units within the money. variance: of the sum of contrasts.

    even_variance: what even shares give for the same money.
    """

    shares: tuple[float, ...]
    counts: tuple[int, ...]
    cost: float
    variance: float
    even_variance: float

    @property
    def factor(self) -> float:
        """Money (or units, at equal cost) for one of even shares, for the same precision. At most 1."""
        return self.variance / self.even_variance if self.even_variance > 0 else 1.0


def contrasts_to_control(k: int, control: int = 0) -> Array:
    """Every other arm less the control: (K - 1, K)."""
    rows = np.delete(np.eye(k), control, axis=0)
    rows[:, control] = -1
    return rows


def neyman(
    sds: ArrayLike, *, costs: ArrayLike | None = None, contrasts: ArrayLike | None = None, budget: float = 100.0
) -> Allocation:
    """The least sum of the contrasts' variances that the budget buys: n_i in proportion to |a_i| sd_i / sqrt(cost_i).

    a_i: root of the sum of squares of the arm's weights over the contrasts; without contrasts, 1 for every arm.
    ValueError unless sds are at least 0 (one above), costs above 0, and the budget pays one unit of each arm.
    """
    sd = np.asarray(sds, float)
    cost = np.ones(len(sd)) if costs is None else np.asarray(costs, float)
    rows = np.eye(len(sd)) if contrasts is None else np.atleast_2d(np.asarray(contrasts, float))
    if not (len(sd) > 1 and (sd >= 0).all() and sd.any() and np.isfinite(sd).all()):
        raise ValueError(f"sds must be two numbers or more of at least 0, one of them above, not {sd.tolist()}.")
    if cost.shape != sd.shape or not (cost > 0).all() or rows.shape[1] != len(sd):
        raise ValueError("costs must be above 0, one for each arm, and contrasts have a weight for each arm.")
    if budget < cost.sum():
        raise ValueError(f"budget must pay one unit of each arm, {cost.sum():g}, not {budget:g}.")
    weight = np.sqrt((rows**2).sum(axis=0)) * sd
    ideal = np.maximum(weight, 1e-12 * weight.max()) / np.sqrt(cost)
    units = ideal * budget / (ideal @ cost)
    counts = whole(units, cost, budget)
    even = np.full(len(sd), budget / cost.sum())
    variance = float((weight**2 / units).sum())
    return Allocation(
        tuple((units / units.sum()).tolist()),
        tuple(int(n) for n in counts),
        float(counts @ cost),
        variance,
        float((weight**2 / even).sum()),
    )


def whole(units: Array, cost: Array, budget: float) -> NDArray[np.int64]:
    """Whole units, at least 1 in each arm, within the budget: rounded down, then up where most was cut off."""
    counts = np.maximum(np.floor(units + 1e-9), 1).astype(np.int64)
    while counts @ cost > budget + 1e-9 and (counts > 1).any():
        counts[np.argmax(np.where(counts > 1, counts - units, -np.inf))] -= 1
    for arm in np.argsort(counts - units):
        if counts @ cost + cost[arm] <= budget + 1e-9 and counts[arm] < units[arm]:
            counts[arm] += 1
    return counts
