"""What the diary says of safety tests."""

from __future__ import annotations

from enum import StrEnum


class SafetyEvent(StrEnum):
    """Kinds of events."""

    TESTED = "safety.tested"
    RETESTED = "safety.retested"
    DRIFTED = "safety.drifted"
    WITHDRAWN = "safety.withdrawn"
    ARM_TAKEN_DOWN = "safety.arm_taken_down"
    REQUIRED = "safety.required"
