"""Whatever number a procedure returns, its worker lives, and every other result is kept."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.utils import timezone

from analysis.learning.running import PROCEDURES, Reporter, Task, register_procedure
from analysis.runs.models import Batch, Run, Status
from analysis.runs.services.queueing import Order, create_batch, queue_runs
from analysis.runs.working.worker import Errand, Worker
from experiments.types import JsonObject
from tests.analysis.runs.walking import planned, run_experiment

pytestmark = pytest.mark.django_db(transaction=True)


class Poison:
    """setting: {what}."""

    name: ClassVar[str] = "poison"

    def faults(self, setting: JsonObject) -> list[tuple[str, str]]:
        return []

    def identity(self, setting: JsonObject) -> JsonObject:
        return {}

    def run(self, task: Task, reporter: Reporter) -> JsonObject:
        match task.setting["what"]:
            case "huge":
                return {"distance": 10**400}
            case "endless":
                return {"distance": 10**5_000}
            case "huge in text":
                return {"distance": 1.0, "other": {"n": [10**5_000]}}
        return {"distance": 1.0}


def done(*what: str) -> dict[str, Run]:
    """Each computed by one worker, the harmless one last; by what it is."""
    if "poison" not in PROCEDURES:
        register_procedure(Poison())
    document: JsonObject = {"measure": {"name": "distance", "direction": "minimise"}}
    batch = create_batch(run_experiment(), Order("poison", "poison", document), now=timezone.now())
    settings: list[JsonObject] = [{"what": each} for each in (*what, "good")]
    queue_runs(batch, [planned(setting) for setting in settings], now=timezone.now())
    worker = Worker()
    worker._handful = 10
    worker.work(Errand(until_empty=True, seconds=10))
    assert Batch.objects.get().is_over
    return {str(run.setting["what"]): run for run in Run.objects.all()}  # type: ignore[index, call-overload]


@pytest.mark.parametrize("what", ["huge", "endless", "huge in text"])
def test_a_number_beyond_all_others_spoils_no_other_result(what: str) -> None:
    runs = done(what)

    assert runs["good"].primary == 1.0
    assert runs["good"].status == Status.COMPLETED
    assert (runs[what].status, runs[what].error_kind) in {(Status.COMPLETED, ""), (Status.FAILED, "ValueError")}
