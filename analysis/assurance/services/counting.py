"""Every candidate that meets a safety set is counted before it is tested: what was seen cannot be unseen."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q
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
    _one_at_a_time()
    safety_set = _set(origin, now=now)
    known = SafetyUse.objects.filter(safety_set=safety_set, candidate=candidate).first()
    if known is not None:
        return known
    number = SafetyUse.objects.filter(safety_set=safety_set).count() + 1
    run = run if run is not None and Run.objects.filter(pk=run).exists() else None
    use = SafetyUse.objects.create(safety_set=safety_set, number=number, candidate=candidate, run_id=run, at=now)
    kin = kin_of(safety_set)
    SafetySet.objects.filter(pk__in=kin).exclude(pk=safety_set.pk).update(n_uses=F("n_uses") + 1)
    SafetySet.objects.filter(pk=safety_set.pk).update(n_uses=SafetyUse.objects.filter(safety_set__in=kin).count())
    return use


def _set(origin: Origin, *, now: datetime) -> SafetySet:
    known = SafetySet.objects.filter(sha256=origin.safety).first()
    if known is None:
        known = _unsaved(origin, now=now)
        known.save(force_insert=True)
    return known


def _unsaved(origin: Origin, *, now: datetime) -> SafetySet:
    rows = origin.resemblance
    return SafetySet(
        sha256=origin.safety,
        data_sha256=origin.data,
        title=origin.title[:LONGEST],
        split=origin.split,
        n=origin.n_safety,
        created_at=now,
        exact=list(rows.exact) if rows else [],
        sketch=list(rows.sketch) if rows else [],
    )


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

        asked = _unsaved(origin, now=timezone.now())
        return patiently(lambda: SafetyUse.objects.filter(safety_set__in=kin_of(asked)).count())


def rank_of(use: SafetyUse) -> int:
    """Which candidate it was, from 1, among those of all safety sets whose data have rows in common with these: divided
    with another seed, share or constraint, or saved otherwise, most of them are held back again.
    """
    return SafetyUse.objects.filter(safety_set__in=kin_of(use.safety_set), pk__lte=use.pk).count()


def kin_of(one: SafetySet) -> list[int]:
    """Keys of the safety sets, this one among them, of the same source or of data that have rows of these."""
    from analysis.safety.testing.resemblance import Resemblance

    same = Q(data_sha256=one.data_sha256) | Q(sha256=one.sha256) | Q(exact__overlap=one.exact)
    found = set(SafetySet.objects.filter(same).values_list("pk", flat=True))
    alike = SafetySet.objects.filter(sketch__overlap=one.sketch).exclude(pk__in=found).values_list("pk", "sketch")
    own = Resemblance(sketch=tuple(one.sketch))
    return sorted(found | {pk for pk, sketch in alike if own.meets(Resemblance(sketch=tuple(sketch)))})


def _one_at_a_time() -> None:
    """Until the transaction ends, nobody else counts a use: keys rise in the order of commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 91))", ["uses of safety sets"])
