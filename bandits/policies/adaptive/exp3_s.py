"""Exponential weights that can change their mind: for the best sequence of arms, not the best arm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import e, exp, log
from typing import ClassVar

from bandits.policies.adaptive.kinds import BoundedPolicy, Features
from bandits.policies.adaptive.propensities import Propensities, softmax
from bandits.policies.adaptive.state import Reward, State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class Exp3S(BoundedPolicy):
    """Exp3.S of Auer, Cesa-Bianchi, Freund and Schapire (2002): every weight keeps a small share of all of them.

    w_k <- w_k exp(gamma x / K) + (e alpha / K) sum of w, where x is the reward over its propensity; the chance is
    (1 - gamma) w_k / sum + gamma / K. Weights are kept as logarithms, the largest 0. The order of rewards matters.
    """

    name: ClassVar[str] = "exp3_s"
    example: ClassVar[Mapping[str, object]] = {"policy": "exp3_s", "gamma": 0.1, "alpha": 0.001}
    order_free: ClassVar[bool] = False
    parameters: ClassVar[Mapping[str, Parameter]] = {
        **BoundedPolicy.parameters,
        "gamma": Real(1e-6, 1),
        "alpha": Real(0, 1),
    }

    gamma: float = 0.1
    alpha: float = 0.001

    def learn(self, state: State, rewards: Sequence[Reward]) -> State:
        logs = {name: float(score) for name, score in state.scores.items()}
        for name in {*state.known, *(reward.arm for reward in rewards)} - logs.keys():
            logs[name] = 0.0
        for reward in rewards:
            self._move(logs, reward)
        return replace(super().learn(state, rewards), scores=logs)

    def _move(self, logs: dict[ArmName, float], reward: Reward) -> None:
        k = len(logs)
        gain = (reward.value - self.low) / (self.high - self.low) / reward.propensity
        shared = log(sum(exp(one) for one in logs.values())) + log(e * self.alpha / k) if self.alpha else None
        logs[reward.arm] += self.gamma * gain / k
        if shared is not None:
            for name in logs:
                logs[name] = _log_sum(logs[name], shared)
        highest = max(logs.values())
        for name in logs:
            logs[name] -= highest

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        weights = softmax(names, [float(state.scores.get(name, 0.0)) for name in names])
        return Propensities({name: (1 - self.gamma) * one + self.gamma / len(names) for name, one in weights.items()})


def _log_sum(a: float, b: float) -> float:
    highest = max(a, b)
    return highest + log(exp(a - highest) + exp(b - highest))
