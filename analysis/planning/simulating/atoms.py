"""What a unit's value may be, as a few values and their chances: many units are then a few draws of counts.

Of yes or no, and of shares of a few answers, that is exact. Between two ends it is Gauss's quadrature of the assumed
Beta distribution: 12 values with its first 23 moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import betaln, gammaln, roots_jacobi

from analysis.planning.simulating.assumed import Array, Assumed

NODES = 12
FEW_TRIALS = 60
NARROW = 1e5


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """parts: values as parts of their range, from 0 to 1. chances: sum to 1. Both of shape (values,)."""

    parts: Array
    chances: Array


def atoms_of(assumed: Assumed, arm: int) -> Atoms:
    """Of a unit under one arm; the measure must have two ends."""
    mean = assumed.means[arm]
    if assumed.kind != "yes_no":
        return _between(assumed.part(mean), assumed.unit_sd(mean) / assumed.width)
    if mean in (0.0, 1.0):
        return Atoms(np.array([mean]), np.ones(1))
    if assumed.trials == 1 or assumed.icc == 1:
        return Atoms(np.array([0.0, 1.0]), np.array([1 - mean, mean]))
    if assumed.trials > FEW_TRIALS:
        return _between(mean, assumed.unit_sd(mean))
    return _shares(mean, assumed.trials, assumed.icc)


def differences_of(assumed: Assumed, arm: int) -> Atoms:
    """Of a unit's difference between an arm and the control: parts of the range from -1 to 1 of the measure's."""
    means = assumed.means[assumed.control], assumed.means[arm]
    rho = max(assumed.correlation, 0.0)
    if assumed.kind == "yes_no" and assumed.trials == 1:
        both = rho * min(means) + (1 - rho) * means[0] * means[1]
        lost, won = max(means[0] - both, 0.0), max(means[1] - both, 0.0)
        return Atoms(np.array([0.0, 0.5, 1.0]), np.array([lost, max(1 - lost - won, 0.0), won]))
    first, second = (assumed.unit_sd(mean) for mean in means)
    spread = sqrt(max(first**2 + second**2 - 2 * rho * first * second, 0.0)) / assumed.width
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    gaps = np.clip((means[1] - means[0]) / assumed.width + spread * nodes, -1, 1)
    return Atoms((1 + gaps) / 2, weights / weights.sum())


def _between(mean: float, sd: float) -> Atoms:
    """Of the Beta distribution with that mean and spread; of a normal one where it is very narrow."""
    mean = min(max(mean, 1e-9), 1 - 1e-9)
    size = max(mean * (1 - mean) / max(sd, 1e-12) ** 2 - 1, 1e-3)
    if size > NARROW:
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        return Atoms(np.clip(mean + sd * nodes, 0, 1), weights / weights.sum())
    points, weights = roots_jacobi(NODES, (1 - mean) * size - 1, mean * size - 1)
    parts, chances = np.clip((1 + points) / 2, 0, 1), np.maximum(weights, 0)
    if not (np.isfinite(parts).all() and np.isfinite(chances).all() and chances.sum() > 0):
        return Atoms(np.array([0.0, 1.0]), np.array([1 - mean, mean]))  # nearly all of it is at the ends
    return Atoms(parts, chances / chances.sum())


def _shares(mean: float, trials: int, icc: float) -> Atoms:
    """Of the share of yes in so many answers of one unit: beta-binomial, or binomial where they are independent."""
    k = np.arange(trials + 1)
    ways = gammaln(trials + 1) - gammaln(k + 1) - gammaln(trials - k + 1)
    if icc:
        a, b = mean * (1 - icc) / icc, (1 - mean) * (1 - icc) / icc
        logs = ways + betaln(a + k, b + trials - k) - betaln(a, b)
    else:
        logs = ways + k * np.log(mean) + (trials - k) * np.log1p(-mean)
    chances = np.exp(logs)
    return Atoms(k / trials, chances / chances.sum())
