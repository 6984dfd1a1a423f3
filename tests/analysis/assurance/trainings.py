"""Trainings carried out in this very process: a document becomes a batch, and each of its runs is done."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from analysis.assurance.models import SafetyTest
from analysis.learning.running import PROCEDURES, Task
from analysis.runs.models import Batch
from analysis.runs.services.claiming import Hold, claim_runs
from analysis.runs.services.ending import Failure, Used, fail_run, finish_run
from analysis.runs.services.ordering import Sent, order_batch
from analysis.runs.services.settling import settle
from analysis.runs.working.interruption import Interruption
from analysis.runs.working.reporter import RunReporter
from experiments.blueprint import json_object
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
    """The newest test of that batch. entries replace the document's. What the procedure raises is raised.

    Without a worker's watch, whose own connection sees nothing of a test's transaction.
    """
    document = {**DOCUMENT, **entries}
    return carried_out(order_batch(study or make_study(), Sent(document), now=timezone.now()).batch)


def carried_out(batch: Batch) -> SafetyTest:
    """The same of a batch that is queued."""
    for run in claim_runs(worker="test", now=timezone.now(), most=50, batch=batch.pk):
        hold, reporter = Hold(run.pk, run.attempt), RunReporter(run, Interruption())
        try:
            result = PROCEDURES["safe"].run(Task(json_object(run.setting), run.seed), reporter)
        except ValueError as error:
            settle(
                fail_run(hold, Failure("ValueError", str(error)), now=timezone.now(), used=Used()), now=timezone.now()
            )
            raise
        reporter.flush()
        settle(finish_run(hold, result, now=timezone.now(), used=Used()), now=timezone.now())
    return SafetyTest.objects.select_related("run__batch__experiment__study").filter(run__batch=batch).latest("pk")
