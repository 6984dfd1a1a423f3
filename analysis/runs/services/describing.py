"""Keep what a worker says of the machine it runs on."""

from __future__ import annotations

from analysis.learning.digests import digest_of
from analysis.runs.models import Environment
from experiments.types import JsonObject


def keep_environment(description: JsonObject) -> int:
    """The key of its row; alike ones share one."""
    environment, _ = Environment.objects.get_or_create(
        sha256=digest_of(description), defaults={"description": description}
    )
    return environment.pk
