"""What every optimiser does alike: begin, begin again elsewhere while nothing feasible was found, then give way."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from analysis.learning.components import Flag, Whole
from analysis.learning.members import Member, Register, takes
from analysis.safety.coordinates import Unchanged, coordinates_of, inside
from analysis.safety.optimisers.course import Course, Parts
from analysis.safety.optimisers.descending import approach
from analysis.safety.terms import Array, Candidate, Divisible, Problem, Watch


@dataclass(frozen=True)
class Method(Member):
    """A way down. `terms.Optimiser` says what it promises; a member writes `descend` alone."""

    goes_by_slopes: ClassVar[bool] = True

    iterations: int = takes(Whole(1, 10_000_000), "After so many it stops, from each beginning.", 200)
    restarts: int = takes(
        Whole(0, 1000), "How often it begins again elsewhere, while nothing was found that is foreseen to pass.", 3
    )
    plain: bool = takes(
        Flag(), "Whether it is one descent in the parameters as they are, as the Seldonian Engine does it.", False
    )

    @abstractmethod
    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        """From one beginning. Everything that it looks at, the course remembers; start is not changed."""

    def select(self, problem: Problem, start: Array, *, rng: np.random.Generator, watch: Watch) -> Candidate:
        """In the problem's own coordinates, if it has any: a step is as long in each parameter."""
        coordinates = Unchanged() if self.plain else coordinates_of(problem)

        def view(whole_or_part: Problem) -> Problem:
            return inside(whole_or_part, coordinates)

        course = Course(view(problem), watch, plain=self.plain, parts=_parts(problem, view))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self._search(course, coordinates.inward(np.array(start, dtype=np.float64)), rng)
        found = course.candidate()
        return found if found.theta is None else replace(found, theta=coordinates.outward(found.theta))

    def as_the_engine(self) -> Self:
        """As the Seldonian Engine does it: one descent in theta itself, and nothing after it."""
        return replace(self, plain=True)

    def _search(self, course: Course, start: Array, rng: np.random.Generator) -> None:
        if self.plain and start.size:
            return self._descend(course, start, rng)
        course.look(start)
        if not start.size:  # a model that nothing moves: there is nothing to search
            return None
        self._descend(course, start, rng)
        self._descend_inside(course, course.best, rng)
        for attempt in range(self.restarts):
            if course.holds():
                return None
            begin = elsewhere(start, attempt, rng)
            if not self.goes_by_slopes:
                self._descend(course, begin, rng)
            self._descend_inside(course, begin, rng)
        if not course.holds() and (best := course.best) is not None:
            course.relax()
            self._descend(course, best, rng)
        return None

    def _descend_inside(self, course: Course, start: Array | None, rng: np.random.Generator) -> None:
        """First to where the constraints hold, then down from there; nothing if they were seen to hold already."""
        if course.holds() or start is None:
            return
        course.plan(self.iterations)
        approach(course, start, self.iterations)
        if course.holds() and (inside := course.best) is not None:
            self._descend(course, inside, rng)

    def _descend(self, course: Course, start: Array, rng: np.random.Generator) -> None:
        course.plan(self.iterations)
        self.descend(course, start, rng=rng)


def _parts(problem: Problem, view: Callable[[Problem], Problem]) -> Parts | None:
    if not isinstance(problem, Divisible):
        return None
    return Parts(problem.strata, lambda rows: view(problem.part(rows)))


def elsewhere(start: Array, attempt: int, rng: np.random.Generator) -> Array:
    """Another beginning: nearer to 0 and moved at random, farther from start with every attempt."""
    spread = max(1.0, float(np.sqrt(np.mean(np.square(start))))) if np.isfinite(start).all() else 1.0
    shrunk = np.where(np.isfinite(start), start, 0.0) * 0.5 ** (attempt + 1)
    return np.asarray(shrunk + rng.normal(scale=0.1 * spread * (attempt + 1), size=start.shape), dtype=np.float64)


OPTIMISERS: Register[Method] = Register("type")
