"""An analysis as a value: what pages, the API, commands, reports and notebooks show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from analysis.registered.document import Plan, Question
from analysis.results.asking.asked import Said
from analysis.results.asking.slices import Slice
from analysis.results.asking.verdicts import Verdict
from analysis.statistics.words import Estimate


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """One group as it was measured. n: units with a value. mean, sd: of the units' values."""

    name: str
    n: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """said: by the planned way, of the planned units. everybody: the same with those whom the plan leaves out.

    alone_p: of what the question asks, a margin included, before its family is thought of.

    beside: by other ways, {key: (title, said)}: never what is claimed. p_value: adjusted in its family.
    shared: the interval at the level that holds for the whole family together. slices: of primary questions, by the
    attributes that the plan names.
    """

    question: Question
    said: Said
    shared: Said
    everybody: Said
    p_value: float | None
    verdict: Verdict
    sentence: str
    alone_p: float | None = None
    groups: tuple[GroupSeen, ...] = ()
    beside: Mapping[str, tuple[str, Said]] = field(default_factory=dict)
    slices: tuple[Slice, ...] = ()

    @property
    def estimate(self) -> Estimate | None:
        """The planned answer's, if there is one."""
        return self.said.estimate


@dataclass(frozen=True, slots=True)
class ArmSeen:
    """An arm: how many units were given it, how many of those count, and how many were measured at all."""

    name: str
    is_control: bool
    is_enabled: bool
    assigned: int
    kept: int
    measured: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule of the plan: how many units it leaves out, and for which reasons."""

    rule: str
    title: str
    n: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was asked and what came out. digest, measurements, assignments: of the tally that it was read from.

    at: when that was counted; None if it was read from the record itself. remarks: what stands above everything.
    """

    experiment: str
    title: str
    is_rehearsal: bool
    at: datetime | None
    digest: str
    measurements: int
    assignments: int
    n_units: int
    n_values: int
    plan: Plan
    arms: tuple[ArmSeen, ...]
    answers: tuple[Answer, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()

    def answer(self, question: str) -> Answer:
        """KeyError if that was not asked."""
        return {each.question.name: each for each in self.answers}[question]
