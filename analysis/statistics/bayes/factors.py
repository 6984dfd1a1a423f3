"""Bayes factors: how much better one hypothesis foretold the data than another. Above 1: for a difference."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isfinite, log, pi, sqrt

from analysis.statistics.moments import Moments
from analysis.statistics.words import BEYOND, NoAnswer

MEDIUM = sqrt(2) / 2
"""The usual width of the prior on the standardised effect: half of all effects are thought smaller than this."""


@dataclass(frozen=True, slots=True)
class Factor:
    """log_factor: natural, of a difference against none. method: key of the methods page."""

    log_factor: float
    method: str

    @property
    def value(self) -> float:
        """The factor itself; inf where it is beyond what a number can hold."""
        return exp(self.log_factor) if self.log_factor < 709 else inf

    @property
    def sentence(self) -> str:
        """For people, in Jeffreys' words."""
        size = abs(self.log_factor)
        steps = ((3, "Hardly any"), (10, "Moderate"), (30, "Strong"), (100, "Very strong"))
        word = next((word for step, word in steps if size < log(step)), "Extreme")
        return f"{word} evidence {'for a difference' if self.log_factor >= 0 else 'for no difference'}."


def jzs_two_samples(control: Moments, treatment: Moments, *, width: float = MEDIUM) -> Factor:
    """Of two means: a Cauchy prior of this width on the standardised difference, one spread for both arms.

    Rouder, Speckman, Sun, Morey and Iverson (2009), Psychonomic Bulletin and Review 16. NoAnswer where nothing varies.
    """
    degrees = control.n + treatment.n - 2
    if min(control.n, treatment.n) < 1 or degrees < 1:
        raise NoAnswer("An arm has no value, or there are too few in all: nothing is known of how values vary.")
    pooled = float(control.scatter[0, 0] + treatment.scatter[0, 0]) / degrees
    if not pooled > 0:
        raise NoAnswer("All values are the same within each arm: nothing says how sure the difference is.")
    worth = control.n * treatment.n / (control.n + treatment.n)
    t = float(treatment.mean[0] - control.mean[0]) * sqrt(worth / pooled)
    return jzs(t, worth, degrees, width=width)


def jzs_one_sample(differences: Moments, *, against: float = 0.0, width: float = MEDIUM) -> Factor:
    """Of one mean, or of paired differences. NoAnswer with fewer than two values, or none that vary."""
    if differences.n < 2 or not differences.variance > 0:
        raise NoAnswer("Fewer than two values, or all the same: nothing is known of how they vary.")
    t = (float(differences.mean[0]) - against) / sqrt(differences.variance / differences.n)
    return jzs(t, float(differences.n), differences.n - 1, width=width)


def jzs(t: float, worth: float, degrees: float, *, width: float = MEDIUM) -> Factor:
    """From Student's t: worth is n of one sample, n m / (n + m) of two. Good to 1e-8; never a number too large.

    The Cauchy is a normal whose variance g has an inverse chi-squared law; in log g the integrand is smooth and has
    one peak, so that the trapezoidal rule is all it takes.

    >>> round(jzs(3.5, 10.0, 38).value, 3)
    26.744
    """
    import numpy as np

    if not width > 0 or not worth > 0 or not degrees > 0:
        raise ValueError(f"width, worth and degrees must be above 0, not {width}, {worth} and {degrees}.")
    u = np.linspace(-40.0, 80.0, 6001)
    g = np.exp(u)
    grown = 1 + worth * g * width**2
    logs = (
        -np.log(grown) / 2
        - (degrees + 1) / 2 * np.log1p(t * t / grown / degrees)
        - log(2 * pi) / 2
        - u / 2
        - 1 / (2 * g)
    )
    top = float(logs.max())
    alternative = top + log(float(np.exp(logs - top).sum()) * (u[1] - u[0]))
    return Factor(alternative + (degrees + 1) / 2 * float(np.log1p(t * t / degrees)), "bayes-factor-jzs")


def normal_factor(effect: float, error: float, *, prior_sd: float, prior_mean: float = 0.0) -> Factor:
    """Of an estimate with its standard error, against exactly 0: a normal prior on the effect.

    With prior_mean 0 it is the mixture sequential ratio as well: 1 / factor is a p-value valid at every look.
    """
    if not error > 0 or not prior_sd > 0:
        raise ValueError(f"error and prior_sd must be above 0, not {error} and {prior_sd}.")
    if not error**2 > 0 or not isfinite(effect**2 / error**2):
        raise NoAnswer(BEYOND)
    variance = error**2 + prior_sd**2
    gained = effect**2 / (2 * error**2) - (effect - prior_mean) ** 2 / (2 * variance)
    return Factor(gained - log(variance / error**2) / 2, "bayes-factor-normal")


def rate_factor(successes: int, n: int, rate: float, *, prior: tuple[float, float] = (1.0, 1.0)) -> Factor:
    """Of a rate against a given one: a Beta prior. It is an e-value too, valid at every look.

    >>> round(rate_factor(9, 10, 0.5).value, 3)
    9.309
    """
    if not 0 <= successes <= n or not 0 < rate < 1 or not min(prior) > 0:
        raise ValueError(f"0 <= successes <= n, 0 < rate < 1, prior above 0, not {successes}, {n}, {rate}, {prior}.")
    null = successes * log(rate) + (n - successes) * log(1 - rate)
    return Factor(_log_marginal(successes, n, prior) - null, "bayes-factor-rates")


def two_rates_factor(control: tuple[int, int], treatment: tuple[int, int], *, prior: float = 1.0) -> Factor:
    """Of two rates, each (successes, n), with a Beta(prior, prior) each, against one common rate with the same prior.

    Jeffreys (1935); Kass and Raftery (1995), Journal of the American Statistical Association 90.
    """
    for successes, n in (control, treatment):
        if not 0 <= successes <= n:
            raise ValueError(f"successes must be from 0 to n, not {successes} of {n}.")
    if not prior > 0:
        raise ValueError(f"prior must be above 0, not {prior}.")
    both = (control[0] + treatment[0], control[1] + treatment[1])
    apart = sum(_log_marginal(*arm, (prior, prior)) for arm in (control, treatment))
    return Factor(apart - _log_marginal(*both, (prior, prior)), "bayes-factor-rates")


def _log_marginal(successes: int, n: int, prior: tuple[float, float]) -> float:
    """How likely these answers were, in their order."""
    from scipy.special import betaln

    return float(betaln(prior[0] + successes, prior[1] + n - successes) - betaln(*prior))
