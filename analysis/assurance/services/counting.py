"""Every candidate that meets a safety set is counted before it is tested: what was seen cannot be unseen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from analysis.assurance.models import SafetySet, SafetyUse
from analysis.learning.running import Reporter
from analysis.runs.models import Run
from analysis.runs.services.claiming import Hold
from analysis.safety.report import Origin

LONGEST = 200


@transaction.atomic
def count_use(origin: Origin, candidate: str, *, run: int | None, now: datetime) -> SafetyUse:
    """The use of that candidate: a new one, or the one that it has already. Two at once get two numbers."""
    safety_set = _set(origin, now=now)
    safety_set = SafetySet.objects.select_for_update(no_key=True).get(pk=safety_set.pk)
    known = SafetyUse.objects.filter(safety_set=safety_set, candidate=candidate).first()
    if known is not None:
        return known
    safety_set.n_uses += 1
    safety_set.save(update_fields=["n_uses"])
    run = run if run is not None and Run.objects.filter(pk=run).exists() else None
    return SafetyUse.objects.create(
        safety_set=safety_set, number=safety_set.n_uses, candidate=candidate, run_id=run, at=now
    )


def _set(origin: Origin, *, now: datetime) -> SafetySet:
    columns = {
        "data_sha256": origin.data,
        "title": origin.title[:LONGEST],
        "split": origin.split,
        "n": origin.n_safety,
        "created_at": now,
    }
    return SafetySet.objects.get_or_create(sha256=origin.safety, defaults=columns)[0]


class CountingLedger:
    """The ledger of an installation: rows of `SafetyUse`, by the run whose attempt reports."""

    def count(self, origin: Origin, candidate: str, reporter: Reporter) -> int:
        """However long the database is away: what cannot be counted is not tested."""
        from analysis.runs.working.patience import patiently

        reporter.check()
        hold = getattr(reporter, "hold", None)
        run = hold.run if isinstance(hold, Hold) else None
        return patiently(lambda: count_use(origin, candidate, run=run, now=timezone.now())).number

    def seen(self, origin: Origin) -> int:
        """Of the set's row; 0 if nobody has looked into it yet."""
        from analysis.runs.working.patience import patiently

        return patiently(lambda: uses_of(origin.safety))


def uses_of(sha256: str) -> int:
    """How many candidates that safety set has seen."""
    return SafetySet.objects.filter(sha256=sha256).values_list("n_uses", flat=True).first() or 0
