"""Ids under our signature, for addresses: whoever holds one was given it by us. No token has a row of its own."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from hashlib import blake2b, sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

SIGNATURE_BYTES = 16


def secrets_known() -> tuple[str, ...]:
    """The secret key, then those before it, the youngest first: what was made under them is still read."""
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def key_for(purpose: bytes, secret: str = "") -> bytes:
    """64 bytes of the secret key's own for each purpose (at most 16 bytes), so that no token serves two of them."""
    return blake2b((secret or settings.SECRET_KEY).encode(), person=purpose).digest()


def cipher_for(purpose: bytes) -> MultiFernet:
    """Encrypts and signs, under the purpose's key; opens what was made under the keys before it, too."""
    return MultiFernet([_fernet(key_for(purpose, secret)) for secret in secrets_known()])


def is_current(purpose: bytes, sealed: bytes) -> bool:
    """Whether that was made under today's key."""
    try:
        _fernet(key_for(purpose)).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def digest_for(purpose: bytes, message: bytes, *, secret: str = "") -> bytes:
    """HMAC-SHA256 of the message, under the purpose's key; of another secret key than today's if one is given."""
    return hmac.new(key_for(purpose, secret), message, sha256).digest()


def digests_for(purpose: bytes, message: bytes) -> tuple[bytes, ...]:
    """The same under each key that is known, today's first."""
    return tuple(digest_for(purpose, message, secret=secret) for secret in secrets_known())


def mark_of(secret: str) -> str:
    """Eight digits by which a secret key is known again, and nothing else of it."""
    return digest_for(b"mark", b"", secret=secret)[:4].hex()


def current_mark() -> str:
    """Of today's key."""
    return mark_of(settings.SECRET_KEY)


def secret_marked(mark: str) -> str:
    """The secret key of that mark; the eldest for "", today's for one that is not known any more."""
    known = secrets_known()
    return next((secret for secret in known if mark_of(secret) == mark), known[0]) if mark else known[-1]


def signed(identity: uuid.UUID, purpose: bytes) -> str:
    """The id with its signature: URL-safe, 43 characters."""
    raw = identity.bytes + _signature(identity.bytes, purpose)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def verified(token: str, purpose: bytes) -> uuid.UUID | None:
    """The id in a token; None if it was not made here for that purpose, under a key that is still known."""
    try:
        raw = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    identity, signature = raw[:16], raw[16:]
    made = (digest[:SIGNATURE_BYTES] for digest in digests_for(purpose, identity))
    if len(identity) != 16 or not any(hmac.compare_digest(signature, each) for each in made):
        return None
    return uuid.UUID(bytes=identity)


def _signature(identity: bytes, purpose: bytes) -> bytes:
    return digest_for(purpose, identity)[:SIGNATURE_BYTES]


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key[:32]))
