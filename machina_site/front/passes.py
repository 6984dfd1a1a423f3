"""Who may decide where, remembered for a moment: who asks, what they may, and which experiment is meant."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models.base import ModelState
from django.utils import timezone

from bandits.services.identity import HINTS, hint_in
from experiments.access import Right
from experiments.api.access import Caller, experiment_for
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.services.tokens import digest_of, find_token
from machina_site.api.throttles import HOT, rate_headers
from machina_site.front.links import renew_link

TRUSTED: Final = 2.0  # seconds for which a token that was revoked still opens what it opened just before
NAMED: Final = 10.0  # seconds for which a slug means the experiment that it meant
MOST: Final = 10_000
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """Somebody who may decide in that experiment, as it was at ``read_at`` on the monotonic clock.

    experiment: of this request alone, if a service may read it anew: another thread must not see that in the middle.
    """

    caller: str
    experiment: Experiment
    read_at: float

    def counted(self) -> Headers | None:
        """Count a request: the headers that say what is left; None if nothing is."""
        now, limit = time.time(), int(settings.API_HOT_RATE_PER_MINUTE)
        count = HOT.counted(self.caller, now=now)
        return tuple(rate_headers(limit, count, now=now).items()) if count <= limit else None

    def keep(self) -> None:
        """What a service has read anew is what the slug means to the next request, too."""
        known = _EXPERIMENTS.get(self.experiment.slug)
        if known is not None and _standing(known[0]) != _standing(self.experiment):
            _EXPERIMENTS[self.experiment.slug] = (_twin(self.experiment), time.monotonic())


_CALLERS: dict[str, tuple[Caller, str, float]] = {}
_RIGHTS: dict[tuple[str, int], float] = {}
_EXPERIMENTS: dict[str, tuple[Experiment, float]] = {}
_HINTED: dict[int, str] = {}


def pass_for(secret: str, slug: str) -> Pass | None:
    """None if Django should say no. What stores looks at the experiment's row itself, so that an older one will do."""
    given = _pass(secret, slug, NAMED)
    return Pass(given.caller, _twin(given.experiment), given.read_at) if given else None


def glance_for(secret: str, slug: str) -> Pass | None:
    """The same for what stores nothing: a fresh experiment, shared with other threads, only to be looked at."""
    return _pass(secret, slug, TRUSTED)


def _pass(secret: str, slug: str, within: float) -> Pass | None:
    if not slug:
        return None
    digest, now = digest_of(secret), time.monotonic()
    caller = _caller(secret, digest, now)
    if caller is None:
        return None
    known = _EXPERIMENTS.get(slug)
    is_known = known is not None and now < known[1] + within
    if known is None or not is_known or now >= _RIGHTS.get((digest, known[0].study_id), 0.0):
        known = _looked_up(caller[0], digest, slug, now)
    return Pass(caller[1], *known) if known else None


def slug_hinted(identity: uuid.UUID) -> str:
    """The experiment that a decision's id hints at, of those asked for before; empty if it is none, or several."""
    return _HINTED.get(hint_in(identity), "")


def forget_passes() -> None:
    """Ask anew. For tests, whose rights change faster than a pass lasts."""
    _CALLERS.clear()
    _RIGHTS.clear()
    _EXPERIMENTS.clear()
    _HINTED.clear()


def _caller(secret: str, digest: str, now: float) -> tuple[Caller, str, float] | None:
    known = _CALLERS.get(digest)
    if known is not None and now < known[2]:
        return known
    renew_link()
    token = find_token(secret, now=timezone.now())
    if token is None:
        _CALLERS.pop(digest, None)
        return None
    _keep_small()
    _CALLERS[digest] = (Caller(token.user, token), f"token:{token.pk}", now + TRUSTED)
    return _CALLERS[digest]


def _looked_up(caller: Caller, digest: str, slug: str, now: float) -> tuple[Experiment, float] | None:
    renew_link()
    try:
        experiment = experiment_for(caller, slug, Right.RUN)
    except Refusal:
        return None
    _keep_small()
    _EXPERIMENTS[slug] = (experiment, now)
    hint = experiment.pk % HINTS
    _HINTED[hint] = slug if _HINTED.get(hint, slug) == slug else ""
    _RIGHTS[digest, experiment.study_id] = now + TRUSTED
    return _EXPERIMENTS[slug]


def _twin(experiment: Experiment) -> Experiment:
    """What `copy` would make, in an eighth of its time."""
    twin = Experiment.__new__(Experiment)
    twin.__dict__.update(experiment.__dict__)
    twin._state = ModelState()
    twin._state.__dict__.update(experiment._state.__dict__)
    twin._state.fields_cache = dict(experiment._state.fields_cache)
    return twin


def _standing(experiment: Experiment) -> tuple[str, int | None]:
    return experiment.status, experiment.version_id


def _keep_small() -> None:
    if max(len(_CALLERS), len(_RIGHTS), len(_EXPERIMENTS)) >= MOST:
        forget_passes()
