"""Who may decide in which experiment, remembered for a moment."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from experiments.access import Right
from experiments.api.access import Caller, experiment_for
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.services.tokens import digest_of, find_token
from machina_site.api.throttles import HOT, rate_headers

TRUSTED = 2.0  # seconds for which a token that was revoked still opens what it opened just before
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Pass:
    """That token, in that experiment, until then. experiment: no older either, and looked at again by what stores."""

    caller: str
    experiment: Experiment
    until: float

    def counted(self) -> tuple[tuple[str, str], ...] | None:
        """Count a request: the headers that say what is left; None if nothing is."""
        now, limit = time.time(), int(settings.API_HOT_RATE_PER_MINUTE)
        count = HOT.counted(self.caller, now=now)
        return tuple(rate_headers(limit, count, now=now).items()) if count <= limit else None


_PASSES: dict[tuple[str, str], Pass] = {}


def pass_for(secret: str, slug: str) -> Pass | None:
    """None if Django should say no."""
    place, now = (digest_of(secret), slug), time.monotonic()
    known = _PASSES.get(place)
    if known is not None and now < known.until:
        return known
    token = find_token(secret, now=timezone.now())
    if token is None:
        return None
    try:
        experiment = experiment_for(Caller(token.user, token), slug, Right.RUN)
    except Refusal:
        return None
    if len(_PASSES) >= MOST:
        _PASSES.clear()
    _PASSES[place] = Pass(f"token:{token.pk}", experiment, now + TRUSTED)
    return _PASSES[place]


def forget_passes() -> None:
    """Ask anew. For tests, whose rights change faster than a pass lasts."""
    _PASSES.clear()
