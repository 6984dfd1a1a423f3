"""Who may do what: members of a study with their roles, and API tokens."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models

from experiments.models.study import Study


class Role(models.TextChoices):
    """What a member of a study may do; each role may do all that the ones after it may."""

    OWNER = "owner", "Owner: also members, tokens and deletion"
    RESEARCHER = "researcher", "Researcher: also edit and run"
    ANALYST = "analyst", "Analyst: also download data"
    VIEWER = "viewer", "Viewer: look, without data"


class Membership(models.Model):
    """A user's role in a study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        ordering = ("study", "user")
        constraints = (
            models.UniqueConstraint(fields=("study", "user"), name="one_role_per_study_and_user"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.study}"


class ApiToken(models.Model):
    """A key of a program. Only its SHA-256 is kept; `prefix` is for recognising it in a list.

    study: the only study it opens; empty means every study that `user` is a member of.
    role: the most it may do, whatever the user may.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    study = models.ForeignKey(Study, on_delete=models.CASCADE, null=True, blank=True, related_name="api_tokens")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def state_at(self, now: datetime) -> str:
        """live, expired or revoked; only a live one opens anything."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if self.expires_at is None or self.expires_at > now else "expired"
