"""The plan and its simulation, for every door. Needs numpy: import it when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

import numpy as np

from analysis.planning.plan import plan
from analysis.planning.planned import Planned
from analysis.planning.simulating.assumed import Array
from analysis.planning.wanted import Facts, Wanted
from analysis.statistics.words import NoAnswer
from bandits.learning import Learning
from bandits.planning.playing import Learner
from bandits.planning.reporting import Report, play
from machina_site.planning.reading import Known

MOST_RUNS = 2_000
SECONDS_OF_WORK = 60_000  # people simulated in about a second, where a policy learns
JUDGED = 300  # people simulated while one arm is judged at the end
FAST_WORK = 1_000_000  # people in a second where shares are fixed


def wanted_of(known: Known, given: Mapping[str, object]) -> Wanted:
    """What is suggested, with what was typed in its place; empty texts leave what was suggested. ValueError by name."""
    typed = {name: value for name, value in given.items() if value not in ("", None)}
    return Wanted.read({**asdict(known.wanted), **typed})


def planned_of(known: Known, wanted: Wanted) -> Planned:
    """NoAnswer with a sentence where there is nothing to plan."""
    if known.missing:
        raise NoAnswer(known.missing)
    return plan(known.facts, wanted)


def learner_of(known: Known, wanted: Wanted) -> Learner | None:
    """Who allocates in the simulation. ValueError for a policy that looks at features."""
    if known.learning is None:
        return None
    return Learner(known.learning.policy, wanted.batch, _Rewards(known.learning, known.facts))


class _Rewards:
    """From values of the measure to what the policy is taught: a line through the goal's two ends."""

    def __init__(self, learning: Learning, facts: Facts) -> None:
        goal, measure = learning.goal, facts.measure
        self._line = (1.0, 0.0)
        if goal.mix is not None:
            if goal.parts != (measure,):
                raise ValueError(
                    f"The policy learns from {', '.join(goal.parts)} together, and only “{measure}” is planned: "
                    "simulate it with `manage.py simulate_bandit`."
                )
            low, high = facts.low, facts.high
            first, last = (goal.mean({measure: end}).value for end in (low, high))
            slope = (last - first) / (high - low)
            self._line = (slope, first - slope * low)

    def __call__(self, values: Array) -> Array:
        slope, start = self._line
        return np.asarray(slope * values + start)


def runs_at_once(known: Known, planned: Planned) -> int:
    """Runs that a page has time for."""
    people = max(planned.bill.people, 1)
    if known.learning is None:
        runs = FAST_WORK // (2 * people)
    else:
        runs = SECONDS_OF_WORK // (2 * (people + JUDGED * (len(planned.facts.arms) - 1)))
    return int(min(max(runs, 4), MOST_RUNS // 4))


def played(known: Known, planned: Planned, *, runs: int, seed: int, piece: int = 0) -> Report:
    """A piece of the report. ValueError, with a sentence, for what cannot be played."""
    learner = learner_of(known, planned.wanted)
    if learner is not None and planned.wanted.watch != "once":
        planned = replace(planned, wanted=replace(planned.wanted, watch="once"))
    return play(planned, learner, runs=runs, seed=seed, piece=piece)
