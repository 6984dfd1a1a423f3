"""What came in since a test, where the house itself holds it: rooms above say how it is collected."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from typing import Final

from analysis.assurance.models import Delivery, SafetyTest
from experiments.blueprint import json_object
from experiments.errors import BadValue
from experiments.types import JsonObject

Collector = Callable[[SafetyTest, datetime], list[JsonObject]]
COLLECTORS: Final[dict[str, Collector]] = {}
"""By the type of a document's data."""


def may_be_collected(test: SafetyTest) -> bool:
    """Whether anybody knows how."""
    return _type(test) in COLLECTORS


def collected(test: SafetyTest, *, now: datetime) -> list[JsonObject]:
    """The rows that came in since the last look. BadValue where there are none, or nobody collects such data."""
    if not may_be_collected(test):
        raise BadValue("What came in since is not held here.", hint="Send the rows.")
    rows = COLLECTORS[_type(test)](test, now)
    if not rows:
        raise BadValue("Nothing new is settled since the last look.", hint="Look again later.")
    return rows


def last_delivered(test: SafetyTest, key: str) -> int:
    """The largest number under that key in the newest delivery that has any; 0 if none has: keys rise as they come."""
    for delivery in Delivery.objects.filter(test=test).order_by("-number").iterator(chunk_size=10):
        rows = (json.loads(line) for line in gzip.decompress(bytes(delivery.content)).splitlines())
        if latest := max((int(row.get(key, 0)) for row in rows), default=0):
            return latest
    return 0


def _type(test: SafetyTest) -> str:
    return str(json_object(json_object(test.run.setting).get("data")).get("type", ""))
