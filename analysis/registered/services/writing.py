"""Writing a plan while that is possible, and amending it afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.db import transaction

from analysis.registered.document import Plan, parse, problems_of
from analysis.registered.events import RegisteredEvent
from analysis.registered.models import Amendment, AnalysisPlan
from analysis.registered.reads import definition_of, registered
from experiments import events
from experiments.definition import diff
from experiments.errors import BadValue, Frozen, NotReady
from experiments.models import Assignment, Experiment, Status
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

OPEN = (Status.DRAFT, Status.REHEARSAL)


@transaction.atomic
def write_plan(experiment: Experiment, document: Json, *, by: User | None, now: datetime) -> AnalysisPlan:
    """This is the plan from now on. The same again changes nothing.

    Invalid with every problem and its path; Frozen once the experiment has let real units in.
    """
    locked = _locked(experiment)
    if locked.status not in OPEN:
        raise Frozen(
            f"The analysis plan of “{locked.title}” was frozen when it started.",
            hint="Amend it: the reason and the change are shown beside the plan, which stays.",
        )
    plan = parse(document, definition_of(locked))
    row = AnalysisPlan.objects.filter(experiment=locked).first()
    if row is not None and row.sha256 == plan.sha256:
        return row
    columns = {"document": plan.as_json(), "sha256": plan.sha256, "is_own": True, "by": by, "written_at": now}
    row, _ = AnalysisPlan.objects.update_or_create(experiment=locked, defaults=columns)
    _tell(RegisteredEvent.PLAN_WRITTEN, locked, {"sha256": plan.sha256}, now)
    return row


@transaction.atomic
def forget_plan(experiment: Experiment, *, now: datetime) -> None:
    """Back to the plan that is read off the measures. Without an own one nothing changes; Frozen after the start."""
    locked = _locked(experiment)
    if locked.status not in OPEN:
        raise Frozen(f"The analysis plan of “{locked.title}” was frozen when it started.", hint="Amend it instead.")
    deleted, _ = AnalysisPlan.objects.filter(experiment=locked).delete()
    if deleted:
        _tell(RegisteredEvent.PLAN_FORGOTTEN, locked, {}, now)


@transaction.atomic
def freeze_plan(experiment: Experiment, *, now: datetime) -> AnalysisPlan:
    """What stands is the plan for good. Twice changes nothing. NotReady if it does not fit the experiment."""
    locked = _locked(experiment)
    row = AnalysisPlan.objects.filter(experiment=locked).first()
    if row is not None and row.is_frozen:
        return row
    plan = registered(locked).planned
    require_fitting(plan, definition_of(locked))
    if row is None:
        row = AnalysisPlan(experiment=locked, is_own=False, written_at=now)
    row.document, row.sha256 = cast(Json, plan.as_json()), plan.sha256
    row.version, row.frozen_at = locked.version, now
    row.save()
    _tell(RegisteredEvent.PLAN_FROZEN, locked, {"sha256": plan.sha256, "is_own": row.is_own}, now)
    return row


@transaction.atomic
def amend_plan(
    experiment: Experiment, document: Json, *, reason: str, by: User | None, now: datetime
) -> Amendment | None:
    """Another plan beside the frozen one; None if it says the same as what stands.

    An experiment that began before there were plans gets its default frozen first, late, which its reports say.
    BadValue without a reason; Frozen before the start: write it.
    """
    locked = _locked(experiment)
    if locked.status in OPEN:
        raise Frozen("Nothing is frozen yet, so there is nothing to amend.", hint="Write the plan itself.")
    if not reason.strip():
        raise BadValue("An amendment needs a reason.", hint="Say what you learnt since, and from where.")
    row = freeze_plan(locked, now=now)
    before, plan = registered(locked).current, parse(document, definition_of(locked))
    if before.sha256 == plan.sha256:
        return None
    amendment = Amendment.objects.create(
        plan=row,
        number=row.amendments.count() + 1,
        document=plan.as_json(),
        sha256=plan.sha256,
        changes=[change.sentence for change in diff(before.as_json(), plan.as_json())],
        reason=reason.strip(),
        n=Assignment.objects.of(locked).filter(unit__is_rehearsal=False).count(),
        by=by,
        at=now,
    )
    _tell(RegisteredEvent.PLAN_AMENDED, locked, {"number": amendment.number, "sha256": plan.sha256}, now)
    return amendment


def require_fitting(plan: Plan, definition: JsonObject) -> None:
    """NotReady with what does not fit, before anybody takes part."""
    found = problems_of(plan.as_json(), definition)
    if found:
        first = found[0]
        raise NotReady(
            f"The analysis plan does not fit: {first.path}: {first.message}",
            hint="Mend the plan, or go back to the one that is read off the measures.",
            problems=tuple(f"{each.path}: {each.message}" for each in found),
        )


def _locked(experiment: Experiment) -> Experiment:
    locked = Experiment.objects.select_for_update(no_key=True, of=("self",)).select_related("study", "version")
    return locked.get(pk=experiment.pk)


def _tell(kind: RegisteredEvent, experiment: Experiment, payload: JsonObject, now: datetime) -> None:
    events.record(kind, experiment=experiment, payload=payload, at=now)
