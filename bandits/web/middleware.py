"""`BanditsMiddleware`: puts `request.bandits` there, and the cookie where it is needed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bandits.web.serving import Bandits

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class BanditsMiddleware:
    """Costs nothing for requests that use no experiment: no query, no cookie, no header.

    Below anything that answers from a cache or compresses, above whatever uses `request.bandits`.
    """

    sync_capable: ClassVar = True
    async_capable: ClassVar = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        bandits = Bandits(request)
        request.bandits = bandits  # type: ignore[attr-defined]  # what this middleware is for
        if self.is_async:
            return self._answer(request, bandits)
        response = cast(HttpResponseBase, self.get_response(request))
        if bandits.has_failed(response):
            bandits.leave_out()
        return bandits.finish(response)

    async def _answer(self, request: HttpRequest, bandits: Bandits) -> HttpResponseBase:
        response = await cast("Awaitable[HttpResponseBase]", self.get_response(request))
        if bandits.has_failed(response):
            await sync_to_async(bandits.leave_out)()
        return bandits.finish(response)
