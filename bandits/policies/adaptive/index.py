"""Index policies: the arm with the highest index, for certain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import ClassVar

from bandits.policies.adaptive.among import shares_among
from bandits.policies.adaptive.kinds import Features, open_names
from bandits.policies.adaptive.memory import BoundedSumsPolicy
from bandits.policies.adaptive.propensities import Propensities, best_of, even
from bandits.policies.adaptive.state import ArmSums, State
from bandits.policies.arms import ArmName, ArmWeight, Choice
from bandits.policies.parameters import Parameter
from experiments.chance import Stream


@dataclass(frozen=True)
class IndexPolicy(BoundedSumsPolicy):
    """The arm with the highest index; several share evenly. An arm without a reward has an infinite one."""

    parameters: ClassVar[Mapping[str, Parameter]] = BoundedSumsPolicy.parameters
    explores_by_counts: ClassVar[bool] = True

    def index(self, sums: ArmSums, *, t: float, k: int) -> float:
        """The index of an arm with one reward or more, when ``k`` arms have ``t`` together."""
        raise NotImplementedError

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        return self._best([state.of(name) for name in names], names)

    def probabilities_among(
        self, state: State, arms: Sequence[ArmWeight], among: int, context: Features | None = None
    ) -> Propensities:
        if among <= 1:
            return self.probabilities(state, arms, context)
        return shares_among(self, state, arms, among, unseen=self.low)

    def _best(self, held: Sequence[ArmSums], names: Sequence[ArmName]) -> Propensities:
        t = sum(sums.n for sums in held)
        scores = [self.index(sums, t=t, k=len(held)) if sums.n > 0 else inf for sums in held]
        return even(best_of(names, scores), names)

    def choose_many(self, state: State, arms: Sequence[ArmWeight], n: int, *, stream: Stream) -> list[Choice]:
        """A pull that is under way counts as one of average reward, so that a bulk request does not go to one arm.

        Under a floor or a burn-in the arms are drawn from the mixture with those indices.
        """
        names = open_names(arms)
        if len(names) == 1 or self.discount < 1:
            return super().choose_many(state, arms, n, stream=stream)
        pending = dict(state.arms)
        chosen: list[Choice] = []
        for _ in range(n):
            choice = self.choose(State(arms=pending), arms, stream=stream)
            chosen.append(choice)
            if choice.arm is not None:
                pending[choice.arm] = _as_if(pending.get(choice.arm, ArmSums()), self.low)
        return chosen


def _as_if(sums: ArmSums, unseen: float) -> ArmSums:
    """With one more reward, as high as the mean of those before; an unseen arm's counts as the lowest."""
    mean = sums.mean if sums.n > 0 else unseen
    return ArmSums(sums.n + 1, float(sums.total) + mean, float(sums.squares) + mean * mean, sums.cost)
