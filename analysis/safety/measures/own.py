"""Measures of one's own: a function of the outputs and labels of the rows, with a declared range.

    import numpy as np
    from analysis.safety.measures import MEASURES, Own, together
    from analysis.safety.terms import Regime

    def overshoot(outputs, labels):
        return np.clip(outputs - labels, 0.0, 5.0)

    own = Own("Overshoot", overshoot, span=(0.0, 5.0), regimes=frozenset({Regime.REGRESSION}))
    mine = together(MEASURES.values(), own)

Hand `mine` to the vocabulary, the terms and the subject of a training; nobody else's trainings know of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.safety.terms import Array, Evidence, Mask, Measure, Regime, Risk

STEP = 1e-6
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Own:
    """function(outputs, labels) -> one value a row, each from its own row alone, all within span.

    counted(labels) -> which rows count; None: all. slope(outputs, labels): derivative of every value by its row's
    outputs; None: by differences. smooth: another of these, if the function has steps. risk: None for the mean.
    """

    name: str
    function: Callable[[Array, Array], Array]
    span: tuple[float, float]
    regimes: frozenset[Regime]
    counted: Callable[[Array], Mask] | None = None
    slope: Callable[[Array, Array], Array] | None = None
    smooth: Measure | None = None
    risk: Risk | None = None

    def __post_init__(self) -> None:
        """ValueError for a name that no constraint could say, or an empty range."""
        if not NAME.fullmatch(self.name):
            raise ValueError(f"“{self.name}” cannot stand in a constraint: a name is letters, digits and single “_”.")
        low, high = self.span
        if not low < high:
            raise ValueError(f"{self.name}: its range must go from a smaller number to a larger one, not {self.span}.")

    def subscripts(self, regime: Regime) -> int:
        return 0

    def like(self) -> Evidence:
        return Evidence(np.empty(0), low=self.span[0], high=self.span[1], risk=self.risk)

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        return None if self.counted is None else np.asarray(self.counted(labels), dtype=bool)

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        """ValueError if the function does not give one number a row."""
        found = np.asarray(self.function(outputs, labels), dtype=float)
        if found.shape != labels.shape:
            raise ValueError(f"{self.name} gave values of shape {found.shape} for {len(labels)} rows.")
        return found

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        if self.slope is not None:
            return np.asarray(self.slope(outputs, labels), dtype=float)
        found = np.empty_like(outputs)
        for column in np.ndindex(outputs.shape[1:]):
            step = np.zeros(outputs.shape[1:])
            step[column] = STEP
            away = self.values(outputs + step, labels, indices) - self.values(outputs - step, labels, indices)
            found[(slice(None), *column)] = away / (2 * STEP)
        return found
