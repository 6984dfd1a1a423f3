"""What this room does when an experiment opens."""

from __future__ import annotations

from django.utils import timezone

from analysis.registered.document import parse
from analysis.registered.models import AnalysisPlan
from analysis.registered.services.streaming import begin_tests
from analysis.registered.services.writing import freeze_plan, require_fitting
from experiments.models import Experiment
from experiments.types import JsonObject


def plan_fits(experiment: Experiment, definition: JsonObject) -> None:
    """NotReady where somebody's own plan, not frozen yet, speaks of what the definition does not have. One query."""
    row = AnalysisPlan.objects.filter(experiment=experiment, frozen_at__isnull=True).first()
    if row is not None:
        require_fitting(parse(row.document), definition)


def plan_is_frozen(experiment: Experiment) -> None:
    """The plan that stands becomes a promise in the transaction of the start, and its tests are given their levels."""
    now = experiment.started_at or timezone.now()  # the same moment: a plan that is younger than the start is late
    row = freeze_plan(experiment, now=now)
    begin_tests(experiment, parse(row.document), now=now)
