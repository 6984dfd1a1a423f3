"""``manage.py train``: rehearsed, trained, tested, told; the exit status tells the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from analysis.assurance.models import SafetyTest, SafetyUse
from analysis.runs.models import Batch, Run
from experiments.types import Json
from tests.analysis.assurance.trainings import DOCUMENT

pytestmark = pytest.mark.django_db(transaction=True)

Train = Callable[..., tuple[int, str]]


@pytest.fixture
def train(tmp_path: Path) -> Train:
    """The command: its exit status, and what it says. entries replace the document's."""

    def run(*options: str, **entries: Json) -> tuple[int, str]:
        file = tmp_path / "fair.yml"
        file.write_text(yaml.safe_dump({**DOCUMENT, **entries}))
        out, status = StringIO(), 0
        try:
            call_command("train", str(file), "--quiet", *options, stdout=out)
        except SystemExit as ended:
            status = int(str(ended.code))
        return status, out.getvalue()

    return run


def test_a_model_that_passed_predicts_by_its_labels(train: Train, tmp_path: Path) -> None:
    train(**{"label": "grade", "regime": "multiclass_classification", "model": "multiclass_logistic"},
          constraints=[{"text": "PR_[0] <= 0.9"}])  # fmt: skip
    (tmp_path / "new.csv").write_text("x1,x2,x3,x4,x5,label,score\n-3,0,0,0,0,0,-3\n3,0,0,0,0,1,3\n")
    said = StringIO()
    call_command("predict", "fair/1", str(tmp_path / "new.csv"), stdout=said)

    lines = [line.split(",") for line in said.getvalue().splitlines()]
    assert lines[0] == ["prediction", "score_0", "score_1", "score_2"]
    assert [line[0] for line in lines[1:]] == ["0", "2"]


def test_a_model_that_passes_is_kept_recorded_and_told(train: Train, tmp_path: Path) -> None:
    status, said = train("--output", str(tmp_path / "out"))

    assert status == 0
    assert said.startswith("Passed: the constraint is shown to hold on 2,400 rows that the search never saw.")
    test = SafetyTest.objects.get()
    assert test.vouches
    names = {path.name for path in (tmp_path / "out" / "run-1").iterdir()}
    assert {"model.safetensors", "report.json", "trace.json"} <= names


def test_the_same_file_again_computes_nothing_and_no_solution_found_has_a_status_of_its_own(train: Train) -> None:
    constraints: list[Json] = [{"text": "FPR <= 0.3"}, {"text": "TPR >= 0.9"}]
    quick: dict[str, Json] = {"type": "adam", "iterations": 5}
    first = train("--json", constraints=constraints, optimiser=quick)
    second = train("--json", constraints=constraints, optimiser=quick)

    assert first == second
    assert first[0] == 3
    (training,) = json.loads(first[1])["trainings"]
    assert (training["passed"], training["status"]) == (False, "completed")
    assert training["reason"].startswith("The safety test did not pass.")
    assert Run.objects.count() == SafetyUse.objects.count() == 1


def test_a_rehearsal_changes_nothing_and_looks_into_no_safety_set(train: Train) -> None:
    status, said = train("--dry-run")

    assert status == 0
    assert "PR | [A]:" in said
    assert not Batch.objects.exists()
    assert not SafetyUse.objects.exists()


def test_a_rehearsal_for_scripts(train: Train) -> None:
    _, said = train("--dry-run", "--json")

    (found,) = json.loads(said)
    assert (found["could_pass"], found["n_safety"]) == (True, 2400)


def test_every_mistake_is_said_with_its_line_and_nothing_begins(train: Train) -> None:
    with pytest.raises(
        CommandError, match=r"fair.yml:\d+:\d+: constraints\[0\].text: Column 7: .*group 'Z'"
    ) as refused:
        train(constraints=[{"text": "PR | [Z] <= 0.1"}])

    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="modle: A document has no section"):
        train(modle={"type": "logistic"})
    assert not Batch.objects.exists()


def test_a_file_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no file .*fiar\.yml") as refused:
        call_command("train", str(tmp_path / "fiar.yml"))

    assert refused.value.returncode == 2
    assert not Batch.objects.exists()
