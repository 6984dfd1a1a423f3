"""Sums of blocks, and of neighbours of them: made anew from what they are of, never added to or taken from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models

from analysis.registered.document import Plan
from analysis.registered.reads import definition_of, plan_of
from analysis.results.columns import Columns
from analysis.results.keeping.kept import Kept, added
from analysis.results.keeping.needs import Need, needs_of
from analysis.results.models import Tally, TallyBlock, TallySum
from analysis.results.reads import AT_ONCE
from experiments.blueprint import Blueprint
from experiments.models import Experiment
from experiments.published import blueprint_of


def asked_of(experiment: Experiment, plan: Plan | None = None) -> tuple[Need, ...]:
    """What the plan in force adds up. Two queries, and a few more of a draft."""
    return needs_of(plan or plan_of(experiment), definition_in_force(experiment).measures)


def definition_in_force(experiment: Experiment) -> Blueprint:
    """What newcomers get; of a first draft its tables."""
    return blueprint_of(experiment.version_id) if experiment.version_id else Blueprint.parse(definition_of(experiment))


def amended_since_summed() -> models.QuerySet[Tally]:
    """Tallies whose plan says something else since their sums were made."""
    return Tally.objects.filter(experiment__analysis_plan__amendments__at__gt=models.F("summed_at"))


def keep_sums(tally: Tally, needs: Sequence[Need], made: Iterable[tuple[int, Columns]]) -> None:
    """Of blocks that were just made, empty ones included. Those above them follow with `keep_above`."""
    found = [(number, Kept.of(columns, needs) if len(columns) else None) for number, columns in made]
    _write(tally, 0, found)


def keep_above(tally: Tally, needs: Sequence[Need], numbers: Iterable[int]) -> None:
    """Everything that these blocks are part of. Three queries for each level."""
    for level in range(1, TallySum.TOP + 1):
        numbers = sorted({number // TallySum.FANOUT for number in numbers})
        _write(tally, level, [(number, _of_neighbours(tally, needs, (level - 1, number))) for number in numbers])


def keep_anew(tally: Tally, needs: Sequence[Need]) -> None:
    """All of them, from the blocks: when something else is asked than before. The record is not read."""
    tally.sums.all().delete()
    rows = TallyBlock.objects.filter(tally=tally).order_by("number").values_list("number", "content")
    numbers = []
    for number, content in rows.iterator(chunk_size=AT_ONCE):
        keep_sums(tally, needs, [(number, Columns.from_bytes(content))])
        numbers.append(number)
    keep_above(tally, needs, numbers)


def _of_neighbours(tally: Tally, needs: Sequence[Need], place: tuple[int, int]) -> Kept | None:
    """place: the level below, and the number above."""
    level, number = place
    first, end = number * TallySum.FANOUT, (number + 1) * TallySum.FANOUT
    rows = TallySum.objects.filter(tally=tally, level=level, number__gte=first, number__lt=end).order_by("number")
    found = [Kept.from_bytes(content) for content in rows.values_list("content", flat=True)]
    return added(found, needs) if found else None


def _write(tally: Tally, level: int, found: Sequence[tuple[int, Kept | None]]) -> None:
    gone = [number for number, kept in found if kept is None]
    if gone:
        TallySum.objects.filter(tally=tally, level=level, number__in=gone).delete()
    TallySum.objects.bulk_create(
        [
            TallySum(tally=tally, level=level, number=number, content=kept.to_bytes())
            for number, kept in found
            if kept is not None
        ],
        update_conflicts=True,
        unique_fields=("tally", "level", "number"),
        update_fields=("content",),
        batch_size=AT_ONCE,
    )
