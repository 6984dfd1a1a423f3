"""Ids of decisions: in the order of their time, so that a new one lands beside the last one in every index."""

from __future__ import annotations

import os
import uuid
from datetime import datetime

VERSION, VARIANT = 0x7 << 76, 0b10 << 62


def new_identity(now: datetime) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 74 random ones."""
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    chance = int.from_bytes(os.urandom(10), "big")
    high, low = (chance >> 62) & 0xFFF, chance & (2**62 - 1)
    return uuid.UUID(int=milliseconds << 80 | VERSION | high << 64 | VARIANT | low)
