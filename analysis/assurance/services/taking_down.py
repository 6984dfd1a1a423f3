"""A test stands no more: every arm that serves its model is taken down, in each experiment, and said in the diary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, cast

from django.db import transaction

from analysis.assurance.events import SafetyEvent
from analysis.assurance.models import SafetyTest
from analysis.assurance.served import POLICY, served_by
from analysis.assurance.services.gating import vouching_test
from experiments import events
from experiments.models import Arm, Experiment, Status
from experiments.services.lifecycle import pause_experiment, reopen_draft
from experiments.services.versions import publish_definition
from experiments.types import JsonObject

BECAUSE: Final = "Its model's safety test no longer stands."
ALIVE: Final = (Status.DRAFT, Status.REHEARSAL, Status.RUNNING, Status.PAUSED)

Taker = Callable[[Experiment, Sequence[str], str, datetime], bool | None]
"""A room above may see to it in its own way that nobody gets these arms: (experiment, arms, why, now) -> whether that
changed anything; None: it has no part in this experiment.
"""

TAKERS: Final[dict[str, Taker]] = {}


@transaction.atomic
def withdraw_test(test: SafetyTest, *, because: str, now: datetime, has_drifted: bool = False) -> SafetyTest:
    """It no longer vouches for its model. Withdrawing a withdrawn one changes nothing."""
    test = SafetyTest.objects.select_for_update(no_key=True, of=("self",)).get(pk=test.pk)
    if test.standing != SafetyTest.Standing.STANDS:
        return test
    test.standing = SafetyTest.Standing.DRIFTED if has_drifted else SafetyTest.Standing.WITHDRAWN
    test.withdrawn_for, test.withdrawn_at = because, now
    test.save(update_fields=["standing", "withdrawn_for", "withdrawn_at"])
    kind = SafetyEvent.DRIFTED if has_drifted else SafetyEvent.WITHDRAWN
    payload: JsonObject = {"test": str(test.uuid), "because": because}
    events.record(kind, experiment=test.run.batch.experiment, subject=f"run:{test.run.uuid}", payload=payload, at=now)
    return test


def take_down(test: SafetyTest, *, now: datetime) -> list[Experiment]:
    """In every experiment that serves its model and is not over. After the withdrawal is committed: each by itself."""
    if test.vouches or not test.model_sha256:
        return []
    taken = [pk for pk in _serving(test.model_sha256) if _take_down(pk, now=now)]
    return list(Experiment.objects.filter(pk__in=taken).order_by("pk"))


def sweep_unproven(*, now: datetime) -> int:
    """What was published while its test was being withdrawn. How many experiments lost an arm."""
    withdrawn = SafetyTest.objects.filter(passed=True).exclude(standing=SafetyTest.Standing.STANDS)
    return sum(len(take_down(test, now=now)) for test in withdrawn.order_by("-withdrawn_at")[:100])


def _serving(sha256: str) -> list[int]:
    """By its tables, or by the version that newcomers get."""
    alive = Experiment.objects.filter(status__in=ALIVE)
    by_table = alive.filter(arms__is_enabled=True, arms__payload__model__sha256=sha256)
    pinned = [{"is_enabled": True, "payload": {"model": {"sha256": sha256}}}]
    by_version = alive.filter(version__definition__arms__contains=pinned)
    by_policy = alive.filter(version__definition__allocation__proof__sha256=sha256)
    found = (by_table, by_version, by_policy)
    return sorted({pk for rows in found for pk in rows.values_list("pk", flat=True)})


@transaction.atomic
def _take_down(pk: int, *, now: datetime) -> bool:
    """Whether an arm was lost."""
    rows = Experiment.objects.select_for_update(no_key=True, of=("self",)).select_related("study", "version")
    experiment = rows.get(pk=pk)
    names = list(dict.fromkeys([*_disable_rows(experiment), *_disable_live(experiment, now=now)]))
    for name in names:
        payload: JsonObject = {"arm": name, "because": BECAUSE}
        subject = f"arm:{name}" if name != POLICY else "allocation"
        events.record(SafetyEvent.ARM_TAKEN_DOWN, experiment=experiment, subject=subject, payload=payload, at=now)
    return bool(names)


def _disable_rows(experiment: Experiment) -> list[str]:
    """In what stands in the tables."""
    arms = {arm.name: arm for arm in experiment.arms.filter(is_enabled=True)}
    rows: list[JsonObject] = [{"name": arm.name, "payload": arm.payload} for arm in arms.values()]
    names = _unproven_names(experiment, {"arms": rows})
    Arm.objects.filter(pk__in=[arms[name].pk for name in names]).update(is_enabled=False)
    return names


def _disable_live(experiment: Experiment, *, now: datetime) -> list[str]:
    """In what newcomers get: a version without these arms. Where none would be left, nobody is let in."""
    if experiment.version is None:
        return []
    definition = dict(cast(JsonObject, experiment.version.definition))
    names = _unproven_names(experiment, definition)
    if POLICY in names:  # nobody can be let in by it
        if not experiment.is_open:
            return []
        (pause_experiment if experiment.status == Status.RUNNING else reopen_draft)(experiment)
        return names
    handled = [taker(experiment, names, BECAUSE, now) for taker in TAKERS.values()] if names else []
    if any(answer is not None for answer in handled):
        return names if any(handled) else []
    arms = [_without(row, names) for row in cast("list[JsonObject]", definition.get("arms") or [])]
    if names and any(row.get("is_enabled", True) for row in arms):
        publish_definition(experiment, {**definition, "arms": arms})
    elif names and experiment.is_open:
        (pause_experiment if experiment.status == Status.RUNNING else reopen_draft)(experiment)
    else:  # nobody is let in, and the gate sees to it that nobody will be
        return []
    return names


def _without(row: JsonObject, names: Sequence[str]) -> JsonObject:
    return {**row, "is_enabled": False} if row.get("name") in names else row


def _unproven_names(experiment: Experiment, definition: JsonObject) -> list[str]:
    return [one.arm for one in served_by(definition) if one.fault or vouching_test(experiment, one) is None]
