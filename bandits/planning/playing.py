"""A study whose allocation learns, from beginning to end: the policy's own tables, batch by batch.

Units of a batch come before any of them has answered, as a crowd does. What is declared at the end is what the page of
results would say, by the same door: from the stored chances, valid at every look. The plain means stand beside it, to
show what they would have said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.planning.simulating.assumed import Assumed, Rng
from analysis.planning.simulating.fixed import marked
from analysis.planning.simulating.outcomes import Outcomes
from analysis.planning.simulating.study import Study
from analysis.statistics.adaptive.answering import judged
from analysis.statistics.adaptive.log import Log
from analysis.statistics.adaptive.weighted import arm_mean
from analysis.statistics.words import NoAnswer
from bandits.policies.adaptive import AdaptivePolicy, Reward
from bandits.policies.adaptive.propensities import NO_CHANCE
from bandits.policies.arms import ArmWeight

Array = NDArray[np.float64]


def _same(values: Array) -> Array:
    return values


@dataclass(frozen=True)
class Learner:
    """reward: from values of the measure to what the policy is taught. batch: units that come together."""

    policy: AdaptivePolicy
    batch: int = 20
    reward: Callable[[Array], Array] = _same

    def __post_init__(self) -> None:
        if self.policy.contextual:
            raise ValueError(
                f"{self.policy.name} looks at features of each unit, and simulated units have none: try it with "
                "`manage.py simulate_bandit --contexts`."
            )
        if self.batch < 1:
            raise ValueError(f"batch must be at least 1, not {self.batch}.")


def play(assumed: Assumed, study: Study, learner: Learner, *, runs: int, rng: Rng) -> Outcomes:
    """So many studies. ValueError if the study is one that everybody sees every arm of."""
    if assumed.within:
        raise ValueError("Everybody sees every arm there: no policy allocates anything.")
    if study.watch.is_watched:
        raise ValueError("A study that learns is judged once, at its end: what it declares then keeps its level.")
    total = Outcomes()
    for _ in range(runs):
        record, given = _recorded(assumed, study, learner, rng)
        total += _judged(assumed, study, record, given)
    return total


def chosen(assumed: Assumed, study: Study, learner: Learner, *, runs: int, rng: Rng) -> NDArray[np.bool_]:
    """Of so many studies whether the best estimate was a best arm's. Nothing else is judged: that saves time."""
    found = (_recorded(assumed, study, learner, rng)[0].log() for _ in range(runs))
    return np.array([_best(assumed, log) in assumed.best for log in found])


def _recorded(assumed: Assumed, study: Study, learner: Learner, rng: Rng) -> tuple[Record, Array]:
    """All its decisions, and people by arm."""
    arms = [ArmWeight(name, share) for name, share in zip(assumed.arms, study.shares, strict=True)]
    state, record, left = learner.policy.start(arms), Record(_ends(assumed)), study.people
    given = np.zeros(assumed.k)
    while left > 0:
        size = min(learner.batch, left)
        table = learner.policy.probabilities_among(state, arms, size)
        chances = np.array([table.chances[name] for name in assumed.arms])
        dealt = rng.multinomial(rng.binomial(size, min(table.inside, 1.0)), chances / chances.sum())
        values = [assumed.draw(arm, (int(n),), rng) for arm, n in enumerate(dealt)]
        values = [each[rng.random(len(each)) >= assumed.drop_out] for each in values]
        record.add(values, chances * table.inside, rng)
        state = learner.policy.fold(state, _rewards(assumed, learner, values, chances))
        given += dealt
        left -= size
    return record, given


def _ends(assumed: Assumed) -> tuple[float, float]:
    return (0.0, 1.0) if assumed.kind == "yes_no" else (assumed.low, assumed.high)


def _rewards(assumed: Assumed, learner: Learner, values: list[Array], chances: Array) -> list[Reward]:
    return [
        Reward(assumed.arms[arm], float(value), max(float(chances[arm]), NO_CHANCE))
        for arm, each in enumerate(values)
        for value in learner.reward(each)
    ]


@dataclass
class Record:
    """Decisions whose units gave a value, in order, with the chances of all arms. ends: declared, of the values.

    Who drops out is not there: dropping out is taken to depend on neither arm nor value.
    """

    ends: tuple[float, float]
    arms: list[NDArray[np.intp]] = field(default_factory=list)
    values: list[Array] = field(default_factory=list)
    chances: list[Array] = field(default_factory=list)

    def add(self, values: list[Array], chances: Array, rng: Rng) -> None:
        """A batch: its values by arm, and the chance of each arm."""
        arms = np.repeat(np.arange(len(values)), [len(each) for each in values])
        order = rng.permutation(len(arms))
        self.arms.append(arms[order])
        self.values.append(np.concatenate(values)[order])
        self.chances.append(np.tile(chances, (len(arms), 1)))

    def log(self) -> Log:
        """All of it."""
        parts = (self.arms, self.values, self.chances)
        return Log.of(*(np.concatenate(each) for each in parts))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What results would say of an arm against the control; nothing where they say nothing."""

    gap: float = 0.0
    declared: bool = False
    covers: bool = True
    naive_gap: float = 0.0
    naive: bool = False


def _verdict(record: Record, log: Log, arms: tuple[int, int], truth: float, level: float) -> Verdict:
    try:
        said = judged(log, arms, truth, ends=record.ends, level=level)
    except NoAnswer:
        return Verdict()
    if said.plain is None:
        return Verdict(said.value, said.declared, said.covers)
    return Verdict(said.value, said.declared, said.covers, said.plain.value, not said.plain.holds(0.0))


def _judged(assumed: Assumed, study: Study, record: Record, given: Array) -> Outcomes:
    marked_arm, control, log = marked(assumed), assumed.control, record.log()
    level = study.own_level
    verdicts = {
        arm: _verdict(record, log, (control, arm), assumed.effects[arm], level)
        for arm in range(assumed.k)
        if arm != control
    }
    one, truth = verdicts[marked_arm], assumed.effects[marked_arm]
    wrong = any(
        said.declared and truly and np.sign(said.gap) != np.sign(truly)
        for said, truly in ((verdicts[arm], assumed.effects[arm]) for arm in verdicts)
    )
    people, cost = float(given.sum()), study.fixed_cost + float(given @ np.array(study.costs))
    return Outcomes(
        runs=1.0,
        found=float(any(each.declared for each in verdicts.values())),
        right=float(bool(truth) and one.declared and np.sign(one.gap) == np.sign(truth)),
        wrong=float(wrong),
        chosen=float(_best(assumed, log) in assumed.best),
        covered=float(one.covers),
        naive=float(any(each.naive for each in verdicts.values())),
        people=people,
        people2=people**2,
        cost=cost,
        cost2=cost**2,
        error2=(one.gap - truth) ** 2,
        plain=one.naive_gap - truth,
        plain2=(one.naive_gap - truth) ** 2,
    )


def _best(assumed: Assumed, log: Log) -> int:
    return int(np.array([_goodness(assumed, log, arm) for arm in range(assumed.k)]).argmax())


def _goodness(assumed: Assumed, log: Log, arm: int) -> float:
    """Its mean, weighted by its chances, so that more is better; the plain one where its values do not vary."""
    if not log.pulls(arm):
        return -inf
    try:
        return assumed.sign * arm_mean(log, arm, weights="constant").value
    except NoAnswer:
        return assumed.sign * float(log.rewards[log.was(arm)].mean())


def root_error(outcomes: Outcomes, name: str) -> float:
    """The root mean squared error of the last arm's difference: error2, or plain2 for the naive means."""
    return sqrt(getattr(outcomes, name) / outcomes.runs) if outcomes.runs else 0.0
