"""Looks whether a table has grown, for everybody who waits for it: one question to the database, however many wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from django.db import DatabaseError
from django.db.models import Model

from experiments.settled import settled_up_to

EVERY: Final = 0.4  # seconds
AWAY: Final = 2.0  # seconds until somebody asks a database again that did not answer
InThread = Callable[..., Awaitable[object]]


class Watch:
    """up_to: the highest settled id so far. Nobody is asked while nobody waits."""

    def __init__(self, model: type[Model], in_thread: InThread) -> None:
        self.model = model
        self.up_to = 0
        self.is_away = False
        self._in_thread = in_thread
        self._grown = asyncio.Event()
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None

    async def look(self) -> int:
        """Ask now. DatabaseError."""
        found = await self._in_thread(settled_up_to, self.model, known=self.up_to)
        if isinstance(found, int) and found != self.up_to:
            self.up_to = found
            self._grown.set()
            self._grown = asyncio.Event()
        return self.up_to

    async def wait_beyond(self, up_to: int, *, seconds: float) -> None:
        """Until there is more than that, or the time is over."""
        if self.up_to > up_to:
            return
        self._waiting += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_on())
        try:
            async with asyncio.timeout(seconds):
                await self._grown.wait()
        except TimeoutError:
            return
        finally:
            self._waiting -= 1

    async def _look_on(self) -> None:
        while self._waiting:
            try:
                await self.look()
                self.is_away = False
            except DatabaseError:
                self.is_away = True
            await asyncio.sleep(AWAY if self.is_away else EVERY)
