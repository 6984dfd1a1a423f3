"""What the pages of the site share."""

from __future__ import annotations

import re
from decimal import Decimal

from crowd.standin.kernel.http import Refusal, Request
from crowd.standin.kernel.pages import Frame, markup

NEWCOMER = "A1NEWCOMER"
WORKER_ID = re.compile(r"^A[A-Z0-9]{1,63}$")
LINKS = markup(
    '<a href="/">Find HITs</a><a href="/mturk/dashboard">My work</a><a href="/mturk/qualifications">Qualifications</a>'
    '<a href="/mturk/worker">Who am I?</a><a href="/requester">Requester</a>'
)
FRAME = Frame("Mechanical Turk", LINKS)
show = FRAME.show


def me(request: Request) -> str:
    """The worker of this browser."""
    return request.cookies.get("worker", NEWCOMER)


def worker_id(text: str) -> str:
    """Refused if it is none."""
    if not WORKER_ID.match(text):
        raise Refusal(f"{text!r} is not a worker id: A, then capitals and digits.")
    return text


def cookie(worker: str) -> str:
    """Who this browser is from now on."""
    return f"worker={worker}; Path=/; SameSite=Lax"


def dollars(amount: Decimal | int) -> str:
    """As people write it; more than two places only where there are more."""
    exact = f"{amount:,.4f}".rstrip("0")
    return "$" + (exact if len(exact.partition(".")[2]) > 2 else f"{amount:,.2f}")
