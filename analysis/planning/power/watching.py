"""Studies that are looked at before they end: how many more units that takes, and how many fewer on average."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from analysis.planning.power.crossing import Array, first_crossings
from analysis.statistics.sequential.group import boundaries as group
from analysis.statistics.sequential.group.spending import SPENDING, Spending

WAYS = ("once", *SPENDING, "anytime")
NAMES = {"obrien_fleming": "O'Brien and Fleming", "pocock": "Pocock", "hwang_shih_decani": "Hwang, Shih and DeCani"}
MOST_LOOKS = 100


@dataclass(frozen=True, slots=True)
class Watch:
    """once: one look at the end. A way of spending alpha: ``looks`` of them, equally spaced, Lan and DeMets (1983).

    anytime: after every unit, by what results use then (``course``). parameter: of the spendings that have one.
    """

    way: str = "once"
    looks: int = 4
    parameter: float | None = None

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise ValueError(f"way must be one of {', '.join(WAYS)}, not {self.way!r}.")
        if self.way in SPENDING:
            Spending(self.way, self.parameter)
        if not 2 <= self.looks <= MOST_LOOKS:
            raise ValueError(f"looks must be from 2 to {MOST_LOOKS}, not {self.looks}.")

    @property
    def is_watched(self) -> bool:
        """Whether there is more than one look."""
        return self.way != "once"

    @property
    def is_open(self) -> bool:
        """Whether one may look whenever one likes."""
        return self.way == "anytime"

    @property
    def sentence(self) -> str:
        """What is planned, for people."""
        if self.way == "anytime":
            return "You may look after every unit and stop at will, the error stays as stated."
        name = NAMES.get(self.way, "Kim and DeMets")
        return f"You look {self.looks} times at equal steps and may stop by boundaries after {name}."


ONCE = Watch()


@dataclass(frozen=True, slots=True)
class Inflation:
    """factor: units at most, for one unit of a study that looks once. expected_share: of these, on average."""

    factor: float = 1.0
    expected_share: float = 1.0


@lru_cache(maxsize=256)
def inflation(watch: Watch, level: float, sides: int, power: float) -> Inflation:
    """What planned looks cost at that power. Exact for normal estimates: information, not units, is what counts."""
    if not watch.is_watched:
        return Inflation()
    once = _drift(lambda drift: _once(drift, level, sides) - power)
    drifts, found, shares = table(watch, level, sides)
    power_at, share_at = PchipInterpolator(drifts, found), PchipInterpolator(drifts, shares)
    needed = _drift(lambda drift: float(power_at(min(drift, 8.0))) - power, most=8.0)
    return Inflation((needed / once) ** 2, float(share_at(needed)))


@lru_cache(maxsize=64)
def table(watch: Watch, level: float, sides: int) -> tuple[Array, Array, Array]:
    """Drifts at the last look; the chance to find there is something by then; the mean share of units used."""
    times, bounds = boundaries(watch, level, sides)
    drifts = np.linspace(0, 8, 25)
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
    power, share = (float(PchipInterpolator(drifts, each)(drift)) for each in (found, shares))
    return min(max(power, 0.0), 1.0), min(max(share, 0.0), 1.0)


def boundaries(watch: Watch, level: float, sides: int) -> tuple[Array, Array]:
    """Shares of the information at planned looks, and |z| beyond which one stops there."""
    if watch.way not in SPENDING:
        raise ValueError(f"the looks of {watch.way!r} are not planned, so they have no common boundary.")
    times = np.arange(1, watch.looks + 1) / watch.looks
    spending = Spending(watch.way, watch.parameter)
    return times, np.array(group.boundaries(times.tolist(), level=level, sides=sides, spending=spending).upper)


def _once(drift: float, level: float, sides: int) -> float:
    z = float(-ndtri(level / sides))
    return float(ndtr(drift - z) + (ndtr(-drift - z) if sides == 2 else 0.0))


def _drift(short: Callable[[float], float], most: float = 40.0) -> float:
    """Where a rising function passes 0; the end of the range if it does not within it."""
    if short(most) <= 0:
        return most
    return float(brentq(short, 1e-6, most, xtol=1e-9)) if short(1e-6) < 0 else 1e-6
