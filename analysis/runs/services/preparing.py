"""Make a batch ready to be driven: everything is checked first; then it is made or brought up to its document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from analysis.learning.running import PROCEDURES
from analysis.learning.search.comparing import Comparison, Missing
from analysis.learning.search.design import Design
from analysis.learning.search.searches import Proposal
from analysis.runs.hooks.parsing import hook_faults
from analysis.runs.models import Batch, Run, Status
from analysis.runs.plans import Request, comparison_of
from analysis.runs.services.founding import STUDY, found_experiment
from analysis.runs.services.planning import planned
from analysis.runs.services.queueing import Order, create_batch, queue_runs
from analysis.runs.services.steering import cancel_run, resume_batch, retry_run
from experiments.errors import BadValue, Conflict, Invalid
from experiments.types import JsonObject

MOST_FAULTS: Final = 100
AGAIN: Final = (Status.FAILED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Shard:
    """Every n-th run from the i-th on: for machines that share no database. number: from 1 to `of`."""

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """``2/4``. ValueError if it is none."""
        number, slash, of = text.partition("/")
        if not slash or not number.isdecimal() or not of.isdecimal() or not 1 <= int(number) <= int(of):
            raise ValueError(f"A shard is written 1/4, 2/4, 3/4 or 4/4, not {text}.")
        return cls(int(number), int(of))

    def missing(self, comparison: Comparison) -> list[Missing]:
        """What is missing of it. Shards are disjoint, together everything, and differ in size by one at most."""
        mine = {one.digest for one in comparison.wanted[self.number - 1 :: self.of]}
        return [one for one in comparison.missing if one.wanted.digest in mine]


@dataclass(frozen=True, slots=True)
class Wish:
    """How a batch is to be done. The columns of `Batch` of the same names say more."""

    study: str = STUDY
    shard: Shard = Shard()
    is_reserved: bool = False
    time_limit: int | None = None
    memory_limit: int | None = None
    max_attempts: int = 3
    retries_failed: bool = True


@dataclass(frozen=True, slots=True)
class Ready:
    """A batch that may begin. queued, retried, dropped: how many runs; dropped ones are asked for no more."""

    batch: Batch
    comparison: Comparison
    queued: int = 0
    retried: int = 0
    dropped: int = 0


def compare_with_record(slug: str, document: JsonObject) -> Comparison:
    """What a document asks for, beside what the batch of that name has. Nothing changes. It refuses as `make_ready`."""
    return _checked(Request(document), Batch.objects.filter(slug=slug).first())


@transaction.atomic
def make_ready(slug: str, document: JsonObject, wish: Wish, *, now: datetime, source: str = "") -> Ready:
    """Make the batch, or bring it up to the document; queue what is missing, and again what failed.

    Invalid with everything that is wrong, before anything changes. Conflict if the name belongs to something else.
    Waiting runs that the document asks for no more are cancelled: other code would answer for them by now.
    """
    _alone(slug)
    there = Batch.objects.select_for_update(no_key=True).filter(slug=slug).first()
    request = Request(document)
    if there is not None and there.procedure != request.design().procedure:
        raise Conflict(f"“{slug}” is a batch of {there.procedure}s.", hint="Give this one another name (--name).")
    comparison = _checked(request, there)
    if comparison.is_adaptive and wish.shard.of > 1:
        hint = "Let the machines share a database, or choose grid, random or latin_hypercube."
        raise BadValue("A search that learns needs all results, and a shard has only its own.", hint=hint)
    batch = there or _made(slug, request, wish, now=now)
    _bring_up(batch, request, wish, source=source)
    dropped = _drop(comparison, now=now)
    retried = _retry(comparison, now=now) if wish.retries_failed else 0
    queued = queue_runs(batch, [planned(one) for one in wish.shard.missing(comparison)], now=now)
    if batch.status == Status.PAUSED:
        resume_batch(batch, now=now)
    batch = Batch.objects.select_related("experiment__study").get(pk=batch.pk)
    return Ready(batch, comparison, queued=len(queued), retried=retried, dropped=dropped)


def _alone(slug: str) -> None:
    """Two people who begin the same batch at once: the second waits, and finds what the first has made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 90))", [f"batch {slug}"])


def _checked(request: Request, batch: Batch | None) -> Comparison:
    """Faults of any setting, and of the hooks, are said before the identity of code and data is asked for."""
    design = request.design()
    proposals = _proposals(design)
    settings = [proposal.setting for proposal in proposals or ()]
    faults = [*_setting_faults(design.procedure, settings), *hook_faults(request.document)]
    if faults:
        errors = tuple({"path": path, "message": sentence, "hint": ""} for path, sentence in faults[:MOST_FAULTS])
        said = " ".join(f"{path}: {sentence}" for path, sentence in faults[:5])
        raise Invalid("This batch cannot be computed.", hint=said, errors=errors)
    return comparison_of(request, batch, proposals=proposals)


def _proposals(design: Design) -> Sequence[Proposal] | None:
    try:
        return design.proposals()
    except ValueError:
        return None  # comparison_of says why


def _setting_faults(procedure: str, settings: Sequence[JsonObject]) -> Iterator[tuple[str, str]]:
    """Each once, although many settings have it."""
    known, said = PROCEDURES.get(procedure), set[tuple[str, str]]()
    if known is None:
        return  # comparison_of says so
    for setting in settings:
        for fault in known.faults(setting):
            if fault not in said:
                said.add(fault)
                yield fault


def _made(slug: str, request: Request, wish: Wish, *, now: datetime) -> Batch:
    design = request.design()
    title = str(request.document.get("title") or "")
    order = Order(slug=slug, procedure=design.procedure, document=request.document, title=title)
    return create_batch(found_experiment(slug, request.document, study=wish.study), order, now=now)


def _bring_up(batch: Batch, request: Request, wish: Wish, *, source: str) -> None:
    design = request.design()
    columns: dict[str, object] = {"document": request.document, "source": source}
    columns |= {"seed": design.seed, "epochs": design.epochs, "is_reserved": wish.is_reserved, **_limits(wish)}
    for name, value in columns.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(columns))


def _limits(wish: Wish) -> dict[str, int | None]:
    return {"time_limit": wish.time_limit, "memory_limit": wish.memory_limit, "max_attempts": wish.max_attempts}


def _drop(comparison: Comparison, *, now: datetime) -> int:
    """What is not asked for any more counts no more, and is not begun any more; what it gave stays."""
    left = [known.pk for known in comparison.left]
    changed = [*left, *(known.pk for known in comparison.there.values())]
    rows = Run.objects.select_for_update(no_key=True).filter(pk__in=changed)
    list(rows.order_by("pk").values_list("pk"))  # as everybody locks several: nobody waits in a circle
    Run.objects.filter(pk__in=[known.pk for known in comparison.there.values()], is_wanted=False).update(is_wanted=True)
    Run.objects.filter(pk__in=left, is_wanted=True).update(is_wanted=False)
    waiting = Run.objects.filter(pk__in=left, status__in=(Status.QUEUED, Status.PAUSED, Status.RUNNING))
    return sum(cancel_run(run, now=now) is not None for run in waiting.select_related("batch"))


def _retry(comparison: Comparison, *, now: datetime) -> int:
    again = [known.pk for known in comparison.there.values() if known.status in AGAIN]
    runs = Run.objects.filter(pk__in=again).select_related("batch")
    return sum(retry_run(run, now=now) is not None for run in runs)
