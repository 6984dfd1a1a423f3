"""How it is sought: an optimiser sees only this of the problem."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from analysis.safety.terms.arrays import Array, Rows
from analysis.safety.terms.bounds import Demand
from analysis.safety.terms.constraints import Quantity
from analysis.safety.terms.evidence import Evidence

if TYPE_CHECKING:  # who only reads constraints needs no numpy: a web process starts without it
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Look:
    """The objective, and every constraint's foreseen upper bound, shape (k,): feasible if none is above 0."""

    objective: float
    bounds: Array

    @property
    def feasible(self) -> bool:
        """Not a number is not feasible."""
        return math.isfinite(self.objective) and all(bound <= 0 for bound in self.bounds.tolist())


class Problem(Protocol):
    """theta: shape (size,); count: how many constraints, k."""

    size: int
    count: int

    def look(self, theta: Array) -> Look: ...

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        """And the gradient of objective + weights . bounds, shape (size,): one pass, whatever k is."""
        ...

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        """And the objective's gradient (size,), and the bounds' (k, size)."""
        ...


class Coordinates(Protocol):
    """Other parameters of the same model, of like sizes, that hang on theta linearly: theta = A inner, A invertible."""

    def inward(self, theta: Array) -> Array: ...

    def outward(self, inner: Array) -> Array: ...

    def pulled(self, gradient: Array) -> Array:
        """A gradient by theta, as one by the inner parameters: A' gradient."""
        ...


@runtime_checkable
class Standardised(Protocol):
    """A Problem (or Fitted) may be one of these: then optimisers search in its coordinates.

    None: theta is good enough as it is.
    """

    @property
    def coordinates(self) -> Coordinates | None: ...


@runtime_checkable
class Divisible(Protocol):
    """A Problem may be one of these: then optimisers may search batch by batch."""

    @property
    def strata(self) -> NDArray[np.intp]:
        """Shape (rows,); rows of one number are alike, and every batch gets its share of them."""
        ...

    def part(self, rows: Rows) -> Problem:
        """The same over these rows alone, given by their positions in `strata`; the safety set stays as large."""
        ...


class Subject(Protocol):
    """A model (or policy) over the data that it is trained on and tested with: all that `training.train` asks for."""

    @property
    def count(self) -> int:
        """Rows, or episodes."""
        ...

    def strata(self, wholes: tuple[Quantity, ...] = ()) -> NDArray[np.intp]:
        """Shape (count,): rows of one number are alike (group, label); a stratified split shares out each of them.

        wholes: what will be bounded; the rows of each lie within one stratum, or the split would tell of the test.
        """
        ...

    def prepared(self, rows: Rows, *, rng: np.random.Generator) -> Subject:
        """With what stands fast before the search learnt from these rows alone: encodings, a tree's splits.

        Asked once, with the candidate rows, before everything else. Itself, if there is nothing to learn.
        """
        ...

    def start(self, rows: Rows, *, rng: np.random.Generator) -> Array:
        """Where the search begins, from these rows alone."""
        ...

    def problem(self, rows: Rows, demands: tuple[Demand, ...], *, size: int) -> Problem:
        """The search over these rows. size: rows of the safety set."""
        ...

    def evidence(self, theta: Array, rows: Rows, quantities: tuple[Quantity, ...]) -> Mapping[Quantity, Evidence]:
        """What these rows say of each quantity; the caller adds declared ranges."""
        ...
