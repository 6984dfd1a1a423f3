"""``manage.py train``: rehearsed, trained, tested, told; the exit status tells the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from analysis.assurance.models import SafetySet, SafetyTest, SafetyUse
from analysis.runs.models import Batch, Run
from experiments.types import Json

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENT: dict[str, Json] = {
    "procedure": "safe",
    "slug": "fair",
    "data": {"type": "made_up", "rows": 4_000, "gap": 0.8},
    "groups": {"A": {"column": "group", "equals": "A"}, "B": {"column": "group", "equals": "B"}},
    "constraints": [{"text": "abs((PR | [A]) - (PR | [B])) <= 0.25", "delta": 0.05}],
}
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


def wanting(limit: float) -> list[Json]:
    """The constraint with another limit."""
    return [{"text": f"abs((PR | [A]) - (PR | [B])) <= {limit}"}]


def test_a_model_that_passes_is_kept_recorded_and_told(train: Train, tmp_path: Path) -> None:
    status, said = train("--output", str(tmp_path / "out"))

    assert status == 0
    assert said.startswith("Passed: the constraint is shown to hold on 2,400 rows that the search never saw.")
    test = SafetyTest.objects.get()
    assert test.vouches
    assert sorted(path.name for path in (tmp_path / "out" / "run-1").iterdir()) == [
        "model.safetensors",
        "report.json",
        "search.svg",
        "trace.json",
    ]


def test_no_solution_found_has_a_status_and_a_reason_of_its_own(train: Train) -> None:
    status, said = train(constraints=wanting(0.0001))

    assert status == 3
    assert said.startswith("No Solution Found. ")
    assert not SafetyTest.objects.get().passed
    assert SafetyUse.objects.count() == 1


def test_the_same_file_again_computes_nothing_and_counts_nothing(train: Train) -> None:
    train()
    status, _ = train()

    assert status == 0
    assert Run.objects.count() == 1
    assert SafetyUse.objects.count() == 1


def test_another_candidate_on_the_same_rows_is_counted_and_said(train: Train) -> None:
    train()
    _, said = train(constraints=wanting(0.2))

    assert "candidate 2 that was tested on this safety set" in said
    assert SafetySet.objects.get().n_uses == 2


def test_a_set_that_was_used_is_refused_where_the_file_asks_for_that(train: Train) -> None:
    train()
    status, said = train(constraints=wanting(0.24), safety={"reuse": "refuse"})

    assert status == 3
    assert "has tested 1 other candidates before" in said
    assert SafetyTest.objects.filter(passed=True).count() == 1


def test_spending_gives_a_later_candidate_less_doubt(train: Train) -> None:
    train(safety={"reuse": "spend"})
    train(constraints=wanting(0.24), safety={"reuse": "spend"})

    deltas = [result.delta for test in SafetyTest.objects.order_by("pk") for result in test.results.all()]
    assert deltas == pytest.approx([0.05 / 2, 0.05 / 6])


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


def test_data_that_cannot_be_trusted_are_an_error_and_no_result(train: Train) -> None:
    status, said = train(label="score")

    assert status == 1
    assert said.startswith("It could not be done: label: ")
    assert not SafetyTest.objects.exists()
    assert not SafetyUse.objects.exists()


def test_a_sweep_tests_all_on_the_same_rows_and_tells_each(train: Train) -> None:
    status, said = train("--json", safety={"fraction": 0.6}, optimiser={"sweep": [{"type": "sqp"}, {"type": "adam"}]})

    found = json.loads(said)
    assert len(found["trainings"]) == 2
    assert status in (0, 3)
    assert SafetySet.objects.count() == 1
