"""Lists of people at a platform by which it keeps them from seeing a posting, or lets nobody else see it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from crowd.models.account import Account
from crowd.models.campaign import Campaign
from crowd.models.pursued import Pursued
from crowd.querysets import ExclusionMemberQuerySet, ExclusionSetQuerySet
from experiments.models import Experiment, Study
from participants.models import Participant


class ExclusionSet(Pursued):
    """A qualification type on MTurk, a participant group on Prolific. name: ours for it, the same whenever it is made.

    external_id: the platform's; empty until it is known. scope says who belongs to it: who took part in the study, who
    finished the experiment, or to whom the campaign owes what needs a posting to be paid through.
    """

    class Scope(models.TextChoices):
        TOOK_PART = "took_part", "Took part in the study"
        FINISHED = "finished", "Finished the experiment"
        OWED = "owed", "Is owed pay"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="exclusion_sets")
    name = models.CharField(max_length=120)
    scope = models.CharField(max_length=10, choices=Scope.choices)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    external_id = models.CharField(max_length=64, blank=True)

    objects: ClassVar[models.Manager[ExclusionSet]] = ExclusionSetQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("account", "name"), name="exclusion_set_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> str:
        """It is wanted, or it is there."""
        return "made"


class ExclusionMember(Pursued):
    """One person's place on a list: whether they are to be on it, and whether the platform said so."""

    set = models.ForeignKey(ExclusionSet, on_delete=models.CASCADE, related_name="members")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    desired = models.BooleanField(default=True)
    observed = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[ExclusionMember]] = ExclusionMemberQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("set", "participant"), name="on_a_list_once"),)
        indexes = (
            models.Index(
                fields=("set", "retry_at"),
                condition=~models.Q(desired=models.F("observed")),
                name="exclusion_to_push",
            ),
        )

    def __str__(self) -> str:
        return f"{self.participant} on {self.set}"

    @property
    def asked(self) -> str:
        """On it, or off it."""
        return "on" if self.desired else "off"
