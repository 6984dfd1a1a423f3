"""Policies over sums may forget: by discounting, or by a sliding window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bandits.policies.adaptive.kinds import AdaptivePolicy, BoundedPolicy
from bandits.policies.adaptive.state import ArmSums, Reward, State
from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Optional, Parameter, Real, Whole

MEMORY: Mapping[str, Parameter] = {"discount": Real(0.5, 1), "window": Optional(Whole(1, 100_000))}


@dataclass(frozen=True)
class SumsPolicy(AdaptivePolicy):
    """A policy that knows the sums of each arm, of all rewards or of the latest ones.

    discount: each reward makes all before it count by this factor (Garivier and Moulines 2011), so about
    1 / (1 - discount) rewards are remembered. window: only the latest so many rewards count.
    """

    parameters: ClassVar[Mapping[str, Parameter]] = {**AdaptivePolicy.parameters, **MEMORY}

    discount: float = 1.0
    window: int | None = None

    @property
    def is_order_free(self) -> bool:
        return super().is_order_free and self.discount == 1 and self.window is None

    def check(self, path: str) -> None:
        super().check(path)
        if self.window is not None and self.discount < 1:
            raise PolicyError.wrong(f"{path}.window", "null when there is a discount", self.window)

    def learn(self, state: State, rewards: Sequence[Reward]) -> State:
        if self.discount < 1:
            return self._faded(state, rewards)
        if self.window is not None:
            return self._windowed(super().learn(state, rewards), rewards)
        return super().learn(state, rewards)

    def _faded(self, state: State, rewards: Sequence[Reward]) -> State:
        arms = dict(state.arms)
        for reward in rewards:
            arms = {name: sums.faded(self.discount) for name, sums in arms.items()}
            n, total, squares, cost = arms.get(reward.arm, ArmSums())
            x = float(reward.value)
            arms[reward.arm] = ArmSums(n + 1.0, total + x, squares + x * x, cost + float(reward.cost))
        kept = {name: sums for name, sums in arms.items() if sums.n > 1e-9}
        return replace(state, folded=state.folded + len(rewards), arms=kept)

    def _windowed(self, state: State, rewards: Sequence[Reward]) -> State:
        recent = (*state.recent, *(reward._replace(context=()) for reward in rewards))
        cut = max(len(recent) - (self.window or 0), 0)
        arms = dict(state.arms)
        for old in recent[:cut]:
            arms[old.arm] = arms[old.arm].minus(old.value, old.cost)
        kept = {name: sums for name, sums in arms.items() if sums.n > 0}
        return replace(state, arms=kept, recent=recent[cut:])


@dataclass(frozen=True)
class BoundedSumsPolicy(BoundedPolicy, SumsPolicy):
    """Sums of rewards from ``low`` to ``high``."""

    parameters: ClassVar[Mapping[str, Parameter]] = {**BoundedPolicy.parameters, **MEMORY}
