"""Events in words, for the log on a run's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.runs.board.parameters import as_text
from analysis.runs.board.series import finite
from analysis.runs.log_reads import LogLine
from experiments.blueprint import json_object
from experiments.types import Json


@dataclass(frozen=True, slots=True)
class Sentence:
    """tone: good, bad, or nothing."""

    at: datetime
    text: str
    sequence: int
    attempt: int
    tone: str = ""


def told(line: LogLine) -> Sentence:
    """One event."""
    payload = json_object(line.payload)
    status = str(payload.get("status", ""))
    tone = {"completed": "good", "failed": "bad"}.get(status, "") if line.kind == "run.status" else ""
    return Sentence(line.at, _words(line.kind, payload), line.sequence, line.attempt, tone)


def _words(kind: str, payload: Mapping[str, Json]) -> str:
    if kind == "run.status":
        more = [
            f"{name} {as_text(value)}"
            for name, value in payload.items()
            if name != "status" and value not in (None, "")
        ]
        return f"{str(payload.get('status', '?')).capitalize()}{': ' if more else ''}{', '.join(more)}"
    if kind == "run.progress":
        step = f", step {payload.get('step')} of {payload.get('steps')}" if payload.get("steps") else ""
        split = f" {payload.get('split')}" if payload.get("split") else ""
        return f"Epoch {payload.get('epoch')}: {payload.get('phase') or 'at work'}{split}{step}"
    if kind == "run.measured":
        values = json_object(payload.get("values"))
        shown = ", ".join(f"{name} {_figure(value)}" for name, value in values.items())
        return f"Epoch {payload.get('epoch')}, {payload.get('split') or 'run'}: {shown}"
    if kind == "run.configured":
        return f"Configured as run {payload.get('number')}, seed {payload.get('seed')}, {payload.get('epochs')} epochs"
    if kind == "run.logged":
        return str(payload.get("text", ""))[:1_000]
    rest = ", ".join(f"{name} {as_text(value)}" for name, value in payload.items())
    return f"{kind.replace('.', ' ').capitalize()}{': ' if rest else ''}{rest}"[:1_000]


def _figure(value: Json) -> str:
    number = finite(value)
    return as_text(value) if number is None else f"{number:.4g}"
