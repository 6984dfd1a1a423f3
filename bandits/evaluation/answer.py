"""What is answered, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bandits.evaluation.question import Described, LeftOut, Question

if TYPE_CHECKING:
    from analysis.statistics.off_policy import Estimate, Evaluation

NAMES: Mapping[str, str] = {
    "doubly_robust": "Doubly robust",
    "ips": "Importance sampling (IPS)",
    "clipped_ips": "Clipped IPS",
    "snips": "Self-normalised IPS",
    "sndr": "Self-normalised doubly robust",
    "direct": "Direct method",
    "replay": "Replay",
}


@dataclass(frozen=True)
class Segment:
    """The part of the log with one value of a context key; it has no evaluation where the log says nothing of it."""

    name: str
    decisions: int
    evaluation: Evaluation | None
    refused: str = ""


@dataclass(frozen=True)
class Answer:
    """What the policy would have earned.

    reward: what is counted, in words. seconds: how long it took to find out. replay: of the decisions that it would
    have made itself, ``replayed`` of them; None unless it was asked to learn from these alone.
    """

    question: Question
    described: Described
    reward: str
    low: float | None
    high: float | None
    arms: tuple[str, ...]
    begins: datetime | None
    ends: datetime | None
    left_out: LeftOut
    whole: Evaluation
    replay: Estimate | None
    replayed: int
    segments: tuple[Segment, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before believing it."""
        return (*self.notes, *self.whole.warnings)

    @property
    def estimators(self) -> dict[str, Estimate]:
        """By name, the one to look at first."""
        return {**self.whole.estimators, **({"replay": self.replay} if self.replay else {})}

    def to_json(self) -> dict[str, object]:
        """As the API and the command give it."""
        question, whole = self.question, self.whole
        return {
            "policy": dict(self.described.spec),
            "title": self.described.title,
            "learning": self.described.learning,
            "reward": self.reward,
            "low": self.low,
            "high": self.high,
            "since": self.begins,
            "until": self.ends,
            "is_rehearsal": question.is_rehearsal,
            "decisions": int(whole.n),
            "left_out": self.left_out.to_json(),
            "confidence": question.confidence,
            **_figures(whole),
            "estimates": {name: _estimate(one) for name, one in self.estimators.items()},
            "replayed": self.replayed,
            "arms": [
                {
                    "arm": name,
                    "decisions": int(one.pulls),
                    "mean_reward": one.mean,
                    "target_share": one.target,
                    "unsupported": one.missing,
                }
                for name, one in zip(self.arms, whole.arms, strict=True)
            ],
            "by": question.by,
            "segments": [_segment(one) for one in self.segments],
            "warnings": list(self.warnings),
            "seconds": round(self.seconds, 3),
        }


def _figures(found: Evaluation) -> dict[str, object]:
    return {
        "logged": _estimate(found.logged),
        "value": _estimate(found.best),
        "gain": _estimate(found.gain),
        "effective_sample_size": found.effective_sample_size,
        "largest_weight": found.largest_weight,
        "mean_weight": found.mean_weight,
        "clip": found.clip,
        "share_clipped": found.share_clipped,
        "unsupported": found.missing,
    }


def _segment(segment: Segment) -> dict[str, object]:
    found = segment.evaluation
    figures = {} if found is None else _figures(found)
    return {"segment": segment.name, "decisions": segment.decisions, "refused": segment.refused, **figures}


def _estimate(one: Estimate) -> dict[str, object]:
    return {"estimate": one.estimate, "lower": one.lower, "upper": one.upper, "interval": one.kind}
