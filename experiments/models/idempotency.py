"""Requests that were answered, so that sending one twice does it once."""

from __future__ import annotations

from django.db import models

from experiments.types import Json


class IdempotentRequest(models.Model):
    """A request with an Idempotency-Key, and its answer. Written in the transaction of what the request did.

    caller: token or user. digest: SHA-256 of the body, so that the key cannot stand for another request.
    """

    caller = models.CharField(max_length=60)
    route = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body: models.JSONField[Json, Json] = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("caller", "route", "key"), name="idempotency_key_once_per_caller"),
        )
        indexes = (models.Index(fields=("created_at",), name="idempotent_request_age"),)

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
