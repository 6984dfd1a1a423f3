"""What looking at any time finds, of each kind of design, by what results use: bets or the asymptotic sequence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from scipy.optimize import brentq

from analysis.planning.power.course import FEW_LOOKS, LOOKS, Course, asymptotic_course
from analysis.planning.power.design import Design
from analysis.planning.power.proportions import TwoProportions
from analysis.planning.power.solving import smallest_effect
from analysis.planning.simulating.assumed import Assumed
from analysis.planning.simulating.stopping import FEW_RUNS, RUNS, Betting, course
from analysis.statistics.words import NoAnswer

PARTS = (0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.6, 2.2)


class Looked(Protocol):
    """By which number of units the effect is found. roughly: to a few points of a hundred, four times as fast."""

    def __call__(self, effect: float, *, roughly: bool = False) -> Course: ...


def at_any_time(design: Design) -> Looked:
    """Yes or no by bets, everything else by the asymptotic sequence: what results do when no ends are declared."""
    if isinstance(design, TwoProportions) and design.sides == 2:
        assumed = Assumed(("control", "treatment"), "yes_no", design.base, (0.0, 0.0))
        return by_bets(Betting(assumed, 1, design.level, design.ratio))

    def looked(effect: float, *, roughly: bool = False) -> Course:
        return asymptotic_course(design, effect, FEW_LOOKS if roughly else LOOKS)

    return looked


def by_bets(betting: Betting) -> Looked:
    """Of an arm against the control, of a measure with two ends."""

    def looked(effect: float, *, roughly: bool = False) -> Course:
        effects = [0.0] * betting.assumed.k
        effects[betting.arm] = effect
        assumed = replace(betting.assumed, effects=tuple(effects))
        return course(replace(betting, assumed=assumed), FEW_RUNS if roughly else RUNS)

    return looked


def effect_seen(looked: Looked, design: Design, n: float, power: float, *, down: bool = False) -> float:
    """The smallest effect that n units in an arm find with that chance. NoAnswer where none does."""
    sign, end = (-1.0, design.deepest) if down else (1.0, design.largest)
    nothing = NoAnswer(
        f"Looking at any time, {n:g} units in an arm find no effect up to {sign * end:g} with {power:g}."
    )

    def over(size: float) -> float:
        return looked(sign * size, roughly=True).power(n) - power

    low = abs(smallest_effect(design, n, power, down=down))
    high = min(1.6 * low, end)
    while over(high) < 0:
        if high >= end * (1 - 1e-12) or high > 1e4 * low:
            raise nothing
        high = min(1.6 * high, end)
    if over(low) >= 0:
        return sign * low
    return sign * float(brentq(over, low, high, rtol=2e-3))


def interpolated(looked: Looked, design: Design, n: float, *, down: bool = False) -> Callable[[float], float]:
    """The chance by effect, of one direction: computed where it rises, with lines between, from nothing at 0."""
    sign, end = (-1.0, design.deepest) if down else (1.0, design.largest)
    try:
        scale = abs(effect_seen(looked, design, n, 0.8, down=down))
    except NoAnswer:
        scale = end
    sizes = np.unique(np.minimum(scale * np.array(PARTS), end))
    powers = np.array([looked(sign * float(size), roughly=True).power(n) for size in sizes])
    knots, found = np.append(0.0, sizes), np.append(0.0, np.maximum.accumulate(powers))
    return lambda effect: float(np.interp(abs(effect), knots, found))
