"""Every candidate that meets a safety set is counted before it is tested: what was seen cannot be unseen."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
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
    _one_at_a_time(origin.data)
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
        return patiently(lambda: rank_of(count_use(origin, candidate, run=run, now=timezone.now())))

    def seen(self, origin: Origin) -> int:
        """Over all sets of the data; 0 if nobody has looked into one yet."""
        from analysis.runs.working.patience import patiently

        return patiently(lambda: uses_of_data(origin.data))


def rank_of(use: SafetyUse) -> int:
    """Which candidate it was, from 1, among those of all safety sets of its data: with another seed, share or
    constraint the rows are divided otherwise, and most of them are held back again.
    """
    data = use.safety_set.data_sha256
    return SafetyUse.objects.filter(safety_set__data_sha256=data, pk__lte=use.pk).count()


def uses_of_data(sha256: str) -> int:
    """How many candidates the safety sets of those data have seen."""
    return SafetyUse.objects.filter(safety_set__data_sha256=sha256).count()


def _one_at_a_time(data: str) -> None:
    """Until the transaction ends, nobody else counts a use of these data: keys rise in the order of commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 91))", [f"safety sets of {data}"])
