"""Results of a batch over the API, as one table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from django.utils import timezone

from analysis.runs.models import Batch, Status
from experiments.models import Experiment, Role, Study
from tests.analysis.runs.rows import make_batch, make_run
from tests.api.conftest import Answer, Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def batch(study: Study) -> Batch:
    """A function over two specifications; one failed."""
    experiment = Experiment.objects.create(study=study, slug="squares", title="Squares", unit_kind="run")
    batch = make_batch(experiment, slug="squares", procedure="function")
    over = {"finished_at": timezone.now(), "setting": {"function": "m:f", "specification": {"x": 3}}}
    series = [{"specification": {"x": 3, "n": n}, "value": n * 3} for n in (1, 2)]
    make_run(batch, **over, status=Status.COMPLETED, result={"value": None, "outputs": series})
    make_run(batch, **over, status=Status.FAILED, error="=cmd()")
    return batch


def body(answer: Answer) -> str:
    """Of a streamed answer."""
    return b"".join(getattr(answer, "streaming_content")).decode()  # noqa: B009 (not every answer has it)


def test_each_output_is_a_row(api: Program, batch: Batch) -> None:
    answer = api.get(f"/batches/{batch.uuid}/results/")

    rows = [json.loads(line) for line in body(answer).splitlines()]
    assert [(row["x"], row.get("n"), row.get("value"), row["status"]) for row in rows] == [
        (3, 1, 3, "completed"),
        (3, 2, 6, "completed"),
        (3, None, None, "failed"),
    ]


def test_a_table_for_spreadsheets_holds_no_formula(api: Program, batch: Batch) -> None:
    answer = api.get(f"/batches/{batch.uuid}/results/?form=csv")

    rows = list(csv.DictReader(io.StringIO(body(answer))))
    assert len(rows) == 3
    assert rows[2]["error"] == "'=cmd()"
    assert answer["Content-Disposition"] == 'attachment; filename="squares.csv"'


def test_another_form_is_refused(api: Program, batch: Batch) -> None:
    assert api.get(f"/batches/{batch.uuid}/results/?form=xlsx").status_code == 422


def test_a_batch_of_somebody_elses_study_is_not_there(api: Program) -> None:
    assert api.get(f"/batches/{make_batch().uuid}/results/").status_code == 404


def test_results_are_downloads_and_not_for_viewers(member: Callable[[str], Program], batch: Batch) -> None:
    address = f"/batches/{batch.uuid}/results/"

    assert (member(Role.VIEWER).get(address).status_code, member(Role.ANALYST).get(address).status_code) == (403, 200)
