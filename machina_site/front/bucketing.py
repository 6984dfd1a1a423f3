"""Buckets: arithmetic in this process; the answer of each arm is made once."""

from __future__ import annotations

from typing import cast

from django.utils import timezone

from bandits.services.bucketing import bucket_unit
from experiments.api.renderers import as_json
from experiments.types import Json, JsonObject
from machina_site.front.deciding import LONGEST_KEY
from machina_site.front.passes import glance_for
from machina_site.front.request import Answer

NAMES = frozenset({"key", "attributes"})


def bucket_one(slug: str, secret: str, sent: Json) -> Answer | None:
    """For one visitor."""
    if not isinstance(sent, dict) or not sent.keys() <= NAMES:
        return None
    key, attributes = sent.get("key"), sent.get("attributes", {})
    is_plain = isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and key == key.strip()
    given = glance_for(secret, slug) if is_plain and isinstance(attributes, dict) else None
    headers = given.counted() if given else None
    if given is None or headers is None:
        return None
    now = timezone.now()
    buckets, arm = bucket_unit(given.experiment, cast(str, key), cast(JsonObject, attributes), now=now)
    if arm not in buckets.answers:
        buckets.answers[arm] = as_json(buckets.shown(arm))
    return Answer(200, buckets.answers[arm], "bandits-api:bucket", headers)
