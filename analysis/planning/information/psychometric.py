"""Which stimulus next: a psychometric function known as a grid of chances, looked at where it teaches most.

Watson (2017), "QUEST+", Journal of Vision 17; Myung, Cavagnaro and Pitt (2013), J. Math. Psychology 57 (adaptive design
optimisation). The stimulus with the most information is the one with the least expected entropy afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, xlogy

from analysis.planning.information.best_arm import entropy, two_way

Array = NDArray[np.float64]
FORMS = ("logistic", "normal", "weibull")
MOST_CELLS = 200_000
MOST_BLOCK = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """Chance of a yes (or of being right): guess + (1 - guess - lapse) F(slope (x - threshold)).

    form: F is logistic or normal; weibull: 1 - exp(-(x / threshold)^slope), for x above 0.
    """

    form: str = "logistic"

    def chance(self, x: Array, threshold: float, slope: float, guess: float, lapse: float) -> Array:
        """At each stimulus."""
        if self.form == "weibull":
            with np.errstate(over="ignore"):  # far above the threshold: seen for certain
                inner = -np.expm1(-np.power(np.maximum(x, 0) / threshold, slope))
        else:
            z = slope * (x - threshold)
            inner = ndtr(z) if self.form == "normal" else 1 / (1 + np.exp(-np.clip(z, -700, 700)))
        return np.asarray(guess + (1 - guess - lapse) * inner)


@dataclass(frozen=True, eq=False)
class Grid:
    """What is believed of one participant. chances: (cells, stimuli). belief: (cells,), sums to 1.

    cells: (cells, 4), threshold, slope, guess, lapse.
    """

    stimuli: Array
    cells: Array
    chances: Array
    belief: Array
    shown: tuple[int, ...] = ()

    @classmethod
    def over(
        cls,
        stimuli: Sequence[float],
        thresholds: Sequence[float],
        slopes: Sequence[float],
        others: tuple[Sequence[float], Sequence[float]] = ((0.0,), (0.0,)),
        form: str = "logistic",
    ) -> Grid:
        """An even belief over all combinations. others: guesses and lapses. ValueError for what cannot be a chance."""
        guesses, lapses = others
        cells = np.array(list(product(thresholds, slopes, guesses, lapses)), float)
        if form not in FORMS:
            raise ValueError(f"form must be one of {', '.join(FORMS)}, not {form!r}.")
        if not len(stimuli) or not len(cells) or len(cells) * len(stimuli) > MOST_CELLS * 10:
            raise ValueError(f"stimuli and parameters must be there, and at most {MOST_CELLS * 10:,} pairs of them.")
        x = np.asarray(stimuli, float)
        chances = np.array([Shape(form).chance(x, *map(float, cell)) for cell in cells])
        sides = cells[:, 2:]
        if not np.isfinite(chances).all() or (sides < 0).any() or (sides.sum(axis=1) > 1).any():
            raise ValueError("guess and lapse must leave a chance: both at least 0, together at most 1.")
        return cls(x, cells, chances, np.full(len(cells), 1 / len(cells)))

    def answered(self, stimulus: int, yes: bool) -> Grid:
        """After an answer to the stimulus of that place. An answer that no cell allows leaves the belief as it was."""
        chance = self.chances[:, stimulus] if yes else 1 - self.chances[:, stimulus]
        belief = self.belief * chance
        total = float(belief.sum())
        kept = belief / total if total > 0 else self.belief
        return replace(self, belief=kept, shown=(*self.shown, stimulus))

    def information(self) -> Array:
        """Of each stimulus about all parameters, in nats, (stimuli,)."""
        return np.maximum(two_way(self.belief @ self.chances) - self.belief @ two_way(self.chances), 0.0)

    def information_about(self, column: int) -> Array:
        """The same about one parameter (0 threshold, 1 slope, 2 guess, 3 lapse) alone; the others are a nuisance."""
        values, place = np.unique(self.cells[:, column], return_inverse=True)
        weight = np.bincount(place, self.belief, len(values))
        joint = (place == np.arange(len(values))[:, None]) * self.belief @ self.chances
        alone = joint / np.maximum(weight, 1e-300)[:, None]
        return np.maximum(two_way(self.belief @ self.chances) - weight @ two_way(np.clip(alone, 0, 1)), 0.0)

    def expected_entropy(self) -> Array:
        """Of the belief after each stimulus: what QUEST+ makes least."""
        return entropy(self.belief) - self.information()

    def moments(self, column: int = 0) -> tuple[float, float]:
        """Mean and standard deviation of one parameter."""
        values = self.cells[:, column]
        mean = float(self.belief @ values)
        return mean, float(np.sqrt(max(float(self.belief @ (values - mean) ** 2), 0.0)))

    def block(self, size: int, costs: Array | None = None) -> tuple[list[int], float]:
        """Stimuli for a block whose answers come together, and what all of them teach, in nats.

        Greedy, with the joint information of all patterns of answers counted exactly; at least 63 % of the best block's
        (Nemhauser, Wolsey and Fisher 1978). costs: of each stimulus; then information per cost leads. ValueError unless
        size is from 1 to 10.
        """
        if not 1 <= size <= MOST_BLOCK:
            raise ValueError(f"size must be from 1 to {MOST_BLOCK}, not {size}.")
        chosen: list[int] = []
        patterns, within, known = np.ones((1, len(self.belief))), self.belief @ two_way(self.chances), 0.0
        for _ in range(size):
            yes = np.einsum("pc,c,cx->px", patterns, self.belief, self.chances)
            no = (patterns @ self.belief)[:, None] - yes
            entropies = -(xlogy(yes, yes) + xlogy(np.maximum(no, 0), np.maximum(no, 1e-300))).sum(axis=0)
            spent = sum(within[x] for x in chosen)
            joint = entropies - spent - within
            gained = joint - known
            best = int(np.argmax(gained if costs is None else gained / costs))
            chosen.append(best)
            known = float(max(joint[best], 0.0))
            column = self.chances[:, best]
            patterns = np.concatenate([patterns * column, patterns * (1 - column)])
        return chosen, known


@dataclass(frozen=True, slots=True)
class Guard:
    """random: share of stimuli drawn evenly. least: times each is shown before any choice. until_sd: freeze there."""

    random: float = 0.1
    least: int = 0
    until_sd: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.random <= 1 or self.least < 0 or self.until_sd < 0:
            raise ValueError(f"random in [0, 1], least and until_sd at least 0, not {self}.")

    def chances(self, grid: Grid, costs: Array | None = None, *, about: int | None = None) -> Array:
        """The chance of each stimulus to be the next, (stimuli,): exact, so that it can be stored with the answer."""
        count = np.bincount(np.array(grid.shown, int), minlength=len(grid.stimuli))
        if (count < self.least).any():
            missing = (count < self.least).astype(float)
            return np.asarray(missing / missing.sum())
        value = grid.information() if about is None else grid.information_about(about)
        value = value if costs is None else value / costs
        best = (value >= value.max() - 1e-12).astype(float)
        return np.asarray(self.random / len(best) + (1 - self.random) * best / best.sum())

    def is_done(self, grid: Grid) -> bool:
        """Whether the threshold is known well enough."""
        return grid.moments(0)[1] <= self.until_sd
