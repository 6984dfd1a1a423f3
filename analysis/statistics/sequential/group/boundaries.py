"""Boundaries for looks planned beforehand, for benefit and for futility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import copysign, inf

from analysis.statistics.sequential.group.spending import Spending
from analysis.statistics.sequential.group.walking import FARTHEST, Density, exits

SURE = 1e-12
OBRIEN_FLEMING = Spending()


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Stop at the first look whose z is ``upper`` or more, or ``lower`` or less; inf: not at that look.

    fractions: of the information planned for the end, ascending, in (0, 1]. level: both sides together. spent: of one
    side's level, up to each look. futility: stop below it, and give up; it may be overruled (the level holds anyway).
    """

    fractions: tuple[float, ...]
    upper: tuple[float, ...]
    spent: tuple[float, ...]
    level: float
    sides: int
    futility: tuple[float, ...] | None = None
    spending: Spending = OBRIEN_FLEMING

    @property
    def lower(self) -> tuple[float, ...]:
        """Where the other side is refused; two-sided: the mirror image."""
        return tuple(-z for z in self.upper) if self.sides == 2 else (-inf,) * len(self.upper)

    @property
    def nominal(self) -> tuple[float, ...]:
        """The p-value (of both sides, if two) that each look's z alone would have."""
        from scipy.special import ndtr

        return tuple(float(self.sides * ndtr(-z)) for z in self.upper)

    def power(self, drift: float) -> float:
        """How likely the upper bound is ever crossed. drift: the mean z at the planned end. Futility is obeyed."""
        return sum(above for above, _ in self.exits(drift))

    def exits(self, drift: float) -> list[tuple[float, float]]:
        """By look: how likely it stops there above, and below."""
        lower = self.lower if self.futility is None else self.futility
        return list(exits(self.fractions, lower, self.upper, drift=drift))

    def expected_fraction(self, drift: float) -> float:
        """The information used on average, as a share of what was planned."""
        used = [sum(pair) for pair in self.exits(drift)]
        stopped = sum(share * t for share, t in zip(used[:-1], self.fractions, strict=False))
        return stopped + (1 - sum(used[:-1])) * self.fractions[-1]

    def drift_for(self, power: float) -> float:
        """The mean z at the planned end that is found with this power. ValueError unless level < power < 1."""
        from scipy.optimize import brentq

        if not self.level < power < 1:
            raise ValueError(f"power must be between the level {self.level:g} and 1, not {power}.")
        return float(brentq(lambda drift: self.power(drift) - power, 0.0, 20.0, xtol=1e-10))

    def inflation(self, power: float) -> float:
        """How many times the participants of a plan with one look are needed at most, for the same power."""
        from scipy.special import ndtri

        one_look = float(-ndtri(self.level / self.sides) + ndtri(power))
        return (self.drift_for(power) / one_look) ** 2


def boundaries(
    fractions: Sequence[float], *, level: float = 0.05, sides: int = 2, spending: Spending = OBRIEN_FLEMING
) -> Boundaries:
    """Spending the level, look by look. Each side has level / sides.

    fractions: of the looks so far or planned; later ones do not change earlier bounds, so that looks may come when
    they come, as long as they do not come because of what was seen. ValueError unless ascending within (0, 1].

    >>> [round(z, 3) for z in boundaries([0.25, 0.5, 0.75, 1.0]).upper]
    [4.333, 2.963, 2.359, 2.014]
    """
    _require(fractions, level, sides)
    here, upper, spent, before = Density.start(), [], [], 0.0
    for fraction in fractions:
        until = spending.spent(fraction, level / sides)
        z = _bound(here, fraction, until - before)
        if z == inf:
            until = before
        upper.append(z)
        spent.append(until)
        here = here.between(fraction, -z if sides == 2 else -inf, z, drift=0.0)
        before = until
    return Boundaries(tuple(map(float, fractions)), tuple(upper), tuple(spent), level, sides, spending=spending)


def with_futility(bounds: Boundaries, *, power: float = 0.8, spending: Spending = OBRIEN_FLEMING) -> Boundaries:
    """With bounds below which to give up, spending 1 - power. One-sided plans only: ValueError otherwise.

    They do not bind: who goes on in spite of them errs no more. The plan is sized so that the last look decides, the
    bound of futility meeting that of benefit.
    """
    from scipy.optimize import brentq

    if bounds.sides != 1 or bounds.fractions[-1] != 1 or not bounds.level < power < 1:
        raise ValueError("Futility is for one-sided plans up to fraction 1, with a power between the level and 1.")

    def gap(drift: float) -> float:
        last = _given_up(bounds, drift, 1 - power, spending)[-1]
        return min(max(last, -FARTHEST), FARTHEST) - bounds.upper[-1]

    drift = float(brentq(gap, 0.1, 12.0, xtol=1e-9))
    lower = _given_up(bounds, drift, 1 - power, spending)
    return replace(bounds, futility=(*lower[:-1], bounds.upper[-1]))


def _given_up(bounds: Boundaries, drift: float, beta: float, spending: Spending) -> list[float]:
    """The bounds of futility under a drift, each at most the bound of benefit, but for the last."""
    here, lower, before = Density.start(), [], 0.0
    for fraction, high in zip(bounds.fractions, bounds.upper, strict=True):
        until = spending.spent(fraction, beta)
        whole = float(here.mass.sum())
        left = whole - (until - before)
        z = _crossed(here, fraction, left, drift) if SURE < left < whole - SURE else copysign(inf, SURE - left)
        lower.append(z)
        here = here.between(fraction, min(z, high), high, drift=drift)
        before = until
    return lower


def _bound(here: Density, fraction: float, chance: float) -> float:
    return _crossed(here, fraction, chance, 0.0) if chance > SURE else inf


def _crossed(here: Density, fraction: float, chance: float, drift: float) -> float:
    """The z that is reached with this chance."""
    from scipy.optimize import brentq

    return float(brentq(lambda z: here.beyond(fraction, z, drift=drift) - chance, -40.0, 40.0, xtol=1e-12))


def _require(fractions: Sequence[float], level: float, sides: int) -> None:
    ascending = all(one < other for one, other in pairwise(fractions))
    if not fractions or not ascending or not fractions[0] > 0 or fractions[-1] > 1:
        raise ValueError(f"fractions must ascend within (0, 1], not {list(fractions)}.")
    if not 0 < level < 1 or sides not in (1, 2):
        raise ValueError(f"level must be between 0 and 1 and sides 1 or 2, not {level} and {sides}.")
