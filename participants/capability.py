"""The token in a participant's URL: the session's id with a signature. Whoever holds it is that participant."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from collections.abc import Mapping
from hashlib import blake2b, sha256

from django.conf import settings

SIGNATURE_BYTES = 16
SIMULATED_HEADER = "X-Machina-Simulated"


def token_of(session_uuid: uuid.UUID) -> str:
    """The token of a session: URL-safe, 43 characters, no row of its own."""
    return _encode(session_uuid.bytes + _sign(session_uuid.bytes))


def session_uuid_of(token: str) -> uuid.UUID | None:
    """Whose token it is; None if it was not made here."""
    try:
        raw = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    identity, signature = raw[:16], raw[16:]
    if len(identity) != 16 or not hmac.compare_digest(signature, _sign(identity)):
        return None
    return uuid.UUID(bytes=identity)


def completion_code_of(session_uuid: uuid.UUID) -> str:
    """Eight letters and digits that only somebody who completed has seen."""
    digest = hmac.new(_key(b"completion"), session_uuid.bytes, sha256).digest()
    return base64.b32encode(digest)[:8].decode()


def simulation_pass() -> str:
    """What simulated participants show at the door, so that they are marked. Nobody else can make one."""
    return hmac.new(_key(b"simulation"), b"simulated", sha256).hexdigest()


def is_simulated(headers: Mapping[str, str]) -> bool:
    """Whether these headers of a request hold it."""
    return hmac.compare_digest(headers.get(SIMULATED_HEADER, "").encode(), simulation_pass().encode())


def _sign(identity: bytes) -> bytes:
    return hmac.new(_key(b"session"), identity, sha256).digest()[:SIGNATURE_BYTES]


def _key(purpose: bytes) -> bytes:
    return blake2b(settings.SECRET_KEY.encode(), person=purpose[:16]).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
