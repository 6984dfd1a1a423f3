"""What a visitor got in an experiment, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bandits.web.values import ArmValue


class How(StrEnum):
    """How an arm came about."""

    NEW = "new"
    KEPT = "kept"
    CONTROL = "control"
    FORCED = "forced"


@dataclass(frozen=True, slots=True)
class Choice:
    """An arm for a visitor. arm: "" where not even the control is known. decision, unit: what a reward belongs to;
    neither where nothing is recorded. why: a sentence for developers. trace: the rules of the audience, each with its
    outcome."""

    slug: str
    arm: str
    value: ArmValue
    how: How
    why: str
    decision: UUID | None = None
    unit: int | None = None
    propensity: float | None = None
    policy_version: int | None = None
    arms: tuple[str, ...] = ()
    trace: tuple[str, ...] = ()

    @property
    def is_recorded(self) -> bool:
        """Whether a reward would count."""
        return self.decision is not None or self.unit is not None

    def __str__(self) -> str:
        return f"{self.slug}={self.arm or '?'} ({self.how})"
