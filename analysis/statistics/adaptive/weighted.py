"""Means and differences for one look at the end of a bandit's experiment, from the chances that it stored.

Terms of early, even decisions vary little, those of arms that were hardly ever chosen very much. Weights that follow
the chances even that out. Hadad, Hirshberg, Zhan, Wager and Athey (2021), Confidence intervals for policy evaluation in
adaptive experiments, PNAS 118.

The normal interval misses the truth too often all the same where an arm is starved (12 % at level 5 % for answers with
a rate of 0.1, 1,000 decisions, a floor of 0.02). So the interval is that of the asymptotic sequence tuned to this n,
half as wide again, and nothing is claimed before ``FEW`` pulls of each arm.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import Literal

import numpy as np

from analysis.statistics.adaptive.log import Array, Log
from analysis.statistics.estimates.means import difference
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import Sequence
from analysis.statistics.words import Estimate, NoAnswer, Validity

Weights = Literal["ipw", "uniform", "constant", "two-point"]
METHODS = {"ipw": "ipw", "uniform": "aipw", "constant": "aipw-weighted", "two-point": "aipw-two-point"}
DECAY = 0.7
FEW = 30
PLAIN = (
    "The plain difference of means is shown beside it only: arms that were unlucky at first were asked less, so their "
    "means stay too low, and its interval promises nothing."
)


def arm_mean(log: Log, arm: int, *, weights: Weights = "uniform", level: float = 0.05) -> Estimate:
    """One arm's mean: that of all units, had each of them got this arm.

    weights: "ipw" and "uniform" (AIPW) need only the chances of choices that were made; "constant" (the root of the
    chance) and "two-point" (for chances that may vanish) those of all arms. NoAnswer with fewer than two pulls.
    """
    _require_pulls(log, arm)
    terms = log.inverse(arm) if weights == "ipw" else log.augmented(arm)
    weight = _weights(log.chances_of(arm), weights) if weights in ("constant", "two-point") else np.ones(len(terms))
    return _estimate(terms, weight, METHODS[weights], level, few=log.pulls(arm) < FEW)


def contrast(log: Log, control: int, treatment: int, *, weights: Weights = "uniform", level: float = 0.05) -> Estimate:
    """Treatment's mean less control's, with the p-value of none.

    Weighted by the harmonic mean of both arms' chances, so that no decision says more than it can.
    """
    for arm in (control, treatment):
        _require_pulls(log, arm)
    one, other = (log.inverse(arm) if weights == "ipw" else log.augmented(arm) for arm in (control, treatment))
    weight = np.ones(len(one))
    if weights in ("constant", "two-point"):
        both = [log.chances_of(arm) for arm in (control, treatment)]
        weight = _weights(2 / (1 / both[0] + 1 / both[1]), weights)
    few = min(log.pulls(control), log.pulls(treatment)) < FEW
    return _estimate(other - one, weight, METHODS[weights], level, few=few)


def plain_difference(log: Log, control: int, treatment: int, *, level: float = 0.05) -> Estimate:
    """The difference of plain means, with the warning that it must never be shown without: it is biased."""
    arms = [Moments.of(log.rewards[log.was(arm)]) for arm in (control, treatment)]
    found = difference(*arms, level=level)
    return Estimate(
        found.value,
        found.low,
        found.high,
        level,
        found.n,
        "plain-means",
        Validity.APPROXIMATE,
        None,
        found.standard_error,
        (PLAIN,),
    )


def two_point(chances: Array, *, decay: float = DECAY) -> Array:
    """Weights whose variance adds up to a constant, whether the arm's chance stays or decays as t^-decay.

    The rest of a stick is broken at each decision: by 1 / (T - t + 1) if the arm stays as likely, by t^-decay over the
    sum of those to come if it dies out, weighted by how likely the arm is now. Hadad and others (2021), section 2.5.
    """
    n = len(chances)
    t = np.arange(1, n + 1)
    dying = t**-decay
    good, bad = 1 / (n - t + 1), dying / np.cumsum(dying[::-1])[::-1]
    broken = np.clip(chances * good + (1 - chances) * bad, 0.0, 1.0)
    broken[-1] = 1.0
    left = np.concatenate([[1.0], np.cumprod(1 - broken)[:-1]])
    weight: Array = np.sqrt(chances * broken * left)
    return weight


def _weights(chances: Array, weights: Weights) -> Array:
    return two_point(chances) if weights == "two-point" else np.sqrt(chances)


def _estimate(terms: Array, weight: Array, method: str, level: float, *, few: bool) -> Estimate:
    whole = float(weight.sum())
    value = float(weight @ terms) / whole
    error = sqrt(float(weight**2 @ (terms - value) ** 2)) / whole
    if not error > 0:
        raise NoAnswer("All rewards are the same: nothing says how sure a mean is.")
    sequence, n = Sequence(level, len(terms)), len(terms)
    half, p = sequence.spread(n) * error, sequence.p_value(value / error, n)
    if few:
        said = f"An arm was chosen fewer than {FEW} times: too few to know how much rewards vary."
        return Estimate(value, -inf, inf, level, n, method, Validity.APPROXIMATE, 1.0, error, (said,))
    return Estimate(value, value - half, value + half, level, n, method, Validity.APPROXIMATE, p, error)


def _require_pulls(log: Log, arm: int) -> None:
    if log.pulls(arm) < 2:
        raise NoAnswer("An arm was chosen fewer than twice: nothing is known of its mean.")
