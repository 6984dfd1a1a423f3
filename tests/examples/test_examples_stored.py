"""An example study goes into the tables, starts, and comes out as the same definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest

from experiments.definition import canonical_json, normalise, normalise_study
from experiments.models import Study
from experiments.services.lifecycle import start_experiment
from experiments.services.snapshot import document_of
from experiments.services.study_file import import_study
from experiments.types import JsonObject
from tests.studies import enter_session, example

FILES = ["minimal.yaml", "stroop.yaml", "screening.yaml", "contrast/study.yaml", "trust_in_explanations/study.yaml"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("file", FILES)
def test_what_comes_out_is_what_went_in_with_its_defaults(file: str) -> None:
    document = example(file)

    out = document_of(Study.objects.get(pk=import_study(document).pk))

    assert out["study"] == normalise_study(cast(JsonObject, document["study"]))
    went_in = [normalise(each) for each in cast("Sequence[JsonObject]", document["experiments"])]
    assert canonical_json(out["experiments"]) == canonical_json(went_in)


@pytest.mark.parametrize("file", FILES)
def test_an_example_starts_and_lets_somebody_in(file: str) -> None:
    experiment = start_experiment(import_study(example(file)).experiments.get())

    session = enter_session(experiment)

    assert session.position == 0
    assert experiment.version is not None
