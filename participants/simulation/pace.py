"""How long a simulated participant stays on a page. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.chance import Stream
from participants.flow.answer_model import AnswerModel

SHORTEST, LONGEST = 4.0, 20.0  # seconds on a page where no model states them
GRACE = 6.0  # beyond a page's time limit, so that the server has closed it


@dataclass(frozen=True, slots=True)
class Pace:
    """think_time: seconds on each page, or None for as long as people take. away: how long the slow stay away."""

    think_time: float | None
    away: float

    @classmethod
    def parse(cls, text: str, *, lease_seconds: int, away: float | None = None) -> Pace:
        """`fast`, `real`, or seconds. The slow outlive the lease where that does not take longer than a real page."""
        think_time = {"fast": 0.0, "real": None}.get(text, 0.0) if text in ("fast", "real") else float(text)
        outlives = lease_seconds + 2.0
        bound = 10.0 if think_time is not None else float(outlives)
        return cls(think_time, away if away is not None else min(outlives, bound))

    def seconds(self, model: AnswerModel, arm: str, step: str, stream: Stream) -> float:
        """On this page."""
        if self.think_time is not None:
            return self.think_time
        stated = model.seconds(arm, step, stream)
        return stated if stated is not None else SHORTEST + stream.uniform() * (LONGEST - SHORTEST)

    def absence(self, remaining: float | None) -> float:
        """How long the slow stay away from a page; remaining: its own time limit in seconds, if it has one."""
        if remaining is not None and remaining + GRACE <= max(self.away, 2 * GRACE):
            return remaining + GRACE
        return self.away
