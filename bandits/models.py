"""What learning experiments did and learnt: decisions, their rewards, and the states in between."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from bandits.querysets import DecisionQuerySet, PolicyStateQuerySet, RewardQuerySet, SwitchQuerySet
from experiments.models import Arm, Experiment, Unit, Version
from experiments.types import Json


class PolicyState(models.Model):
    """What the policy knew. A new number for every fold; the database refuses to change a row, except to thin it.

    statistics: read by `State.parse`. version: whose policy and arms it belongs to. settled_until: missing rewards of
    decisions due before then have been looked after. is_rebuilt: folded again from all rewards, without what was
    excluded since. beside: read by `Beside.parse`: the policy that a ramp leads away from, what it knows, and how often
    it still decides. halted_to: read by `Halt.parse`: while it is there, neither policy decides. is_thinned: statistics
    hold a digest, and are made again from an earlier state and its rewards when they are read (decision 0075).
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="policy_states")
    is_rehearsal = models.BooleanField(default=False)
    number = models.PositiveIntegerField()
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    statistics: models.JSONField[Json, Json] = models.JSONField()
    beside: models.JSONField[Json, Json] = models.JSONField(null=True, blank=True)
    halted_to: models.JSONField[Json, Json] = models.JSONField(null=True, blank=True)
    folded = models.PositiveIntegerField(default=0, help_text="How many rewards it added to the state before.")
    settled_until = models.DateTimeField()
    is_rebuilt = models.BooleanField(default=False, db_default=False)
    is_thinned = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[PolicyState]] = PolicyStateQuerySet.as_manager()

    class Meta:
        ordering = ("experiment", "is_rehearsal", "-number")
        constraints = (
            models.UniqueConstraint(fields=("experiment", "is_rehearsal", "number"), name="one_state_per_number"),
        )

    def __str__(self) -> str:
        return f"state {self.number}"


class Decision(models.Model):
    """An arm that was chosen, with what chance, on what. Written once, by one INSERT.

    The keys of experiment and arm are not checked by the database: that check locks the rows that every request
    shares. policy_version: the number of the PolicyState it was drawn from. key: the caller's own name of the visitor
    or request, no person's; asked for again, it is the same decision. due: rewards count until then.
    among: how many were drawn from that state before any of their rewards, this one included: a bulk request, or a
    participant and those under way. State, seed, id and that number give the same arm again.
    excluded: why nothing is learnt from it (a bot, a failed check); the one column that may change.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="decisions"
    )
    is_rehearsal = models.BooleanField(default=False)
    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="decisions"
    )
    arm = models.ForeignKey(Arm, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    propensity = models.FloatField()
    context: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    policy_version = models.PositiveIntegerField()
    among = models.PositiveIntegerField(default=1, db_default=1)
    key = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()
    due = models.DateTimeField()
    excluded = models.CharField(max_length=60, blank=True, default="", db_default="")

    objects: ClassVar[models.Manager[Decision]] = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("experiment", "is_rehearsal", "key"),
                condition=~models.Q(key=""),
                name="decision_key_unique_in_experiment",
            ),
            models.UniqueConstraint(
                fields=("unit",), condition=models.Q(unit__isnull=False), name="one_decision_per_unit"
            ),
            models.CheckConstraint(
                condition=models.Q(propensity__gt=0, propensity__lte=1), name="decision_propensity_is_a_probability"
            ),
        )
        indexes = (
            models.Index(fields=("experiment", "is_rehearsal", "due"), name="decision_due"),
            models.Index(fields=("experiment", "id"), name="decision_cursor"),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class Reward(models.Model):
    """What came of a decision; at most one each.

    value: what the policy learns. measures: {name: number} as they came, guardrails and cost included.
    folded_in: the number of the PolicyState that learnt it; 0 if the policy in force then could not learn from it, or
    the decision is excluded. is_recalled: it was learnt, and its decision is excluded since: the next fold rebuilds the
    state without it. unlearnt_from: the state that had learnt it before that.
    is_default: nobody sent it; the declared default was taken when it was due.
    """

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="reward")
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    is_rehearsal = models.BooleanField(default=False)
    value = models.FloatField()
    measures: models.JSONField[Json, Json] = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    is_default = models.BooleanField(default=False)
    at = models.DateTimeField()
    folded_in = models.PositiveIntegerField(null=True, blank=True)
    is_recalled = models.BooleanField(default=False, db_default=False)
    unlearnt_from = models.PositiveIntegerField(null=True, blank=True)

    objects: ClassVar[models.Manager[Reward]] = RewardQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(
                fields=("experiment", "is_rehearsal", "id"),
                condition=models.Q(folded_in__isnull=True),
                name="reward_unfolded",
            ),
            models.Index(
                fields=("experiment", "is_rehearsal"), condition=models.Q(is_recalled=True), name="reward_recalled"
            ),
            models.Index(fields=("experiment", "id"), name="reward_cursor"),
        )

    def __str__(self) -> str:
        return f"{self.value:g}"


class Switch(models.Model):
    """A new policy on its way to go live, or kept from it. What was asked and found never changes; how it went on does.

    number: in its experiment, from 1. version_from: whose policy ran when it was proposed. version_to: the candidate's,
    from the moment it is let in. version_back: what newcomers got after a roll-back. plan: read by `Plan.parse`.
    numbers: read by `Verdict.parse`. stage: the place in the plan's schedule. ended_for: why, in a sentence.
    watch: read by `Watch.parse`: what the guardrails have seen.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        REFUSED = "refused", "refused"
        RAMPING = "ramping", "ramping"
        LIVE = "live", "live"
        ROLLED_BACK = "rolled back", "rolled back"
        STOPPED = "stopped", "stopped"

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="switches")
    is_rehearsal = models.BooleanField(default=False)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=Status.choices)
    version_from = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    version_to = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    version_back = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    allocation: models.JSONField[Json, Json] = models.JSONField()
    confidence = models.FloatField()
    plan: models.JSONField[Json, Json] = models.JSONField()
    numbers: models.JSONField[Json, Json] = models.JSONField()
    because = models.CharField(max_length=500, blank=True, help_text="Why it went live without the numbers for it.")
    stage = models.PositiveIntegerField(default=0)
    stage_since = models.DateTimeField(null=True, blank=True)
    stage_after = models.BigIntegerField(default=0, help_text="The last decision before the stage.")
    watch: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    ended_for = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Switch]] = SwitchQuerySet.as_manager()

    class Meta:
        ordering = ("experiment", "-number")
        verbose_name_plural = "switches"
        constraints = (
            models.UniqueConstraint(fields=("experiment", "number"), name="one_switch_per_number"),
            models.UniqueConstraint(
                fields=("experiment", "is_rehearsal"),
                condition=models.Q(status="ramping"),
                name="one_ramp_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0.5, confidence__lt=1), name="switch_confidence_is_one"
            ),
        )

    def __str__(self) -> str:
        return f"switch {self.number}: {self.status}"


class LearningSummary(models.Model):
    """What the panel shows of an experiment that learns, added up as decisions and rewards come in: never all anew.

    content: read by `Summary.parse`; up to which rows it counts stands inside, so both change in one statement.
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="+")
    is_rehearsal = models.BooleanField(default=False)
    content: models.JSONField[Json, Json] = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("experiment", "is_rehearsal"), name="one_summary_per_experiment"),
        )

    def __str__(self) -> str:
        return f"summary of {self.experiment_id}"


class Purse(models.Model):
    """What a policy with a budget has spent, and what decisions under way may still cost. One row, locked to decide.

    spent: of decisions whose cost is known. reserved: the most that the others may cost.
    """

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="purses")
    is_rehearsal = models.BooleanField(default=False)
    budget = models.DecimalField(max_digits=30, decimal_places=9)
    spent = models.DecimalField(max_digits=30, decimal_places=9, default=0)
    reserved = models.DecimalField(max_digits=30, decimal_places=9, default=0)

    class Meta:
        ordering = ("experiment", "is_rehearsal")
        verbose_name = "budget"
        constraints = (
            models.UniqueConstraint(fields=("experiment", "is_rehearsal"), name="one_purse_per_experiment"),
            models.CheckConstraint(condition=models.Q(spent__gte=0, reserved__gte=0), name="purse_owes_nothing"),
        )

    def __str__(self) -> str:
        return f"{self.spent:g} spent and {self.reserved:g} reserved of {self.budget:g}"


class Reservation(models.Model):
    """What a decision may cost at most, and once it is known what it did cost."""

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, primary_key=True, related_name="reservation")
    amount = models.DecimalField(max_digits=30, decimal_places=9)
    cost = models.DecimalField(max_digits=30, decimal_places=9, null=True, blank=True)

    class Meta:
        ordering = ("decision",)

    def __str__(self) -> str:
        return f"{self.amount:g}" if self.cost is None else f"{self.cost:g} of {self.amount:g}"
