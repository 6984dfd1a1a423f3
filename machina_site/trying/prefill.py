"""What an experiment suggests for its simulated world."""

from __future__ import annotations

from dataclasses import dataclass

from bandits.learning import Learning, learns
from bandits.models import PolicyState
from bandits.policies import PolicyError
from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.adaptive.linear import ContextualPolicy
from bandits.services.states import state_in
from experiments.blueprint import Blueprint, MeasureSpec
from experiments.models import Experiment
from experiments.services.snapshot import definition_of

MOST_ARMS = 20
FEW = 500
USUAL = 2_000
MOST_VISITORS = 20_000
BASE_RATE, LIFT = 0.1, 1.2


@dataclass(frozen=True)
class Suggested:
    """arms: their names. is_learnt: whether the means are what was learnt so far, and not a guess.

    own: the experiment's own adaptive policy; None if it has another kind, or one that cannot be read.
    """

    arms: tuple[str, ...]
    means: tuple[float, ...]
    is_learnt: bool
    rewards: str
    deviation: float
    visitors: int
    measure: str
    own: AdaptivePolicy | None

    @property
    def dimension(self) -> int:
        """How many features the own policy looks at; 0: none."""
        return self.own.dimension if isinstance(self.own, ContextualPolicy) else 0


def suggested_by(experiment: Experiment) -> Suggested:
    """From its arms, its primary measure, its policy, and what was learnt, if anything was."""
    blueprint = Blueprint.parse(definition_of(experiment))
    arms = tuple(arm.name for arm in blueprint.arms.values() if arm.is_enabled)[:MOST_ARMS]
    primary = [measure for measure in blueprint.measures.values() if measure.role == "primary"]
    measure = primary[0] if primary and primary[0].kind in ("number", "boolean") else None
    rewards, guess, deviation = _range(measure, len(arms))
    learnt = _learnt(experiment, arms)
    return Suggested(
        arms=arms,
        means=learnt or guess,
        is_learnt=bool(learnt),
        rewards=rewards,
        deviation=deviation,
        visitors=min(max(experiment.target or USUAL, FEW), MOST_VISITORS),
        measure=measure.name if measure else "",
        own=_own(blueprint),
    )


def _range(measure: MeasureSpec | None, arms: int) -> tuple[str, tuple[float, ...], float]:
    """The kind of rewards, means of which the last is a fifth better, and their deviation."""
    if measure is None or measure.kind == "boolean":
        return "bernoulli", (BASE_RATE,) * (arms - 1) + (round(BASE_RATE * LIFT, 6),), 0.5
    low, high = measure.low or 0.0, measure.high if measure.high is not None else (measure.low or 0.0) + 1
    middle, width = (low + high) / 2, high - low
    return "gaussian", (middle,) * (arms - 1) + (round(middle + width / 20, 6),), round(width / 6, 6)


def _learnt(experiment: Experiment, arms: tuple[str, ...]) -> tuple[float, ...]:
    """The mean rewards so far; empty unless every arm has ten."""
    row = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    sums = [state_in(row).of(arm) for arm in arms] if row else []
    return tuple(round(one.mean, 6) for one in sums) if sums and all(one.n >= 10 for one in sums) else ()


def _own(blueprint: Blueprint) -> AdaptivePolicy | None:
    try:
        return Learning.of(blueprint).policy if learns(blueprint.allocation) else None
    except PolicyError:
        return None
