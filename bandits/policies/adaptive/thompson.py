"""What the three forms of Thompson sampling share: each arm's chance is its chance to be the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.statistics.bayes.best import among_twins
from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.memory import SumsPolicy
from bandits.policies.adaptive.propensities import QUADRATURE, Propensities, even
from bandits.policies.adaptive.state import ArmSums, State
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter

Posterior = tuple[float, ...]


@dataclass(frozen=True)
class Thompson(SumsPolicy):
    """Arms by their chance to be the best under the posterior, integrated once per state, not sampled per unit."""

    parameters: ClassVar[Mapping[str, Parameter]] = SumsPolicy.parameters

    def posterior(self, sums: ArmSums, pooled: float) -> Posterior | None:
        """The arm's posterior; None if it needs more rewards first. pooled: the arms' common variance."""
        raise NotImplementedError

    def best(self, posteriors: Sequence[Posterior]) -> tuple[list[float], float]:
        """Each posterior's chance to be the largest, and the error."""
        raise NotImplementedError

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        held = [state.of(name) for name in names]
        pooled = pooled_variance(held)
        posteriors = [self.posterior(sums, pooled) for sums in held]
        early = [name for name, one in zip(names, posteriors, strict=True) if one is None]
        if early:
            return even(early, names)
        known = [one for one in posteriors if one is not None]
        if len(set(known)) == 1:
            return even(names, names)
        chances, error = self.best(known)
        return Propensities(dict(zip(names, among_twins(known, chances), strict=True)), QUADRATURE, error)


def pooled_variance(held: Sequence[ArmSums]) -> float:
    """The arms' common variance; 0 while no arm has two rewards."""
    freedom = sum(sums.n - 1 for sums in held if sums.n > 1)
    return sum(sums.spread for sums in held) / freedom if freedom > 0 else 0.0
