"""When a study that is looked at by bets finds its effect: played through, thousands at once.

Bets know nothing of how long a study will last, so one simulation has the power at every number of units: the share of
studies that found the effect by then. They are looked at in steps of 7 %, which is a little less often than always.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np

from analysis.planning.power.course import Course
from analysis.planning.simulating.assumed import Array, Assumed, Rng
from analysis.planning.simulating.atoms import Atoms, atoms_of, differences_of
from analysis.statistics.sequential.many_looks import Evidence, Mask, mean_refused, refused

STEP = 1.07
RUNS = 2_000
FEW_RUNS = 500
ENOUGH = 0.9995
MOST = 1e7
SEED = 135


@dataclass(frozen=True, slots=True)
class Betting:
    """What is looked at: an arm against the control. ratio: units under it for one under control."""

    assumed: Assumed
    arm: int
    level: float = 0.05
    ratio: float = 1.0

    @property
    def once(self) -> float:
        """Units under control at which a z value of 1 is expected: the effect is that many standard errors."""
        effect = abs(self.assumed.effects[self.arm]) / self.assumed.width
        return self._variance() / effect**2 if effect else MOST

    def _variance(self) -> float:
        """Of the difference, times units under control."""
        if self.assumed.within:
            one = differences_of(self.assumed, self.arm)
            return max(float(one.chances @ (2 * one.parts - 1) ** 2 - (one.chances @ (2 * one.parts - 1)) ** 2), 1e-12)
        control, treated = (
            self.assumed.unit_sd(self.assumed.means[each]) / self.assumed.width
            for each in (self.assumed.control, self.arm)
        )
        return max(control**2 + treated**2 / self.ratio, 1e-12)

    def sizes(self) -> Array:
        """At which it is looked at: from where the effect could hardly be seen."""
        start = min(max(2.0, self.once / 8), MOST / 2)
        looks = int(np.log(MOST / start) / np.log(STEP)) + 2
        return np.unique(np.minimum(start * STEP ** np.arange(looks), MOST).round())


@lru_cache(maxsize=128)
def course(betting: Betting, runs: int = RUNS) -> Course:
    """Until nearly all have found it, or ten million units under control were not enough. The same each time."""
    rng, sizes = np.random.default_rng(SEED), betting.sizes()
    held, going, found = _Held.start(betting, runs), runs, []
    for before, size in zip(np.concatenate([[0.0], sizes]), sizes, strict=False):
        held = held.plus(betting, (before, size), rng)
        ended = held.refused(betting)
        held, going = held.where(~ended), going - int(ended.sum())
        found.append(1 - going / runs)
        if found[-1] >= ENOUGH or (size > 400 * betting.once and size > 1e4):
            break
    return Course(sizes[: len(found)], np.array(found))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Of the studies that are still going. Within units there is one side: their own differences."""

    control: Evidence
    treatment: Evidence | None

    @classmethod
    def start(cls, betting: Betting, runs: int) -> _Held:
        own = Evidence.start(runs)
        return cls(own, None if betting.assumed.within else own)

    def plus(self, betting: Betting, sizes: tuple[float, float], rng: Rng) -> _Held:
        """With the units that come until the next look."""
        assumed, runs = betting.assumed, len(self.control.n)
        more = int(sizes[1] - sizes[0])
        if self.treatment is None:
            return _Held(self.control + _drawn(differences_of(assumed, betting.arm), more, runs, rng), None)
        treated = round(sizes[1] * betting.ratio) - round(sizes[0] * betting.ratio)
        return _Held(
            self.control + _drawn(atoms_of(assumed, assumed.control), more, runs, rng),
            self.treatment + _drawn(atoms_of(assumed, betting.arm), treated, runs, rng),
        )

    def refused(self, betting: Betting) -> Mask:
        """Which have found a difference."""
        if self.treatment is None:
            return mean_refused(self.control, 0.5, level=betting.level)
        return refused(self.control, self.treatment, level=betting.level)

    def where(self, going: Mask) -> _Held:
        return _Held(self.control.where(going), None if self.treatment is None else self.treatment.where(going))


def _drawn(atoms: Atoms, units: int, runs: int, rng: Rng) -> Evidence:
    return Evidence.of_counts(rng.multinomial(units, atoms.chances, runs).astype(float), atoms.parts)


def doubt(power: float, runs: int = RUNS) -> float:
    """The standard error of a simulated power."""
    return sqrt(power * (1 - power) / runs)
