"""Trials of many sizes are runs of a batch; their curves are told by a command, a page, a picture and the API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analysis.runs.models import Batch, Run, Status
from experiments.models import Experiment, Role
from experiments.types import JsonObject
from machina_site.paths import BASE
from tests.analysis.runs.rows import make_batch, make_run
from tests.analysis.safety.curves.test_reading import trial
from tests.api.conftest import program
from tests.factories import make_study, make_user
from tests.query_counts import reviewed

EXAMPLE = BASE / "examples" / "safety" / "arrests_curves.yaml"


def done(batch: Batch, result: JsonObject) -> Run:
    return make_run(batch, status=Status.COMPLETED, finished_at=timezone.now(), result=result)


@pytest.fixture
def batch(db: None) -> Batch:
    """Of vera's study: 20 trials with a solution, 5 without, one failed, one to come."""
    study = make_study("park", members={make_user("vera"): Role.VIEWER})
    experiment = Experiment.objects.create(study=study, slug="arrests", title="Arrests", unit_kind="run")
    made = make_batch(experiment, slug="arrests", procedure="safe_trial")
    for number in range(20):
        done(made, trial(rows=100 * (1 + number % 4), values=[-0.1, 0.2 if number == 3 else -0.1]))
        done(made, trial("logistic regression", values=[0.1, "nan"]))
    for _ in range(5):
        done(made, trial())
    make_run(made, status=Status.FAILED, error="no rows", finished_at=timezone.now())
    make_run(made)
    return made


def vera() -> Client:
    client = Client()
    assert client.login(username="vera", password="password")
    return client


def page_of(batch: Batch, **query: str) -> str:
    return vera().get(reverse("assurance:curves", args=[batch.experiment.slug]), query).content.decode()


def test_the_page_has_a_panel_for_each_curve_and_the_numbers_beside_them(batch: Batch) -> None:
    text = page_of(batch)

    headings = re.findall("<figcaption>([^<]*)", text)
    assert headings == ["Accuracy", "Solution rate", "Failure rate: a", "Failure rate: b", "Failure rate: any of them"]
    assert "45 trials, 1 to come, 1 could not be done" in text
    assert "δ = 0.15" in text
    assert text.count('<th scope="row">safe</th>') == 4


def test_classifiers_that_decide_are_judged_on_their_own_terms(batch: Batch) -> None:
    assert "logistic regression, 100 rows: 1 (0.832 to 1), 20 trials" in page_of(batch)
    assert (
        "logistic regression, 100 rows: 1 (0.832 to 1), 20 trials"
        not in page_of(batch, terms="decided").partition("Failure rate")[2]
    )


def test_the_board_of_trials_has_a_tab_for_them_and_others_have_none(batch: Batch) -> None:
    other = make_batch(batch.experiment, slug="other")
    address = reverse("runs:board", args=["arrests"])

    assert reverse("assurance:curves", args=["arrests"]) in vera().get(address).content.decode()
    batch.delete()
    assert other.procedure == "pipeline"
    assert reverse("assurance:curves", args=["arrests"]) not in vera().get(address).content.decode()


def test_before_the_first_trial_is_over_the_page_says_so(batch: Batch) -> None:
    Run.objects.filter(batch=batch, status=Status.COMPLETED).delete()

    assert "No trial is over yet" in page_of(batch)


def test_the_picture_is_a_file_of_its_own(batch: Batch) -> None:
    answer = vera().get(reverse("assurance:curves_picture", args=["arrests"]))

    root = ElementTree.fromstring(answer.content)  # noqa: S314 (ours)
    assert root.tag.endswith("svg")
    assert answer["Content-Disposition"] == 'attachment; filename="arrests-curves.svg"'
    assert b"style=" not in answer.content


def test_a_stranger_is_told_that_there_is_nothing(batch: Batch) -> None:
    client = Client()
    client.force_login(make_user("sam"))

    for name in ("curves", "curves_picture"):
        assert client.get(reverse(f"assurance:{name}", args=["arrests"])).status_code == 404


def test_what_else_was_swept_tells_contenders_apart(batch: Batch) -> None:
    run = Run.objects.filter(batch=batch, status=Status.COMPLETED).first()
    assert run is not None
    Run.objects.filter(pk=run.pk).update(proposal={"choices": {"trial.rows": 100, "constraints.0.bound": "student_t"}})

    assert "safe, bound student_t" in page_of(batch)


def test_the_page_costs_what_was_reviewed(batch: Batch) -> None:
    client = vera()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(reverse("assurance:curves", args=["arrests"]))

    assert len(asked) == reviewed("safety: curves")


@pytest.mark.usefixtures("empty_cache")
class TestOverTheApi:
    def test_the_curves_are_told_with_their_intervals(self, batch: Batch) -> None:
        told = program(make_user("owner", is_superuser=True)).get(f"/batches/{batch.uuid}/curves/").json()

        assert (told["trials"], told["left"], told["stopped"]) == (45, 1, 1)
        safe, usual = told["contenders"]
        assert (safe["contender"], usual["contender"]) == ("safe", "logistic regression")
        assert safe["solution_rate"][0] == {
            "rows": 100,
            "value": 0.5,
            "low": pytest.approx(0.187, abs=1e-3),
            "high": pytest.approx(0.813, abs=1e-3),
            "trials": 10,
        }

    def test_a_batch_of_something_else_has_none(self, batch: Batch) -> None:
        other = make_batch(batch.experiment)

        answer = program(make_user("owner", is_superuser=True)).get(f"/batches/{other.uuid}/curves/")

        assert (answer.status_code, answer.json()["code"]) == (422, "bad-value")


Curves = Callable[..., str]


@pytest.fixture
def safety_curves() -> Curves:
    def call(*line: str) -> str:
        out = StringIO()
        call_command("safety_curves", *line, stdout=out)
        return out.getvalue()

    return call


@pytest.mark.django_db(transaction=True)
class TestTheCommand:
    @pytest.fixture
    def document(self, tmp_path: Path) -> Path:
        """Two sizes, two trials of each, a contender that promises nothing."""
        read = yaml.safe_load(EXAMPLE.read_text())
        rows, number = {"sweep": [300, 3_000]}, {"range": {"from": 1, "to": 2}}
        read["trial"] = {"rows": rows, "number": number, "contender": {"sweep": ["safe", "chance"]}}
        (tmp_path / "small.yaml").write_text(yaml.safe_dump(read))
        return tmp_path / "small.yaml"

    def test_the_shipped_example_is_in_order(self, safety_curves: Curves) -> None:
        assert "840 trials: 0 there, 840 to do. Nothing is changed." in safety_curves(str(EXAMPLE), "--dry-run")
        assert not Batch.objects.exists()

    def test_trials_are_done_once_and_drawn(self, document: Path, tmp_path: Path, safety_curves: Curves) -> None:
        line = [str(document), "--workers", "1", "--quiet"]
        told = safety_curves(*line, "--svg", str(tmp_path / "curves.svg"))
        again = json.loads(safety_curves(*line, "--json"))

        assert "8 of 8 trials of “small”, judged by all 5,226 rows." in told
        assert "safe (tested)" in told
        assert (tmp_path / "curves.svg").read_text().startswith("<svg ")
        assert (again["trials"], again["left"]) == (8, 0)
        assert Run.objects.filter(attempt=1).count() == Run.objects.count() == 8

    def test_mistakes_are_told_with_their_place_and_nothing_is_made(
        self, document: Path, safety_curves: Curves
    ) -> None:
        document.write_text(document.read_text().replace("chance", "chanse"))

        with pytest.raises(CommandError, match="There is no kind “chanse”"):
            safety_curves(str(document))
        assert not Batch.objects.exists()

    def test_another_procedure_is_sent_to_its_own_command(self, tmp_path: Path, safety_curves: Curves) -> None:
        document = yaml.safe_load(EXAMPLE.read_text())
        del document["trial"], document["measure"]
        (tmp_path / "one.yaml").write_text(yaml.safe_dump({**document, "procedure": "safe"}))

        with pytest.raises(CommandError, match=r"manage\.py train trains a single model"):
            safety_curves(str(tmp_path / "one.yaml"))
