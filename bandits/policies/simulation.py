"""What a policy would lose: many runs at once, in numpy. Not imported by the registry."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.exp3 import Exp3
from bandits.policies.adaptive.kinds import BoundedPolicy
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.array_rules import Array, Rng, Seen, exp3_logits, scores

Choices = NDArray[np.int64]
POINTS = 50  # of each curve


@dataclass(frozen=True)
class Environment:
    """Arms with these mean rewards, in another order in each run.

    kind: "bernoulli" or "gaussian" (with ``deviation``). turn_every: after so many rounds each arm takes the mean of
    the next one (0: never). delay: after so many rounds a reward is known.
    """

    means: tuple[float, ...]
    kind: str = "bernoulli"
    deviation: float = 0.5
    turn_every: int = 0
    delay: int = 0

    def reward(self, means: Array, rng: Rng) -> Array:
        """One reward for each of the means."""
        if self.kind == "gaussian":
            return rng.normal(means, self.deviation)
        return (rng.random(means.shape) < means).astype(float)


@dataclass(frozen=True)
class Regrets:
    """What was lost against the best arm of each round: shape (runs, points), at ``times``.

    favourite: in each run, the arm with the best mean at the end, as its place in the environment's ``means``.
    """

    times: Choices
    lost: Array
    favourite: Choices

    @property
    def mean(self) -> float:
        """The mean regret at the end."""
        return float(self.lost[:, -1].mean())

    @property
    def standard_error(self) -> float:
        """Of the mean regret at the end."""
        return float(self.lost[:, -1].std(ddof=1) / np.sqrt(len(self.lost)))

    def band(self, level: float) -> Array:
        """The quantile of the regret over the runs, at each of the times."""
        quantiles: Array = np.quantile(self.lost, level, axis=0)
        return quantiles


def simulate(policy: AdaptivePolicy, environment: Environment, *, horizon: int, runs: int, rng: Rng) -> Regrets:
    """The regret of ``runs`` independent runs. ValueError if the policy has no rule for arrays, or a constraint."""
    _refuse_constraints(policy)
    order = np.argsort(rng.random((runs, len(environment.means))), axis=1)
    best = np.array(environment.means)
    state = _State(policy, runs, len(best))
    lost, row = np.zeros(runs), np.arange(runs)
    times = np.unique(np.linspace(1, horizon, POINTS).round().astype(int))
    curve: list[Array] = []
    waiting: list[tuple[Choices, Array, Array]] = []
    for t in range(horizon):
        chosen, chance = _chosen(policy, state.seen(), rng)
        turned = t // environment.turn_every if environment.turn_every else 0
        mean = best[(order[row, chosen] + turned) % len(best)]
        lost += best.max() - mean
        waiting.append((chosen, environment.reward(mean, rng), chance))
        if len(waiting) > environment.delay:
            state.learn(*waiting.pop(0))
        if t + 1 in times:
            curve.append(lost.copy())
    favourite = order[row, np.where(state.n > 0, state.seen().mean, -np.inf).argmax(axis=1)]
    return Regrets(times, np.array(curve).T, favourite)


class _State:
    """The sums of all runs, moved on in place."""

    def __init__(self, policy: AdaptivePolicy, runs: int, arms: int) -> None:
        self.n, self.total, self.squares, self.losses = (np.zeros((runs, arms)) for _ in range(4))
        self._row = np.arange(runs)
        self._fade = policy.discount if isinstance(policy, SumsPolicy) else 1.0
        bounds = (policy.low, policy.high) if isinstance(policy, BoundedPolicy) else (0.0, 1.0)
        self._low, self._width = bounds[0], bounds[1] - bounds[0]
        self._rounds = 0

    def learn(self, chosen: Choices, reward: Array, chance: Array) -> None:
        x = (reward - self._low) / self._width
        if self._fade < 1:
            for sums in (self.n, self.total, self.squares):
                sums *= self._fade
        at = (self._row, chosen)
        self.n[at] += 1
        self.total[at] += x
        self.squares[at] += x * x
        self.losses[at] += (1 - x) / chance
        self._rounds += 1

    def seen(self) -> Seen:
        n = np.maximum(self.n, 1e-300)
        mean = self.total / n
        variance = np.maximum(self.squares / n - mean * mean, 0)
        return Seen(self.n, mean, variance, self.losses, self.n.sum(axis=1, keepdims=True))


def _refuse_constraints(policy: AdaptivePolicy) -> None:
    if policy.burn_in or policy.control_share or policy.cohort > 1 or getattr(policy, "window", None):
        raise ValueError("policy must be without burn_in, control_share, cohort and window to be simulated on arrays.")


def _chosen(policy: AdaptivePolicy, seen: Seen, rng: Rng) -> tuple[Choices, Array]:
    """The arm with the highest score, ties at random; and its chance, for EXP3, which needs it (1 for the others)."""
    scored = scores(policy, seen, rng)
    highest = scored.max(axis=1, keepdims=True)
    chosen = np.where(scored == highest, rng.random(scored.shape), -1).argmax(axis=1)
    if policy.floor:
        explored = rng.random(len(scored)) < min(policy.floor * seen.k, 1)
        chosen = np.where(explored, rng.integers(seen.k, size=len(scored)), chosen)
    if not isinstance(policy, Exp3):
        return chosen, np.ones(len(chosen))
    chances = np.exp(exp3_logits(seen))
    chances = min(policy.floor, 1 / seen.k) + (1 - min(policy.floor * seen.k, 1)) * chances / chances.sum(
        axis=1, keepdims=True
    )
    return chosen, chances[np.arange(len(chosen)), chosen]
