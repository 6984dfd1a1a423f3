"""Experiments of the code into the tables: the code is what runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db import transaction

from bandits.web.declared import DECLARED, Declared
from experiments.checking import problems_of
from experiments.definition import sha256_of
from experiments.models import Experiment, Status
from experiments.services.lifecycle import start_experiment
from experiments.services.snapshot import definition_of
from experiments.services.study_file import import_study
from experiments.services.versions import publish_version, unpublished_changes
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STUDY = "app"


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of an experiment. did: started, published, unchanged, or its status where that stays."""

    slug: str
    did: str


def document_of(declared: Iterable[Declared]) -> JsonObject:
    """The study file that the code amounts to."""
    head: JsonObject = {"slug": STUDY, "title": "Experiments of the app's code"}
    return {"machina": 1, "study": head, "experiments": [dict(one.definition) for one in declared]}


def problems() -> list[str]:
    """What is wrong with the declarations, each with its way on."""
    found = problems_of(document_of(DECLARED.values()), None) if DECLARED else []
    return [f"{problem.path}: {problem.message} {problem.hint}".strip() for problem in found]


@transaction.atomic
def sync_declared(*, owner: User | None = None) -> list[Synced]:
    """Make rows of what the code declares, start what is new, publish what has changed. Twice changes nothing.

    A refusal (Invalid, NotReady, Conflict, Frozen) changes nothing at all. What was paused or ended stays so.
    """
    return sync_document(document_of(DECLARED.values()), owner=owner) if DECLARED else []


@transaction.atomic
def sync_document(document: JsonObject, *, owner: User | None = None) -> list[Synced]:
    """The same for a checked study file. owner: of a study that is new."""
    study = import_study(document, owner=owner)
    slugs = [str(cast(JsonObject, one)["slug"]) for one in cast("list[Json]", document["experiments"])]
    experiments = Experiment.objects.select_related("study", "version").filter(study=study, slug__in=slugs)
    return [_bring_up(experiment) for experiment in experiments.order_by("slug")]


def _bring_up(experiment: Experiment) -> Synced:
    if experiment.status == Status.DRAFT:
        start_experiment(experiment)
        return Synced(experiment.slug, "started")
    if experiment.is_open and unpublished_changes(experiment):
        publish_version(experiment)
        return Synced(experiment.slug, "published")
    return Synced(experiment.slug, "unchanged" if experiment.is_open else f"left {experiment.status}")


def out_of_step() -> list[str]:
    """The declared experiments whose rows are missing or say something else."""
    rows = {row.slug: row for row in Experiment.objects.filter(slug__in=DECLARED)}
    return [
        slug
        for slug, declared in DECLARED.items()
        if slug not in rows or sha256_of(definition_of(rows[slug])) != sha256_of(declared.normalised)
    ]
