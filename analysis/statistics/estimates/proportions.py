"""One proportion and its interval, in five ways. Brown, Cai and DasGupta (2001)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final

from analysis.statistics.estimates.referring import bare, critical
from analysis.statistics.moments import Moments
from analysis.statistics.words import Estimate, NoAnswer, Validity


@dataclass(frozen=True, slots=True)
class Counted:
    """Units that did, of units that could. ValueError unless 0 <= successes <= n."""

    successes: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.n:
            raise ValueError(f"successes must be from 0 to n, not {self.successes} of {self.n}.")

    @classmethod
    def of(cls, moments: Moments) -> Counted:
        """Of a variable that is 0 or 1. NoAnswer if its moments are those of no such variable."""
        successes = round(float(moments.mean[0]) * moments.n) if moments.n else 0
        share = successes / moments.n if moments.n else 0.0
        spread = moments.n * share * (1 - share)
        if not 0 <= successes <= moments.n or abs(float(moments.scatter[0, 0]) - spread) > 1e-6 * (spread + 1):
            raise NoAnswer("A proportion needs values that are 0 or 1; these are not.")
        return cls(successes, moments.n)

    @property
    def share(self) -> float:
        """Successes over units. NoAnswer without units."""
        if not self.n:
            raise NoAnswer("There are no units yet: there is no proportion.")
        return self.successes / self.n


Interval = tuple[float, float]


def wald(counted: Counted, level: float) -> Interval:
    """The textbook's; far too short near 0 and 1, and of no length there."""
    half = critical(level) * sqrt(counted.share * (1 - counted.share) / counted.n)
    return counted.share - half, counted.share + half


def wilson(counted: Counted, level: float) -> Interval:
    """Inverts the score test. Wilson (1927)."""
    z = critical(level)
    stretch = 1 + z * z / counted.n
    centre = (counted.share + z * z / (2 * counted.n)) / stretch
    half = z / stretch * sqrt(counted.share * (1 - counted.share) / counted.n + z * z / (4 * counted.n**2))
    return centre - half, centre + half


def agresti_coull(counted: Counted, level: float) -> Interval:
    """Wald's, about Wilson's centre. Agresti and Coull (1998)."""
    z = critical(level)
    n = counted.n + z * z
    share = (counted.successes + z * z / 2) / n
    half = z * sqrt(share * (1 - share) / n)
    return share - half, share + half


def jeffreys(counted: Counted, level: float) -> Interval:
    """Quantiles of the posterior under Beta(1/2, 1/2)."""
    from scipy import special

    a, b = counted.successes + 0.5, counted.n - counted.successes + 0.5
    return float(special.betaincinv(a, b, level / 2)), float(special.betainccinv(a, b, level / 2))


def clopper_pearson(counted: Counted, level: float) -> Interval:
    """Never misses more often than it says, and so is the longest. Clopper and Pearson (1934)."""
    from scipy import special

    k, n = counted.successes, counted.n
    low = float(special.betaincinv(k, n - k + 1, level / 2)) if k else 0.0
    high = float(special.betainccinv(k + 1, n - k, level / 2)) if k < n else 1.0
    return low, high


INTERVALS: Final[dict[str, Callable[[Counted, float], Interval]]] = {
    "wilson": wilson,
    "wald": wald,
    "agresti-coull": agresti_coull,
    "jeffreys": jeffreys,
    "clopper-pearson": clopper_pearson,
}


def proportion(counted: Counted, *, level: float = 0.05, interval: str = "wilson") -> Estimate:
    """The share of successes. interval: a key of INTERVALS; only clopper-pearson keeps its word at every n and share.

    Wald's is of no length where all units did the same; it is then [0, 1], and says so.

    >>> found = proportion(Counted(7, 43), interval="jeffreys")
    >>> round(found.low, 5), round(found.high, 5)
    (0.07589, 0.29326)
    """
    if interval not in INTERVALS:
        raise ValueError(f"interval must be one of {', '.join(INTERVALS)}, not {interval!r}.")
    value = counted.share
    low, high = INTERVALS[interval](counted, level)
    exact = interval == "clopper-pearson"
    validity = Validity.FIXED if exact else Validity.APPROXIMATE
    found = replace(bare(value, counted.n, level, interval), validity=validity)
    if low == high:
        return replace(found, low=0.0, high=1.0).remarked("All units did the same: Wald's interval says nothing then.")
    low, high = max(min(low, value), 0.0), min(max(high, value), 1.0)
    return replace(found, low=low, high=high, standard_error=sqrt(value * (1 - value) / counted.n))
