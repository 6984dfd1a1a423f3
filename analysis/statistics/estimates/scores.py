"""Score limits for two proportions: all values of difference, ratio or odds ratio that the score test keeps.

Miettinen and Nurminen (1985), Statistics in Medicine 4. The shares are fitted under each value by maximum likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from math import acos, copysign, cos, inf, pi, sqrt

from analysis.statistics.estimates.proportions import Counted, Interval
from analysis.statistics.estimates.referring import critical

Score = Callable[[float], float]


def score_test(control: Counted, treatment: Counted) -> float:
    """The z of "no difference", with the pooled share; 0 if all units of both arms did the same."""
    n = control.n + treatment.n
    pooled = (control.successes + treatment.successes) / n
    spread = sqrt(pooled * (1 - pooled) * (1 / control.n + 1 / treatment.n))
    return (treatment.share - control.share) / spread * sqrt((n - 1) / n) if spread else 0.0


def difference_limits(control: Counted, treatment: Counted, level: float) -> Interval:
    """Of treatment's share minus control's, in [-1, 1]."""

    def score(gap: float) -> float:
        base = _base_of_difference(control, treatment, gap)
        return _standardised(treatment.share - control.share - gap, (base, base + gap), (control, treatment), 1.0)

    estimate = treatment.share - control.share
    return _limits(score, estimate, (-1.0, 1.0), critical(level))


def ratio_limits(control: Counted, treatment: Counted, level: float) -> Interval:
    """Of treatment's share over control's, in [0, inf]; inf where no ratio is too large to keep."""

    def score(place: float) -> float:
        ratio = place / (1 - place)
        base = _base_of_ratio(control, treatment, ratio)
        return _standardised(
            treatment.share - control.share * ratio, (base, min(base * ratio, 1.0)), (control, treatment), ratio
        )

    estimate = treatment.share / (treatment.share + control.share)
    low, high = _limits(score, estimate, (0.0, 1.0), critical(level))
    return low / (1 - low), high / (1 - high) if high < 1 - 1e-12 else inf


def odds_limits(control: Counted, treatment: Counted, level: float) -> Interval:
    """Of treatment's odds over control's, in [0, inf]. Both shares strictly between 0 and 1."""

    def score(place: float) -> float:
        odds = place / (1 - place)
        base = _base_of_odds(control, treatment, odds)
        other = base * odds / (1 + base * (odds - 1))
        parts = [(share * (1 - share), arm.n) for share, arm in ((base, control), (other, treatment))]
        if not all(part for part, _ in parts):
            return copysign(inf, estimate - place)
        n = control.n + treatment.n
        gap = (treatment.share - other) / parts[1][0] - (control.share - base) / parts[0][0]
        return gap / sqrt(sum(1 / (part * units) for part, units in parts) * n / (n - 1))

    odds = treatment.share / (1 - treatment.share) / (control.share / (1 - control.share))
    estimate = odds / (1 + odds)
    low, high = _limits(score, estimate, (0.0, 1.0), critical(level))
    return low / (1 - low), high / (1 - high) if high < 1 else inf


def _standardised(gap: float, shares: tuple[float, float], arms: tuple[Counted, Counted], weight: float) -> float:
    """gap over its error under these shares of control (times ``weight``) and treatment."""
    n = arms[0].n + arms[1].n
    base, other = shares
    variance = other * (1 - other) / arms[1].n + weight * weight * base * (1 - base) / arms[0].n
    spread = sqrt(max(variance, 0.0) * n / (n - 1)) if n > 1 else 0.0
    if spread < 1e-15:
        return 0.0 if abs(gap) < 1e-12 else copysign(inf, gap)
    return gap / spread


def _limits(score: Score, estimate: float, ends: Interval, z: float) -> Interval:
    """Where the score, which falls as its argument grows, crosses z and -z; an end where it does not."""
    low = _crossing(lambda place: score(place) - z, ends[0], estimate)
    high = _crossing(lambda place: score(place) + z, ends[1], estimate)
    return low, high


def _crossing(excess: Score, outside: float, inside: float) -> float:
    """Bisection to the last digit: the score jumps to infinity at the ends, where faster methods stumble."""
    within = excess(inside) > 0
    for _ in range(200):
        middle = (outside + inside) / 2
        if middle in (outside, inside):
            break
        outside, inside = (outside, middle) if (excess(middle) > 0) == within else (middle, inside)
    return outside


def _base_of_difference(control: Counted, treatment: Counted, gap: float) -> float:
    """Control's share that fits best if treatment's is ``gap`` above: the root of a cubic, in closed form."""
    n = control.n + treatment.n
    successes = control.successes + treatment.successes
    second = ((treatment.n + 2 * control.n) * gap - n - successes) / (3 * n)
    first = ((control.n * gap - n - 2 * control.successes) * gap + successes) / (3 * n)
    last = control.successes * gap * (1 - gap) / n
    offset = second**3 - 1.5 * first * second + last / 2
    size = copysign(sqrt(max(second**2 - first, 0.0)), offset)
    angle = (pi + acos(max(-1.0, min(1.0, offset / size**3)))) / 3 if size**3 else pi / 2
    return min(max(2 * size * cos(angle) - second, max(0.0, -gap)), min(1.0, 1 - gap))


def _base_of_ratio(control: Counted, treatment: Counted, ratio: float) -> float:
    """Control's share that fits best if treatment's is ``ratio`` times it."""
    n = control.n + treatment.n
    linear = treatment.n * ratio + treatment.successes + control.n + control.successes * ratio
    successes = control.successes + treatment.successes
    inside = max(linear * linear - 4 * n * ratio * successes, 0.0)
    return min(2 * successes / (linear + sqrt(inside)), 1.0)


def _base_of_odds(control: Counted, treatment: Counted, odds: float) -> float:
    """Control's share that fits best if treatment's odds are ``odds`` times its."""
    successes = control.successes + treatment.successes
    square = control.n * (odds - 1)
    linear = treatment.n * odds + control.n - successes * (odds - 1)
    inside = max(linear * linear + 4 * square * successes, 0.0)
    return 2 * successes / (linear + sqrt(inside))
