"""Ids under our signature, for addresses: whoever holds one was given it by us. No token has a row of its own."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from hashlib import blake2b, sha256

from cryptography.fernet import Fernet
from django.conf import settings

SIGNATURE_BYTES = 16


def key_for(purpose: bytes) -> bytes:
    """64 bytes of the secret key's own for each purpose (at most 16 bytes), so that no token serves two of them."""
    return blake2b(settings.SECRET_KEY.encode(), person=purpose).digest()


def cipher_for(purpose: bytes) -> Fernet:
    """Encrypts and signs, under the purpose's key."""
    return Fernet(base64.urlsafe_b64encode(key_for(purpose)[:32]))


def digest_for(purpose: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 of the message, under the purpose's key."""
    return hmac.new(key_for(purpose), message, sha256).digest()


def signed(identity: uuid.UUID, purpose: bytes) -> str:
    """The id with its signature: URL-safe, 43 characters."""
    raw = identity.bytes + _signature(identity.bytes, purpose)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def verified(token: str, purpose: bytes) -> uuid.UUID | None:
    """The id in a token; None if it was not made here for that purpose."""
    try:
        raw = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    identity, signature = raw[:16], raw[16:]
    if len(identity) != 16 or not hmac.compare_digest(signature, _signature(identity, purpose)):
        return None
    return uuid.UUID(bytes=identity)


def _signature(identity: bytes, purpose: bytes) -> bytes:
    return digest_for(purpose, identity)[:SIGNATURE_BYTES]
