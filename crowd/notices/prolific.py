"""Prolific's webhooks: what they say, and whether they are Prolific's.

Source: Prolific's API documentation, "Webhooks: verifying" and "Idempotency and the X-Event-ID header".
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from crowd.notices.documents import moment_in, object_in
from crowd.notices.hints import Hint


def is_signed(body: bytes, *, secret: str, stamp: str, signature: str) -> bool:
    """Whether whoever has the workspace's secret signed this body at that time.

    >>> signature = base64.b64encode(hmac.new(b"s", b"17{}", hashlib.sha256).digest()).decode()
    >>> is_signed(b"{}", secret="s", stamp="17", signature=signature)
    True
    >>> is_signed(b"{}", secret="s", stamp="18", signature=signature)
    False
    """
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode())


def hint_in(body: bytes, *, key: str) -> Hint:
    """Where to look. ValueError if it is no event. The participant it names is not taken over."""
    document = object_in(body)
    if not document.get("event_type"):
        raise ValueError("This is no event of Prolific: it has no event_type.")
    kind, resource = str(document["event_type"]), str(document.get("resource_id", ""))[:64]
    of_submission = kind.startswith("submission.")
    return Hint(
        key=key[:120],
        kind=kind[:60],
        posting_id="" if of_submission else resource,
        submission_id=resource if of_submission else "",
        happened_at=moment_in(document.get("timestamp")),
    )
