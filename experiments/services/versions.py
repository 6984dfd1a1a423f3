"""Freeze a definition into a version that nothing changes any more."""

from __future__ import annotations

from typing import cast

from django.db import transaction

from experiments import events
from experiments.definition import diff, sha256_of
from experiments.events import EventKind
from experiments.models import Experiment, Version
from experiments.readiness import ask_gates, ask_guards, require_ready
from experiments.services.editing import require_editable
from experiments.services.snapshot import frozen_definition_of
from experiments.types import Json, JsonObject


@transaction.atomic
def publish_version(experiment: Experiment) -> Version:
    """Make what stands in the tables the version that newcomers get; people under way stay on theirs.

    An unchanged definition keeps its version. NotReady with every problem if it cannot be run; Frozen if it is over.
    """
    experiment = (
        Experiment.objects.select_for_update(no_key=True, of=("self",)).select_related("study").get(pk=experiment.pk)
    )
    require_editable(experiment)
    definition = frozen_definition_of(experiment)
    require_ready(definition)
    ask_gates(experiment, definition)
    current = latest_version(experiment)
    if current is not None and current.sha256 == sha256_of(definition):
        _point_to(experiment, current)
        return current
    ask_guards(experiment, definition)
    return _publish(experiment, definition)


@transaction.atomic
def publish_definition(experiment: Experiment, definition: JsonObject) -> Version:
    """Make this frozen definition a new version that newcomers get; what stands in the tables stays as it is.

    For rooms above that have asked their own guards. NotReady if it cannot be run; Frozen if the experiment is over.
    """
    locked = (
        Experiment.objects.select_for_update(no_key=True, of=("self",)).select_related("study").get(pk=experiment.pk)
    )
    require_editable(locked)
    require_ready(definition)
    return _publish(locked, definition)


def _publish(experiment: Experiment, definition: JsonObject) -> Version:
    version = _new_version(experiment, definition, latest_version(experiment))
    _point_to(experiment, version)
    events.record(
        EventKind.VERSION_PUBLISHED,
        experiment=experiment,
        subject=f"version:{version.number}",
        payload={"number": version.number, "sha256": version.sha256, "changes": version.changes},
    )
    return version


def latest_version(experiment: Experiment) -> Version | None:
    """The newest version, if any."""
    return Version.objects.filter(experiment=experiment).order_by("-number").first()


def unpublished_changes(experiment: Experiment) -> tuple[str, ...]:
    """Sentences: how the tables differ from the version that newcomers get."""
    version = experiment.version
    if version is None:
        return ()
    return _sentences(cast(JsonObject, version.definition), frozen_definition_of(experiment))


def _sentences(before: JsonObject, after: JsonObject) -> tuple[str, ...]:
    return tuple(change.sentence for change in diff(before, after))


def _new_version(experiment: Experiment, definition: JsonObject, before: Version | None) -> Version:
    changes = _sentences(cast(JsonObject, before.definition), definition) if before else ()
    return Version.objects.create(
        experiment=experiment,
        number=before.number + 1 if before else 1,
        definition=cast(Json, definition),
        sha256=sha256_of(definition),
        changes=list(changes),
    )


def _point_to(experiment: Experiment, version: Version) -> None:
    if experiment.version_id != version.pk:
        experiment.version = version
        experiment.save(update_fields=["version"])
