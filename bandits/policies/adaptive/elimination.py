"""Finding the best arm with a fixed number of pulls: arms are dropped in rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bandits.policies.adaptive.among import shares_among
from bandits.policies.adaptive.kinds import AdaptivePolicy, Features
from bandits.policies.adaptive.propensities import Propensities, even
from bandits.policies.adaptive.state import Reward, State
from bandits.policies.arms import ArmName, ArmWeight
from bandits.policies.parameters import Parameter, Whole
from experiments.chance import Stream


@dataclass(frozen=True)
class Elimination(AdaptivePolicy):
    """Rounds of equal pulls; after each the worst arms are dropped. When one is left it gets everything.

    horizon: the pulls that the rounds are planned for. Equal means are ranked by chance, the same for everybody. An
    arm that is added takes part in the current round until it has as many rewards as the others need; one that is
    closed no longer holds a round up (``with_arms``).
    """

    order_free: ClassVar[bool] = False
    explores_by_counts: ClassVar[bool] = True
    parameters: ClassVar[Mapping[str, Parameter]] = {**AdaptivePolicy.parameters, "horizon": Whole(1, 10**12)}

    horizon: int = 1_000

    def rounds(self, k: int) -> list[tuple[int, int]]:
        """For k arms: after how many pulls of each arm a round ends, and how many arms stay."""
        raise NotImplementedError

    def learn(self, state: State, rewards: Sequence[Reward]) -> State:
        for reward in rewards:
            state = self._ended(super().learn(state, [reward]))
        return state

    def _ended(self, state: State) -> State:
        """The state with the round's losers dropped, if the round is over."""
        alive = [name for name in state.known if name not in state.dropped]
        plan = self.rounds(len(state.known)) if len(alive) > 1 else []
        for quota, stay in plan:
            if stay >= len(alive):
                continue
            if any(state.of(name).n < quota for name in alive):
                break
            ranked = sorted(Stream(0, "elimination", *alive).shuffle(alive), key=lambda name: -state.of(name).mean)
            return replace(state, dropped=tuple(sorted({*state.dropped, *ranked[stay:]})))
        return state

    def probabilities_among(
        self, state: State, arms: Sequence[ArmWeight], among: int, context: Features | None = None
    ) -> Propensities:
        if among <= 1:
            return self.probabilities(state, arms, context)
        return shares_among(self, state, arms, among)

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        alive = [name for name in names if name not in state.dropped] or list(names)
        fewest = min(state.of(name).n for name in alive)
        return even([name for name in alive if state.of(name).n == fewest], names)
