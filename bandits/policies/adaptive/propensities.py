"""The table that an arm is drawn from, and how exactly it is known."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from math import exp
from typing import TYPE_CHECKING

from bandits.policies.arms import ArmName, Choice
from experiments.chance import Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLOSED_FORM, QUADRATURE, MONTE_CARLO = "closed form", "quadrature", "Monte Carlo"
NO_CHANCE = 1e-12  # nothing is weighed by a smaller one


@dataclass(frozen=True)
class Propensities:
    """The chance of every arm under one state; they sum to 1. Arms are drawn from exactly these numbers.

    method, error: how far the table may be from the method's ideal: 0 for a closed form, a bound for quadrature, the
    largest standard error for Monte Carlo, which took ``draws`` draws. inside: the chance that an arm is given at all.
    """

    chances: Mapping[ArmName, float]
    method: str = CLOSED_FORM
    error: float = 0.0
    draws: int = 0
    inside: float = 1.0

    def draw(self, stream: Stream) -> Choice:
        """An arm, by the next word of the stream."""
        if self.inside < 1.0 and stream.uniform() >= self.inside:
            return Choice(None, self.chances, self.inside)
        names, ends = self._line
        return Choice(names[bisect_right(ends, stream.uniform() * ends[-1])], self.chances, self.inside)

    def draw_many(self, n: int, *, seed: int) -> "NDArray[np.intp]":
        """``n`` arms as places in ``chances``, in order; of units inside. Philox's raw words: the same for ever."""
        import numpy as np

        words = np.random.Philox(key=seed).random_raw(n)
        ends = np.cumsum(np.array(list(self.chances.values())))
        uniform = (words >> np.uint64(11)).astype(float)
        uniform *= ends[-1] / 2**53
        return np.searchsorted(ends, uniform, side="right")

    @cached_property
    def _line(self) -> tuple[Sequence[ArmName], Sequence[float]]:
        possible = [name for name, chance in self.chances.items() if chance > 0]
        return possible, list(accumulate(self.chances[name] for name in possible))

    def with_chances(self, chances: Mapping[ArmName, float]) -> "Propensities":
        """Other chances, known as exactly."""
        return replace(self, chances=chances)


def even(best: Sequence[ArmName], names: Sequence[ArmName]) -> Propensities:
    """The best arms share the whole evenly."""
    return Propensities({name: 1 / len(best) if name in best else 0.0 for name in names})


def normalised(names: Sequence[ArmName], weights: Sequence[float]) -> dict[ArmName, float]:
    """The weights divided by their sum, which is above 0."""
    total = sum(weights)
    return {name: weight / total for name, weight in zip(names, weights, strict=True)}


def softmax(names: Sequence[ArmName], logits: Sequence[float]) -> dict[ArmName, float]:
    """exp(logit) / sum, safe for any finite logits.

    >>> softmax(["a", "b"], [1000.0, 1000.0])
    {'a': 0.5, 'b': 0.5}
    """
    highest = max(logits)
    return normalised(names, [exp(logit - highest) for logit in logits])


def best_of(names: Sequence[ArmName], scores: Sequence[float]) -> list[ArmName]:
    """The arms with the highest score; a difference below one part in 10**12 is rounding."""
    highest = max(scores)
    if highest == float("inf"):
        return [name for name, score in zip(names, scores, strict=True) if score == highest]
    least = highest - 1e-12 * max(abs(highest), 1e-300)
    return [name for name, score in zip(names, scores, strict=True) if score >= least]
