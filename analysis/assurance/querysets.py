"""Reads, as chainable questions to the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from analysis.assurance.models import SafetyTest  # noqa: F401 (named in quotes below)


class SafetyTestQuerySet(models.QuerySet["SafetyTest"]):
    """Safety tests."""

    def visible_to(self, user: User | AnonymousUser) -> SafetyTestQuerySet:
        """Those of the studies the user is a member of; every one for a superuser."""
        if user.is_active and user.is_superuser:
            return self
        mine = "run__batch__experiment__study__memberships__user_id"
        return self.filter(**{mine: user.pk}) if user.is_active else self.none()

    def vouching(self) -> SafetyTestQuerySet:
        """Those on whose word a model may go live."""
        return self.filter(passed=True, standing="stands")
