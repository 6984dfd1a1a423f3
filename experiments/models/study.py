"""A study: the project that experiments, people's consent texts and members belong to."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from experiments.querysets import StudyQuerySet
from experiments.types import Json

SLUG = RegexValidator(r"\A[a-z0-9][a-z0-9-]*\Z", "Use lower-case letters, digits and hyphens.")


def english() -> list[str]:
    """The languages of a study that names none."""
    return ["en"]


class Study(models.Model):
    """A project. `languages` are BCP 47 codes; the first one is the default."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.CharField(max_length=60, unique=True, validators=[SLUG])
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text="Shown to participants on every page.")
    languages = models.JSONField(default=english)
    retention_days = models.PositiveIntegerField(default=3650, validators=[MinValueValidator(1)])
    currency = models.CharField(max_length=3, default="USD")
    budget = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Study]] = StudyQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name_plural = "studies"
        constraints = (
            models.CheckConstraint(condition=models.Q(budget__gte=0), name="study_budget_not_negative"),
            models.CheckConstraint(condition=models.Q(retention_days__gte=1), name="study_retention_at_least_a_day"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def language(self) -> str:
        """The default language."""
        return str(self.languages[0]) if self.languages else "en"


class ConsentDocument(models.Model):
    """One version of the text that participants agree to. Never changed, only followed by the next.

    title, body: Markdown, either one text or {language: text}. sha256: of the canonical JSON of both.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="consent_documents")
    version = models.CharField(max_length=20)
    title: models.JSONField[Json, Json] = models.JSONField(default=str)
    body: models.JSONField[Json, Json] = models.JSONField(default=str)
    sha256 = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("study", "version"), name="consent_version_unique_in_study"),)

    def __str__(self) -> str:
        return f"{self.study} consent {self.version}"
