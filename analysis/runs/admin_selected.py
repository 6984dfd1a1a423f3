"""What the lists of batches and runs do with the rows that were selected: each is steered, and told of, by itself."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from analysis.runs.models import Batch, Run
from analysis.runs.services.steering import BATCH_DEEDS, RUN_DEEDS
from analysis.runs.tasks import wake_for
from experiments.access import Right
from experiments.console import has_right
from experiments.console.refusals import refused
from experiments.errors import Refusal

SAID = {"pause": "is paused", "resume": "goes on", "cancel": "is cancelled", "retry": "is tried again"}


def steer_batches(request: HttpRequest, deed: str, batches: QuerySet[Batch]) -> None:
    """One by one, each with its own sentence."""
    for batch in batches:
        if _may(request, deed, str(batch), batch.experiment.study_id):
            try:
                BATCH_DEEDS[deed](batch, now=timezone.now())
            except Refusal as refusal:
                refused(request, refusal, about=f"“{batch}”")
            else:
                wake_for(batch)
                messages.success(request, f"“{batch}” {SAID[deed]}.")


def steer_runs(request: HttpRequest, deed: str, runs: QuerySet[Run]) -> None:
    """One by one, each with its own sentence."""
    for run in runs:
        name = f"Run {run.number} of “{run.batch}”"
        if _may(request, deed, name, run.batch.experiment.study_id):
            try:
                RUN_DEEDS[deed](run, now=timezone.now())
            except Refusal as refusal:
                refused(request, refusal, about=name)
            else:
                wake_for(run.batch)
                messages.success(request, f"{name} {SAID[deed]}.")


def _may(request: HttpRequest, deed: str, name: str, study: int) -> bool:
    if has_right(request, Right.RUN, study):
        return True
    messages.error(request, f"{name}: your role does not include “{deed}”. Ask an owner.")
    return False
