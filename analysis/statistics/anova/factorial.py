"""Several factors and their interactions between units: sums of squares of type 2 or 3.

Type 2 takes an effect beyond all that do not contain it; type 3 beyond all others, with contrasts that add up to 0.
Yates (1934); Langsrud (2003), Statistics and Computing 13, on which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.anova.one_way import CONSTANT, f_tested
from analysis.statistics.estimates.least_squares import independent
from analysis.statistics.labels import Labels, labels
from analysis.statistics.moments import Array, computable
from analysis.statistics.words import NoAnswer, Tested

Term = tuple[str, ...]
METHODS = {2: "anova-2", 3: "anova-3"}


@dataclass(frozen=True, slots=True)
class Effect:
    """name: "A", "A:B". squares: sum of squares. tested: its F, with what it explains to be told of it."""

    name: str
    squares: float
    tested: Tested


@dataclass(frozen=True, slots=True)
class Factorial:
    """effects: in the order of factors, then interactions. residual_squares over residual_degrees is the spread."""

    effects: tuple[Effect, ...]
    residual_squares: float
    residual_degrees: int


def factorial(y: ArrayLike, factors: Mapping[str, Labels], *, kind: Literal[2, 3] = 2, most: int = 2) -> Factorial:
    """y: shape (n,). factors: by name, labels of shape (n,). most: factors in the largest interaction.

    NoAnswer where a factor has one level, a combination that an interaction needs has no unit, units are no more than
    combinations, or nothing varies within them.

    >>> table = factorial([1.0, 2.0, 3.0, 5.0], {"A": list("aabb")})
    >>> [(effect.name, round(effect.tested.statistic, 3)) for effect in table.effects]
    [('A', 5.0)]
    """
    outcome = computable(y).ravel()
    codes = {name: _contrasts(given, name, len(outcome)) for name, given in factors.items()}
    terms = [term for size in range(1, min(most, len(codes)) + 1) for term in combinations(codes, size)]
    blocks = {term: _product([codes[name] for name in term]) for term in terms}
    full = _squares(outcome, list(blocks.values()))
    degrees = len(outcome) - 1 - sum(block.shape[1] for block in blocks.values())
    _enough(list(blocks.values()), degrees)
    _varies(outcome, full)
    effects = []
    for term in terms:
        others = [other for other in terms if not set(term) <= set(other)] if kind == 2 else terms
        kept = [blocks[other] for other in others if other != term]
        with_it = full if kind == 3 else _squares(outcome, [*kept, blocks[term]])
        squares = max(_squares(outcome, kept) - with_it, 0.0)
        above = blocks[term].shape[1]
        f = squares / above / (full / degrees)
        tested = f_tested(f, (above, degrees), len(outcome), METHODS[kind])
        effects.append(Effect(":".join(term), squares, tested))
    return Factorial(tuple(effects), full, degrees)


def _varies(outcome: Array, full: float) -> None:
    """NoAnswer if what is left within the combinations is nothing but rounding."""
    scale = float(((outcome - outcome.mean()) ** 2).sum())
    if full <= 1e-20 * max(scale, 1e-300) or full <= (1e-12 * float(np.abs(outcome).max())) ** 2:
        raise NoAnswer(CONSTANT)


def _contrasts(given: Labels, name: str, n: int) -> Array:
    """Columns that add up to 0 over the levels: 1 for a level, -1 for the last."""
    levels, places = np.unique(labels(given), return_inverse=True)
    if len(places) != n:
        raise ValueError(f"{name} must have one label for each of {n} values, not {len(places)}.")
    if len(levels) < 2:
        raise NoAnswer(f"Factor {name} has one level only: there is nothing to compare.")
    table = np.vstack([np.eye(len(levels) - 1), -np.ones(len(levels) - 1)])
    return np.asarray(table[places.ravel()])


def _product(parts: list[Array]) -> Array:
    found = parts[0]
    for part in parts[1:]:
        found = (found[:, :, None] * part[:, None, :]).reshape(len(part), -1)
    return found


def _squares(y: Array, blocks: list[Array]) -> float:
    """Residual sum of squares beyond these columns and a constant."""
    design = np.column_stack([np.ones(len(y)), *blocks])
    centred = y - y.mean()
    rest = centred - design @ np.linalg.lstsq(design, centred, rcond=None)[0]
    return float(rest @ rest)


def _enough(blocks: list[NDArray[np.float64]], degrees: int) -> None:
    design = np.column_stack([np.ones(len(blocks[0])), *blocks])
    if len(independent(design)) < design.shape[1]:
        raise NoAnswer("Some combination of levels has no unit, so effects cannot be told apart: merge levels.")
    if degrees < 1:
        raise NoAnswer("There are no more units than combinations of levels: nothing says how much they vary.")
