"""A day of somebody with diabetes of type 1, whose pump doses insulin at meals.

Glucose and insulin action as in Bergman's minimal model (Bergman, Phillips and Cobelli, 1981), insulin from under the
skin through two compartments (Hovorka and others, 2004), carbohydrates through a gut of two compartments; risk as
Kovatchev and others (1997) score it. A toy to try policies in, with plausible curves; nobody's treatment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Real, Whole
from analysis.learning.members import takes
from analysis.safety.reinforcement.environments.environment import ENVIRONMENTS, Environment, Stepped
from analysis.safety.reinforcement.returns import Returns
from analysis.safety.terms import Array
from experiments.types import JsonObject

BASAL = 110.0  # mg/dl, where glucose rests
LOWEST, HIGHEST = 20.0, 600.0  # mg/dl, what is scored at most
CLEARING = 0.006  # 1/min, glucose's own way back
WANING = 0.025  # 1/min, of insulin's action
ACTION = 1.6e-5  # 1/min2 per mU/l
DECAY = 0.14  # 1/min, of insulin in plasma
SPREAD = 12.0  # l, of insulin
UNDER_SKIN = 55.0  # min
IN_GUT = 40.0  # min
TAKEN_UP = 0.8  # share of the carbohydrates
VOLUME = 120.0  # dl, of glucose
BETWEEN_MEALS = 300  # min
STEP = 5.0  # min


@ENVIRONMENTS.register
@dataclass(frozen=True)
class Glucose(Environment):
    """Doses of insulin at the meals of a day.

    At each meal the pump is told two factors: grams of carbohydrate covered by a unit of insulin, and mg/dl that a unit
    lowers; both are the action. Seen are the glucose and the carbohydrates of the meal, as shares of 400 mg/dl and 120
    g. The primary reward is minus the mean risk of the hours after it (0 to 1), the first alternate one minus the risk
    from low glucose alone.
    """

    name: ClassVar[str] = "glucose"
    example: ClassVar[JsonObject] = {"type": "glucose", "meals": 3}
    policy: ClassVar[JsonObject] = {"type": "box", "low": [5, 20], "high": [30, 100], "shrink": [1.7320508, 1.7320508]}

    meals: int = takes(Whole(1, 6), "Meals of a day.", 3)
    variety: float = takes(Real(0, 1), "How different people and days are; 0: all alike.", 0.3)

    @property
    def most_steps(self) -> int:
        return self.meals

    def returns(self) -> Returns:
        span = (-1.0, 0.0)
        whole = (-float(self.meals), 0.0)
        return Returns(1.0, {0: whole, 1: whole}, {0: span, 1: span}, horizon=self.meals, fixed=True)

    def begin(self, n: int, rng: np.random.Generator) -> Array:
        """Columns: glucose, action, plasma insulin, two of skin, two of gut, sensitivity, next meal, meals so far."""
        state = np.zeros((n, 10))
        state[:, 0] = np.clip(rng.normal(140, 60 * self.variety, n), 60, 300)
        state[:, 7] = np.exp(rng.normal(0, self.variety, n))
        state[:, 8] = self._meal(n, rng)
        return state

    def seen(self, state: Array) -> Array:
        return np.column_stack([state[:, 0] / 400, state[:, 8] / 120])

    def step(self, state: Array, actions: Array, rng: np.random.Generator) -> Stepped:
        state = state.copy()
        per_unit, lowered = np.maximum(actions[:, 0], 1.0), np.maximum(actions[:, 1], 1.0)
        state[:, 3] += 1000 * np.maximum(state[:, 8] / per_unit + np.maximum(state[:, 0] - 120, 0) / lowered, 0)
        state[:, 5] += state[:, 8] * 1000 * TAKEN_UP
        risks = np.zeros((len(state), 2))
        steps = int(BETWEEN_MEALS / STEP)
        for _ in range(steps):
            _pass_time(state)
            risks += _risk(state[:, 0])
        state[:, 8] = self._meal(len(state), rng)
        state[:, 9] += 1
        return Stepped(state, -risks / steps, state[:, 9] >= self.meals)

    def _meal(self, n: int, rng: np.random.Generator) -> Array:
        return np.clip(rng.normal(60, 60 * self.variety, n), 10, 120)


def _pass_time(state: Array) -> None:
    """STEP minutes, by Euler's rule: no rate here is faster than a seventh of a minute's inverse."""
    glucose, action, plasma, skin, deep, gut, blood, sensitivity = (state[:, k].copy() for k in range(8))
    state[:, 0] += STEP * (CLEARING * (BASAL - glucose) - action * glucose + blood / IN_GUT / VOLUME)
    state[:, 1] += STEP * (sensitivity * ACTION * plasma - WANING * action)
    state[:, 2] += STEP * (deep / UNDER_SKIN / SPREAD - DECAY * plasma)
    state[:, 3] -= STEP * skin / UNDER_SKIN
    state[:, 4] += STEP * (skin - deep) / UNDER_SKIN
    state[:, 5] -= STEP * gut / IN_GUT
    state[:, 6] += STEP * (gut - blood) / IN_GUT
    state[:, 0] = np.clip(state[:, 0], 5.0, 1000.0)


def _risk(glucose: Array) -> Array:
    """Whole and from low values alone, 0 to 1, (n, 2)."""
    scale = 1.509 * (np.log(np.clip(glucose, LOWEST, HIGHEST)) ** 1.084 - 5.381)
    risk = np.minimum(scale**2 / 10, 1.0)
    return np.column_stack([risk, np.where(scale < 0, risk, 0.0)])
