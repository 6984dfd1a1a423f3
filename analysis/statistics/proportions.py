"""Intervals for a rate (of completions, of checks passed) that stay valid while units are still coming in."""

from dataclasses import dataclass
from math import lgamma, log

STEPS = 60


@dataclass(frozen=True)
class RateInterval:
    """A rate with its bounds, 0 <= low <= rate <= high <= 1. Without trials the rate is unknown: None in [0, 1]."""

    successes: int
    trials: int
    low: float
    high: float

    @property
    def rate(self) -> float | None:
        """Successes over trials."""
        return self.successes / self.trials if self.trials else None


def rate_interval(successes: int, trials: int, *, level: float = 0.05, prior: float = 0.5) -> RateInterval:
    """All rates that the trials so far do not speak against: a confidence sequence for independent yes-no trials.

    With probability at least 1 - level it holds the true rate at *every* number of trials at once, so it may be looked
    at after each, and the study stopped because of it. It needs the counts alone.

    A rate is kept while the beta-binomial mixture, with a Beta(prior, prior), has gained less than a factor 1 / level
    on it (Robbins 1970; Ville's inequality). ValueError unless 0 <= successes <= trials, 0 < level < 1, prior > 0.

    >>> interval = rate_interval(70, 100)
    >>> round(interval.low, 3), interval.rate, round(interval.high, 3)
    (0.537, 0.7, 0.834)
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"successes must be from 0 to trials, not {successes} of {trials}.")
    if not 0 < level < 1 or not prior > 0:
        raise ValueError(f"level must be between 0 and 1 and prior above 0, not {level} and {prior}.")
    failures = trials - successes
    limit = _log_beta(prior + successes, prior + failures) - _log_beta(prior, prior) + log(level)
    low = _boundary(successes, failures, limit)
    high = 1 - _boundary(failures, successes, limit)
    return RateInterval(successes, trials, low, high)


def _boundary(successes: int, failures: int, limit: float) -> float:
    """The smallest rate whose log-likelihood exceeds ``limit``, by bisection from outside; 0 if there is none."""
    if not successes:
        return 0.0
    outside, inside = 0.0, successes / (successes + failures)
    for _ in range(STEPS):
        middle = (outside + inside) / 2
        if middle and _log_likelihood(successes, failures, middle) > limit:
            inside = middle
        else:
            outside = middle
    return outside


def _log_likelihood(successes: int, failures: int, rate: float) -> float:
    return successes * log(rate) + (failures * log(1 - rate) if failures else 0.0)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
