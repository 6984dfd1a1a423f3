"""What doors show of batches and runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from analysis.runs.models import Batch, Run, Status


@dataclass(frozen=True)
class Counted:
    """A batch with how many of its runs stand where; its columns are read through it."""

    batch: Batch
    counted: dict[str, int]

    def __getattr__(self, name: str) -> object:
        return getattr(self.batch, name)


def counted(batches: Sequence[Batch]) -> list[Counted]:
    """One query, however many batches."""
    found: dict[int, Counter[str]] = {batch.pk: Counter() for batch in batches}
    rows = Run.objects.filter(batch__in=found).order_by().values_list("batch_id", "status").annotate(n=Count("pk"))
    for pk, status, n in rows:
        found[pk][status] = n
    return [Counted(batch, {status: found[batch.pk][status] for status in Status.values}) for batch in batches]
