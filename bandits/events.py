"""What the diary says about the policies of experiments that learn."""

from __future__ import annotations

from enum import StrEnum


class PolicyEvent(StrEnum):
    """Kinds of events. The numbers of a switch are in the payload."""

    PROPOSED = "switch.proposed"
    REFUSED = "switch.refused"
    STARTED = "switch.started"
    ADVANCED = "switch.advanced"
    LIVE = "switch.live"
    ROLLED_BACK = "switch.rolled_back"
    STOPPED = "switch.stopped"
    HALTED = "policy.halted"
    UNHALTED = "policy.unhalted"
    EXCLUDED = "decisions.excluded"
    INCLUDED = "decisions.included"
    REBUILT = "policy.rebuilt"


class VisitorEvent(StrEnum):
    """Of visitors of an app; their decisions are rows of their own."""

    FORCED = "arm.forced"
