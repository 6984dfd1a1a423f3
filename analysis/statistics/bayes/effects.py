"""The normal posterior of an effect, as GrowthBook has it: a prior on the relative effect, risks in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, pi, sqrt

from analysis.statistics.bayes.comparing import Answer
from analysis.statistics.estimates.arms import Arm, relative_error
from analysis.statistics.words import Estimate, NoAnswer, Validity


@dataclass(frozen=True, slots=True)
class EffectPrior:
    """Of the relative effect, normal. sd inf: nothing is known beforehand (improper, flat)."""

    mean: float = 0.0
    sd: float = inf

    def __post_init__(self) -> None:
        if not self.sd > 0:
            raise ValueError(f"sd of the prior must be above 0, not {self.sd}.")


@dataclass(frozen=True, slots=True)
class NormalEffect:
    """What is believed of an effect."""

    mean: float
    sd: float

    def above(self, value: float) -> float:
        """The chance of more than that."""
        from scipy.special import ndtr

        return float(ndtr((self.mean - value) / self.sd))

    def quantile(self, share: float) -> float:
        """Below which this share of the belief is."""
        from scipy.special import ndtri

        return float(self.mean + self.sd * ndtri(share))

    @property
    def expected_gain(self) -> float:
        """E[max(effect, 0)], in closed form; exact also where it is little."""
        return positive_part(self.mean, self.sd)

    @property
    def expected_loss(self) -> float:
        """E[max(-effect, 0)]."""
        return positive_part(-self.mean, self.sd)


FLAT = EffectPrior()


def believed(control: Arm, treatment: Arm, *, prior: EffectPrior = FLAT, relative: bool = True) -> NormalEffect:
    """The posterior of treatment - control, or of that over control's size, from values and their spread.

    For the absolute effect the prior is stretched by the size of control's value. NoAnswer with an empty arm, without
    any spread, or relative to 0.
    """
    base = abs(control.value)
    for arm, name in ((control, "control"), (treatment, "treatment")):
        if arm.n < 1:
            raise NoAnswer(f"The {name} has no units yet: there is nothing to compare.")
    if not base and (relative or prior.sd < inf):
        raise NoAnswer("The control's value is 0: there is nothing to be relative to. Ask for the absolute difference.")
    effect = (treatment.value - control.value) / (base if relative else 1.0)
    error = relative_error(control, treatment) if relative else sqrt(control.squared_error + treatment.squared_error)
    if not error > 0:
        raise NoAnswer("All values are the same within each arm: nothing says how sure the difference is.")
    stretch = 1.0 if relative else base
    return updated(effect, error, mean=prior.mean * stretch, sd=prior.sd * stretch)


def updated(effect: float, error: float, *, mean: float, sd: float) -> NormalEffect:
    """A normal prior with a normal estimate: means weighted by their precisions. sd may be inf.

    >>> updated(1.0, 1.0, mean=0.0, sd=1.0)
    NormalEffect(mean=0.5, sd=0.7071067811865475)
    """
    prior = 0.0 if sd == inf else 1 / sd**2
    precision = 1 / error**2 + prior
    return NormalEffect((effect / error**2 + prior * mean) / precision, 1 / sqrt(precision))


def compare_effect(
    control: Arm, treatment: Arm, *, prior: EffectPrior = FLAT, relative: bool = True, level: float = 0.05
) -> Answer:
    """The answer: interval, chance to win and both risks, in the effect's units."""
    from scipy.special import ndtri

    found = believed(control, treatment, prior=prior, relative=relative)
    half = -float(ndtri(level / 2)) * found.sd
    low, high, n = found.mean - half, found.mean + half, control.n + treatment.n
    estimate = Estimate(found.mean, low, high, level, n, "bayes-effect", Validity.POSTERIOR, None, found.sd)
    return Answer(estimate, found.above(0.0), found.expected_gain, found.expected_loss)


def positive_part(mean: float, sd: float) -> float:
    """E[max(X, 0)] of X ~ N(mean, sd^2): mean Phi(mean / sd) + sd phi(mean / sd), without loss of digits far below 0.

    >>> round(positive_part(0.0, 1.0), 6), positive_part(-30.0, 1.0) > 0
    (0.398942, True)
    """
    from scipy.special import erfcx

    z = mean / sd
    dense = exp(-z * z / 2) / sqrt(2 * pi)
    if z > -1:
        from scipy.special import ndtr

        return float(mean * ndtr(z) + sd * dense)
    mills = sqrt(pi / 2) * float(erfcx(-z / sqrt(2)))
    if z < -1e4:
        return sd * dense / (z * z)
    return sd * dense * (1 + z * mills)
