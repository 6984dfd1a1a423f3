"""Thompson sampling that keeps the runner-up in the race: to find the best arm rather than to earn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.statistics.bayes.next_units import top_two as shares_of_top_two
from bandits.policies.adaptive.kinds import Features
from bandits.policies.adaptive.propensities import Propensities, normalised
from bandits.policies.adaptive.state import State
from bandits.policies.adaptive.thompson_bernoulli import ThompsonBernoulli
from bandits.policies.arms import ArmName
from bandits.policies.parameters import Parameter, Real


@dataclass(frozen=True)
class TopTwoThompson(ThompsonBernoulli):
    """With chance beta the sampled best arm, else the best of a sample in which another one is best: Russo (2020).

    In closed form from the chances to be best p: p_k (beta + (1 - beta) sum over j != k of p_j / (1 - p_j)).
    """

    name: ClassVar[str] = "top_two_thompson"
    example: ClassVar[Mapping[str, object]] = {"policy": "top_two_thompson", "beta": 0.5}
    parameters: ClassVar[Mapping[str, Parameter]] = {**ThompsonBernoulli.parameters, "beta": Real(0, 1)}

    beta: float = 0.5

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        plain = super().ideal(state, names, context)
        return plain.with_chances(top_two(plain.chances, self.beta))


def top_two(best: Mapping[ArmName, float], beta: float) -> dict[ArmName, float]:
    """The chances of the rule, from the chances to be best.

    >>> {name: round(chance, 6) for name, chance in top_two({"a": 0.35, "b": 0.62, "c": 0.03}, 0.5).items()}
    {'a': 0.465939, 'b': 0.486511, 'c': 0.047551}

    If one arm is best for certain as far as floats go, the second draw is even among the others.
    """
    names = list(best)
    return normalised(names, shares_of_top_two([best[name] for name in names], beta=beta))
