"""What a look at each arm teaches about a decision: which arm is best, or which ones beat the control.

The decision's entropy now, less what is expected of it after the look. It asks another question than information about
an arm's own mean: an arm that is badly known but surely not the best teaches nothing about the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import xlogy

from analysis.planning.information.arms import Arms, Array, BetaArms, NormalArms
from analysis.planning.information.conjugate import one_yes_or_no

NODES = 12


def chances_best(arms: Arms) -> Array:
    """Each arm's chance to have the highest mean, shape (K,). By quadrature, good to about 1e-9."""
    points, weights = grid(arms)
    below, dense = arms.laws(points)
    return _normalised(_leaders(below, dense, weights))


def information(arms: Arms, target: str, *, control: int = 0) -> Array:
    """Of one look at each arm, in nats, shape (K,). target: a key of ``TARGETS``. ValueError for another one."""
    if target not in TARGETS:
        raise ValueError(f"target must be one of {', '.join(TARGETS)}, not {target!r}.")
    if not 0 <= control < arms.k:
        raise ValueError(f"control must be the place of an arm, 0 to {arms.k - 1}, not {control}.")
    return np.maximum(TARGETS[target](arms, control), 0.0)


def about_means(arms: Arms, _control: int) -> Array:
    """About each arm's own mean."""
    if isinstance(arms, BetaArms):
        return one_yes_or_no(arms.a, arms.b)
    assert isinstance(arms, NormalArms)  # noqa: S101 (there are these two)
    return np.log1p(arms.looks * arms.sd**2 / arms.noise**2) / 2


def about_best(arms: Arms, _control: int) -> Array:
    """About which arm is best."""
    points, weights = grid(arms)
    below, dense = arms.laws(points)
    now = entropy(_normalised(_leaders(below, dense, weights)))
    chances, after = arms.outcomes()
    below_then, dense_then = (part.reshape(arms.k, -1, len(points)) for part in after.laws(points))
    expected = np.zeros(arms.k)
    for arm in range(arms.k):
        for m, chance in enumerate(chances[arm]):
            then_below, then_dense = below.copy(), dense.copy()
            then_below[arm], then_dense[arm] = below_then[arm, m], dense_then[arm, m]
            expected[arm] += chance * entropy(_normalised(_leaders(then_below, then_dense, weights)))
    return now - expected


def about_control(arms: Arms, control: int) -> Array:
    """About which arms beat the control: the sum over those that a look tells something of."""
    points, weights = grid(arms)
    below, dense = arms.laws(points)
    chances, after = arms.outcomes()
    below_then, dense_then = (part.reshape(arms.k, -1, len(points)) for part in after.laws(points))
    beats = np.clip((dense * below[control]) @ weights, 0, 1)
    found = np.zeros(arms.k)
    for arm in range(arms.k):
        if arm == control:
            then = np.clip(np.einsum("in,mn,n->im", dense, below_then[control], weights), 0, 1)
            gained = two_way(beats) - two_way(then) @ chances[control]
            found[arm] = gained[np.arange(arms.k) != control].sum()
        else:
            then = np.clip((dense_then[arm] * below[control]) @ weights, 0, 1)
            found[arm] = two_way(beats[arm]) - two_way(then) @ chances[arm]
    return found


TARGETS: Mapping[str, Callable[[Arms, int], Array]] = {
    "best_arm": about_best,
    "compare_to_control": about_control,
    "estimate": about_means,
}


def entropy(chances: Array) -> float:
    """In nats."""
    return float(-xlogy(chances, chances).sum())


def two_way(chance: Array) -> Array:
    """Of a yes with that chance, in nats, element by element."""
    return np.asarray(-xlogy(chance, chance) - xlogy(1 - chance, 1 - chance))


def grid(arms: Arms) -> tuple[Array, Array]:
    """Points and weights that cover all posteriors: Gauss-Legendre between neighbouring quantiles."""
    quantiles = arms.quantiles()
    middle = quantiles.shape[1] // 2
    step = max(float((quantiles[:, middle + 1] - quantiles[:, middle - 1]).min()) / 2, 1e-12)
    ends, last = [float(quantiles.min())], max(float(quantiles.max()), float(quantiles.min()) + 1e-12)
    for end in np.unique(quantiles):
        if end - ends[-1] >= step and last - end >= step:
            ends.append(float(end))
    ends.append(last)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(np.array(ends))[:, None] / 2
    return (np.array(ends)[:-1, None] + half * (1 + nodes)).ravel(), (half * weights).ravel()


def _leaders(below: Array, dense: Array, weights: Array) -> Array:
    floor = np.maximum(below, 1e-300)
    together = np.exp(np.log(floor).sum(axis=0))
    return np.asarray((dense * together / floor) @ weights)


def _normalised(chances: Array) -> Array:
    clipped = np.clip(chances, 0, 1)
    total = clipped.sum()
    return clipped / total if total > 0 else np.full(len(clipped), 1 / len(clipped))
