"""One question after another, for years: the false share of all claims is held, whenever it is asked for.

A test is given its level when it begins, from what is known by then, and decided once, when its p-value is there; any
number of tests may be under way. What answers under way have to do with one another does no harm; answers that are
decided one after the other are taken as independent.

LORD++: Ramdas, Yang, Wainwright and Jordan (2017), NeurIPS. SAFFRON: Ramdas, Zrnic, Wainwright and Jordan (2018), ICML.
Tests under way: Zrnic, Ramdas and Jordan (2021), JMLR 22 (LORD* and SAFFRON*); one at a time they are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log, sqrt

from experiments.types import Json, JsonObject

TERMS = 100_000
CANDIDATE = 0.5


@dataclass(frozen=True, slots=True)
class OnlineTest:
    """level: given when it began. decided: how many tests had begun when its p-value came; None while under way."""

    level: float
    p_value: float | None = None
    decided: int | None = None

    @property
    def is_discovery(self) -> bool:
        """Whether it is a claim."""
        return self.p_value is not None and self.p_value <= self.level

    @property
    def is_candidate(self) -> bool:
        """Whether it was ever likely to be one (SAFFRON)."""
        return self.p_value is not None and self.p_value <= CANDIDATE


@dataclass(frozen=True, slots=True)
class Stream:
    """Everything that was ever tested, in the order of beginning.

    procedure: a name of PROCEDURES. level: the false discovery rate held. wealth: spent before the first discovery;
    half the level unless it is said.
    """

    procedure: str
    level: float = 0.05
    wealth: float | None = None
    tests: tuple[OnlineTest, ...] = ()

    def __post_init__(self) -> None:
        if self.procedure not in PROCEDURES:
            raise ValueError(f"procedure must be one of {', '.join(PROCEDURES)}, not {self.procedure!r}.")
        if not 0 < self.level < 1:
            raise ValueError(f"level must lie between 0 and 1, not at {self.level}.")
        if not 0 < self.begins_with <= self.level:
            raise ValueError(f"wealth must be above 0 and at most the level, not {self.wealth}.")

    @property
    def begins_with(self) -> float:
        """The wealth before any discovery."""
        return PROCEDURES[self.procedure].share * self.level if self.wealth is None else self.wealth

    @property
    def next_level(self) -> float:
        """What a test that began now would be given."""
        return PROCEDURES[self.procedure].level_of(self)

    def begin(self) -> Stream:
        """One more under way; its level is that of `tests[-1]`."""
        return replace(self, tests=(*self.tests, OnlineTest(self.next_level)))

    def decide(self, number: int, p_value: float) -> Stream:
        """The answer of test `number`, from 0. ValueError if it did not begin, has its answer, or p is none."""
        if not 0 <= number < len(self.tests):
            raise ValueError(f"number must be one of the {len(self.tests)} tests that began, not {number}.")
        if self.tests[number].p_value is not None:
            raise ValueError(f"Test {number} has its answer.")
        if not 0 <= p_value <= 1:
            raise ValueError(f"p_value must lie between 0 and 1, not at {p_value}.")
        answered = replace(self.tests[number], p_value=float(p_value), decided=len(self.tests))
        return replace(self, tests=(*self.tests[:number], answered, *self.tests[number + 1 :]))

    @property
    def discoveries(self) -> tuple[int, ...]:
        """Places of the claims."""
        return tuple(place for place, test in enumerate(self.tests) if test.is_discovery)

    def as_json(self) -> JsonObject:
        """What `parse` reads."""
        tests: list[Json] = [[test.level, test.p_value, test.decided] for test in self.tests]
        return {"procedure": self.procedure, "level": self.level, "wealth": self.wealth, "tests": tests}

    @classmethod
    def parse(cls, document: JsonObject) -> Stream:
        """From `as_json`. ValueError for what it could not be."""
        tests, wealth, level = document.get("tests"), document.get("wealth"), document.get("level")
        if not isinstance(tests, list) or not isinstance(level, int | float):
            raise ValueError("A stream has a level and a list of tests.")
        rows = (OnlineTest(*test) for test in tests)
        known = float(wealth) if isinstance(wealth, int | float) else None
        return cls(str(document.get("procedure")), float(level), known, tuple(rows))

    def known_at(self) -> list[int]:
        """When discoveries became known, as numbers of tests that had begun, in order."""
        return sorted(test.decided for test in self.tests if test.is_discovery and test.decided is not None)

    def candidates_since(self, began: int) -> int:
        """Candidates with an answer, among tests that began after so many."""
        return sum(test.is_candidate for test in self.tests[began:])


@dataclass(frozen=True, slots=True)
class Procedure:
    """title: for people. share: of the level, the wealth at first. level_of: of the next test."""

    title: str
    share: float
    level_of: Callable[[Stream], float]


def _lord(stream: Stream) -> float:
    """gamma_t w + (level - w) gamma_(t - r1) + level (gamma_(t - r2) + ...); r: when discoveries became known."""
    t = len(stream.tests) + 1
    earned = [stream.level - stream.begins_with, *([stream.level] * len(stream.tests))]
    spent = stream.begins_with * _slow(t)
    return spent + sum(part * _slow(t - known) for part, known in zip(earned, stream.known_at(), strict=False))


def _saffron(stream: Stream) -> float:
    """The same of (1 - candidate bar), on a clock that stands still while candidates pass; never above the bar."""
    t, rest = len(stream.tests) + 1, 1 - CANDIDATE
    whole = rest * stream.level
    earned = [whole - stream.begins_with * rest, *([whole] * len(stream.tests))]
    spent = stream.begins_with * rest * _fast(t - stream.candidates_since(0))
    for part, known in zip(earned, stream.known_at(), strict=False):
        spent += part * _fast(t - known - stream.candidates_since(known))
    return min(spent, CANDIDATE)


def _slow(j: int) -> float:
    """LORD++'s weights: log(max(j, 2)) / (j exp(sqrt(log j))), together 1."""
    return _slow_term(j) / _slow_sum() if j >= 1 else 0.0


def _slow_term(j: int) -> float:
    return log(max(j, 2)) / (j * exp(sqrt(log(j))))


@lru_cache(maxsize=1)
def _slow_sum() -> float:
    """All terms: those up to TERMS added, the rest as the integral, from above: 2 exp(-r) (r^3 + 3 r^2 + 6 r + 6)."""
    root = sqrt(log(TERMS))
    return sum(map(_slow_term, range(1, TERMS + 1))) + 2 * exp(-root) * (root**3 + 3 * root**2 + 6 * root + 6)


def _fast(j: int) -> float:
    """SAFFRON's: j^-1.6 over zeta(1.6)."""
    return float(j**-1.6) / 2.2857656656801297 if j >= 1 else 0.0


PROCEDURES = {
    "lord": Procedure("LORD++", 0.5, _lord),
    "saffron": Procedure("SAFFRON", 0.5, _saffron),
}
