"""Views below a batch or a run: found by id, and only by those who may know of it."""

from __future__ import annotations

from rest_framework.request import Request

from analysis.runs.models import Batch, Run
from experiments.access import Right
from experiments.api.access import Caller, experiment_for, token_of
from experiments.api.base import ApiView
from experiments.errors import Forbidden, Unknown
from experiments.models import Experiment


class BatchView(ApiView):
    """Below /batches/<id>/."""

    batch: Batch

    def open(self, request: Request, right: Right) -> None:
        """404 for a batch of a foreign study, 403 for too low a role."""
        found = Batch.objects.select_related("experiment__study").filter(uuid=self.kwargs["batch"]).first()
        known = None if found is None else found.experiment
        _require(request, known, right, f"There is no batch {self.kwargs['batch']} that you can see.")
        assert found is not None  # noqa: S101 (for the type checker: refused above)
        self.batch = found


def may(request: Request, right: Right, experiment: Experiment) -> bool:
    """Whether the caller has that right, too, in what they may see."""
    try:
        experiment_for(Caller(request.user, token_of(request)), experiment.slug, right)
    except Forbidden:
        return False
    return True


class RunView(ApiView):
    """Below /runs/<id>/."""

    run: Run

    def open(self, request: Request, right: Right) -> None:
        """404 for a run of a foreign study, 403 for too low a role."""
        rows = Run.objects.select_related("batch__experiment__study", "environment", "warm_from")
        found = rows.filter(uuid=self.kwargs["run"]).first()
        known = None if found is None else found.batch.experiment
        _require(request, known, right, f"There is no run {self.kwargs['run']} that you can see.")
        assert found is not None  # noqa: S101 (for the type checker: refused above)
        self.run = found


def _require(request: Request, experiment: Experiment | None, right: Right, message: str) -> None:
    """What is foreign and what is not there are refused in the same words: a stranger learns no name."""
    if experiment is None:
        raise Unknown(message)
    try:
        experiment_for(Caller(request.user, token_of(request)), experiment.slug, right)
    except Unknown:
        raise Unknown(message) from None
