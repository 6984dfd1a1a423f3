"""Where the next look, or the next few of them, go: the most for the money, or the most to be earned afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln, ndtr

from analysis.planning.information.arms import Arms, Array, BetaArms, NormalArms
from analysis.planning.information.best_arm import information

NOTHING = 1e-12  # nats: what is below is rounding


@dataclass(frozen=True, slots=True)
class Next:
    """place: of the choice. value: nats (or units of the measure). per_cost: of it for one unit of money."""

    place: int
    value: float
    per_cost: float
    affordable: tuple[bool, ...]


def for_the_money(values: ArrayLike, costs: ArrayLike, *, left: float = np.inf) -> Next | None:
    """The most value for its cost among those that ``left`` can pay; None if it pays none.

    ValueError unless costs are above 0 and there is one for each value.
    """
    value, cost = np.asarray(values, float), np.asarray(costs, float)
    if value.shape != cost.shape or not (cost > 0).all():
        raise ValueError(f"costs must be one number above 0 for each value, not {cost.tolist()}.")
    can = cost <= left
    if not can.any():
        return None
    rate = np.where(can, value / cost, -np.inf)
    place = int(rate.argmax())
    return Next(place, float(value[place]), float(rate[place]), tuple(can.tolist()))


def next_block(
    arms: Arms, size: int, target: str, costs: ArrayLike | None = None, *, control: int = 0
) -> tuple[int, ...]:
    """How many of the next ``size`` units each arm gets, before any of them has answered.

    One after the other where a look teaches most for its cost; a look under way counts as one that came out as
    expected. Where no look teaches anything, evenly.
    """
    cost = np.ones(arms.k) if costs is None else np.asarray(costs, float)
    given = np.zeros(arms.k, int)
    for _ in range(size):
        gains = information(arms, target, control=control)
        chosen = for_the_money(gains, cost) if gains.max() > NOTHING else None
        place = int(given.argmin()) if chosen is None else chosen.place
        arms = arms.expecting(place)
        given[place] += 1
    return tuple(given.tolist())


def knowledge_gradient(arms: Arms, looks: int = 1) -> Array:
    """What ``looks`` at one arm add to the mean of the arm that is then chosen: E max after - max now, (K,).

    Frazier, Powell and Dayanik (2008), SIAM J. Control Optim. 47. At least 0: no outcome changes the choice.
    """
    if isinstance(arms, BetaArms):
        return np.array([_beta_gradient(arms, arm, looks) for arm in range(arms.k)])
    assert isinstance(arms, NormalArms)  # noqa: S101 (there are these two)
    moved = NormalArms(arms.mean, arms.sd, arms.noise, looks).moved()
    others = np.array([np.delete(arms.mean, arm).max(initial=-np.inf) for arm in range(arms.k)])
    z = -np.abs(arms.mean - others) / np.maximum(moved, 1e-300)
    return np.asarray(moved * (z * ndtr(z) + np.exp(-z * z / 2) / np.sqrt(2 * np.pi)))


def value_of_batch(arms: Arms, looks: ArrayLike) -> float:
    """What a batch with so many looks at each arm adds to the mean of the arm that is chosen after it.

    Expected value of sample information of the choice: Raiffa and Schlaifer (1961). Exact for yes or no; for numbers
    by quadrature of the largest of independent normal posterior means.
    """
    n = np.asarray(looks, int)
    if n.shape != (arms.k,) or (n < 0).any():
        raise ValueError(f"looks must be {arms.k} whole numbers of at least 0, not {n.tolist()}.")
    if isinstance(arms, BetaArms):
        laws = [_posterior_means(float(a), float(b), int(each)) for a, b, each in zip(arms.a, arms.b, n, strict=True)]
        return max(_largest_of(laws) - float(arms.means().max()), 0.0)
    assert isinstance(arms, NormalArms)  # noqa: S101 (there are these two)
    moved = arms.sd**2 / np.sqrt(arms.sd**2 + arms.noise**2 / np.maximum(n, 1e-12))
    return max(_largest_normal(arms.mean, np.where(n > 0, moved, 0.0)) - float(arms.mean.max()), 0.0)


def _beta_gradient(arms: BetaArms, arm: int, looks: int) -> float:
    means = arms.means()
    other = float(np.delete(means, arm).max(initial=-np.inf))
    values, chances = _posterior_means(float(arms.a[arm]), float(arms.b[arm]), looks)
    if other == -np.inf:
        return 0.0
    return max(float(chances @ np.maximum(values, other)) - float(means.max()), 0.0)


def _posterior_means(a: float, b: float, n: int) -> tuple[Array, Array]:
    """What the mean of Beta(a, b) may be after n looks, rising, and with which chances."""
    k = np.arange(n + 1)
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + betaln(a + k, b + n - k) - betaln(a, b)
    chances = np.exp(logs)
    return np.asarray((a + k) / (a + b + n)), np.asarray(chances / chances.sum())


def _largest_of(laws: list[tuple[Array, Array]]) -> float:
    """The mean of the largest of independent discrete variables."""
    support = np.unique(np.concatenate([values for values, _ in laws]))
    below = np.ones(len(support))
    for values, chances in laws:
        total = np.concatenate([[0.0], np.cumsum(chances)])
        below *= total[np.searchsorted(values, support, side="right")]
    return float(support @ np.diff(np.concatenate([[0.0], below])))


def _largest_normal(means: Array, sds: Array) -> float:
    """E max = end - integral of the distribution function of the largest, Gauss-Legendre between bends."""
    spread = np.maximum(sds, 1e-9 * max(float(np.abs(means).max()), 1.0))
    low, high = float((means - 9 * spread).max()), float((means + 9 * spread).max())
    low = min(low, float((means - 9 * spread).min()))
    bends = np.unique(np.clip(np.concatenate([means + z * spread for z in range(-9, 10)]), low, high))
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half = np.diff(bends)[:, None] / 2
    points = (bends[:-1, None] + half * (1 + nodes)).ravel()
    below = np.prod(ndtr((points[None] - means[:, None]) / spread[:, None]), axis=0)
    return high - float(below @ (half * weights).ravel())
