"""The kinds of hooks. Adding one: a class with its promise below, and its name in `KINDS`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from analysis.runs.hooks.calling import Calling
from analysis.runs.hooks.mailing import Mailing
from analysis.runs.hooks.posting import Posting
from experiments.types import JsonObject


class Occasion(StrEnum):
    """When a hook is told."""

    RUN_COMPLETED = "run_completed"
    RUN_FAILED = "run_failed"
    BATCH_COMPLETED = "batch_completed"
    BATCH_FAILED = "batch_failed"
    MODEL_DRIFTED = "model_drifted"


class Kind(Protocol):
    """A way to tell somebody. It tells at least once: after a crash perhaps twice, with the same `id`."""

    def fault(self, target: str) -> str:
        """What is wrong with the target, before anything is queued; empty: nothing."""
        ...

    def tell(self, target: str, news: JsonObject) -> None:
        """Tell it. Undeliverable if it may be tried again, or why it never will."""
        ...


KINDS: Mapping[str, Kind] = {"call": Calling(), "email": Mailing(), "webhook": Posting()}
