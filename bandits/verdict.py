"""What came of judging a candidate: the numbers, and the sentence that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast

from experiments.types import Json, JsonObject


@dataclass(frozen=True)
class ArmNumbers:
    """An arm in the log, and how often the candidate would have handed it out."""

    arm: str
    decisions: int
    mean: float | None
    candidate: float


@dataclass(frozen=True)
class Verdict:
    """The numbers that a switch was let in, or refused, for. Differences are the candidate's less the running one's.

    decisions: that were judged; first, last: their ids. lower, upper: each holds with ``level``. asked: the
    confidence that was chosen; looks: how many times this running policy has been challenged, this time included; what
    is left of the doubt for this one: 1 - level. needed: how many judged decisions it would take, roughly, if the
    difference is as it seems; None if it seems to be none.
    """

    decisions: int
    first: int
    last: int
    running: float
    candidate: float
    difference: float
    lower: float
    upper: float
    asked: float
    level: float
    looks: int
    effective_sample_size: float
    largest_weight: float
    missing: float
    needed: int | None
    arms: tuple[ArmNumbers, ...]

    @property
    def is_better(self) -> bool:
        """Whether the lower bound of the difference is above 0."""
        return self.lower > 0

    @property
    def sentence(self) -> str:
        """The whole of it, for people."""
        found = (
            f"On the same {self.decisions:,} decisions the candidate would have earned {self.candidate:.4g} each, the "
            f"running policy {self.running:.4g}: a difference of {self.difference:+.4g}, at least {self.lower:+.4g} "
            f"with {100 * self.level:.4g} % confidence."
        )
        if self.is_better:
            return f"{found} That is above 0."
        more = f" It would take roughly {self.needed:,} such decisions." if self.needed else ""
        return f"{found} That is not above 0, so it stays out.{more}"

    def to_json(self) -> JsonObject:
        """As `Switch.numbers` holds it."""
        return cast(JsonObject, {**asdict(self), "arms": [asdict(arm) for arm in self.arms]})

    @classmethod
    def parse(cls, stored: Json) -> Verdict:
        """What `to_json` gave."""
        parts = dict(cast("Mapping[str, Json]", stored))
        arms = tuple(ArmNumbers(**one) for one in cast("list[dict[str, str]]", parts.pop("arms")))  # type: ignore[arg-type]  # asdict wrote it
        return cls(**parts, arms=arms)  # type: ignore[arg-type]  # asdict wrote it


def needed_for(n: int, difference: float, lower: float) -> int | None:
    """Widths shrink with the root of the number; rounded up to two digits."""
    if difference <= 0 or lower > 0:
        return None
    exact = n * ((difference - lower) / difference) ** 2
    if exact > 1e9:
        return None
    unit = int(10 ** max(len(str(int(exact))) - 2, 0))
    return int(-(-exact // unit)) * unit
