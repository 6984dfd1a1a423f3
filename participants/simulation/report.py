"""What a run found, for people and for scripts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from analysis.statistics.quantiles import quantiles
from experiments.types import Json
from participants.simulation.audit import Audit
from participants.simulation.ledger import Broken, Ledger

MOST_LINES = 20


@dataclass(frozen=True)
class Report:
    """A run's outcome."""

    experiment: str
    participants: int
    seconds: float
    ledger: Ledger
    audit: Audit

    @property
    def is_ok(self) -> bool:
        """Nothing broke, nothing is missing, nothing is there twice, no place is lost."""
        return not self.ledger.broken and not self.audit.problems

    def as_json(self) -> dict[str, Json]:
        """Everything, in milliseconds and seconds as the names say."""
        return {
            "experiment": self.experiment,
            "participants": self.participants,
            "seconds": round(self.seconds, 2),
            "participants_per_second": round(self.participants / self.seconds, 2) if self.seconds else None,
            "ends": dict(self.ledger.ends),
            "sessions": dict(self.audit.sessions),
            "cells": [asdict(cell) for cell in self.audit.cells],
            "durations_s": dict(self.audit.durations),
            "page_turn_ms": milliseconds(self.ledger.turns),
            "request_ms": milliseconds(self.ledger.requests),
            "statuses": {str(status): n for status, n in sorted(self.ledger.statuses.items())},
            "counts": dict(self.ledger.counts),
            "slots": dict(self.audit.slots),
            "acknowledged": self.audit.acknowledged,
            "lost": list(self.audit.lost),
            "twice": list(self.audit.twice),
            "astray": list(self.audit.astray),
            "mislearnt": list(self.audit.mislearnt),
            "broken": [_plain(broken) for broken in self.ledger.broken],
            "ok": self.is_ok,
        }

    def lines(self, *, rate: bool) -> Iterator[str]:
        """For a reader."""
        yield f"{self.participants} simulated participants at “{self.experiment}” in {self.seconds:.1f} s"
        yield f"  visits       {_counted(self.ledger.ends)}"
        yield f"  sessions     {_counted(self.audit.sessions)}"
        for cell in self.audit.cells:
            stratum = f"{cell.stratum}: " if cell.stratum else ""
            planned = "              learnt" if cell.planned is None else f" of {cell.planned:6.1f} planned"
            yield f"  completed    {cell.completed:4}{planned}   {stratum}{cell.arm}"
        if self.audit.durations:
            yield f"  durations    p50 {self.audit.durations['p50']:.1f} s, p95 {self.audit.durations['p95']:.1f} s"
        yield f"  page turns   {_spread(self.ledger.turns)}"
        yield f"  replies      {_counted({str(status): n for status, n in sorted(self.ledger.statuses.items())})}"
        yield f"  on the way   {_counted(self.ledger.counts)}"
        if rate and self.seconds:
            per_second = self.participants / self.seconds
            yield f"  rate         {per_second:.2f} participants/s, {self._requests:.1f} requests/s"
        yield f"  places       {_counted(self.audit.slots)}"
        yield f"  acknowledged {self.audit.acknowledged}: {len(self.audit.lost)} lost, {len(self.audit.twice)} twice"
        yield from self._problems()
        yield "  ok" if self.is_ok else "  NOT OK"

    @property
    def _requests(self) -> float:
        return sum(self.ledger.statuses.values()) / self.seconds

    def _problems(self) -> Iterator[str]:
        for problem in self.audit.problems[:MOST_LINES]:
            yield f"  WRONG        {problem}"
        different = Counter(self.ledger.broken).most_common()
        for broken, n in different[:MOST_LINES]:
            yield f"  BROKE {n:5}x {broken.status} {broken.url} at “{broken.step}”: {broken.problem}. {broken.excerpt}"
        hidden = len(self.audit.problems[MOST_LINES:]) + len(different[MOST_LINES:])
        if hidden:
            yield f"  … and {hidden} more (--json shows them)"


def milliseconds(seconds: Sequence[float]) -> dict[str, Json]:
    """p50, p95 and p99, in ms; nothing of nothing."""
    if not seconds:
        return {}
    found = quantiles(seconds, [0.5, 0.95, 0.99])
    return {name: round(value * 1000, 1) for name, value in zip(("p50", "p95", "p99"), found, strict=True)}


def _spread(seconds: Sequence[float]) -> str:
    spread = ", ".join(f"{name} {ms} ms" for name, ms in milliseconds(seconds).items())
    return f"{len(seconds)}: {spread}" if spread else "none"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in counts.items()) or "none"


def _plain(broken: Broken) -> dict[str, Json]:
    return dict(asdict(broken))
