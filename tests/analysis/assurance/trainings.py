"""Trainings carried out in this very process: a document becomes a batch, and a worker does it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from analysis.assurance.models import SafetyTest
from analysis.runs.services.ordering import Sent, order_batch
from analysis.runs.working.worker import Errand, Worker
from experiments.models import Study
from experiments.types import Json
from tests.factories import make_study

DOCUMENT: Mapping[str, Json] = {
    "procedure": "safe",
    "slug": "fair",
    "data": {"type": "made_up", "rows": 4_000, "gap": 0.8},
    "groups": {"A": {"column": "group", "equals": "A"}, "B": {"column": "group", "equals": "B"}},
    "constraints": [{"text": "abs((PR | [A]) - (PR | [B])) <= 0.25", "delta": 0.05}],
}


def wanting(limit: float) -> list[Json]:
    """The constraint with another limit."""
    return [{"text": f"abs((PR | [A]) - (PR | [B])) <= {limit}"}]


def train(study: Study | None = None, **entries: Json) -> SafetyTest:
    """The newest test of that batch. entries replace the document's."""
    document = {**DOCUMENT, **entries}
    ready = order_batch(study or make_study(), Sent(document), now=timezone.now())
    Worker().work(Errand(until_empty=True, seconds=60, batch=ready.batch.pk))
    return (
        SafetyTest.objects.select_related("run__batch__experiment__study").filter(run__batch=ready.batch).latest("pk")
    )
