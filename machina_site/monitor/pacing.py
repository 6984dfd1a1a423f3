"""How often one viewer gets the figures of a large experiment: reading them may take a tenth of the time at most."""

from __future__ import annotations

from typing import Final

from django.core.cache import cache

QUICK: Final = 0.2
SHARE: Final = 10
LONGEST_REST: Final = 30.0


def is_resting(experiment_id: int, user_id: int | None) -> bool:
    """Whether this viewer had these figures a moment ago."""
    return cache.get(_key(experiment_id, user_id)) is not None


def rest(experiment_id: int, user_id: int | None, *, cost: float) -> None:
    """Note that the figures took so many seconds. Quick ones need no rest."""
    if cost > QUICK:
        cache.set(_key(experiment_id, user_id), 1, timeout=max(1, round(min(LONGEST_REST, SHARE * cost))))


def _key(experiment_id: int, user_id: int | None) -> str:
    return f"monitor-rest:{experiment_id}:{user_id}"
