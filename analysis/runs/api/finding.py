"""Views below a batch or a run: found by id, and only by those who may know of it."""

from __future__ import annotations

from rest_framework.request import Request

from analysis.runs.models import Batch, Run
from experiments.access import Right
from experiments.api.access import Caller, experiment_for, token_of
from experiments.api.base import ApiView
from experiments.errors import Unknown


class BatchView(ApiView):
    """Below /batches/<id>/."""

    batch: Batch

    def open(self, request: Request, right: Right) -> None:
        """404 for a batch of a foreign study, 403 for too low a role."""
        found = Batch.objects.select_related("experiment__study").filter(uuid=self.kwargs["batch"]).first()
        if found is None:
            raise Unknown(f"There is no batch {self.kwargs['batch']} that you can see.")
        experiment_for(Caller(request.user, token_of(request)), found.experiment.slug, right)
        self.batch = found


class RunView(ApiView):
    """Below /runs/<id>/."""

    run: Run

    def open(self, request: Request, right: Right) -> None:
        """404 for a run of a foreign study, 403 for too low a role."""
        rows = Run.objects.select_related("batch__experiment__study", "environment", "warm_from")
        found = rows.filter(uuid=self.kwargs["run"]).first()
        if found is None:
            raise Unknown(f"There is no run {self.kwargs['run']} that you can see.")
        experiment_for(Caller(request.user, token_of(request)), found.batch.experiment.slug, right)
        self.run = found
