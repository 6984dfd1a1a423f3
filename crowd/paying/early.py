"""How somebody comes by what they are owed for how it ended."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from crowd.paying.rules import screen_out_there
from crowd.terms import Terms


class Way(StrEnum):
    """HAND_IN: as if completed; the platform's approval pays. GIVE_BACK: the place; what is owed comes by itself.

    SCREEN_OUT: with the code of a screen-out, which the platform pays at once.
    """

    HAND_IN = "hand_in"
    SCREEN_OUT = "screen_out"
    GIVE_BACK = "give_back"


def way_of(outcome: str, amount: Decimal, terms: Terms) -> Way:
    """Who is owed the whole reward hands in. A part cannot be told to a platform: its approval pays the whole.

    But for screen-outs, where the terms say that the platform pays them by itself.
    """
    if outcome == "screened_out" and screen_out_there(terms):
        return Way.SCREEN_OUT
    return Way.HAND_IN if amount >= terms.reward else Way.GIVE_BACK
