"""What may be said at a planned look, and after stopping there."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, isfinite, log, sqrt

from analysis.statistics.sequential.group.boundaries import Boundaries, boundaries
from analysis.statistics.sequential.group.walking import Density
from analysis.statistics.words import Estimate, NoAnswer, Validity

WIDEST = 40.0


def at_look(bounds: Boundaries, look: int, value: float, *, standard_error: float, n: int) -> Estimate:
    """A repeated confidence interval: it holds at all planned looks together, whether one stops or not.

    look: from 0. value, standard_error: of the effect at that look. p_value: the smallest level at which the same plan
    would have stopped here. Jennison and Turnbull (1989), JRSS B 51.
    """
    z = _z(bounds, look, value, standard_error)
    half = bounds.upper[look] * standard_error
    low, high = value - half, (value + half if bounds.sides == 2 else inf)
    crossed = z >= bounds.upper[look] or z <= bounds.lower[look]
    said = f"Look {look + 1} of {len(bounds.fractions)}: the bound is {'' if crossed else 'not '}crossed."
    p = repeated_p(bounds, look, abs(z) if bounds.sides == 2 else z)
    return Estimate(
        value, low, high, bounds.level, n, "repeated-interval", Validity.PLANNED, p, standard_error, (said,)
    )


def repeated_p(bounds: Boundaries, look: int, z: float) -> float:
    """The smallest level at which a plan with the same looks and spending would have crossed its bound at this z.

    Right at all planned looks together; the least so far is as right. Never below 1e-12.
    """
    from scipy.optimize import brentq

    fractions = bounds.fractions[: look + 1]

    def short(log_level: float) -> float:
        again = boundaries(fractions, level=exp(log_level), sides=bounds.sides, spending=bounds.spending)
        return min(again.upper[look], WIDEST) - z

    least, most = log(1e-12), log(0.999)
    if short(most) > 0:
        return 1.0
    if short(least) <= 0:
        return exp(least)
    return exp(float(brentq(short, least, most, xtol=1e-7)))


def after_stopping(bounds: Boundaries, look: int, value: float, *, standard_error: float, n: int) -> Estimate:
    """Estimate, interval and p-value of who stopped at that look, corrected for having stopped there.

    The plain estimate of who stops early is too large. Here the value is unbiased in the median; results are ordered
    by when they stopped, then by how far (stage-wise). Tsiatis, Rosner and Mehta (1984), Biometrics 40.
    One-sided plans: the interval is open above, the p-value that of benefit.
    """
    z, root = _z(bounds, look, value, standard_error), sqrt(bounds.fractions[look])
    side = bounds.level / bounds.sides

    def beyond(drift: float) -> float:
        return _at_least(bounds, look, z, drift)

    low, median, high = (_drift(beyond, chance, z / root) for chance in (side, 0.5, 1 - side))
    scale = standard_error * root
    high = high if bounds.sides == 2 else inf
    upper = beyond(0.0)
    p = min(1.0, 2 * min(upper, 1 - upper)) if bounds.sides == 2 else upper
    ends = median * scale, low * scale, high * scale
    found = Estimate(*ends, bounds.level, n, "stage-wise", Validity.PLANNED, p, standard_error)
    return found.remarked(f"Without the correction for stopping the estimate would be {value:.6g}.")


def _at_least(bounds: Boundaries, look: int, z: float, drift: float) -> float:
    """How likely a result at least as good is: stopped above before, or here at z or more."""
    here, total = Density.start(), 0.0
    for fraction, low, high in list(zip(bounds.fractions, bounds.lower, bounds.upper, strict=True))[:look]:
        total += here.beyond(fraction, high, drift=drift)
        here = here.between(fraction, low, high, drift=drift)
    return min(total + here.beyond(bounds.fractions[look], z, drift=drift), 1.0)


def _drift(beyond: Callable[[float], float], chance: float, centre: float) -> float:
    from scipy.optimize import brentq

    if beyond(centre - WIDEST) > chance:
        return -inf
    if beyond(centre + WIDEST) < chance:
        return inf
    return float(brentq(lambda drift: beyond(drift) - chance, centre - WIDEST, centre + WIDEST, xtol=1e-9))


def _z(bounds: Boundaries, look: int, value: float, standard_error: float) -> float:
    if not 0 <= look < len(bounds.fractions):
        raise ValueError(f"look must be from 0 to {len(bounds.fractions) - 1}, not {look}.")
    if not (standard_error > 0 and isfinite(standard_error) and isfinite(value)):
        raise NoAnswer("Nothing varies yet, so no boundary can be reached.")
    return value / standard_error
