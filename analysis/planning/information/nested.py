"""Information without a closed form: a bound from below and one from above, refined until they nearly meet.

From below, prior contrastive estimation, at most log(inner + 1): Foster, Jankowiak, O'Meara, Teh and Rainforth (2020),
AISTATS. From above in expectation, nested Monte Carlo, whose bias falls as 1 / inner: Rainforth, Cornish, Yang,
Warrington and Wood (2018), ICML. Both from the same draws, so that their gap is the bias and not chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.special import logsumexp

from analysis.planning.information.models import Array, Model, Rng

TOGETHER = 64  # outer draws that share their inner ones
MOST_INNER = 65_536


@dataclass(frozen=True, slots=True)
class Between:
    """Nats. low, high: means of the two bounds. error: the larger one's standard error. inner, outer: draws taken.

    is_close: whether the bounds met within what was asked for; otherwise only the bounds are known.
    """

    low: float
    high: float
    error: float
    inner: int
    outer: int
    is_close: bool

    @property
    def value(self) -> float:
        """The middle."""
        return (self.low + self.high) / 2

    @property
    def sentence(self) -> str:
        """For people."""
        met = "" if self.is_close else " More draws than that are needed to say it better."
        return f"Between {self.low:.3f} and {self.high:.3f} nats (± {2 * self.error:.3f} by chance).{met}"


def between(model: Model, rng: Rng, *, tolerance: float = 0.02, outer: int = 2_048, most: int = MOST_INNER) -> Between:
    """Doubles the inner draws until the bounds are within ``tolerance`` nats, or there are ``most`` of them.

    ValueError unless tolerance is above 0, outer at least 128 and most at least 64.
    """
    if tolerance <= 0 or outer < 2 * TOGETHER or most < 64:
        raise ValueError(f"tolerance above 0, outer at least 128, most at least 64, not {tolerance}, {outer}, {most}.")
    inner = 64
    while True:
        lows, highs = _bounds(model, rng, outer, inner)
        low, high = max(float(lows.mean()), 0.0), max(float(highs.mean()), 0.0)
        is_close = high - low <= tolerance
        if is_close or inner * 2 > most:
            error = float(max(lows.std(ddof=1), highs.std(ddof=1)) / np.sqrt(len(lows)))
            return Between(low, high, error, inner, outer, is_close)
        inner *= 4 if high - low > 4 * tolerance and inner * 4 <= most else 2


def _bounds(model: Model, rng: Rng, outer: int, inner: int) -> tuple[Array, Array]:
    """Of each group of outer draws; groups are independent of each other."""
    lows, highs = [], []
    for _ in range(outer // TOGETHER):
        truth, others = model.draw(TOGETHER, rng), model.draw(inner, rng)
        answers = model.answers(truth, rng)
        own = np.diagonal(model.log_likelihood(answers, truth))
        rest = logsumexp(model.log_likelihood(answers, others), axis=1)
        lows.append(float(np.mean(own - np.logaddexp(own, rest))) + log(inner + 1))
        highs.append(float(np.mean(own - rest)) + log(inner))
    return np.array(lows), np.array(highs)
