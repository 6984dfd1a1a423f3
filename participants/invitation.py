"""The token in an invited person's link: signed, and silent about who they are."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from hashlib import blake2b, sha256

from django.conf import settings

from experiments.models import Study
from participants.identity import external_id_of
from participants.models import Participant

PREFIX = "inv-"
SIGNATURE_BYTES = 16


def invitation_of(participant: Participant) -> str:
    """The token, URL-safe, with no row of its own."""
    raw = participant.uuid.bytes + _sign(participant.uuid.bytes)
    return PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def identity_in(given: str, study: Study) -> tuple[str, str]:
    """(platform, external id) that a link's `participant` stands for: an invitation's person, else the text itself."""
    found = _uuid_in(given) if given.startswith(PREFIX) else None
    participant = Participant.objects.filter(uuid=found, study=study).first() if found else None
    external_id = external_id_of(participant) if participant else None
    return (participant.platform, external_id) if participant and external_id else ("link", given)


def _uuid_in(token: str) -> uuid.UUID | None:
    text = token.removeprefix(PREFIX)
    try:
        raw = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    identity, signature = raw[:16], raw[16:]
    if len(identity) != 16 or not hmac.compare_digest(signature, _sign(identity)):
        return None
    return uuid.UUID(bytes=identity)


def _sign(identity: bytes) -> bytes:
    key = blake2b(settings.SECRET_KEY.encode(), person=b"invitation").digest()
    return hmac.new(key, identity, sha256).digest()[:SIGNATURE_BYTES]
