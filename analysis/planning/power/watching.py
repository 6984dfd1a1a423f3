"""Studies that are looked at before they end: how many more units that takes, and how many fewer on average."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from analysis.planning.power.crossing import Array, first_crossings

WAYS = ("once", "obrien_fleming", "pocock", "anytime")
CLOSE = 100  # looks that stand for "after every unit"


@dataclass(frozen=True, slots=True)
class Watch:
    """once: one look at the end. obrien_fleming, pocock: ``looks`` of them, equally spaced, Lan and DeMets (1983).

    anytime: after every unit, by the asymptotic confidence sequence that is narrowest at the end.
    """

    way: str = "once"
    looks: int = 4

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise ValueError(f"way must be one of {', '.join(WAYS)}, not {self.way!r}.")
        if not 2 <= self.looks <= CLOSE:
            raise ValueError(f"looks must be from 2 to {CLOSE}, not {self.looks}.")

    @property
    def is_watched(self) -> bool:
        """Whether there is more than one look."""
        return self.way != "once"

    @property
    def sentence(self) -> str:
        """What is planned, for people."""
        if self.way == "anytime":
            return "You may look after every unit and stop at will, the error stays as stated."
        name = {"obrien_fleming": "O'Brien and Fleming", "pocock": "Pocock"}.get(self.way, "")
        return f"You look {self.looks} times at equal steps and may stop by {name}'s boundaries."


@dataclass(frozen=True, slots=True)
class Inflation:
    """factor: units at most, for one unit of a study that looks once. expected_share: of these, on average."""

    factor: float = 1.0
    expected_share: float = 1.0


@lru_cache(maxsize=256)
def inflation(watch: Watch, level: float, sides: int, power: float) -> Inflation:
    """What watching costs at that power. Exact for normal estimates: information, not units, is what counts."""
    if not watch.is_watched:
        return Inflation()
    times, bounds = boundaries(watch, level, sides)
    once = _drift(lambda drift: _once(drift, level, sides) - power)
    needed = _drift(lambda drift: _found(times, bounds, drift, sides) - power)
    return Inflation((needed / once) ** 2, watched(watch, level, sides, _once(needed, level, sides))[1])


@lru_cache(maxsize=64)
def table(watch: Watch, level: float, sides: int) -> tuple[Array, Array, Array]:
    """Drifts at the last look; the chance to find there is something by then; the mean share of units used."""
    times, bounds = boundaries(watch, level, sides)
    drifts = np.linspace(0, 8, 49)
    left = [first_crossings(times, bounds, float(drift)) for drift in drifts]
    found = np.array([up + (down if sides == 2 else 0.0) for up, down in left])
    return drifts, found.sum(axis=1), found @ times + 1 - found.sum(axis=1)


def watched(watch: Watch, level: float, sides: int, power: float) -> tuple[float, float]:
    """Power, and mean share of the units used, of a study whose power at one look at its end would be ``power``."""
    if not watch.is_watched:
        return power, 1.0
    if power <= _once(0.0, level, sides):
        drift = 0.0
    else:
        drift = 8.0 if power >= _once(8.0, level, sides) else _drift(lambda one: _once(one, level, sides) - power)
    drifts, found, shares = table(watch, level, sides)
    return float(PchipInterpolator(drifts, found)(drift)), float(PchipInterpolator(drifts, shares)(drift))


def boundaries(watch: Watch, level: float, sides: int) -> tuple[Array, Array]:
    """Shares of the information at the looks, and |z| beyond which one stops there."""
    if watch.way == "anytime":
        times = np.geomspace(0.005, 1, CLOSE)
        allowed = level * 2 / sides
        tuned = times * (-2 * log(allowed) + log(1 - 2 * log(allowed)))
        return times, np.sqrt(2 * (1 + 1 / tuned) * np.log(np.sqrt(tuned + 1) / allowed))
    times = np.arange(1, watch.looks + 1) / watch.looks
    return times, spent_bounds(times, _spending(watch.way, times, level / sides))


def spent_bounds(times: Array, spent: Array) -> Array:
    """The |z| of each look that spend so much of the error on each side by then."""
    bounds: list[float] = []
    for k, wanted in enumerate(np.diff(np.concatenate([[0.0], spent]))):

        def excess(bound: float, k: int = k, wanted: float = float(wanted)) -> float:
            return float(first_crossings(times[: k + 1], [*bounds, bound], 0.0)[0][k]) - wanted

        bounds.append(8.0 if excess(8.0) > 0 else float(brentq(excess, 0.0, 8.0, xtol=1e-10)))
    return np.array(bounds)


def _spending(way: str, times: Array, side: float) -> Array:
    if way == "pocock":
        return side * np.log1p((np.e - 1) * times)
    spent: Array = 2 * ndtr(float(ndtri(side / 2)) / np.sqrt(times))
    return spent


def _found(times: Array, bounds: Array, drift: float, sides: int) -> float:
    up, down = first_crossings(times, bounds, drift)
    return float(up.sum() + (down.sum() if sides == 2 else 0.0))


def _once(drift: float, level: float, sides: int) -> float:
    z = float(-ndtri(level / sides))
    return float(ndtr(drift - z) + (ndtr(-drift - z) if sides == 2 else 0.0))


def _drift(short: Callable[[float], float]) -> float:
    return float(brentq(short, 1e-6, 40.0, xtol=1e-9))
