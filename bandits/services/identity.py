"""Ids of decisions: in the order of their time, so that a new one lands beside the last one in every index."""

from __future__ import annotations

import os
import uuid
from datetime import datetime

HINTS = 4096
VERSION, VARIANT = 0x7 << 76, 0b10 << 62


def new_identity(now: datetime, *, experiment: int) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 12 that hint at the experiment, 62 random ones."""
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    chance = int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=milliseconds << 80 | VERSION | (experiment % HINTS) << 64 | VARIANT | chance)


def hint_in(identity: uuid.UUID) -> int:
    """The experiment's number modulo HINTS, if we made the id: where to look first. Only the row says whose it is."""
    return (identity.int >> 64) % HINTS
