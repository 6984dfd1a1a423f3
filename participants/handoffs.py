"""What somebody does last, where they came from: hand in a form, take a code along, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from participants.models import Session


@dataclass(frozen=True, slots=True)
class HandOff:
    """action: where a form goes, or a link leads; an address that the kind has checked. Empty: there is nothing to do.

    fields: hidden ones of the form. code: to be typed where somebody came from. label: of the button.
    note: one sentence on what to do, and what it pays. is_urgent: nothing is paid until it is done.
    """

    action: str = ""
    method: str = "post"
    fields: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    label: str = ""
    note: str = ""
    is_urgent: bool = False


class HandOffKind(Protocol):
    """Reads how a session of somebody who came by a platform is handed over. Writes nothing: a page may be reloaded."""

    def __call__(self, session: Session) -> HandOff | None:
        """Of a session that has ended; None where a thank-you is enough."""
        ...


HANDOFFS: dict[str, HandOffKind] = {}


def hand_off_of(session: Session) -> HandOff | None:
    """What is left to do for somebody whose session is over. No query for those who came by a plain link."""
    kind = HANDOFFS.get(session.came_by)
    return kind(session) if kind else None
