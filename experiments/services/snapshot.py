"""Rows to definition: the experiment as it stands in the tables, in the words of the study file."""

from __future__ import annotations

from experiments.definition import normalise
from experiments.models import ConsentDocument, Experiment, Study
from experiments.sections import SECTIONS
from experiments.types import Json, JsonObject

EXPERIMENT = [
    "slug",
    "title",
    "unit_kind",
    "target",
    "seed",
    "lease_seconds",
    "exclusion_group",
    "debrief",
    "full_message",
    "exclusions",
    "allocation",
]
FACTOR = ["name", "scope", "levels", "order"]
ARM = ["name", "levels", "payload", "weight", "quota", "is_control", "is_enabled"]
MEASURE = ["name", "title", "kind", "role", "direction", "low", "high"]
STEP = [
    "name",
    "stage",
    "title",
    "components",
    "repeat",
    "show_if",
    "screen_out",
    "timeout_seconds",
    "attempts",
    "on_fail",
]


def definition_of(experiment: Experiment) -> JsonObject:
    """The experiment's present definition, normalised. Five queries."""
    rows: dict[str, Json] = {name: getattr(experiment, name) for name in EXPERIMENT}
    rows["factors"] = list(experiment.factors.values(*FACTOR))
    rows["arms"] = list(experiment.arms.values(*ARM))
    rows["measures"] = list(experiment.measures.values(*MEASURE))
    rows["stimuli"] = {stimuli.name: stimuli.items for stimuli in experiment.stimulus_sets.all()}
    rows["steps"] = list(experiment.steps.values(*STEP))
    return normalise(rows, complete=False)


def frozen_definition_of(experiment: Experiment) -> JsonObject:
    """What a version holds: the definition, with the consent texts and languages that stood then."""
    study = experiment.study
    return {**definition_of(experiment), "consent": consent_of(study), "languages": study.languages}


def consent_of(study: Study) -> list[Json]:
    """The study's consent documents, oldest first."""
    documents = ConsentDocument.objects.filter(study=study).order_by("pk")
    return [{"version": document.version, "title": document.title, "body": document.body} for document in documents]


def document_of(study: Study) -> JsonObject:
    """The whole study as the document that a study file holds."""
    given = {name: section.give_out(study) for name, section in SECTIONS.items()}
    return {
        "machina": 1,
        "study": {
            "slug": study.slug,
            "title": study.title,
            "description": study.description,
            "contact": study.contact,
            "languages": study.languages,
            "retention_days": study.retention_days,
            "currency": study.currency,
            "budget": str(study.budget),
            "consent": consent_of(study),
        },
        "experiments": [definition_of(experiment) for experiment in study.experiments.order_by("pk")],
        **{name: content for name, content in given.items() if content},
    }
