"""All that follows once somebody's part is over, in its order. Each step twice is as good as once."""

from __future__ import annotations

from datetime import datetime

from crowd.services.compensating import approve_compensations
from crowd.services.missing import hand_in_for_missed
from crowd.services.noting_outcomes import note_outcomes


def see_to_endings(now: datetime) -> dict[str, int]:
    """Hear how it ended for people; hand in for who never came back; let what only pays people be approved."""
    return {
        "ended": note_outcomes(now=now),
        "handed in for them": hand_in_for_missed(now=now),
        "compensations approved": approve_compensations(now=now),
    }
