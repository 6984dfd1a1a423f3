"""Who is compared: the document's own training, and others that promise nothing. To add one: a class in this package.

Each is given the same rows of the same trial. What it returns is judged in the whole world, on equal terms.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from analysis.learning.components import Finding, Nullable, Real
from analysis.learning.members import Member, Register, takes
from analysis.safety.curves.population import Population
from analysis.safety.searching import Wanted, search
from analysis.safety.terms import Array, Coordinates, Look, Problem, Rows, Standardised
from analysis.safety.testing.splitting import divided
from analysis.safety.training import quantities_of, tested, unwatched
from experiments.types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Answer:
    """outputs: of the model over the whole world; None: no solution was found, and reason says why."""

    outputs: Array | None
    reason: str = ""


@dataclass(frozen=True)
class Contender(Member):
    """A way to train on a sample."""

    promises: ClassVar[bool] = False  # whether what it returns was tested

    def faults_in(self, setting: JsonObject) -> list[Finding]:
        """Why it cannot take part under this setting; paths begin at the contender."""
        return []

    @abstractmethod
    def answer(self, population: Population, sample: Rows, *, rng: np.random.Generator) -> Answer:
        """sample: rows of the population, some of them more than once: nothing else may be looked at."""


CONTENDERS: Register[Contender] = Register("kind")


@CONTENDERS.register
@dataclass(frozen=True)
class Safe(Contender):
    """The document's training under its constraints: split, search, safety test."""

    name: ClassVar[str] = "safe"
    example: ClassVar[JsonObject] = {"kind": "safe"}
    promises: ClassVar[bool] = True

    def answer(self, population: Population, sample: Rows, *, rng: np.random.Generator) -> Answer:
        wish, held = population.wish, population.wish.held
        seed = int(rng.integers(2**32))
        demands = wish.demands(population.vocabulary)
        strata = population.rows.strata(quantities_of(demands))[sample]
        parts = divided(strata, fraction=held.fraction, split=held.split, seed=seed)
        candidates, safety = sample[parts.candidate], sample[parts.safety]
        subject = population.prepared(candidates, rng=rng)
        wanted = Wanted(demands, wish.optimiser, len(safety), wish.mode)
        found = search(subject, candidates, wanted, rng=rng, watch=unwatched)
        outcome = tested(subject, found, demands, safety, mode=wish.mode)
        return Answer(None if outcome.theta is None else subject.outputs(outcome.theta), outcome.reason)


class ObjectiveAlone:
    """A problem whose constraints nobody looks at."""

    count = 0

    def __init__(self, problem: Problem) -> None:
        self._problem, self._none = problem, np.zeros(problem.count)
        self.size = problem.size

    @property
    def coordinates(self) -> Coordinates | None:
        return self._problem.coordinates if isinstance(self._problem, Standardised) else None

    def look(self, theta: Array) -> Look:
        return _unbound(self._problem.look(theta))

    def slope(self, theta: Array, weights: Array) -> tuple[Look, Array]:
        look, gradient = self._problem.slope(theta, self._none)
        return _unbound(look), gradient

    def slopes(self, theta: Array) -> tuple[Look, Array, Array]:
        look, gradient = self.slope(theta, self._none)
        return look, gradient, np.zeros((0, self.size))


def _unbound(look: Look) -> Look:
    return Look(look.objective, np.zeros(0))


@CONTENDERS.register
@dataclass(frozen=True)
class Unconstrained(Contender):
    """The document's model and objective on all rows of the sample, without any constraint or test."""

    name: ClassVar[str] = "unconstrained"
    example: ClassVar[JsonObject] = {"kind": "unconstrained"}

    def answer(self, population: Population, sample: Rows, *, rng: np.random.Generator) -> Answer:
        subject = population.prepared(sample, rng=rng)
        start = subject.start(sample, rng=rng)
        demands = population.wish.demands(population.vocabulary)
        problem = ObjectiveAlone(subject.problem(sample, demands, size=len(sample)))
        found = population.wish.optimiser.select(problem, start, rng=rng, watch=unwatched)
        return Answer(subject.outputs(start if found.theta is None else found.theta))


@CONTENDERS.register
@dataclass(frozen=True)
class Chance(Contender):
    """Says class 1 with one probability, whoever asks: the floor that a model must be above."""

    name: ClassVar[str] = "chance"
    example: ClassVar[JsonObject] = {"kind": "chance", "probability": 0.5}

    probability: float | None = takes(
        Nullable(Real(0, 1)), "Of class 1 (or the number that is always said). Null: the mean of the sample.", None
    )

    def answer(self, population: Population, sample: Rows, *, rng: np.random.Generator) -> Answer:
        labels, classes = population.rows.loaded.labels, len(population.rows.loaded.classes)
        if classes > 2:
            shares = np.bincount(labels[sample].astype(int), minlength=classes) / len(sample)
            return Answer(np.tile(shares, (len(population), 1)))
        said = float(labels[sample].mean()) if self.probability is None else self.probability
        return Answer(np.full(len(population), said))


def as_written(contender: Json) -> str:
    """A short name for a legend.

    >>> as_written({"kind": "fairlearn", "constraint": "equalized_odds", "difference": 0.05, "between": ["M", "F"]})
    'fairlearn (equalized odds, difference 0.05, M / F)'
    """
    if not isinstance(contender, Mapping):
        return str(contender).replace("_", " ")
    more = [_part(key, value) for key, value in contender.items() if key != "kind"]
    listed = f" ({', '.join(more)})" if more else ""
    return f"{contender.get('kind', '')}{listed}".replace("_", " ")


def _part(key: str, value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return " / ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(_part(name, each) for name, each in value.items())
    return f"{key} {value}"
