"""What can be followed: a batch, a run, an experiment's diary. Each reads its own table behind a cursor."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.db.models import Model

from analysis.runs.log_reads import LogPage, page_of_batch, page_of_run
from analysis.runs.models import Batch, Run, RunEvent
from experiments.access import Right
from experiments.api.access import Caller, experiment_for
from experiments.errors import Unknown
from experiments.models import Event, Experiment
from machina_site.live.framing import Told

PAGE: Final = 500
PATH: Final = re.compile(r"/live/(batches|runs|experiments)/([-a-zA-Z0-9_]{1,100})/?")


@dataclass(frozen=True, slots=True)
class Page:
    """Events behind a cursor, and the cursor to go on from."""

    events: tuple[Told, ...]
    next: int


@dataclass(frozen=True, slots=True)
class Topic:
    """model: the table that grows. read(after, up_to): the next page, of settled rows."""

    name: str
    model: type[Model]
    read: Callable[[int, int], Page]


def open_topic(path: str, caller: Caller, *, kinds: Sequence[str] = ()) -> Topic:
    """What the path names, if the caller may look at it. Unknown or Forbidden if not."""
    match = PATH.fullmatch(path)
    if match is None:
        raise Unknown(
            f"There is no stream at {path}.",
            hint="Streams: /live/batches/<id>/, /live/runs/<id>/, /live/experiments/<slug>/.",
        )
    return KINDS[match[1]](caller, match[2], kinds)


def _batch(caller: Caller, name: str, kinds: Sequence[str]) -> Topic:
    batch = Batch.objects.select_related("experiment").filter(uuid=_uuid(name)).first()
    if batch is None:
        raise Unknown(f"There is no batch {name} that you can see.")
    experiment_for(caller, batch.experiment.slug, Right.VIEW)
    return Topic(f"batch {name}", RunEvent, partial(_log, partial(page_of_batch, batch, at_most=PAGE, kinds=kinds)))


def _run(caller: Caller, name: str, kinds: Sequence[str]) -> Topic:
    run = Run.objects.select_related("batch__experiment").filter(uuid=_uuid(name)).first()
    if run is None:
        raise Unknown(f"There is no run {name} that you can see.")
    experiment_for(caller, run.batch.experiment.slug, Right.VIEW)
    return Topic(f"run {name}", RunEvent, partial(_log, partial(page_of_run, run, at_most=PAGE, kinds=kinds)))


def _experiment(caller: Caller, name: str, kinds: Sequence[str]) -> Topic:
    experiment = experiment_for(caller, name, Right.VIEW)
    return Topic(f"experiment {name}", Event, partial(_diary, experiment, tuple(kinds)))


KINDS: Final = {"batches": _batch, "runs": _run, "experiments": _experiment}


def _log(page_of: Callable[..., LogPage], after: int, up_to: int) -> Page:
    page = page_of(after, up_to=up_to)
    return Page(tuple(Told(line.id, line.as_json()) for line in page.lines), page.next)


def _diary(experiment: Experiment, kinds: Sequence[str], after: int, up_to: int) -> Page:
    rows = Event.objects.of(experiment).after(after).filter(pk__lte=up_to)
    chosen = rows.filter(kind__in=kinds) if kinds else rows
    told = tuple(
        Told(pk, {"id": pk, "at": at.isoformat(), "kind": kind, "subject": subject, "payload": payload})
        for pk, at, kind, subject, payload in chosen.values_list("pk", "at", "kind", "subject", "payload")[:PAGE]
    )
    return Page(told, told[-1].id if len(told) == PAGE else max(after, up_to))


def _uuid(text: str) -> uuid.UUID:
    """Unknown if it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Unknown(f"“{text}” is no id of a batch or a run.") from None
