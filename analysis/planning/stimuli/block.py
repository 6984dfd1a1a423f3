"""A block: its pool, rule, model and end. Everything follows from the looks so far, so the record alone restores it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.planning.stimuli.learners import Estimates, Learner, Psychometric
from analysis.planning.stimuli.looks import Look, Next, Staircase
from analysis.planning.stimuli.rules import evenly, leading

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """How the next is chosen. random: share drawn evenly. least: times each is shown first. about: one parameter."""

    by: str = "information"
    random: float = 0.0
    least: int = 0
    about: str = ""
    staircase: Staircase = field(default_factory=Staircase)


@dataclass(frozen=True, slots=True)
class End:
    """When a block is over. sd: of the parameter `about`; entropy: of the belief; reversals: of a staircase."""

    trials: int
    at_least: int = 0
    about: str = ""
    sd: float | None = None
    entropy: float | None = None
    reversals: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Stimuli that share one belief. places: in the pool. name: empty where there is but one task."""

    name: str
    places: tuple[int, ...]
    learner: Learner | None


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """costs: of a trial with each stimulus, (n,), above 0. levels: rank of each from the hardest, for staircases.

    level_values: the attribute's value at each rank.
    """

    costs: Array
    levels: NDArray[np.int64]
    level_values: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Block:
    """run: so many trials in a row of one task, chosen together by what they teach per unit cost; 0: trial by trial."""

    pool: Pool
    tasks: tuple[Task, ...]
    rule: Rule
    end: End
    run: int = 0

    @property
    def n(self) -> int:
        """Stimuli in the pool."""
        return len(self.pool.costs)

    def beliefs(self, looks: Sequence[Look]) -> tuple[Task, ...]:
        """Each task after what was answered."""
        return _beliefs(self, tuple(looks))

    def chances(self, looks: Sequence[Look]) -> tuple[Array, Array | None]:
        """(chance of each stimulus to be the next, information of each in nats or None without a model), (n,)."""
        beliefs = self.beliefs(looks)
        information = self._information(beliefs)
        return _CHOOSING[self.rule.by](self, looks, beliefs, information), information

    def draw(self, looks: Sequence[Look], uniform: float) -> Next:
        """The next stimulus. uniform: a number in [0, 1) that settles chance."""
        chances, information = self.chances(looks)
        place = min(int(np.searchsorted(np.cumsum(chances), uniform, side="right")), self.n - 1)
        while chances[place] <= 0:  # rounding at the very end of the sum
            place -= 1
        return Next(place, min(float(chances[place]), 1.0), None if information is None else float(information[place]))

    def over(self, looks: Sequence[Look]) -> str:
        """Why the block is over after these looks: trials, sd, entropy or reversals. Empty while it goes on."""
        if len(looks) >= self.end.trials:
            return "trials"
        if len(looks) < self.end.at_least:
            return ""
        return self._known_enough(looks)

    def _known_enough(self, looks: Sequence[Look]) -> str:
        end = self.end
        if end.reversals is not None and len(self.reversals(looks)) >= end.reversals:
            return "reversals"
        learners = [task.learner for task in self.beliefs(looks) if task.learner is not None]
        if not learners:
            return ""
        if end.sd is not None and all(learner.estimates()[end.about][1] <= end.sd for learner in learners):
            return "sd"
        if end.entropy is not None and sum(learner.entropy() for learner in learners) <= end.entropy:
            return "entropy"
        return ""

    def estimates(self, looks: Sequence[Look]) -> dict[str, tuple[float, float]]:
        """{parameter: (mean, sd)}, of several tasks with the task's name and a dot before it."""
        found: dict[str, tuple[float, float]] = {}
        for task in self.beliefs(looks):
            own: Estimates = task.learner.estimates() if task.learner else {}
            found |= {f"{task.name}.{name}" if task.name else name: value for name, value in own.items()}
        return found

    def entropy(self, looks: Sequence[Look]) -> float | None:
        """Of what is believed of all tasks, in nats."""
        learners = [task.learner for task in self.beliefs(looks) if task.learner is not None]
        return sum(learner.entropy() for learner in learners) if learners else None

    def reversals(self, looks: Sequence[Look]) -> tuple[float, ...]:
        """Values of the attribute at which a staircase turned round."""
        if self.rule.by != "staircase":
            return ()
        values = self.pool.level_values
        turned = self.rule.staircase.reversals(len(values), [look.outcome for look in looks])
        return tuple(values[level] for level in turned)

    def _information(self, beliefs: Sequence[Task]) -> Array | None:
        if any(task.learner is None for task in beliefs):
            return None
        found = np.zeros(self.n)
        for task in beliefs:
            assert task.learner is not None  # noqa: S101 (asked above)
            found[list(task.places)] = task.learner.information(self.rule.about)
        return found

    def _by_information(self, looks: Sequence[Look], beliefs: Sequence[Task], information: Array | None) -> Array:
        shown = np.bincount(np.array([look.place for look in looks], int), minlength=self.n)
        if (shown < self.rule.least).any():
            return evenly(shown < self.rule.least)
        assert information is not None  # noqa: S101 (a model is required of this rule)
        value = information / self.pool.costs
        allowed = self._tasks_now(looks, beliefs)
        chances = np.zeros(self.n)
        for places in allowed:
            chances[places] += leading(value[places], random=self.rule.random) / len(allowed)
        return chances

    def _tasks_now(self, looks: Sequence[Look], beliefs: Sequence[Task]) -> list[list[int]]:
        """The places that the next may come from: all, or those of the task whose run it is; equal ones are drawn."""
        if not self.run or len(beliefs) < 2:
            return [list(range(self.n))]
        if len(looks) % self.run:
            last = looks[-1].place
            return [list(task.places) for task in beliefs if last in task.places]
        left = min(self.run, self.end.trials - len(looks))
        best = leading(np.array([self._rate(task, left) for task in beliefs]))
        return [list(task.places) for task, chance in zip(beliefs, best, strict=True) if chance > 0]

    def _rate(self, task: Task, size: int) -> float:
        """What the next run of that task teaches per unit of its cost."""
        assert isinstance(task.learner, Psychometric)  # noqa: S101 (runs are of psychometric models)
        return task.learner.block(size, self.pool.costs[list(task.places)])

    def _by_chance(self, looks: Sequence[Look], beliefs: Sequence[Task], information: Array | None) -> Array:
        return np.full(self.n, 1 / self.n)

    def _in_turn(self, looks: Sequence[Look], beliefs: Sequence[Task], information: Array | None) -> Array:
        return evenly(np.arange(self.n) == len(looks) % self.n)

    def _by_staircase(self, looks: Sequence[Look], beliefs: Sequence[Task], information: Array | None) -> Array:
        at = self.rule.staircase.level(len(self.pool.level_values), [look.outcome for look in looks])
        return evenly(self.pool.levels == at)


_CHOOSING = {
    "information": Block._by_information,
    "random": Block._by_chance,
    "fixed": Block._in_turn,
    "staircase": Block._by_staircase,
}


@lru_cache(maxsize=8)  # a turn asks some five times: whether it is over, what comes next, the estimates, the entropy
def _beliefs(block: Block, looks: tuple[Look, ...]) -> tuple[Task, ...]:
    return tuple(_believed(task, looks) for task in block.tasks)


def _believed(task: Task, looks: Sequence[Look]) -> Task:
    learner = task.learner
    if learner is None:
        return task
    own = {place: number for number, place in enumerate(task.places)}
    for look in looks:
        if look.outcome is not None and look.place in own:
            learner = learner.learned(own[look.place], look.outcome)
    return Task(task.name, task.places, learner)
