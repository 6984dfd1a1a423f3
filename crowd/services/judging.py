"""Judge the work of whoever completed, by the rule that was registered before: marks, never a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from crowd.models import QualityMark
from crowd.quality.judging import Judgement, judge
from crowd.quality.rule import Rule
from crowd.reads.quality import passages_of, rules_of, twins_in, typical_of, unjudged
from experiments.models import Experiment
from participants.models import Session

AT_ONCE: Final = 500
COLUMNS: Final = ("score", "findings", "is_excluded", "because", "rule_sha256", "judged_at")


def judge_ended(*, now: datetime) -> int:
    """One sweep: everybody who completed and has no mark, and whoever turns out to have written the same. How many."""
    return sum(judge_experiment(experiment, now=now) for experiment in Experiment.objects.filter(pk__in=unjudged()))


@transaction.atomic
def judge_experiment(experiment: Experiment, *, again: bool = False, now: datetime) -> int:
    """again: everybody anew, as medians are by now. Twice is as good as once."""
    done = Session.objects.filter(experiment=experiment, status=Session.Status.COMPLETED, is_rehearsal=False)
    new = list((done if again else done.filter(quality=None)).order_by("pk")[:AT_ONCE])
    if not new:
        return 0
    same = twins_in(experiment)
    partners = {other for session in new for other in same.get(session.pk, ())} - {session.pk for session in new}
    sessions = [*new, *done.filter(pk__in=partners)]
    passages, rules, typical = passages_of(sessions, same), rules_of(sessions), typical_of(experiment)
    marks = [_mark(each, judge(passages[each.pk], typical, rules[each.pk]), rules[each.pk], now) for each in sessions]
    _keep(marks)
    return len(marks)


def _mark(session: Session, judgement: Judgement, rule: Rule, now: datetime) -> QualityMark:
    return QualityMark(
        session=session,
        score=judgement.score,
        findings=[{"sign": each.sign, "reason": each.reason} for each in judgement.findings],
        is_excluded=judgement.is_excluded,
        because=", ".join(judgement.because),
        rule_sha256=rule.sha256,
        judged_at=now,
    )


def _keep(marks: Sequence[QualityMark]) -> None:
    QualityMark.objects.bulk_create(marks, update_conflicts=True, unique_fields=["session"], update_fields=COLUMNS)
