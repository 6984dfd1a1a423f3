"""The words that the parts of this room share: constraints, evidence, bounds, models, problems, candidates.

Everything is a value: nothing here keeps state between two calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:  # who only reads constraints needs no numpy: a web process starts without it
    import numpy as np
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"
Mask: TypeAlias = "NDArray[np.bool_]"
Rows: TypeAlias = "NDArray[np.intp]"
"""Which rows (or episodes) of a data set, by position."""


class Regime(StrEnum):
    """What is learned; it decides which measures a constraint may name."""

    REGRESSION = "regression"
    BINARY = "binary_classification"
    MULTICLASS = "multiclass_classification"
    REINFORCEMENT = "reinforcement_learning"
    CUSTOM = "custom"


class Mode(StrEnum):
    """DEFAULT is right where the Seldonian Engine is wrong; ENGINE gives its numbers (never its crashes)."""

    DEFAULT = "default"
    ENGINE = "engine-compatible"


# --- What is demanded: g(theta) <= 0 as a tree over quantities ---


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is bounded from data: a measure, of a class or a pair of classes, over the rows in all of `where`."""

    measure: str
    indices: tuple[int, ...] = ()
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        subscript = f"_[{','.join(map(str, self.indices))}]" if self.indices else ""
        condition = f" | [{','.join(self.where)}]" if self.where else ""
        return f"{self.measure}{subscript}{condition}"


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the constraint's text."""

    value: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """An occurrence of a quantity; the same quantity may occur more than once, and is bounded once."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Operation:
    """operator: add, sub, mult, div, pow, min, max (two operands), abs, exp, log (one)."""

    operator: str
    operands: tuple[Constant | Leaf | Operation, ...]


Node: TypeAlias = Constant | Leaf | Operation


@dataclass(frozen=True, slots=True)
class Constraint:
    """g <= 0 is wanted, with probability 1 - delta. normalised: the text after everything moved to g's side."""

    text: str
    normalised: str
    root: Constant | Leaf | Operation
    delta: float
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """lower <= upper, either may be infinite; not a number is never inside one: who meets it makes both infinite."""

    lower: float = -math.inf
    upper: float = math.inf


@dataclass(frozen=True, slots=True)
class Share:
    """How much of delta each side of a quantity may spend; None: that side is not needed.

    inflation: what candidate selection multiplies the width of the predicted bound by.
    """

    delta_lower: float | None = None
    delta_upper: float | None = None
    inflation_lower: float = 2.0
    inflation_upper: float = 2.0


Budget: TypeAlias = Mapping[Quantity, Share]


# --- What is seen: rows, and the values of one quantity ---


@dataclass(frozen=True, slots=True)
class Samples:
    """features: (n, d). labels: (n,), classes as whole numbers from 0. groups: name -> (n,) membership.

    names: of the features, if they have some.
    """

    features: Array
    labels: Array
    groups: Mapping[str, Mask] = field(default_factory=dict)
    names: tuple[str, ...] = ()


class Risk(Protocol):
    """A distortion risk measure: low + the integral over x from low to high of weight(P(value > x))."""

    name: ClassVar[str]

    def weight(self, survival: Array) -> Array:
        """Never falling, from 0 at 0 to 1 at 1; the mean's is the survival itself."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """Values, shape (m,), whose mean is the quantity, or whose `risk`, such as CVaR, the mean of the worst share.

    low, high: the declared range of any one value, infinite where none was declared. rows: of the set they come from.
    binary: declared, not seen: only low and high can occur. independent: False for terms that share a divisor (WIS).
    above: other values for the bound from above, where one set cannot serve both: what is weighted by importance has a
    least value or a largest one, never both. estimate: the quantity's, where it is not the mean of the values. unit:
    how large a usual value is, where the range is open at one end; declared, it makes bets suit, and never valid.
    refused: why these values show nothing, whatever a bound would make of them; empty: they may.
    """

    values: Array
    low: float = -math.inf
    high: float = math.inf
    rows: int = 0
    above: Evidence | None = None
    estimate: float | None = None
    unit: float = 1.0
    binary: bool = False
    independent: bool = True
    risk: Risk | None = None
    refused: str = ""

    def side(self, side: str) -> Evidence:
        """What bounds it from that side, "lower" or "upper": who asks for a bound asks for it of this."""
        return self.above if side == "upper" and self.above is not None else self


class Measure(Protocol):
    """A kind of quantity of supervised learning. outputs: (m,) or (m, classes), of the rows that `rows` keeps."""

    @property
    def name(self) -> str: ...

    @property
    def regimes(self) -> frozenset[Regime]: ...

    @property
    def smooth(self) -> Measure | None:
        """What stands in for it while a candidate is sought, if the measure itself has steps; None: nothing does."""
        ...

    def subscripts(self, regime: Regime) -> int:
        """How many classes the name must be given there: `PR_[1]` has one."""
        ...

    def like(self) -> Evidence:
        """What is declared of its values, without any: their range, infinite where the user has to say it; the risk."""
        ...

    def rows(self, labels: Array, indices: tuple[int, ...]) -> Mask | None:
        """Which rows count, shape (n,); None: all."""
        ...

    def values(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        """One value a row, shape (m,), each an unbiased estimate of the quantity."""
        ...

    def slopes(self, outputs: Array, labels: Array, indices: tuple[int, ...]) -> Array:
        """Derivative of every value by its row's outputs; shape of outputs."""
        ...


# --- How sure: bounds ---


@dataclass(frozen=True, slots=True)
class Prediction:
    """A bound as candidate selection foresees it, and its derivative by every value, shape (m,)."""

    bound: float
    slopes: Array


class Bound(Protocol):
    """A one-sided confidence bound on the quantity behind evidence.

    Every side may be wrong with probability at most delta. exact: True if that is a theorem for independent values of
    the declared range; False: approximate, and said so wherever it is shown. Too few values, or none finite: infinite.
    """

    name: ClassVar[str]
    exact: ClassVar[bool]

    def chosen(self, evidence: Evidence) -> Bound:
        """Which bound serves here: itself, but for `auto`. It looks at what is declared, never at the values."""
        ...

    def refusal(self, evidence: Evidence) -> str | None:
        """Why it cannot serve here, in a sentence; None: it can."""
        ...

    def warning(self, evidence: Evidence) -> str | None:
        """What makes it doubtful here, in a sentence, although it serves; None: nothing."""
        ...

    def lower(self, evidence: Evidence, *, delta: float) -> float: ...

    def upper(self, evidence: Evidence, *, delta: float) -> float: ...

    def foresee(self, evidence: Evidence, *, side: str, delta: float, size: int, inflation: float) -> Prediction:
        """What the safety test will say of `size` values like these: smooth in the values, wider by `inflation`.

        side: "lower" or "upper".
        """
        ...


Foresight: TypeAlias = Callable[[float, float], tuple[float, float, float]]
"""(mean, deviation) of the values -> the foreseen bound, its derivative by the mean, and by the deviation.

The deviation divides by n - 1.
"""


class MomentBound(Bound, Protocol):
    """A bound that foresees from mean and deviation alone: one pass over the rows serves any number of quantities."""

    def foresight(
        self, *, side: str, delta: float, sizes: tuple[int, int], inflation: float, span: tuple[float, float]
    ) -> Foresight:
        """Everything that does not depend on the values, done once.

        sizes: how many values are seen now, and how many the safety test will have. span: the declared range.
        """
        ...


@dataclass(frozen=True, slots=True)
class Demand:
    """A constraint as it is tested: how its delta is shared out, which bound each quantity gets, and its range."""

    constraint: Constraint
    budget: Budget
    bounds: Mapping[Quantity, Bound]
    ranges: Mapping[Quantity, tuple[float, float]] = field(default_factory=dict)


# --- What is trained ---


class Fitted(Protocol):
    """A model over given features: what is costly is done once. theta: shape (size,)."""

    size: int

    def outputs(self, theta: Array) -> Array:
        """(n,) predictions (probability of class 1, or a value), or (n, classes) probabilities."""
        ...

    def pull(self, theta: Array, outputs: Array, weights: Array) -> Array:
        """sum over rows of weights * d outputs / d theta, shape (size,). weights: shape of outputs."""
        ...


@runtime_checkable
class Linked(Fitted, Protocol):
    """Outputs that are a function of scores, row by row: the slope by the scores is what stays finite at 0 and 1."""

    link: str
    """identity, logit, softmax, …"""

    def bent(self, outputs: Array, weights: Array) -> Array:
        """Weights by the outputs -> weights by the scores."""
        ...

    def pull_scores(self, weights: Array) -> Array:
        """sum over rows of weights * d scores / d theta, shape (size,)."""
        ...

    def pull_many(self, weights: Array) -> Array:
        """The same for several at once, in one pass: weights (m, *shape of scores) -> (m, size)."""
        ...


class Model(Protocol):
    """A family of predictors with parameters theta. classes: how many, 0 for regression."""

    name: ClassVar[str]
    regimes: ClassVar[frozenset[Regime]]

    def shaped(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Model:
        """With what stands fast before the search learnt from the candidate set: the splits of a tree. Else itself.

        `over` and `start` are asked of this one.
        """
        ...

    def over(self, features: Array, *, classes: int) -> Fitted: ...

    def while_searching(self, features: Array, *, classes: int) -> Fitted:
        """Over the candidate rows, in the search alone: of a row that `shaped` learnt from it may say what it would
        have said of a stranger, so that the search is not too hopeful. Usually `over`. The safety test asks `over`.
        """
        ...

    def start(self, samples: Samples, *, classes: int, rng: np.random.Generator) -> Array:
        """Where the search begins: usually the model as it would be fitted without constraints."""
        ...


class Objective(Protocol):
    """What is minimised."""

    name: ClassVar[str]
    regimes: ClassVar[frozenset[Regime]]

    @property
    def penalty(self) -> float:
        """Times theta . theta, added to the value."""
        ...

    def value(self, outputs: Array, labels: Array) -> float: ...

    def slopes(self, outputs: Array, labels: Array) -> Array:
        """Derivative of the value by the outputs; their shape."""
        ...


@runtime_checkable
class LinkedObjective(Objective, Protocol):
    """One whose slope by the scores has a simple form under one link."""

    link: ClassVar[str]

    def residuals(self, outputs: Array, labels: Array) -> Array:
        """Derivative of the value by the scores; shape of outputs."""
        ...


# --- How it is sought: an optimiser sees only this of the problem ---


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


# --- What was shown: the safety test ---


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
