"""Arms that cost: the most reward from a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import ClassVar

from bandits.policies.adaptive.kinds import BoundedPolicy, Features, open_names
from bandits.policies.adaptive.propensities import Propensities, even
from bandits.policies.adaptive.state import ArmSums, State
from bandits.policies.arms import ArmName, ArmWeight
from bandits.policies.parameters import Parameter, Real, Whole


@dataclass(frozen=True)
class Knapsack(BoundedPolicy):
    """The mixture of arms with the most optimistic reward that the budget can pay: Agrawal and Devanur (2014).

    Per unit there is (budget - spent) / (horizon - rewards so far). The chances maximise the sum of p_k x upper bound
    of the reward with the sum of p_k x lower bound of the cost within that; what they leave free of 1 is ``inside``'s
    rest: the unit gets no arm. Costs are from 0 to ``most``. Nothing is given once the budget is spent; a floor or a
    control's share mixes only among units inside. Cold arms count as free and perfect, so each is tried first.
    """

    name: ClassVar[str] = "knapsack"
    explores_by_counts: ClassVar[bool] = True
    example: ClassVar[Mapping[str, object]] = {"policy": "knapsack", "budget": 500, "horizon": 1_000}
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **BoundedPolicy.parameters,
        "budget": Real(0, 1e12),
        "horizon": Whole(1, 10**12),
        "most": Real(1e-9, 1e12),
        "alpha": Real(0, 100),
    }

    budget: float = 100.0
    horizon: int = 1_000
    most: float = 1.0
    alpha: float = 0.25

    def left(self, state: State) -> float:
        """What is left of the budget."""
        return self.budget - float(sum(sums.cost for sums in state.arms.values()))

    def probabilities(self, state: State, arms: Sequence[ArmWeight], context: Features | None = None) -> Propensities:
        if self.left(state) > 0:
            table = super().probabilities(state, arms, context)
            return Propensities(table.chances, inside=self._inside(state, open_names(arms), table.chances))
        return Propensities(even(open_names(arms), [arm.name for arm in arms]).chances, inside=0.0)

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        unseen = [name for name in names if not state.of(name).n]
        if unseen:
            return even(unseen, names)
        rewards, costs = self._bounds(state, names)
        return Propensities(dict(zip(names, best_mixture(rewards, costs, self._pace(state)), strict=True)))

    def _pace(self, state: State) -> float:
        return self.left(state) / max(self.horizon - state.folded, 1)

    def _inside(self, state: State, names: Sequence[ArmName], chances: Mapping[ArmName, float]) -> float:
        """As many units as the pace pays for: all of them, unless even the chosen mixture costs too much."""
        if any(not state.of(name).n for name in names):
            return 1.0
        _, costs = self._bounds(state, names)
        expected = sum(chances[name] * cost for name, cost in zip(names, costs, strict=True))
        pace = self._pace(state)
        return 1.0 if expected <= pace else pace / expected

    def _bounds(self, state: State, names: Sequence[ArmName]) -> tuple[list[float], list[float]]:
        held = [state.of(name) for name in names]
        t = max(sum(sums.n for sums in held), 2)
        wide = [self.alpha * sqrt(2 * log(t) / sums.n) for sums in held]
        rewards = [min(self.scaled(sums)[1] + one, 1.0) for sums, one in zip(held, wide, strict=True)]
        costs = [max(_cost(sums) / self.most - one, 0.0) * self.most for sums, one in zip(held, wide, strict=True)]
        return rewards, costs


def _cost(sums: ArmSums) -> float:
    return float(sums.cost / sums.n)


def best_mixture(rewards: Sequence[float], costs: Sequence[float], pace: float) -> list[float]:
    """Chances that sum to 1, of at most two arms, with the most reward per unit for an expected cost of ``pace``.

    If every arm costs more, the arm with the most reward for its cost, or the pair: the rest of the units stay outside.

    >>> best_mixture([0.2, 0.6], [0.0, 1.0], 0.25)
    [0.75, 0.25]
    """
    k = len(rewards)
    outside = (-1, 0.0, 0.0)  # no arm: no reward, no cost
    corners = [outside, *((i, rewards[i], costs[i]) for i in range(k))]
    options = [({i: 1.0}, reward) for i, reward, cost in corners if cost <= pace]
    for i, cheap_reward, cheap in corners:
        for j, dear_reward, dear in corners:
            if cheap <= pace < dear:
                part = (pace - cheap) / (dear - cheap)
                options.append(({i: 1 - part, j: part}, (1 - part) * cheap_reward + part * dear_reward))
    highest = max(value for _, value in options)
    best = [mixture for mixture, value in options if value >= highest - 1e-12]
    chances = [sum(mixture.get(i, 0.0) for mixture in best) / len(best) for i in range(k)]
    total = sum(chances)
    return [one / total for one in chances] if total > 0 else [1 / k] * k
