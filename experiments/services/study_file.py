"""A study as one document: in and out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.db import transaction

from experiments import events
from experiments.definition import normalise, sha256_of
from experiments.errors import Conflict
from experiments.events import EventKind
from experiments.keeping import require_changeable
from experiments.models import ConsentDocument, Experiment, Membership, Role, Study
from experiments.sections import SECTIONS
from experiments.services.editing import apply_definition
from experiments.services.snapshot import definition_of
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

COLUMNS = ("title", "description", "contact", "languages", "retention_days", "currency")


@transaction.atomic
def import_study(document: JsonObject, *, owner: User | None = None) -> Study:
    """Create the study of a checked document, or bring an existing one up to it. All or nothing.

    Running experiments get the new definition as unpublished changes. A consent version whose text differs from
    the one on record: Conflict, since people have agreed to that text. Frozen for a column that is kept.
    """
    head = cast(JsonObject, document["study"])
    for known in Study.objects.filter(slug=head["slug"]):
        require_changeable(known, _columns(head))
    study, is_new = Study.objects.update_or_create(slug=head["slug"], defaults=_columns(head))
    if is_new and owner is not None:
        Membership.objects.create(study=study, user=owner, role=Role.OWNER)
    for text in cast("list[JsonObject]", head.get("consent") or []):
        add_consent_document(study, text)
    for definition in cast("list[JsonObject]", document.get("experiments") or []):
        _import_experiment(study, normalise(definition))
    for name, section in SECTIONS.items():
        if name in document:
            section.take_in(study, document[name])
    events.record(EventKind.STUDY_IMPORTED, subject=f"study:{study.slug}")
    return study


def _columns(head: JsonObject) -> dict[str, Json | Decimal]:
    columns: dict[str, Json | Decimal] = {name: head[name] for name in COLUMNS if name in head}
    if "budget" in head:
        columns["budget"] = Decimal(str(head["budget"]))
    return columns


def add_consent_document(study: Study, text: JsonObject) -> ConsentDocument:
    """A consent text under its version. The same text again changes nothing; another text: Conflict."""
    content = {"title": text.get("title") or "", "body": text.get("body") or ""}
    digest = sha256_of(content)
    document, _ = ConsentDocument.objects.get_or_create(
        study=study, version=str(text["version"]), defaults={**content, "sha256": digest}
    )
    if document.sha256 != digest:
        raise Conflict(
            f"Consent version {document.version} of “{study.title}” has another text.",
            hint="Give the new text a new version.",
        )
    return document


def _import_experiment(study: Study, definition: JsonObject) -> Experiment:
    slug = str(definition["slug"])
    experiment = Experiment.objects.filter(slug=slug).first()
    if experiment is not None and experiment.study_id != study.pk:
        raise Conflict(f"Another study has an experiment “{slug}”.", hint="Choose another slug.")
    if experiment is None:
        experiment = Experiment.objects.create(study=study, slug=slug, title=str(definition["title"]))
        events.record(EventKind.EXPERIMENT_CREATED, experiment=experiment)
    elif sha256_of(definition) == sha256_of(definition_of(experiment)):
        return experiment  # also where nothing may change any more
    return apply_definition(experiment, definition)
