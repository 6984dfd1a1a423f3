"""A person, known by a keyed digest; what identifies them lies encrypted in the vault alone."""

from __future__ import annotations

import uuid

from django.db import models

from experiments.models import Study


class Participant(models.Model):
    """A person in one study. external_digest: HMAC of the platform's id; empty for an anonymous link."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=30, default="link")
    external_digest = models.CharField(max_length=64, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("study", "platform", "external_digest"),
                condition=~models.Q(external_digest=""),
                name="one_participant_per_person_and_study",
            ),
        )

    def __str__(self) -> str:
        return f"participant {self.uuid.hex[:8]}"


class VaultEntry(models.Model):
    """The platform's id of a participant, encrypted. Deleting this row makes the participant unknown."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="vault")
    ciphertext = models.BinaryField()

    class Meta:
        verbose_name_plural = "vault entries"

    def __str__(self) -> str:
        return f"vault entry of {self.participant}"
