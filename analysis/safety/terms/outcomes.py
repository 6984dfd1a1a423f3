"""What was found, and what was shown of it: candidates, readings, verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

from analysis.safety.terms.arrays import Array
from analysis.safety.terms.constraints import Constraint, Interval, Quantity, Share
from analysis.safety.terms.problems import Look, Problem

if TYPE_CHECKING:  # who only reads constraints needs no numpy: a web process starts without it
    import numpy as np


@dataclass(frozen=True, slots=True)
class Trace:
    """One row an iteration: objective (t,), multipliers (t, k), bounds (t, k), Lagrangian (t,); best: its row or -1."""

    objective: Array
    multipliers: Array
    bounds: Array
    lagrangian: Array
    best: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """What selection found. theta is None only if nothing finite was met, or nothing can pass; then reason says why."""

    theta: Array | None
    feasible: bool
    trace: Trace
    reason: str = ""


Watch: TypeAlias = Callable[[int, int, Look], None]
"""Told (iteration, of how many, what was seen); may raise to stop the search."""


class Optimiser(Protocol):
    """A way to a feasible theta with a low objective. A feasible theta once seen is never thrown away."""

    name: ClassVar[str]

    def select(self, problem: Problem, start: Array, *, rng: np.random.Generator, watch: Watch) -> Candidate: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity in the safety test. method: the bound's name; exact: as the bound says of itself.

    reason: why there is no bound. warning: what makes it doubtful.
    """

    quantity: Quantity
    n: int
    estimate: float
    interval: Interval
    share: Share
    method: str
    exact: bool
    reason: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One constraint in the safety test: passed only if its upper bound is a number at most 0.

    reason: why it did not; advice: what would help.
    """

    constraint: Constraint
    estimate: float
    upper: float
    readings: tuple[Reading, ...]
    passed: bool
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A model that passed, or No Solution Found: then theta is None and reason says why and what would help."""

    theta: Array | None
    verdicts: tuple[Verdict, ...]
    candidate: Candidate
    reason: str = ""

    @property
    def passed(self) -> bool:
        return self.theta is not None
