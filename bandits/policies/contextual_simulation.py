"""What a contextual policy would lose in a linear world: many runs at once, in numpy."""

from dataclasses import dataclass

import numpy as np

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.linear import ContextualPolicy
from bandits.policies.adaptive.linear_thompson import LinearThompson
from bandits.policies.adaptive.linucb import LinUcb
from bandits.policies.adaptive.logistic_thompson import LogisticThompson
from bandits.policies.adaptive.square_cb import SquareCb
from bandits.policies.array_rules import Array, Rng
from bandits.policies.simulation import Choices, Regrets


@dataclass(frozen=True)
class LinearWorld:
    """Each run has coefficients of its own for each arm, N(0, 1); contexts are a constant 1 and N(0, 1) features."""

    arms: int = 5
    dimension: int = 5
    deviation: float = 0.5


def simulate_contextual(policy: AdaptivePolicy, world: LinearWorld, *, horizon: int, runs: int, rng: Rng) -> Regrets:
    """Regret against the arm that is best for each context. ValueError unless the policy is linear and disjoint."""
    if not isinstance(policy, ContextualPolicy) or policy.model != "disjoint" or isinstance(policy, LogisticThompson):
        raise ValueError(f"policy must be a disjoint linear one, not {policy.name}.")
    truth = rng.normal(size=(runs, world.arms, world.dimension))
    covariance = np.tile(np.eye(world.dimension) / policy.l2, (runs, world.arms, 1, 1))
    found = np.zeros_like(truth)
    row, lost, curve = np.arange(runs), np.zeros(runs), []
    for t in range(horizon):
        x = np.column_stack([np.ones(runs), rng.normal(size=(runs, world.dimension - 1))])
        predicted = np.einsum("skd,sd->sk", found, x)
        unsure = np.sqrt(np.maximum(np.einsum("sd,skde,se->sk", x, covariance, x), 0))
        chosen = _chosen(policy, predicted, unsure, t, rng)
        means = np.einsum("skd,sd->sk", truth, x)
        lost = lost + means.max(axis=1) - means[row, chosen]
        curve.append(lost)
        reward = rng.normal(means[row, chosen], world.deviation)
        reach = np.einsum("sde,se->sd", covariance[row, chosen], x)
        shrunk = 1 + np.einsum("sd,sd->s", reach, x)
        missed = reward - np.einsum("sd,sd->s", found[row, chosen], x)
        found[row, chosen] += reach * (missed / shrunk)[:, None]
        covariance[row, chosen] -= reach[:, :, None] * reach[:, None, :] / shrunk[:, None, None]
    return Regrets(np.arange(1, horizon + 1), np.array(curve).T, found.mean(axis=2).argmax(axis=1))


def _chosen(policy: ContextualPolicy, means: Array, deviations: Array, t: int, rng: Rng) -> Choices:
    if isinstance(policy, LinUcb):
        scores = means + policy.alpha * deviations
    elif isinstance(policy, LinearThompson):
        scores = rng.normal(means, policy.v * deviations)
    elif isinstance(policy, SquareCb):
        gap = means.max(axis=1, keepdims=True) - means
        chances = 1 / (means.shape[1] + policy.scale * max(t, 1) ** policy.exponent * gap)
        chances[gap == 0] += ((1 - chances.sum(axis=1)) / (gap == 0).sum(axis=1)).repeat((gap == 0).sum(axis=1))
        scores = np.log(np.maximum(chances, 1e-300)) + rng.gumbel(size=chances.shape)
    else:
        raise ValueError(f"policy must be one that has a rule for arrays, not {policy.name}.")
    chosen: Choices = np.where(scores == scores.max(axis=1, keepdims=True), rng.random(scores.shape), -1).argmax(axis=1)
    return chosen
