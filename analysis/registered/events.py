"""What the diary says of plans and reports."""

from __future__ import annotations

from enum import StrEnum


class RegisteredEvent(StrEnum):
    """Kinds of events."""

    PLAN_WRITTEN = "plan.written"
    PLAN_FORGOTTEN = "plan.forgotten"
    PLAN_FROZEN = "plan.frozen"
    PLAN_AMENDED = "plan.amended"
    REPORT_FROZEN = "report.frozen"
    TEST_DECIDED = "stream.decided"
