"""The demo study: Machina's own kind of question, running from the first minute."""

from __future__ import annotations

from typing import cast

from django.contrib.auth import get_user_model

from experiments.models import Experiment, Status
from experiments.services.lifecycle import start_experiment
from experiments.services.study_file import import_study
from experiments.types import JsonObject
from experiments.yaml_file import load
from machina_site.paths import BASE

FILE = BASE / "examples" / "trust_in_explanations" / "study.yaml"
ANSWERS = BASE / "examples" / "trust_in_explanations" / "answers.yaml"
SLUG = "trust-cars"


def seed() -> Experiment:
    """The running demo study. What is there already stays as somebody left it, a paused study paused."""
    known = Experiment.objects.filter(slug=SLUG).first()
    if known is not None:
        return known
    document, _ = load(FILE.read_bytes())
    owner = get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
    study = import_study(cast(JsonObject, document), owner=owner)
    experiment = study.experiments.get(slug=SLUG)
    return start_experiment(experiment) if experiment.status == Status.DRAFT else experiment
