"""Events from outside: of other programs, and of workers that have no way to the database. All or none, each once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from analysis.runs.errors import NotHeld
from analysis.runs.events import RunEventKind, Said, append_to_batch, append_to_run
from analysis.runs.models import Batch, Run, Status
from experiments.errors import Invalid
from experiments.storable import is_storable_number
from experiments.types import Json, JsonObject

KIND: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
OURS: Final = ("run.", "batch.", "checkpoint.", "artifact.")
PUBLISHED: Final = (RunEventKind.RUN_PROGRESS, RunEventKind.RUN_MEASURED, RunEventKind.RUN_LOGGED)
WHERE: Final = {"epoch": int, "phase": str, "split": str, "step": int, "steps": int}
MOST_ERRORS: Final = 100
LAST_EPOCH: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Published:
    """An event as it was sent. key: the sender's own name of it."""

    kind: str
    payload: JsonObject
    key: str
    at: datetime | None = None  # of the sender's clock: what lies ahead of ours happened just now


@dataclass(frozen=True, slots=True)
class Receipt:
    """recorded: how many were new. known: how many were not."""

    recorded: int
    known: int


def _moment(one: Published, now: datetime) -> datetime:
    return min(one.at or now, now)


def publish_to_run(run: Run, sent: Sequence[Published], *, attempt: int = 0, now: datetime) -> Receipt:
    """Append what is new. Invalid names every entry that cannot be; nothing is appended then.

    attempt: of the worker that speaks; NotHeld if another one holds the run by now. 0: a program beside the run.
    """
    _require(_faults(sent))
    said = [Said(one.kind, one.payload, _moment(one, now), one.key, attempt) for one in sent]
    with transaction.atomic():
        if attempt:
            _require_held(run, attempt)
        new = len(append_to_run(run.pk, said))
    return Receipt(new, len(said) - new)


def _require_held(run: Run, attempt: int) -> None:
    """The run's row is locked from here on: nobody takes it up between the look and what is said."""
    held = Run.objects.select_for_update(no_key=True).only("attempt", "status").get(pk=run.pk)
    if held.attempt != attempt or held.status != Status.RUNNING:
        raise NotHeld(f"Attempt {attempt} no longer holds run {run.number}.", hint="Stop: another attempt counts.")


def publish_to_batch(batch: Batch, sent: Sequence[Published], *, now: datetime) -> Receipt:
    """The same for what concerns a batch as a whole: kinds of one's own only."""
    _require(_faults(sent, published=()))
    new = len(append_to_batch(batch.pk, [Said(one.kind, one.payload, _moment(one, now), one.key) for one in sent]))
    return Receipt(new, len(sent) - new)


Fault = Mapping[str, str | int]


def _require(faults: Iterator[Fault]) -> None:
    found = tuple(faults)
    if found:
        message = f"Nothing was recorded: {found[0]['message']}"
        raise Invalid(message, hint="Mend these and send all of them again.", errors=found[:MOST_ERRORS])


def _faults(sent: Sequence[Published], published: Sequence[str] = PUBLISHED) -> Iterator[Fault]:
    for index, one in enumerate(sent):
        path = f"events[{index}]"
        if not KIND.fullmatch(one.kind):
            yield {"path": f"{path}.kind", "message": f"“{one.kind}” is no kind: write words with dots between them."}
        elif one.kind.startswith(OURS) and one.kind not in published:
            others = f"{', '.join(published)}, or " if published else ""
            words = (
                f"“{one.kind}” is said by the services alone; send {others}a kind of your own, such as “tuner.note”."
            )
            yield {"path": f"{path}.kind", "message": words}
        elif one.kind != RunEventKind.RUN_LOGGED and one.kind in published:
            yield from _place_faults(one, f"{path}.payload")


def _place_faults(one: Published, path: str) -> Iterator[Fault]:
    epoch = one.payload.get("epoch")
    if not _is(epoch, int) or not isinstance(epoch, int) or not 0 <= epoch <= LAST_EPOCH:
        yield {"path": f"{path}.epoch", "message": f"epoch must be a whole number from 0 to {LAST_EPOCH:,}."}
    for name, kind in WHERE.items():
        if name != "epoch" and name in one.payload and not _is(one.payload[name], kind):
            yield {
                "path": f"{path}.{name}",
                "message": f"{name} must be a {'text' if kind is str else 'whole number'}.",
            }
    if one.kind == RunEventKind.RUN_MEASURED:
        yield from _value_faults(one.payload.get("values"), f"{path}.values")


def _value_faults(values: Json, path: str) -> Iterator[Fault]:
    if not isinstance(values, Mapping) or not values:
        yield {"path": path, "message": "values must be an object of numbers, such as {“loss”: 0.31}."}
        return
    for name, value in values.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and is_storable_number(value)
        if not is_number and value not in ("nan", "inf", "-inf"):
            message = f"{name} must be a number, or the text “nan”, “inf” or “-inf”."
            yield {"path": f"{path}.{name}", "message": message}


def _is(value: object, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)
