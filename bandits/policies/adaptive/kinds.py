"""What every adaptive policy promises: it learns from rewards, and the chance of each arm is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import ClassVar

from bandits.policies.adaptive.exact import LIMIT
from bandits.policies.adaptive.propensities import Propensities
from bandits.policies.adaptive.state import ArmSums, Reward, State
from bandits.policies.arms import ArmName, ArmWeight, Choice, shares
from bandits.policies.errors import PolicyError
from bandits.policies.kinds import Policy
from bandits.policies.parameters import Parameter, Real, Text, Whole
from experiments.chance import Stream

Features = Sequence[float] | Mapping[ArmName, Sequence[float]]

COMMON: Mapping[str, Parameter] = {
    "floor": Real(0, 1),
    "control": Text(100),
    "control_share": Real(0, 1),
    "burn_in": Whole(0, 1_000_000),
    "cohort": Whole(1, 100_000),
}
BOUNDED: Mapping[str, Parameter] = {"low": Real(-LIMIT, LIMIT), "high": Real(-LIMIT, LIMIT)}


@dataclass(frozen=True)
class AdaptivePolicy(Policy):
    """A policy that learns. Everything it knows is in the ``State`` that is handed to it.

    Arms of weight 0 are closed and get nothing; other weights do not matter. floor: the least chance of every open
    arm (at most an even share). control, control_share: the least chance of one arm. burn_in: until an arm has this
    many rewards, it has its even share. cohort: rewards are folded this many at a time. explores_by_counts: it turns
    to arms that were seldom pulled; taught the pulls of another policy, it turns to what that one avoided.
    """

    family: ClassVar[str] = "adaptive"
    contextual: ClassVar[bool] = False
    order_free: ClassVar[bool] = True
    explores_by_counts: ClassVar[bool] = False
    parameters: ClassVar[Mapping[str, Parameter]] = COMMON

    floor: float = 0.0
    control: str = ""
    control_share: float = 0.0
    burn_in: int = 0
    cohort: int = 1

    @property
    def is_order_free(self) -> bool:
        """Whether any order and grouping of the same rewards gives the same state, byte for byte."""
        return self.order_free and self.cohort == 1

    def check(self, path: str) -> None:
        """A share of control needs a control."""
        if self.control_share and not self.control:
            raise PolicyError.wrong(f"{path}.control", "the name of an arm, as control_share is given", self.control)

    def start(self, arms: Sequence[ArmWeight]) -> State:
        """The state before any reward."""
        return self.with_arms(State(), arms)

    def with_arms(self, state: State, arms: Sequence[ArmWeight]) -> State:
        """The state when these arms are there from now on. Call it when arms are added, closed or opened again."""
        return replace(state, known=tuple(sorted(open_names(arms))))

    def check_reward(self, reward: Reward) -> None:
        """PolicyError unless the policy can learn from it. Ask before it is stored: folding refuses it too."""
        if not abs(reward.value) <= LIMIT:
            raise PolicyError.wrong("reward.value", f"a number from {-LIMIT:g} to {LIMIT:g}", reward.value)
        if not 0 < reward.propensity <= 1:
            raise PolicyError.wrong("reward.propensity", "above 0 and at most 1", reward.propensity)
        if not 0 <= reward.cost <= LIMIT:
            raise PolicyError.wrong("reward.cost", f"a number from 0 to {LIMIT:g}", reward.cost)

    def fold(self, state: State, rewards: Sequence[Reward]) -> State:
        """What is known after these rewards too. PolicyError, and nothing folded, if one cannot be used."""
        for reward in rewards:
            self.check_reward(reward)
        if self.cohort == 1 and not state.held:
            return self.learn(state, rewards) if rewards else state
        held = (*state.held, *rewards)
        whole = len(held) - len(held) % self.cohort
        return replace(self.learn(state, held[:whole]) if whole else state, held=held[whole:])

    def learn(self, state: State, rewards: Sequence[Reward]) -> State:
        """The sums with these rewards. Policies that know more than sums extend this."""
        values: dict[ArmName, list[float]] = {}
        costs: dict[ArmName, list[float]] = {}
        for reward in rewards:
            values.setdefault(reward.arm, []).append(reward.value)
            costs.setdefault(reward.arm, []).append(reward.cost)
        sums = {arm: state.of(arm).plus(given, costs[arm]) for arm, given in values.items()}
        arms = {**state.arms, **sums}
        return replace(state, folded=state.folded + len(rewards), arms=arms)

    def probabilities(self, state: State, arms: Sequence[ArmWeight], context: Features | None = None) -> Propensities:
        """The chance of every arm. The same state, arms and context give the same numbers, so keep them."""
        names = open_names(arms)
        grown = [name for name in names if len(names) == 1 or state.of(name).n >= self.burn_in]
        certain = Propensities(dict.fromkeys(grown, 1.0))
        ideal = self.ideal(state, grown, context) if len(grown) > 1 else certain
        lower = self._lower(names, grown)
        free = max(1 - sum(lower.values()), 0.0) if grown else 0.0
        whole = sum(lower.values()) + free
        chances = {name: (least + free * ideal.chances.get(name, 0.0)) / whole for name, least in lower.items()}
        return ideal.with_chances({arm.name: chances.get(arm.name, 0.0) for arm in arms})

    def probabilities_among(
        self, state: State, arms: Sequence[ArmWeight], among: int, context: Features | None = None
    ) -> Propensities:
        """The same for each of ``among`` decisions before any of their rewards is known.

        A policy that draws by chance draws all of them alike. One that names a single arm for certain divides them:
        see ``among.shares_among``.
        """
        return self.probabilities(state, arms, context)

    def ideal(self, state: State, names: Sequence[ArmName], context: Features | None) -> Propensities:
        """The method's own chances for two or more open arms, before floors and the like."""
        raise NotImplementedError

    def choose(
        self, state: State, arms: Sequence[ArmWeight], *, stream: Stream, context: Features | None = None
    ) -> Choice:
        """An arm, drawn from exactly ``probabilities``."""
        return self.probabilities(state, arms, context).draw(stream)

    def choose_many(self, state: State, arms: Sequence[ArmWeight], n: int, *, stream: Stream) -> list[Choice]:
        """``n`` arms for a bulk request, before any of their rewards is known."""
        table = self.probabilities(state, arms)
        return [table.draw(stream) for _ in range(n)]

    def _lower(self, names: Sequence[ArmName], grown: Sequence[ArmName]) -> dict[ArmName, float]:
        """The least chance of each open arm; what they leave free is the method's to give to the grown ones."""
        share = 1 / len(names)
        lower = dict.fromkeys(names, min(self.floor, share))
        if self.control in lower:
            others = sum(lower.values()) - lower[self.control]
            lower[self.control] = max(lower[self.control], min(self.control_share, 1 - others))
        return {name: least if name in grown else max(least, share) for name, least in lower.items()}


def open_names(arms: Sequence[ArmWeight]) -> list[ArmName]:
    """The arms of a weight above 0. PolicyError if there is none, or the weights are no weights."""
    return [arm.name for arm, share in zip(arms, shares(arms), strict=True) if share]


@dataclass(frozen=True)
class BoundedPolicy(AdaptivePolicy):
    """A policy for rewards from ``low`` to ``high``: its formulas are in units of that range."""

    parameters: ClassVar[Mapping[str, Parameter]] = {**COMMON, **BOUNDED}

    low: float = 0.0
    high: float = 1.0

    def check(self, path: str) -> None:
        super().check(path)
        if not (self.low < self.high and isfinite(self.high - self.low)):
            if self.high == BoundedPolicy.high:
                raise PolicyError.wrong(f"{path}.low", f"a number below high, {self.high:g}", self.low)
            raise PolicyError.wrong(f"{path}.high", f"a number above low, {self.low:g}", self.high)

    def check_reward(self, reward: Reward) -> None:
        super().check_reward(reward)
        if not self.low <= reward.value <= self.high:
            raise PolicyError.wrong("reward.value", f"a number from {self.low:g} to {self.high:g}", reward.value)

    def scaled(self, sums: ArmSums) -> tuple[float, float]:
        """How many rewards, and their mean as a part of the range, from 0 to 1 (0 while there is none)."""
        mean = (sums.mean - self.low) / (self.high - self.low) if sums.n > 0 else 0.0
        return sums.n, min(max(mean, 0.0), 1.0)

    def deviation(self, sums: ArmSums) -> float:
        """The variance of the rewards as a part of the squared range, from 0 to 1/4."""
        width = self.high - self.low
        return min(sums.spread / sums.n / width / width, 0.25) if sums.n > 0 else 0.0
