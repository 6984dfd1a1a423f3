"""How somebody comes by what they are owed for how it ended."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from crowd.terms import Terms


class Way(StrEnum):
    """HAND_IN: as if completed; the platform's approval pays. GIVE_BACK: the place; what is owed comes by itself."""

    HAND_IN = "hand_in"
    GIVE_BACK = "give_back"


def way_of(amount: Decimal, terms: Terms) -> Way:
    """Who is owed the whole reward hands in. A part cannot be told to a platform: its approval pays the whole."""
    return Way.HAND_IN if amount >= terms.reward else Way.GIVE_BACK
