"""MABWiser 2.7.4's policies without contexts, for many runs at once. Numpy alone.

What each keeps is equal, number for number, to what the library keeps (`bench/mabwiser_library.py check`); how it picks
an arm from that is the library's rule with another source of chance. Every arm is pulled once first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
WORLDS = {"A": (0.12, 0.10), "B": (0.5, *[0.4] * 9), "C": (0.5, *[0.45] * 9)}
# name: (kind, parameter)
RULES: dict[str, tuple[str, float]] = {
    "random": ("random", 0.0),
    "epsilon_greedy .05": ("epsilon", 0.05),
    "epsilon_greedy .1": ("epsilon", 0.1),
    "softmax .05": ("softmax", 0.05),
    "softmax 1": ("softmax", 1.0),
    "ucb1 1": ("ucb1", 1.0),
    "ucb1 .25": ("ucb1", 0.25),
    "thompson": ("thompson", 0.0),
    "popularity": ("popularity", 0.0),
}
# With one thing changed at a time, to see what each is worth: `drawn` takes arms with the chances that the rule is
# named after, instead of the highest of a Dirichlet draw; `whole` sets every arm to its mean before all are normalised.
CHANGED: dict[str, tuple[str, float]] = {
    "softmax .05, drawn": ("softmax drawn", 0.05),
    "popularity, whole": ("popularity whole", 0.0),
    "popularity, whole, drawn": ("popularity whole drawn", 0.0),
}
TINY = float(np.finfo(float).eps)


@dataclass
class Rule:
    """One policy in as many runs as there are rows."""

    kind: str
    parameter: float
    n: Array
    total: Array
    popular: Array

    @classmethod
    def start(cls, rule: tuple[str, float], first: Array) -> Rule:
        """After one reward of each arm: shape (runs, arms)."""
        begun = cls(*rule, np.ones_like(first), first.copy(), first.copy())
        begun._normalise(np.ones(len(first), dtype=bool))
        return begun

    def learn(self, chosen: NDArray[np.intp], reward: Array) -> None:
        """One reward in each run."""
        at = (np.arange(len(chosen)), chosen)
        self.n[at] += 1
        self.total[at] += reward
        if self.kind == "popularity":  # only the touched arm is set to its mean before all are normalised again
            self.popular[at] = self.total[at] / self.n[at]
            self._normalise(np.ones(len(chosen), dtype=bool))

    def _normalise(self, rows: NDArray[np.bool_]) -> None:
        whole = self.popular.sum(axis=1, keepdims=True)
        even = np.full_like(self.popular, 1 / self.popular.shape[1])
        scaled = np.divide(self.popular, whole, out=even, where=whole > 0)
        self.popular[rows] = scaled[rows]

    def known(self) -> Array:
        """What the library keeps: for Thompson successes and failures, each from 1; else the expectations."""
        mean = self.total / self.n
        found: Array
        if self.kind == "thompson":
            return np.hstack([1 + self.total, 1 + self.n - self.total])
        if self.kind == "ucb1":
            steps = np.log(self.n.sum(axis=1, keepdims=True))
            found = mean + self.parameter * np.sqrt(2 * steps / self.n)
            return found
        if self.kind.startswith("popularity whole"):
            even = np.full_like(mean, 1 / mean.shape[1])
            whole = mean.sum(axis=1, keepdims=True)
            found = np.divide(mean, whole, out=even, where=whole > 0)
            return found
        if self.kind.startswith("softmax"):
            powers = np.exp((mean - mean.max(axis=1, keepdims=True)) / self.parameter)
            soft: Array = powers / powers.sum(axis=1, keepdims=True)
            return soft
        if self.kind == "random":
            return np.zeros_like(mean)
        return self.popular if self.kind == "popularity" else mean

    def choose(self, rng: np.random.Generator) -> NDArray[np.intp]:
        """The first arm with the highest expectation; where the library draws expectations, of the drawn ones."""
        known = self.known()
        if self.kind == "random":
            return rng.integers(self.n.shape[1], size=len(self.n))
        if self.kind == "thompson":
            known = rng.beta(*np.hsplit(known, 2))
        elif self.kind.endswith("drawn"):
            known = np.log(known + TINY) + rng.gumbel(size=known.shape)
        elif self.kind.startswith(("softmax", "popularity")):  # the highest of a Dirichlet draw: of Gamma draws
            known = log_gamma(known + TINY, rng)
        elif self.kind == "epsilon":
            explored = rng.random(len(known)) < self.parameter
            known = np.where(explored[:, None], rng.random(known.shape), known)
        chosen: NDArray[np.intp] = known.argmax(axis=1)
        return chosen


def log_gamma(shape: Array, rng: np.random.Generator) -> Array:
    """Logarithms of Gamma draws, good for the smallest shapes: Gamma(a) = Gamma(a + 1) U^(1/a)."""
    drawn: Array = np.log(rng.standard_gamma(shape + 1)) + np.log(rng.random(shape.shape)) / shape
    return drawn


def regrets(rule: tuple[str, float], means: tuple[float, ...], *, horizon: int, runs: int, seed: int) -> Array:
    """What each run has lost at the end; arms in another order in each run."""
    rng: Any = np.random.default_rng(seed)
    rates = rng.permuted(np.tile(means, (runs, 1)), axis=1)
    mab = Rule.start(rule, (rng.random(rates.shape) < rates).astype(float))
    lost, rows = (rates.max() - rates).sum(axis=1), np.arange(runs)
    for _ in range(horizon - len(means)):
        chosen = mab.choose(rng)
        mean = rates[rows, chosen]
        lost += rates.max() - mean
        mab.learn(chosen, (rng.random(runs) < mean).astype(float))
    found: Array = lost
    return found
