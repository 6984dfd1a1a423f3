"""What is known of the test platform without asking it."""

from __future__ import annotations

from typing import Final

from crowd.platforms.base import Can, Link, Platform
from crowd.platforms.kinds import Kind


def _connect(link: Link) -> Platform:
    from crowd.platforms.testing.member import TestPlatform

    return TestPlatform(link)


TEST: Final = Kind(
    name="test",
    title="Test platform",
    about="A platform inside Machina that takes every call and has nobody: for scripts and for trying services.",
    abilities=frozenset(Can),
    connect=_connect,
)
