"""The WSGI application: the front's own routes, and Django for the rest."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.db import InterfaceError, OperationalError, connection

from bandits.services.identity import random_word
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.types import Json
from machina_site import metrics
from machina_site.front.bucketing import bucket_one
from machina_site.front.deciding import decide_bulk, decide_one
from machina_site.front.headers import fixed_headers
from machina_site.front.request import Answer, is_secure, json_in, secret_in
from machina_site.front.rewarding import reward_one

DECISIONS = re.compile(r"/api/v1/experiments/([-a-zA-Z0-9_]+)/decisions/(bulk/)?")
BUCKET = re.compile(r"/api/v1/experiments/([-a-zA-Z0-9_]+)/bucket/")
REWARDS = "/api/v1/decisions/"
REWARD = re.compile(REWARDS + r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/reward/")
REQUEST_ID = re.compile(r"[\w-]{8,64}")
Act = Callable[[str, Json], Answer | None]
STATUS = {200: "200 OK", 201: "201 Created"}


class Front:
    """Answers what it knows how to, and hands on the rest."""

    def __init__(self, django: WSGIApplication) -> None:
        self.django = django

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        started = time.perf_counter()
        answer = _answer(environ) if environ["REQUEST_METHOD"] == "POST" else None
        if answer is None:
            return self.django(environ, start_response)
        metrics.observe("POST", answer.view, answer.status, time.perf_counter() - started)
        given = environ.get("HTTP_X_REQUEST_ID", "")
        start_response(
            STATUS[answer.status],
            [
                *fixed_headers(is_secure(environ)),
                ("Content-Length", str(len(answer.body))),
                ("X-Request-ID", given if given and REQUEST_ID.fullmatch(given) else f"{random_word():016x}"),
                *answer.headers,
            ],
        )
        return [answer.body]


def _answer(environ: WSGIEnvironment) -> Answer | None:
    """None if Django should see it."""
    act = _act(environ["PATH_INFO"])
    secret = secret_in(environ) if act else ""
    sent = json_in(environ) if secret else None
    if act is None or sent is None:
        return None
    try:
        return act(secret, sent)
    except (Refusal, Experiment.DoesNotExist):
        return None
    except (OperationalError, InterfaceError):
        connection.close()  # Django begins with a new one, and tells of it if that fails too
        return None


def _act(path: str) -> Act | None:
    if not path.startswith(REWARDS):
        return _act_of_experiment(path)
    match = REWARD.fullmatch(path)
    return partial(reward_one, uuid.UUID(match[1])) if match else None


@lru_cache(maxsize=1024)
def _act_of_experiment(path: str) -> Act | None:
    """There are few such paths, and they come again and again."""
    if match := DECISIONS.fullmatch(path):
        return partial(decide_bulk if match[2] else decide_one, match[1])
    match = BUCKET.fullmatch(path)
    return partial(bucket_one, match[1]) if match else None
