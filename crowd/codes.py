"""Completion codes: worked out from our key, never kept, never in a page before somebody has ended."""

from __future__ import annotations

import base64
import hmac
from uuid import UUID

from crowd.models import Posting, Submission
from participants.signing import digest_for, secret_marked, secrets_known

ON_BEHALF = "on_behalf"
BY_OUTCOME = ("completed", "no_consent", "screened_out", "failed_check", "technical_failure", ON_BEHALF)
LENGTH = 10


def code_of(submission: Submission) -> str:
    """The claim's own: nobody else can use it, and it can be used once."""
    return _code(_about(submission.uuid))


def codes_of(posting: Posting) -> dict[str, str]:
    """{outcome: code} of a platform that has one code for each way in which people end, the same for all of them.

    Under the key that the posting was made under, as long as it is known: the platform was told these.
    on_behalf: with which we hand in for somebody who completed and was never handed over; no page shows it.
    """
    secret = secret_marked(posting.key_mark)
    return {outcome: _code(f"posting:{posting.uuid.hex}:{outcome}", secret) for outcome in BY_OUTCOME}


def is_code_of(submission: Submission, code: str) -> bool:
    """Whether the code that came with a submission is one that its person was given when they had completed."""
    shared = codes_of(submission.posting)
    known = (*own_codes(submission.uuid), shared["completed"], shared[ON_BEHALF])
    return any(hmac.compare_digest(each.encode(), plain(code).encode()) for each in known)


def own_codes(submission: UUID) -> tuple[str, ...]:
    """What the page of that claim may have shown, under each key that is known."""
    return tuple(_code(_about(submission), secret) for secret in secrets_known())


def plain(code: str) -> str:
    """As we write them, however it was typed."""
    return code.strip().upper()


def _about(submission: UUID) -> str:
    return f"submission:{submission.hex}"


def _code(of: str, secret: str = "") -> str:
    return base64.b32encode(digest_for(b"crowd code", of.encode(), secret=secret)).decode()[:LENGTH]
