"""`request.bandits`: what one request asks for. It costs nothing until it is asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from asgiref.sync import sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from bandits.services.deciding import Asked
from bandits.web.automatic import why_automatic
from bandits.web.choices import Choice, How
from bandits.web.deciding import forced, served, served_control
from bandits.web.forcing import forced_by
from bandits.web.options import Options
from bandits.web.rewarding import Earned, leave_out_unseen, rewarded
from bandits.web.values import ArmValue
from bandits.web.visitors import Visitor, remember, visitor_of
from experiments.types import Json, JsonObject

log = logging.getLogger("bandits.web")
HEADER = "X-Bandits"
UNSAFE = re.compile(r"[^ -~]")  # what a header cannot hold


class Bandits:
    """The experiments of one request. The same experiment asked for twice is the same arm."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._choices: dict[str, Choice] = {}
        self._rewards: list[tuple[str, Json, bool]] = []
        self._visitor: Visitor | None = None
        self._is_answered = False
        self._is_used = False

    def choose(self, slug: str, *, context: JsonObject | None = None) -> ArmValue:
        """The value of the visitor's arm. It never fails: where nothing can be decided, the control's."""
        return self.arm(slug, context=context).value

    def arm(self, slug: str, *, context: JsonObject | None = None) -> Choice:
        """The same with the arm's name, its chance, and why."""
        if slug not in self._choices:
            self._choices[slug] = self._choose(slug, context or {})
        self.keep_private()
        return self._choices[slug]

    def reward(self, slug: str, value: Json = 1.0, *, correct: bool = False) -> bool:
        """Say what came of the visitor's arm. True if it was new: each visitor is counted once.

        correct: put it in the place of another value that nothing has learnt from yet.
        """
        earned, choice = Earned(slug, value, correct), self._choices.get(slug)
        is_new = self._may_reward(slug) and rewarded(earned, self.visitor.key, choice=choice, now=timezone.now())
        self._rewards.append((slug, value, is_new))
        return is_new

    async def achoose(self, slug: str, *, context: JsonObject | None = None) -> ArmValue:
        """`choose` in an async view."""
        return (await self.aarm(slug, context=context)).value

    async def aarm(self, slug: str, *, context: JsonObject | None = None) -> Choice:
        """`arm` in an async view."""
        return await sync_to_async(self.arm)(slug, context=context)

    async def areward(self, slug: str, value: Json = 1.0, *, correct: bool = False) -> bool:
        """`reward` in an async view."""
        return await sync_to_async(self.reward)(slug, value, correct=correct)

    def __getitem__(self, slug: str) -> ArmValue:
        """In templates: {{ request.bandits.color }}; also what a {% cache %} block has to vary on."""
        return self.choose(slug)

    @property
    def visitor(self) -> Visitor:
        """Who this is. Without a cookie that can be read, somebody new."""
        if self._visitor is None:
            options = Options.read()
            visitor = visitor_of(self._request, options)
            wish = self._request.GET.get(options.force_parameter, "") if options.force_parameter else ""
            self._visitor = forced_by(self._request, wish, visitor) if wish else visitor
        return self._visitor

    @property
    def choices(self) -> Mapping[str, Choice]:
        """What was asked for in this request so far."""
        return self._choices

    @property
    def rewards(self) -> list[tuple[str, Json, bool]]:
        """(experiment, value, whether it counted) of this request so far."""
        return self._rewards

    def keep_private(self) -> None:
        """What depends on the visitor is no shared cache's, nor that of Django's own cache, wherever it is wrapped."""
        self._is_used = True
        self._request._cache_update_cache = False  # type: ignore[attr-defined]  # what Django's cache middleware asks

    def has_failed(self, response: HttpResponseBase) -> bool:
        """Whether a visitor whom no cookie tells of was given an arm that was never seen."""
        return response.status_code >= 500 and bool(self._choices) and self.visitor.is_new

    def leave_out(self) -> None:
        """Learn nothing from what was chosen for a page that failed."""
        leave_out_unseen(self._choices.values(), now=timezone.now())

    def finish(self, response: HttpResponseBase) -> HttpResponseBase:
        """Headers and cookie of the answer; nothing for a request that used no experiment."""
        self._is_answered = True
        if not self._is_used:
            return response
        options = Options.read()
        make_private(response)
        if self._has_to_be_remembered() and not self.has_failed(response):
            remember(response, self.visitor, options, is_secure=self._request.is_secure())
        if options.shows_headers:
            response.headers[HEADER] = UNSAFE.sub("?", "; ".join(map(str, self._choices.values())))
        return response

    def _choose(self, slug: str, context: JsonObject) -> Choice:
        if slug in self.visitor.forced:
            return forced(slug, self.visitor.forced[slug])
        why = self._why_nothing_is_kept()
        if why:
            return served_control(slug, why)
        asked = Asked(self.visitor.key, {**Options.read().context_of(self._request), **context})
        return served(slug, asked, now=timezone.now())

    def _why_nothing_is_kept(self) -> str:
        options = Options.read()
        why = why_automatic(self._request, options.bots)
        if why:
            return why
        if not options.allows_remembering(self._request):
            return "the visitor may not be remembered"
        if self._is_answered and self.visitor.is_new:
            log.warning("An arm was asked for after the answer had begun: it is too late for a cookie.")
            return "the answer had begun already"
        return ""

    def _may_reward(self, slug: str) -> bool:
        """Who was never assigned has no reward, nor has whoever got the control because nothing is kept."""
        choice = self._choices.get(slug)
        if choice is not None:
            return choice.is_recorded
        return not self.visitor.is_new and slug not in self.visitor.forced and not self._why_nothing_is_kept()

    def _has_to_be_remembered(self) -> bool:
        visitor = self.visitor
        if visitor.is_named:
            return visitor.is_due
        is_kept = any(choice.is_recorded for choice in self._choices.values())
        return visitor.is_due or (visitor.is_new and is_kept)


class BanditsRequest(HttpRequest):
    """For annotations: a request with the middleware's attribute."""

    bandits: Bandits


def bandits_of(request: HttpRequest) -> Bandits:
    """The request's; ImproperlyConfigured if the middleware is not there."""
    found = getattr(request, "bandits", None)
    if not isinstance(found, Bandits):
        raise ImproperlyConfigured("Add “bandits.web.middleware.BanditsMiddleware” to MIDDLEWARE.")
    return found


def make_private(response: HttpResponseBase) -> None:
    """For this visitor alone: no cache in between may keep it."""
    patch_vary_headers(response, ("Cookie",))
    patch_cache_control(response, private=True)
    kept = [part for part in response.headers["Cache-Control"].split(", ") if not part.startswith("s-maxage")]
    response.headers["Cache-Control"] = ", ".join(kept)


__all__ = ("Bandits", "BanditsRequest", "Choice", "How", "bandits_of", "make_private")
