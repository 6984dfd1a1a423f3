"""How the arms are balanced: assignments as sufficient statistics of the sequential sample-ratio test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from analysis.statistics.sample_ratio import SampleRatio, sample_ratio
from experiments import schema_learning
from experiments.blueprint import json_object
from experiments.models import Arm, Assignment, Experiment, UnitKind
from experiments.reads import arms_of

ALARM_LEVEL = 0.01


@dataclass(frozen=True, slots=True)
class ArmCount:
    """An arm with all units ever assigned to it. share: planned, of the enabled arms; 0 for a disabled one."""

    pk: int
    name: str
    is_enabled: bool
    is_control: bool
    quota: int | None
    share: float
    assigned: int


@dataclass(frozen=True, slots=True)
class Balance:
    """The arms, and the sequential test of their counts; None without an enabled arm, or where the shares move."""

    arms: tuple[ArmCount, ...]
    test: SampleRatio | None
    moves: bool = False

    @property
    def n(self) -> int:
        """Units in enabled arms."""
        return sum(arm.assigned for arm in self.arms if arm.share)

    @property
    def is_alarming(self) -> bool:
        """Whether to stop and look."""
        return self.test is not None and self.test.alarm(ALARM_LEVEL)


def balance_of(experiment: Experiment, *, is_rehearsal: bool) -> Balance:
    """Assignments ever made, by arm. Completes would not do: refilled places balance them by design. Two queries."""
    rows = Assignment.objects.of(experiment).filter(unit__is_rehearsal=is_rehearsal).order_by()
    counts: dict[int, int] = dict(rows.values_list("arm_id").annotate(n=Count("pk")))
    return _balance(arms_of(experiment), counts, moves=moves(experiment))


def balances_of(experiments: Sequence[Experiment]) -> dict[int, Balance]:
    """The real assignments of many experiments, for the overview. Two queries."""
    arms: dict[int, list[Arm]] = {experiment.pk: [] for experiment in experiments}
    for arm in Arm.objects.filter(experiment__in=list(arms)).order_by("position", "pk"):
        arms[arm.experiment_id].append(arm)
    rows = Assignment.objects.filter(experiment__in=list(arms), unit__is_rehearsal=False).order_by()
    counts: dict[int, int] = dict(rows.values_list("arm_id").annotate(n=Count("pk")))
    moving = {experiment.pk: moves(experiment) for experiment in experiments}
    return {pk: _balance(own, counts, moves=moving[pk]) for pk, own in arms.items()}


def moves(experiment: Experiment) -> bool:
    """Whether a policy that learns moves the shares while it runs: then no plan says what they should be.

    Of runs, the search decides how many each setting gets.
    """
    return (
        experiment.unit_kind == UnitKind.RUN
        or json_object(experiment.allocation).get("policy") in schema_learning.POLICIES
    )


def _balance(arms: Sequence[Arm], counts: Mapping[int, int], *, moves: bool) -> Balance:
    total = sum(arm.weight for arm in arms if arm.is_enabled)
    found = tuple(
        ArmCount(
            pk=arm.pk,
            name=arm.name,
            is_enabled=arm.is_enabled,
            is_control=arm.is_control,
            quota=arm.quota,
            share=arm.weight / total if arm.is_enabled and total else 0.0,
            assigned=counts.get(arm.pk, 0),
        )
        for arm in arms
    )
    enabled = [arm for arm in found if arm.share]
    planned = enabled and not moves
    test = sample_ratio([arm.assigned for arm in enabled], [arm.share for arm in enabled]) if planned else None
    return Balance(found, test, moves)
