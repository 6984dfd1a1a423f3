"""Decisions, without the framework's share of the time: the service is the view's own."""

from __future__ import annotations

from typing import cast

from django.utils import timezone

from bandits.api.decision_shapes import MOST
from bandits.api.decisions import shown
from bandits.services.deciding import Asked, decide_many
from experiments.api.renderers import as_json
from experiments.types import Json, JsonObject
from machina_site.front.links import renew_link
from machina_site.front.passes import pass_for
from machina_site.front.request import Answer

LONGEST_KEY = 200
NAMES = frozenset({"key", "context"})


def decide_one(slug: str, secret: str, sent: Json) -> Answer | None:
    """For one visitor or request."""
    renew_link()
    asked, given = asked_in(sent), pass_for(secret, slug)
    headers = given.counted() if given and asked else None
    if given is None or asked is None or headers is None:
        return None
    ((decision, is_new),) = decide_many(given.experiment, [asked], now=timezone.now())
    given.keep()
    (row,) = shown(given.experiment, [decision])
    return Answer(201 if is_new else 200, as_json(row), "bandits-api:decisions", headers)


def decide_bulk(slug: str, secret: str, sent: Json) -> Answer | None:
    """For many."""
    renew_link()
    asked, given = _many_in(sent), pass_for(secret, slug)
    headers = given.counted() if given and asked else None
    if given is None or headers is None:
        return None
    made = decide_many(given.experiment, asked, now=timezone.now())
    given.keep()
    new = sum(is_new for _, is_new in made)
    rows = shown(given.experiment, [decision for decision, _ in made])
    body = as_json({"decisions": rows, "new": new})
    return Answer(201 if new else 200, body, "bandits-api:decisions-bulk", headers)


def _many_in(sent: Json) -> list[Asked]:
    """Nothing if Django should read it."""
    many = sent["decisions"] if isinstance(sent, dict) and sent.keys() == {"decisions"} else None
    if not isinstance(many, list) or len(many) > MOST:
        return []
    asked = [asked_in(one) for one in many]
    return [one for one in asked if one is not None] if None not in asked else []


def asked_in(sent: Json) -> Asked | None:
    """What `DecisionAsked` would read; None for whatever it would have to look at twice."""
    if not isinstance(sent, dict) or not sent.keys() <= NAMES:
        return None
    key, context = sent.get("key", ""), sent.get("context", {})
    is_key = isinstance(key, str) and len(key) <= LONGEST_KEY and key == key.strip() and (key or "key" not in sent)
    is_plain = is_key and isinstance(context, dict)
    return Asked(cast(str, key), cast(JsonObject, context)) if is_plain else None
