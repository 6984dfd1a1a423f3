"""Fold: what is new in the record becomes part of the tally, each unit's part made anew from the record as it stands.

Nothing is ever added to or taken from a sum, so nothing can count twice: a block is a function of the record up to the
cursor. Killed anywhere, nothing has happened. Any number may fold at once: one works, the others leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from hashlib import sha256
from itertools import islice
from operator import or_

import numpy as np
from django.db import transaction
from django.db.models import Q

from analysis.results.blocks import blocks_of
from analysis.results.columns import VERSION, Columns
from analysis.results.keeping.needs import Need, digest_of
from analysis.results.models import Horizon, Tally, TallyBlock, Touched
from analysis.results.reads import AT_ONCE
from analysis.results.services.summing import amended_since_summed, asked_of, keep_above, keep_anew, keep_sums
from analysis.results.sources import Cursor, Part, Source, source_of, sources
from experiments.locking import try_lock
from experiments.models import Experiment

LOCK_CLASS = 0x74616C21  # "tal!"
CLOSED = ("measurements", "assignments", "is_waiting", "n_units", "n_values", "digest", "at")
TABLES = {"values": "{}: values", "units": "{}: units"}


def fold_all(*, now: datetime) -> int:
    """Bring every experiment's tally up to date. Returns how many units were counted anew."""
    notice_new()
    return sum(fold_one(pk, now=now) for pk in waiting_to_fold())


def fold_one(experiment_id: int, *, now: datetime) -> int:
    """Fold that experiment; 0 if it is no more."""
    experiment = Experiment.objects.filter(pk=experiment_id).first()
    if experiment is None:
        Touched.objects.filter(experiment_key=experiment_id).delete()
        return 0
    return fold(experiment, now=now)


def waiting_to_fold() -> list[int]:
    """Experiments that may have something to count. Two queries."""
    touched = set(Touched.objects.order_by().values_list("experiment_key", flat=True).distinct())
    waiting = (Tally.objects.filter(is_waiting=True) | amended_since_summed()).values_list("experiment", flat=True)
    return sorted(touched | set(waiting))


def notice_new() -> None:
    """Mark the experiments with something new as waiting. Killed between, the next one notices the same."""
    for source in sources():
        up_to = source.settled()
        if up_to is not None:
            _notice(source, up_to)


@transaction.atomic
def _notice(source: Source, up_to: Cursor) -> None:
    before = {row.table: row for row in Horizon.objects.select_for_update().filter(table__startswith=source.name)}
    names = {kind: name.format(source.name) for kind, name in TABLES.items()}
    after = Cursor(**{kind: before[name].through if name in before else 0 for kind, name in names.items()})
    if after == up_to:
        return
    for experiment, is_rehearsal in sorted(source.grown(after, up_to)):
        Tally.objects.update_or_create(
            experiment_id=experiment, is_rehearsal=is_rehearsal, defaults={"is_waiting": True}
        )
    for kind, name in names.items():
        Horizon.objects.update_or_create(table=name, defaults={"through": getattr(up_to, kind)})


@transaction.atomic
def fold(experiment: Experiment, *, now: datetime) -> int:
    """Count what is new of this experiment, rehearsal and real apart. Returns how many units were counted anew."""
    source = source_of(experiment)
    up_to = source.settled()
    if up_to is None or not try_lock(LOCK_CLASS, experiment.pk):
        return 0
    _let_go_of_others(experiment, source)
    touched = dict(Touched.objects.filter(experiment_key=experiment.pk).values_list("pk", "unit_key"))
    changed = {unit // TallyBlock.SPAN for unit in touched.values()}
    known = Known(source, up_to, changed, asked_of(experiment), now)
    n = sum(_fold(known, Part(experiment, is_rehearsal)) for is_rehearsal in (False, True))
    Touched.objects.filter(pk__in=touched).delete()
    return n


def _let_go_of_others(experiment: Experiment, source: Source) -> None:
    """A policy that begins to learn, or stops, moves outcomes to another record, where the same keys and cursors mean
    other things: what was counted from the one before is not added to.
    """
    for tally in Tally.objects.filter(experiment=experiment):
        newest = tally.blocks.order_by("-number").first()
        if newest is not None and source not in _sources_then(experiment, Columns.from_bytes(newest.content)):
            tally.delete()


def _sources_then(experiment: Experiment, columns: Columns) -> list[Source]:
    """Where outcomes were found under the versions of these units."""
    version, then, found = columns.column(VERSION), copy(experiment), []
    for pk in np.unique(version[np.isfinite(version)]).tolist():
        then.version_id = int(pk)
        found.append(source_of(then))
    return found or [source_of(experiment)]


@dataclass(frozen=True, slots=True)
class Known:
    """What a fold goes by. changed: blocks of which something changed otherwise than by growing. needs: what is added
    up.
    """

    source: Source
    up_to: Cursor
    changed: Set[int]
    needs: tuple[Need, ...]
    now: datetime


def _fold(known: Known, part: Part) -> int:
    rows = Tally.objects.select_for_update()
    tally, _ = rows.get_or_create(experiment=part.experiment, is_rehearsal=part.is_rehearsal)
    after = Cursor(tally.measurements, tally.assignments)
    seen = Cursor(max(known.up_to.values, after.values), max(known.up_to.units, after.units))
    numbers = sorted(known.source.touched(part, after, seen) | known.changed)
    n = _recount(tally, blocks_of(known.source, part, numbers, seen), known.needs)
    _sum_up(tally, known, numbers)
    tally.is_waiting = _noticed_beyond(known.source, seen)
    _close(tally, seen, has_changed=bool(numbers), now=known.now)
    return n


def _noticed_beyond(source: Source, seen: Cursor) -> bool:
    """Whether something newer was noticed since this fold looked how far it may count: it is waiting for the next one.
    Ask with the tally's row in hand; whoever notices after that marks it again.
    """
    beyond = [Q(table=name.format(source.name), through__gt=getattr(seen, kind)) for kind, name in TABLES.items()]
    return Horizon.objects.filter(reduce(or_, beyond)).exists()


def _sum_up(tally: Tally, known: Known, numbers: Sequence[int]) -> None:
    """What lies above these blocks; all of it anew where something else is asked than before."""
    asked = digest_of(known.needs)
    if tally.at is not None and tally.summed_for != asked:
        keep_anew(tally, known.needs)
    else:
        keep_above(tally, known.needs, numbers)
    tally.summed_for, tally.summed_at = asked, known.now


def _recount(tally: Tally, made: Iterator[tuple[int, Columns]], needs: Sequence[Need]) -> int:
    """Make these blocks anew, few in memory at once, each with its sums. Returns how many units they hold."""
    n = 0
    while found := list(islice(made, AT_ONCE)):
        rows = [_block(tally, number, columns) for number, columns in found]
        TallyBlock.objects.filter(tally=tally, number__in=[row.number for row in rows if not row.n_units]).delete()
        TallyBlock.objects.bulk_create(
            [row for row in rows if row.n_units],
            update_conflicts=True,
            unique_fields=("tally", "number"),
            update_fields=("n_units", "n_values", "content", "sha256"),
        )
        keep_sums(tally, needs, found)
        n += sum(row.n_units for row in rows)
    return n


def _block(tally: Tally, number: int, columns: Columns) -> TallyBlock:
    content = columns.to_bytes()
    counts = [columns.column(name) for name in columns.names if name.startswith("count:")]
    n_values = int(sum(np.nansum(each) for each in counts))
    return TallyBlock(
        tally=tally,
        number=number,
        n_units=len(columns),
        n_values=n_values,
        content=content,
        sha256=sha256(content).hexdigest(),
    )


def _close(tally: Tally, up_to: Cursor, *, has_changed: bool, now: datetime) -> None:
    tally.measurements, tally.assignments = up_to.values, up_to.units
    if has_changed or not tally.digest:
        blocks = list(tally.blocks.order_by("number").values_list("number", "n_units", "n_values", "sha256"))
        tally.n_units, tally.n_values = sum(row[1] for row in blocks), sum(row[2] for row in blocks)
        tally.digest = sha256("\n".join(f"{row[0]} {row[3]}" for row in blocks).encode()).hexdigest()
        tally.at = now
    tally.save(update_fields=[*CLOSED, "summed_for", "summed_at"])
