"""Batches in a study file: wrong ones are refused with their place, right ones come in paused, and go out again."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from analysis.runs.models import Batch, Run, Status
from experiments.checking import problems_of
from experiments.services.snapshot import document_of
from experiments.services.study_file import import_study
from experiments.types import Json, JsonObject
from experiments.yaml_file import load

pytestmark = pytest.mark.django_db

DIGITS = cast(JsonObject, load((Path(__file__).parents[3] / "examples/runs/digits_grid.yaml").read_bytes())[0])


def study_file(*batches: JsonObject) -> dict[str, Json]:
    experiment: JsonObject = {"slug": "digits", "title": "Digits", "unit_kind": "run"}
    return {
        "machina": 1,
        "study": {"slug": "pictures", "title": "Pictures"},
        "experiments": [experiment],
        "batches": list(batches),
    }


def test_what_is_wrong_with_a_batch_is_said_with_its_place() -> None:
    wrong = {**DIGITS, "slug": "digits", "epochs": 0}

    found = {problem.path: problem.message for problem in problems_of(study_file(wrong, {**DIGITS, "slug": "digits"}))}

    assert found == {
        "batches[0].epochs": "0 cannot stand here.",
        "batches[1].slug": "The batch “digits” stands twice.",
    }


def test_a_batch_needs_a_name() -> None:
    assert any("batches[0]" in problem.path for problem in problems_of(study_file(DIGITS)))


def test_it_comes_in_paused_and_goes_out_as_it_came() -> None:
    document = study_file({**DIGITS, "slug": "digits"})

    study = import_study(document)

    batch = Batch.objects.get()
    assert (batch.status, batch.experiment.slug) == (Status.PAUSED, "digits")
    assert {*Run.objects.values_list("status", flat=True)} == {Status.PAUSED}
    assert document_of(study)["batches"] == [{**DIGITS, "slug": "digits"}]


def test_the_same_again_changes_nothing_and_a_grown_one_asks_for_what_is_new() -> None:
    import_study(study_file({**DIGITS, "slug": "digits"}))
    import_study(study_file({**DIGITS, "slug": "digits"}))
    assert Run.objects.count() == 12

    import_study(study_file({**DIGITS, "slug": "digits", "seeds": 2}))

    assert Run.objects.count() == 24
    assert Batch.objects.get().status == Status.PAUSED
