"""Expected information about a parameter, in closed form. Lindley (1956), Annals of Mathematical Statistics 27."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, gammaln, psi, xlogy

Array = NDArray[np.float64]


def one_yes_or_no(a: ArrayLike, b: ArrayLike) -> Array:
    """Of one yes or no under Beta(a, b): H(mean) - E H(theta). Any shape; both above 0.

    >>> float(one_yes_or_no(1, 1).round(6))  # log 2 - 1/2
    0.193147
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    if not (np.all(a > 0) and np.all(b > 0)):
        raise ValueError(f"a and b must be above 0, not {a} and {b}.")
    mean = a / (a + b)
    entropy = -xlogy(mean, mean) - xlogy(1 - mean, 1 - mean)
    kept = mean * (psi(a + 1) - psi(a + b + 1)) + (1 - mean) * (psi(b + 1) - psi(a + b + 1))
    return np.asarray(np.maximum(entropy + kept, 0.0))


def several_yes_or_no(n: int, a: float, b: float) -> float:
    """Of n of them: the mean over the beta-binomial outcome of KL(Beta(a + k, b + n - k) || Beta(a, b))."""
    if n < 0 or a <= 0 or b <= 0:
        raise ValueError(f"n must be at least 0, a and b above 0, not {n}, {a} and {b}.")
    k = np.arange(n + 1)
    chance = np.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + betaln(a + k, b + n - k) - betaln(a, b))
    gained = betaln(a, b) - betaln(a + k, b + n - k) + k * psi(a + k) + (n - k) * psi(b + n - k) - n * psi(a + b + n)
    return max(float(chance @ gained), 0.0)


def of_a_mean(n: float, prior_sd: float, noise_sd: float) -> float:
    """Of n normal values: half the logarithm of 1 + n prior variance / noise variance."""
    if n < 0 or prior_sd < 0 or noise_sd <= 0:
        raise ValueError(f"n and prior_sd at least 0, noise_sd above 0, not {n}, {prior_sd} and {noise_sd}.")
    return float(np.log1p(n * prior_sd**2 / noise_sd**2) / 2)


def linear(design: ArrayLike, prior: ArrayLike, noise_variance: float) -> float:
    """Of a linear Gaussian model: half log det(I + X S X' / noise). design: (n, p) X. prior: (p, p) S.

    Chaloner and Verdinelli (1995), Statistical Science 10. ValueError if S is no covariance, or noise is not above 0.
    """
    x, s = np.atleast_2d(np.asarray(design, float)), np.atleast_2d(np.asarray(prior, float))
    if noise_variance <= 0 or s.shape != (x.shape[1],) * 2 or not np.allclose(s, s.T):
        raise ValueError(f"prior must be symmetrical, {x.shape[1]} by {x.shape[1]}, and noise_variance above 0.")
    if np.linalg.eigvalsh(s).min() < -1e-9 * max(float(np.abs(s).max()), 1e-300):
        raise ValueError("prior must be a covariance: it has a negative eigenvalue.")
    sign, found = np.linalg.slogdet(np.eye(len(x)) + x @ s @ x.T / noise_variance)
    return float(max(found, 0.0) / 2) if sign > 0 else 0.0


def logistic(design: ArrayLike, mean: ArrayLike, prior: ArrayLike) -> float:
    """Of yes or no answers by a logistic model: Laplace, half log det(I + S X' W X) with W = p (1 - p) at the mean.

    An approximation that is good while answers are many or the prior is narrow; ``nested`` has no such limit.
    """
    x, s = np.atleast_2d(np.asarray(design, float)), np.atleast_2d(np.asarray(prior, float))
    logits = x @ np.asarray(mean, float)
    weights = np.exp(-np.logaddexp(0, logits) - np.logaddexp(0, -logits))
    _, found = np.linalg.slogdet(np.eye(len(s)) + s @ (x.T * weights) @ x)
    return float(max(found, 0.0) / 2)
