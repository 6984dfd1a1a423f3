"""`@choose_arm` and `@reward`: they stack, and take views of either kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bandits.web.naming import keyword_for, named, place_of, require_keyword
from bandits.web.serving import bandits_of, make_private
from experiments.types import Json, JsonObject

View = Callable[..., Any]  # the views of a project may take and give anything
Context = Callable[[HttpRequest], JsonObject]


def choose_arm(slug: str, *, keyword: str = "", context: Context | None = None) -> Callable[[View], View]:
    """Give the view the visitor's arm, as the keyword argument named after the experiment (“-” becomes “_”).

    keyword: another name for it. context: of the request; a contextual policy looks at its `features`.
    """
    name = keyword or keyword_for(slug)

    def decorate(view: View) -> View:
        named(slug, place_of(view))
        require_keyword(view, name)

        if iscoroutinefunction(view):

            @wraps(view)
            async def awaited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
                known = context(request) if context else None
                kwargs[name] = await bandits_of(request).achoose(slug, context=known)
                return _private(await cast("Awaitable[HttpResponseBase]", view(request, *args, **kwargs)))

            return awaited

        @wraps(view)
        def called(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            kwargs[name] = bandits_of(request).choose(slug, context=context(request) if context else None)
            return _private(view(request, *args, **kwargs))

        return called

    return decorate


def reward(slug: str, value: Json = 1.0) -> Callable[[View], View]:
    """Reward the visitor's arm once the view has answered well (a status below 400). Each visitor counts once."""

    def decorate(view: View) -> View:
        named(slug, place_of(view))

        if iscoroutinefunction(view):

            @wraps(view)
            async def awaited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
                response = await cast("Awaitable[HttpResponseBase]", view(request, *args, **kwargs))
                if response.status_code < 400:
                    await bandits_of(request).areward(slug, value)
                return response

            return awaited

        @wraps(view)
        def called(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            response: HttpResponseBase = view(request, *args, **kwargs)
            if response.status_code < 400:
                bandits_of(request).reward(slug, value)
            return response

        return called

    return decorate


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Here already, for a cache that wraps the view more closely than the middleware does."""
    make_private(response)
    return response
