"""What is believed of the arms' means after their rewards: intervals, the chance to be best, the expected loss."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.statistics.bayes.largest import BETA, GAMMA, STUDENT, chances_and_losses, quantiles
from bandits.policies.adaptive.kinds import AdaptivePolicy
from bandits.policies.adaptive.state import State
from bandits.policies.adaptive.thompson import Posterior, Thompson, pooled_variance
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.adaptive.thompson_gaussian import ThompsonGaussian
from bandits.policies.adaptive.thompson_poisson import ThompsonPoisson
from bandits.policies.arms import ArmName


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


def _model(policy: AdaptivePolicy, bounds: tuple[float, float]) -> Thompson:
    if isinstance(policy, Thompson):
        return policy
    low, high = bounds
    return ThompsonBernoulli(low=low, high=high) if high - low < float("inf") else ThompsonGaussian()


def _summed(kind: str, known: dict[ArmName, Posterior], level: float) -> dict[ArmName, tuple[float, float, float]]:
    ends = quantiles(kind, list(known.values()), (level / 2, 1 - level / 2))
    return {
        name: (_mean(kind, one), float(low), float(high))
        for (name, one), (low, high) in zip(known.items(), ends, strict=True)
    }


def _mean(kind: str, one: Posterior) -> float:
    if kind == BETA:
        return one[0] / (one[0] + one[1])
    return one[0] / one[1] if kind == GAMMA else one[0]
