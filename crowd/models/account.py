"""A requester's account at a crowd platform."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from crowd.querysets import AccountQuerySet
from experiments.models import Study
from experiments.types import Json

REFERENCE = RegexValidator(
    r"\A(env|profile):[A-Za-z0-9_.-]+\Z",
    "Name where the credentials are, as env:NAME (a variable of the environment) or profile:NAME (an AWS profile).",
)


class Account(models.Model):
    """endpoint: empty for the platform's own. credentials: where they are, never what they are.

    is_production: real money. Postings are only made there by somebody who confirmed the cost.
    studies: which may spend through it. options: what only this kind of platform knows (workspace, project, topic).
    trouble, troubled_since: what every call to it says at present; empty when it answers. failures: how often by now;
    rests_until: nobody calls it before; reads_on: but it is read, since only changes there need somebody first.
    poll_due: when it is read next; polling_until: somebody reads it now.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    platform = models.CharField(max_length=30)
    endpoint = models.URLField(max_length=300, blank=True)
    region = models.CharField(max_length=30, blank=True)
    credentials = models.CharField(max_length=120, blank=True, validators=[REFERENCE])
    is_production = models.BooleanField(default=False)
    studies = models.ManyToManyField(Study, blank=True, related_name="crowd_accounts")
    options: models.JSONField[Json, Json] = models.JSONField(default=dict, blank=True)
    trouble = models.CharField(max_length=500, blank=True, editable=False)
    troubled_since = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    rests_until = models.DateTimeField(null=True, blank=True, editable=False)
    reads_on = models.BooleanField(default=False, editable=False)
    polling_until = models.DateTimeField(null=True, blank=True, editable=False)
    polled_at = models.DateTimeField(null=True, blank=True, editable=False)
    poll_due = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Account]] = AccountQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
