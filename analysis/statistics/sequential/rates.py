"""One rate at every look by a mixture of rates around the one that is tested (Robbins; Howard and others)."""

from __future__ import annotations

from math import inf, log, log1p

from analysis.statistics.sequential.projecting import outermost
from analysis.statistics.words import Estimate, NoAnswer, Validity


def rate_sequence(successes: int, n: int, *, level: float = 0.05, tuning_n: float = 1000) -> Estimate:
    """All rates p against which a Beta(c p, c (1 - p)) mixture has not won 1 / level. Exact at every number of answers.

    tuning_n: of answers at which it is narrowest (c is about tuning_n / 11 at level 0.05). With tuning_n small it is
    about as wide as `proportions.rate_interval`, whose prior is the same for every p. NoAnswer without answers.
    Howard, Ramdas, McAuliffe and Sekhon (2021), Annals of Statistics 49, Proposition 7.

    >>> found = rate_sequence(70, 100, tuning_n=100)
    >>> round(found.low, 3), found.value, round(found.high, 3)
    (0.552, 0.7, 0.827)
    """
    if not 0 <= successes <= n or not 0 < level < 1:
        raise ValueError(f"0 <= successes <= n and 0 < level < 1 must hold, not {successes}, {n} and {level}.")
    if not n:
        raise NoAnswer("There is no answer yet.")
    worth, value, goal = _worth(level, tuning_n), successes / n, log(1 / level)

    def won(rate: float) -> float:
        return log_evidence_of_rate(successes, n, rate, worth)

    low, high = (outermost(won, value, far, goal=goal, step=2 / (n + 4) ** 0.5) for far in (0.0, 1.0))
    low, high = max(low, 0.0), min(high, 1.0)
    return Estimate(value, low, high, level, n, "beta-binomial-sequence", Validity.ANYTIME)


def log_evidence_of_rate(successes: int, n: int, rate: float, worth: float) -> float:
    """The logarithm of what a Beta(worth * rate, worth * (1 - rate)) mixture has won against that rate."""
    from scipy.special import betaln

    if not 0 < rate < 1:
        return 0.0 if successes == n * rate else inf
    a, b = worth * rate, worth * (1 - rate)
    likely = successes * log(rate) + (n - successes) * log1p(-rate)
    return float(betaln(a + successes, b + n - successes) - betaln(a, b)) - likely


def _worth(level: float, tuning_n: float) -> float:
    """Of how many answers the mixture is as narrow as."""
    size = 2 * log(2 / level)
    worth = tuning_n / (size + log1p(size)) - 1
    if not worth > 0:
        raise ValueError(f"tuning_n must be more than {size + log1p(size):.1f} at this level, not {tuning_n}.")
    return worth
