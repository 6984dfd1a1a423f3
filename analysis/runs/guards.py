"""What the runs of an experiment may not read: apps refuse it here, before a run is queued."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from experiments.types import JsonObject

if TYPE_CHECKING:
    from experiments.models import Experiment

SETTING_GUARDS: dict[str, Callable[[Experiment, JsonObject], None]] = {}
"""Asked of every setting that is to be queued, by who asks: BadValue for what its experiment may not read."""


def require_allowed(experiment: Experiment, settings: Iterable[JsonObject]) -> None:
    """BadValue from the first guard that refuses one."""
    for setting in settings:
        for guard in SETTING_GUARDS.values():
            guard(experiment, setting)
