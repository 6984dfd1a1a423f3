"""Go on or stop: success, futility, no more worth its cost, no more money. One sentence with its figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.planning.information.arms import Arms, BetaArms
from analysis.planning.information.best_arm import chances_best, grid
from analysis.planning.information.choosing import value_of_batch


@dataclass(frozen=True, slots=True)
class Rule:
    """success: stop once an arm is best with more than this chance, and losing by it at most ``loss`` is expected.

    futile: stop once the predictive probability of success is below this. horizon: units that will live with the
    choice; value: what one unit of the measure is worth in money; both 0: value is not looked at.
    """

    success: float = 0.95
    loss: float = np.inf
    futile: float = 0.05
    horizon: float = 0.0
    value: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.success <= 1 and 0 <= self.futile < 1 and min(self.loss, self.horizon, self.value) >= 0):
            raise ValueError(f"success in (0, 1], futile in [0, 1), loss, horizon and value at least 0, not {self}.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """goes_on, or the reason to stop: success, futile, value, money. batch_value: of one more batch, in money."""

    reason: str
    sentence: str
    chance_best: float
    batch_value: float | None = None

    @property
    def goes_on(self) -> bool:
        """Whether to go on."""
        return self.reason == "go on"


@dataclass(frozen=True, slots=True)
class Batch:
    """The next one: looks at each arm, and what it costs. left: money there is. success: predictive, if it is asked.

    names: of the arms.
    """

    looks: ArrayLike
    cost: float
    left: float = np.inf
    success: float | None = None
    names: tuple[str, ...] = ()


def decide(arms: Arms, batch: Batch, rule: Rule) -> Verdict:
    """Success first, then money, futility and value."""
    chances = chances_best(arms)
    best = int(chances.argmax())
    chance, loss = float(chances[best]), expected_loss(arms, best)
    worth = value_of_batch(arms, batch.looks) * rule.horizon * rule.value if rule.horizon and rule.value else None
    if chance >= rule.success and loss <= rule.loss:
        words = (
            f"Stop: {_name(batch, best)} is best with a chance of {chance_in_words(chance)}; choosing it costs "
            f"{_loss(loss)} of the measure on average, since it might not be. That is a belief from these data alone: "
            "whether the difference is shown, the page of results says."
        )
        return Verdict("success", words, chance, worth)
    if batch.cost > batch.left:
        words = f"Stop: one more batch costs {batch.cost:,.2f} and {batch.left:,.2f} is left."
        return Verdict("money", words, chance, worth)
    if batch.success is not None and batch.success < rule.futile:
        words = f"Stop: success at the planned end has a chance of only {chance_in_words(batch.success)}."
        return Verdict("futile", words, chance, worth)
    if worth is not None and worth < batch.cost:
        words = f"Stop: one more batch is worth {worth:,.2f} to those who come later and costs {batch.cost:,.2f}."
        return Verdict("value", words, chance, worth)
    also = "" if worth is None else f" One more batch is worth {worth:,.2f} and costs {batch.cost:,.2f}."
    return Verdict(
        "go on", f"Go on: the leading arm is best with a chance of {chance_in_words(chance)}.{also}", chance, worth
    )


def chance_in_words(chance: float) -> str:
    """Never rounded to certainty, nor to nothing.

    >>> chance_in_words(0.5), chance_in_words(1.0), chance_in_words(1e-9)
    ('50.0 %', 'more than 99.9 %', 'less than 0.1 %')
    """
    if chance > 0.999:
        return "more than 99.9 %"
    return "less than 0.1 %" if chance < 0.001 else f"{100 * chance:.1f} %"


def _loss(loss: float) -> str:
    return "less than 0.0001" if loss < 1e-4 else f"{loss:.2g}"


def _name(batch: Batch, place: int) -> str:
    return f"“{batch.names[place]}”" if batch.names else f"arm {place + 1}"


def expected_loss(arms: Arms, arm: int) -> float:
    """E[largest mean - this arm's]: the integral of F_arm (1 - product of the others' F), in the means' own unit."""
    points, weights = grid(arms)
    below, _ = arms.laws(points)
    others = np.prod(np.delete(below, arm, axis=0), axis=0)
    slope = np.sin(2 * points) if isinstance(arms, BetaArms) else np.ones_like(points)
    return float(max((below[arm] * (1 - others) * slope) @ weights, 0.0))
