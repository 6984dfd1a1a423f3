"""Completion codes: worked out from our key, never kept, never in a page before somebody has ended."""

from __future__ import annotations

import base64
import hmac

from crowd.models import Posting, Submission
from participants.signing import digest_for

ON_BEHALF = "on_behalf"
BY_OUTCOME = ("completed", "no_consent", "screened_out", "failed_check", "technical_failure", ON_BEHALF)
LENGTH = 10


def code_of(submission: Submission) -> str:
    """The claim's own: nobody else can use it, and it can be used once."""
    return _code(f"submission:{submission.uuid.hex}")


def codes_of(posting: Posting) -> dict[str, str]:
    """{outcome: code} of a platform that has one code for each way in which people end, the same for all of them.

    on_behalf: with which we hand in for somebody who completed and was never handed over; no page shows it.
    """
    return {outcome: _code(f"posting:{posting.uuid.hex}:{outcome}") for outcome in BY_OUTCOME}


def is_code_of(submission: Submission, code: str) -> bool:
    """Whether the code that came with a submission is one that its person was given when they had completed."""
    shared = codes_of(submission.posting)
    known = (code_of(submission), shared["completed"], shared[ON_BEHALF])
    return any(hmac.compare_digest(each.encode(), code.strip().upper().encode()) for each in known)


def _code(of: str) -> str:
    return base64.b32encode(digest_for(b"crowd code", of.encode())).decode()[:LENGTH]
