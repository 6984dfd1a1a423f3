"""What a platform told us unasked: a hint to look, never the state itself."""

from __future__ import annotations

from django.db import models

from crowd.models.account import Account


class Notice(models.Model):
    """key: the platform's id of it; the same notice comes more than once, and counts once.

    posting_id, submission_id: the platform's ids of what it is about. The person it names is not kept.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    posting_id = models.CharField(max_length=64, blank=True)
    submission_id = models.CharField(max_length=64, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("account", "key"), name="notice_counts_once"),)
        indexes = (models.Index(fields=("received_at",), name="notice_received_at"),)

    def __str__(self) -> str:
        return self.kind
