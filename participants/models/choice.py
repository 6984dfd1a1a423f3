"""Which stimulus was chosen for somebody, how probable that was, and what it taught."""

from __future__ import annotations

from django.db import models

from experiments.types import Json
from participants.models.session import Session


class Choice(models.Model):
    """One trial of a block that chooses its stimuli: written when it is chosen, filled in when it is answered.

    block: name of its first step. round: of the stage, as a stage that begins anew begins the block anew. number: of
    the trial in the block, from 0. case: id of the stimulus. chance: that it was this one, exact, given all before.
    information: what was expected of it, in nats. outcome: 1 a yes or right, 0 not, or a number; null without answer.
    estimates: {parameter: [mean, sd]} and entropy (nats) of what is believed after it.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="choices")
    block = models.CharField(max_length=60)
    round = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField()
    case = models.TextField()
    rule = models.CharField(max_length=20)
    chance = models.FloatField()
    information = models.FloatField(null=True)
    outcome = models.FloatField(null=True)
    estimates: models.JSONField[Json, Json] = models.JSONField(default=dict)
    entropy = models.FloatField(null=True)
    seed = models.BigIntegerField(help_text="Of the session when this was chosen.")
    chosen_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("session", "block", "round", "number"), name="each_trial_is_chosen_once"),
            models.CheckConstraint(condition=models.Q(chance__gt=0, chance__lte=1 + 1e-9), name="choice_has_a_chance"),
        )

    def __str__(self) -> str:
        return f"{self.session}, {self.block} {self.number + 1}: {self.case}"
