"""What the pages of the site share."""

from __future__ import annotations

import re
from decimal import Decimal

from crowd.standin.kernel.http import Refusal, Request
from crowd.standin.kernel.pages import Frame, markup

NEWCOMER = "64bb00000000000000000001"
PARTICIPANT_ID = re.compile(r"^[0-9a-f]{24}$")
LINKS = markup(
    '<a href="/">Studies</a><a href="/submissions">My submissions</a><a href="/account">Who am I?</a>'
    '<a href="/researcher">Researcher</a>'
)
FRAME = Frame("Prolific", LINKS)
show = FRAME.show


def me(request: Request) -> str:
    """The participant of this browser."""
    return request.cookies.get("participant", NEWCOMER)


def participant_id(text: str) -> str:
    """Refused if it is none."""
    if not PARTICIPANT_ID.match(text):
        raise Refusal(f"{text!r} is not an id of a participant: 24 digits, or letters from a to f.")
    return text


def cookie(participant: str) -> str:
    """Who this browser is from now on."""
    return f"participant={participant}; Path=/; SameSite=Lax"


def pounds(amount: Decimal) -> str:
    """As people write it."""
    return f"£{amount:,.2f}"
