"""The token in a participant's URL: the session's id with a signature. Whoever holds it is that participant."""

from __future__ import annotations

import base64
import hmac
import uuid
from collections.abc import Mapping

from participants.signing import digest_for, digests_for, signed, verified

SIMULATED_HEADER = "X-Machina-Simulated"


def token_of(session_uuid: uuid.UUID) -> str:
    """The token of a session: URL-safe, 43 characters."""
    return signed(session_uuid, b"session")


def session_uuid_of(token: str) -> uuid.UUID | None:
    """Whose token it is; None if it was not made here."""
    return verified(token, b"session")


def completion_code_of(session_uuid: uuid.UUID) -> str:
    """Eight letters and digits that only somebody who completed has seen."""
    return base64.b32encode(digest_for(b"completion", session_uuid.bytes))[:8].decode()


def simulation_pass() -> str:
    """What simulated participants show at the door, so that they are marked. Nobody else can make one."""
    return digest_for(b"simulation", b"simulated").hex()


def is_simulated(headers: Mapping[str, str]) -> bool:
    """Whether these headers of a request hold it."""
    shown = headers.get(SIMULATED_HEADER, "").encode()
    return any(hmac.compare_digest(shown, each.hex().encode()) for each in digests_for(b"simulation", b"simulated"))
