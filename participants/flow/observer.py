"""A simulated observer: answers by a psychometric function of the stimulus, with a threshold of their own."""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, log, sqrt
from statistics import NormalDist

from experiments.chance import Stream
from experiments.types import Json, JsonObject

FORMS = ("weibull", "logistic", "normal")
NUMBERS = {"threshold": 1.0, "spread": 0.0, "slope": 3.0, "guess": 0.5, "lapse": 0.02}
FAR = 300.0  # of an exponent: beyond it a number has no room


@dataclass(frozen=True, slots=True)
class Observer:
    """x: the attribute that is the intensity. spread: sd between people, of the logarithm for a Weibull curve.

    yes, no: what is answered where there is no right answer; without them, right and wrong ones are.
    """

    x: str
    form: str = "weibull"
    threshold: float = 1.0
    spread: float = 0.0
    slope: float = 3.0
    guess: float = 0.5
    lapse: float = 0.02
    yes: Json = None
    no: Json = None

    def threshold_of(self, seed: int) -> float:
        """Of the person whose session has that seed: what a block should recover."""
        trait = Stream(seed, "observer").uniform()
        z = NormalDist().inv_cdf(min(max(trait, 1e-9), 1 - 1e-9)) * self.spread
        return self.threshold * exp(min(max(z, -FAR), FAR)) if self.form == "weibull" else self.threshold + z

    def chance(self, case: JsonObject, seed: int) -> float | None:
        """Of a yes (or of being right) at a stimulus; None where it has no such intensity."""
        x = case.get(self.x)
        if isinstance(x, bool) or not isinstance(x, int | float):
            return None
        return self.guess + (1 - self.guess - self.lapse) * self._seen(float(x), self.threshold_of(seed))

    def _seen(self, x: float, threshold: float) -> float:
        if self.form == "weibull":
            return 1 - exp(-exp(min(self.slope * log(x / threshold), FAR))) if x > 0 else 0.0
        z = self.slope * (x - threshold)
        return (1 + erf(z / sqrt(2))) / 2 if self.form == "normal" else 1 / (1 + exp(-min(max(z, -700), 700)))
