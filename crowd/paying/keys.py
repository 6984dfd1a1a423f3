"""The names under which a payment is made: they follow from what is owed, so that a second try has the same ones."""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

REFERENCE_LENGTH = 12
"""60 bits: two among a million payments are alike with a chance below one in a million."""


def token_of(campaign: UUID, participant: UUID, kind: str, number: int) -> str:
    """The token of an obligation: 64 hex digits, within what every platform takes.

    >>> one, again, other = (token_of(UUID(int=1), UUID(int=2), "bonus", number) for number in (1, 1, 2))
    >>> len(one), one == again, one == other
    (64, True, False)
    """
    key = f"{campaign.hex}\x1f{participant.hex}\x1f{kind}\x1f{number}"
    return hashlib.sha256(key.encode()).hexdigest()


def reference_of(token: str) -> str:
    """What stands in the reason that the person reads, and finds the payment again: letters and digits, no lookalikes.

    >>> reference_of("0" * 64)
    'AAAAAAAAAAAA'
    """
    return base64.b32encode(bytes.fromhex(token)[:8]).decode()[:REFERENCE_LENGTH]


def reason_with(reference: str, reason: str) -> str:
    """The sentence that the person reads. The reference comes last, in brackets.

    >>> reason_with("AAAAAAAAAAAA", "For your time.")
    'For your time. [AAAAAAAAAAAA]'
    """
    return f"{reason.strip() or 'Thank you for taking part.'} [{reference}]"
