"""The optimiser that suits the size of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from analysis.learning.components import Whole
from analysis.learning.members import takes
from analysis.safety.optimisers.adam import Adam
from analysis.safety.optimisers.course import Course
from analysis.safety.optimisers.method import OPTIMISERS, Method
from analysis.safety.optimisers.sqp import Sqp
from analysis.safety.terms import Array, Candidate, Problem, Watch
from experiments.types import JsonObject

SMALL: Final = 1_000


@OPTIMISERS.register
@dataclass(frozen=True)
class Auto(Method):
    """sqp for models of up to 1,000 parameters, adam for larger ones; in engine-compatible mode adam.

    Of those that were tried on the same problems these found the lowest objectives in the least time.
    """

    name: ClassVar[str] = "auto"
    example: ClassVar[JsonObject] = {"type": "auto", "restarts": 3}

    iterations: int = takes(Whole(1, 10_000_000), "After so many it stops, from each beginning.", 1000)

    def select(self, problem: Problem, start: Array, *, rng: np.random.Generator, watch: Watch) -> Candidate:
        return self.chosen(problem.size).select(problem, start, rng=rng, watch=watch)

    def chosen(self, size: int) -> Method:
        """For so many parameters."""
        if self.plain:
            return Adam(iterations=self.iterations, restarts=self.restarts).as_the_engine()
        kind = Sqp if size <= SMALL else Adam
        return kind(iterations=self.iterations, restarts=self.restarts)

    def descend(self, course: Course, start: Array, *, rng: np.random.Generator) -> None:
        self.chosen(course.size).descend(course, start, rng=rng)
