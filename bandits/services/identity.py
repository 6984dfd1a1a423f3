"""Ids of decisions: in the order of their time, so that a new one lands beside the last one in every index."""

from __future__ import annotations

import os
import struct
import uuid
from collections.abc import Iterator
from datetime import datetime

HINTS = 4096
VERSION, VARIANT = 0x7 << 76, 0b10 << 62
_POOL: list[Iterator[int]] = [iter(())]
os.register_at_fork(after_in_child=lambda: _POOL.__setitem__(0, iter(())))  # a child draws its own


def new_identity(now: datetime, *, experiment: int) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, 12 that hint at the experiment, 62 random ones."""
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    chance = random_word() >> 2
    return uuid.UUID(int=milliseconds << 80 | VERSION | (experiment % HINTS) << 64 | VARIANT | chance)


def random_word() -> int:
    """64 bits of the system's chance, fetched for 512 at once: each call of the system hands Python's lock to another
    thread, and getting it back takes longer than a decision. No word is given twice.
    """
    for word in _POOL[0]:
        return word
    first, *others = struct.unpack("512Q", os.urandom(4096))
    _POOL[0] = iter(others)
    return int(first)


def hint_in(identity: uuid.UUID) -> int:
    """The experiment's number modulo HINTS, if we made the id: where to look first. Only the row says whose it is."""
    return (identity.int >> 64) % HINTS
