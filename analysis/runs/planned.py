"""A run that somebody wants: what planning and searches hand to the queue."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.learning.running import Fold
from experiments.types import JsonObject

NO_FOLD = Fold()


@dataclass(frozen=True, slots=True)
class Planned:
    """One setting, one fold, one seed. The columns of `Run` of the same names say more.

    warm_from: the key of the run whose last checkpoint it begins with.
    """

    setting: JsonObject
    setting_digest: str
    digest: str
    seed: int
    epochs: int = 1
    fold: Fold = NO_FOLD
    identity: JsonObject = field(default_factory=dict)
    proposal: JsonObject = field(default_factory=dict)
    warm_from: int | None = None
