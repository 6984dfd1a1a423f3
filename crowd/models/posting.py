"""One HIT, or one Prolific study, of a campaign."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from crowd.models.campaign import Campaign
from crowd.models.pursued import Pursued
from crowd.querysets import PostingQuerySet
from crowd.reconcile.words import PostingSight, PostingWish
from experiments.types import Json
from participants.signing import current_mark


class Posting(Pursued):
    """round, number: which one it is. token: says the same posting again, however often it is sent (at most 64).

    external_id: the platform's; empty until it is known. group_id: HIT type on MTurk. places: how many people at most.
    counts: {"pending", "available", "completed", …} as the platform last gave them.
    key_mark: of the secret key that its completion codes are made under.
    expires_at: until when it is to be open. look_at: when its submissions are to be read; empty: nothing is expected.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="postings")
    round = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    purpose = models.CharField(
        max_length=12, choices=[("recruit", "Recruit"), ("compensate", "Compensate")], default="recruit"
    )
    token = models.CharField(max_length=64, unique=True)
    external_id = models.CharField(max_length=64, blank=True, db_index=True)
    group_id = models.CharField(max_length=64, blank=True)
    desired = models.CharField(max_length=10, choices=[(w, w.title()) for w in PostingWish], default=PostingWish.DRAFT)
    observed = models.CharField(
        max_length=10, choices=[(w, w.title()) for w in PostingSight], default=PostingSight.UNKNOWN
    )
    desired_places = models.PositiveIntegerField()
    observed_places = models.PositiveIntegerField(default=0)
    counts: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    key_mark = models.CharField(max_length=8, blank=True, default=current_mark, editable=False)

    objects: ClassVar[models.Manager[Posting]] = PostingQuerySet.as_manager()

    class Meta:
        ordering = ("campaign", "round", "number")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "round", "number"), name="posting_number_in_round"),
            models.UniqueConstraint(
                fields=("campaign", "external_id"), condition=~models.Q(external_id=""), name="posting_external_id"
            ),
            models.CheckConstraint(condition=models.Q(desired_places__gte=1), name="posting_has_places"),
        )
        indexes = (
            models.Index(fields=("look_at",), condition=models.Q(look_at__isnull=False), name="posting_to_look_at"),
        )

    def __str__(self) -> str:
        return f"posting {self.round}.{self.number}"

    @property
    def asked(self) -> str:
        """The wish, with how many places."""
        return f"{self.desired}/{self.desired_places}"
