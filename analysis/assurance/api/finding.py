"""Views below a safety test: found by id, and only by those who may know of it."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.request import Request

from analysis.assurance.models import SafetyTest
from experiments.access import Right
from experiments.api.access import Caller, experiment_for, token_of, visible_studies
from experiments.api.base import ApiView
from experiments.errors import Unknown

RELATED = ("run__batch__experiment__study", "safety_set", "use")


def visible_tests(request: Request) -> QuerySet[SafetyTest]:
    """Those of the studies that the caller may know of."""
    rows = SafetyTest.objects.filter(run__batch__experiment__study__in=visible_studies(request))
    return rows.select_related(*RELATED).prefetch_related("results")


class TestView(ApiView):
    """Below /safety/tests/<id>/."""

    __test__ = False  # no test of ours, to pytest
    test: SafetyTest

    def open(self, request: Request, right: Right) -> None:
        """404 for a test of a foreign study, 403 for too low a role."""
        rows = SafetyTest.objects.select_related(*RELATED).prefetch_related("results")
        found = rows.filter(uuid=self.kwargs["test"]).first()
        message = f"There is no safety test {self.kwargs['test']} that you can see."
        if found is None:
            raise Unknown(message)
        try:
            experiment_for(Caller(request.user, token_of(request)), found.run.batch.experiment.slug, right)
        except Unknown:
            raise Unknown(message) from None
        self.test = found
