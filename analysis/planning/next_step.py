"""Under way: go on or stop, what one more batch is worth, and to whom it should go."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from analysis.planning.information.arms import Arms, BetaArms, NormalArms
from analysis.planning.information.best_arm import TARGETS, chances_best, information
from analysis.planning.information.choosing import next_block, value_of_batch
from analysis.planning.stopping.predicting import Seen, success_of_means
from analysis.planning.stopping.rules import Batch, Rule, Verdict, decide
from analysis.statistics.words import NoAnswer


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one arm's units so far: how many, their mean, their standard deviation."""

    name: str
    n: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Ask:
    """size: of the next batch. cost: of one person. left: money there is. planned: people with a value at the end.

    target: what is to be learnt, a key of ``TARGETS``. down: less is better. yes_no: the measure.
    """

    size: int = 20
    cost: float = 0.0
    left: float = inf
    planned: int = 0
    target: str = "best_arm"
    control: int = 0
    down: bool = False
    yes_no: bool = False
    level: float = 0.05

    def __post_init__(self) -> None:
        if not 1 <= self.size <= 500:
            raise ValueError(f"size must be from 1 to 500 people of the next batch, not {self.size}.")
        if self.target not in TARGETS:
            raise ValueError(f"target must be one of {', '.join(TARGETS)}, not {self.target!r}.")
        if not min(self.cost, self.left) >= 0:
            raise ValueError(f"cost and left must be at least 0, not {self.cost} and {self.left}.")


@dataclass(frozen=True, slots=True)
class NextStep:
    """By arm: the chance to be best, nats that one look teaches, and places of the next batch: none after "stop"."""

    verdict: Verdict
    names: tuple[str, ...]
    chances: tuple[float, ...]
    gains: tuple[float, ...]
    places: tuple[int, ...]
    success: float | None
    worth: float

    def as_json(self) -> dict[str, object]:
        """For the API."""
        rows = zip(self.names, self.chances, self.gains, self.places, strict=True)
        return {
            "reason": self.verdict.reason,
            "goes_on": self.verdict.goes_on,
            "sentence": self.verdict.sentence,
            "success": self.success,
            "worth_of_batch": self.worth,
            "methods": ["information-gain", "predictive-probability"],
            "arms": [
                {"arm": name, "chance_best": chance, "information": gain, "places": places}
                for name, chance, gain, places in rows
            ],
        }


def next_step(sums: tuple[Sums, ...], ask: Ask, rule: Rule) -> NextStep:
    """NoAnswer with fewer than two arms, or before every arm has two units (yes or no: none is needed).

    Less is better: the arms are turned round, so that the best one is again the largest.
    """
    if len(sums) < 2:
        raise NoAnswer("There is one arm: nothing is left to choose.")
    arms = _arms(sums, ask)
    success = _success(sums, ask)
    places = next_block(arms, ask.size, ask.target, control=ask.control)
    batch = Batch(list(places), ask.size * ask.cost, ask.left, success, tuple(one.name for one in sums))
    verdict = decide(arms, batch, rule)
    return NextStep(
        verdict,
        tuple(one.name for one in sums),
        tuple(chances_best(arms).tolist()),
        tuple(information(arms, ask.target, control=ask.control).tolist()),
        places if verdict.goes_on else (0,) * len(sums),
        success,
        value_of_batch(arms, list(places)),
    )


def _arms(sums: tuple[Sums, ...], ask: Ask) -> Arms:
    if ask.yes_no:
        pairs = [(0.5 + one.n * one.mean, 0.5 + one.n * (1 - one.mean)) for one in sums]
        return BetaArms.of(*((b, a) if ask.down else (a, b) for a, b in pairs))
    if any(one.n < 2 for one in sums):
        few = ", ".join(f"“{one.name}”" for one in sums if one.n < 2)
        raise NoAnswer(f"Two people with a value are needed in every arm first; too few: {few}.")
    freedom = sum(one.n - 1 for one in sums)
    pooled = sqrt(sum((one.n - 1) * one.sd**2 for one in sums) / freedom)
    if pooled == 0:
        raise NoAnswer("All values of each arm are the same, so nothing says how much more people would vary.")
    noise = np.array([sqrt((one.n * one.sd**2 + pooled**2) / (one.n + 1)) for one in sums])
    mean = np.array([-one.mean if ask.down else one.mean for one in sums])
    return NormalArms(mean, noise / np.sqrt([one.n for one in sums]), noise)


def _success(sums: tuple[Sums, ...], ask: Ask) -> float | None:
    """P(the leading arm is shown to be better than the control at the planned end); None without a plan."""
    total = sum(one.n for one in sums)
    if not ask.planned or total < 4 or min(one.n for one in sums) < 2:
        return None
    sign, control = (-1.0 if ask.down else 1.0), sums[ask.control]
    others = [one for place, one in enumerate(sums) if place != ask.control]
    lead = max(others, key=lambda one: sign * one.mean)
    error = sqrt(lead.sd**2 / lead.n + control.sd**2 / control.n)
    if not error:
        return None
    share = min(total / max(ask.planned, total), 1.0)
    level = ask.level / (len(sums) - 1)
    return success_of_means(Seen(sign * (lead.mean - control.mean), error, share), level=level)
