"""What is believed of the arms' means after their rewards: intervals, the chance to be best, the expected loss."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bandits.policies.adaptive.best import LEVELS, NODES, among_twins, thinned
from bandits.policies.adaptive.kinds import AdaptivePolicy
from bandits.policies.adaptive.state import State
from bandits.policies.adaptive.thompson import Posterior, Thompson, pooled_variance
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli, best_beta
from bandits.policies.adaptive.thompson_gaussian import ThompsonGaussian, best_student
from bandits.policies.adaptive.thompson_poisson import ThompsonPoisson, best_gamma
from bandits.policies.arms import ArmName

if TYPE_CHECKING:
    from bandits.policies.adaptive.best import Array

BETA, STUDENT, GAMMA = "beta", "student", "gamma"


@dataclass(frozen=True)
class Belief:
    """One arm: the mean of its posterior, and a central interval. chance_best, loss: None beside unknown arms.

    loss: what one expects to lose for each unit by choosing this arm for good: E[largest mean - this one's].
    """

    arm: ArmName
    mean: float
    low: float
    high: float
    chance_best: float | None = None
    loss: float | None = None


def beliefs(
    policy: AdaptivePolicy, state: State, names: Sequence[ArmName], *, bounds: tuple[float, float], level: float = 0.05
) -> dict[ArmName, Belief]:
    """By arm; arms with too few rewards for a posterior are left out. Exact: integrals, no sampling.

    A Thompson policy's own posteriors. Of others: Beta with Jeffreys' prior between the bounds of the reward; without
    bounds Student's t. Under a policy that looks at each unit there are none: its arms had different units.
    """
    if policy.contextual:
        return {}
    model = _model(policy, bounds)
    held = {name: state.of(name) for name in names}
    pooled = pooled_variance(list(held.values()))
    known = {name: one for name, sums in held.items() if (one := model.posterior(sums, pooled)) is not None}
    if not known:
        return {}
    low, width = (model.low, model.high - model.low) if isinstance(model, ThompsonBernoulli) else (0.0, 1.0)
    kind = BETA if isinstance(model, ThompsonBernoulli) else GAMMA if isinstance(model, ThompsonPoisson) else STUDENT
    found = _summed(kind, known, level)
    scaled = {name: [low + width * part for part in parts] for name, parts in found.items()}
    if len(known) < len(names):
        return {name: Belief(name, mean, least, most) for name, (mean, least, most) in scaled.items()}
    chances, losses = chances_and_losses(kind, list(known.values()))
    has_means = kind != STUDENT or all(one[2] > 1 for one in known.values())
    return {
        name: Belief(name, mean, least, most, chance, width * loss if has_means else None)
        for (name, (mean, least, most)), chance, loss in zip(scaled.items(), chances, losses, strict=True)
    }


def chances_and_losses(kind: str, posteriors: Sequence[Posterior]) -> tuple[list[float], list[float]]:
    """Each one's chance to be the largest, and its expected loss.

    E[largest - k] is the integral of F_k (1 - product of the other F_i): nothing is subtracted, so small losses are
    exact too.

    >>> chances, losses = chances_and_losses("beta", [(13, 89), (19, 82), (9, 93)])
    >>> [round(one, 6) for one in chances], [round(one, 6) for one in losses]
    ([0.111853, 0.87632, 0.011828], [0.06371, 0.003042, 0.102925])
    """
    best = {BETA: best_beta, STUDENT: best_student, GAMMA: best_gamma}[kind]
    if len(posteriors) == 1:
        return [1.0], [0.0]
    return among_twins(posteriors, best(posteriors)[0]), among_twins(posteriors, _losses(kind, posteriors))


def _losses(kind: str, posteriors: Sequence[Posterior]) -> list[float]:
    import numpy as np

    quantiles = _quantiles(kind, posteriors, LEVELS)
    ends = np.unique(quantiles)
    if len(ends) < 2:
        return [0.0] * len(posteriors)
    ends = thinned(ends, quantiles)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(ends)[:, None] / 2
    points = (ends[:-1, None] + half * (1 + nodes)).ravel()
    below, above = _tails(kind, posteriors, points)
    all_above = np.zeros_like(below)
    for place in range(len(below)):
        others = np.delete(above, place, axis=0)
        all_above[place] = -np.expm1(np.log1p(-np.minimum(others, 1 - 1e-16)).sum(axis=0))
    return [float(loss) for loss in (below * all_above) @ (half * weights).ravel()]


def _model(policy: AdaptivePolicy, bounds: tuple[float, float]) -> Thompson:
    if isinstance(policy, Thompson):
        return policy
    low, high = bounds
    return ThompsonBernoulli(low=low, high=high) if high - low < float("inf") else ThompsonGaussian()


def _summed(kind: str, known: dict[ArmName, Posterior], level: float) -> dict[ArmName, tuple[float, float, float]]:
    ends = _quantiles(kind, list(known.values()), (level / 2, 1 - level / 2))
    return {
        name: (_mean(kind, one), float(low), float(high))
        for (name, one), (low, high) in zip(known.items(), ends, strict=True)
    }


def _mean(kind: str, one: Posterior) -> float:
    if kind == BETA:
        return one[0] / (one[0] + one[1])
    return one[0] / one[1] if kind == GAMMA else one[0]


def _columns(posteriors: Sequence[Posterior]) -> "list[Array]":
    import numpy as np

    first, second, *rest = (column[:, None] for column in np.array(posteriors, dtype=float).T)
    return [first, np.maximum(second, 1e-12 * np.maximum(np.abs(first), 1e-12)), *rest]


def _quantiles(kind: str, posteriors: Sequence[Posterior], levels: Sequence[float]) -> "Array":
    import numpy as np
    from scipy.special import betaincinv, gammaincinv, stdtrit

    first, second, *rest = _columns(posteriors)
    at = np.array(levels)
    if kind == BETA:
        return _floats(betaincinv(first, second, at))
    if kind == GAMMA:
        return _floats(gammaincinv(first, at) / second)
    return _floats(first + second * stdtrit(rest[0], at))


def _tails(kind: str, posteriors: Sequence[Posterior], points: "Array") -> "tuple[Array, Array]":
    """The chances to be below and to be above each point, each exact where it is small."""
    from scipy.special import betainc, betaincc, gammainc, gammaincc, stdtr

    first, second, *rest = _columns(posteriors)
    if kind == BETA:
        return _floats(betainc(first, second, points)), _floats(betaincc(first, second, points))
    if kind == GAMMA:
        return _floats(gammainc(first, second * points)), _floats(gammaincc(first, second * points))
    z = (points - first) / second
    return _floats(stdtr(rest[0], z)), _floats(stdtr(rest[0], -z))


def _floats(found: object) -> "Array":
    import numpy as np

    return np.asarray(found, dtype=float)
