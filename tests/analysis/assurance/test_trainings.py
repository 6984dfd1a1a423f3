"""A training from its document to the record: passed and kept, or not; every candidate counted; sets used as asked."""

from __future__ import annotations

from typing import cast

import pytest

from analysis.assurance.models import SafetySet, SafetyTest, SafetyUse
from analysis.runs.models import Run, Status
from analysis.runs.trained import load_model
from experiments.types import Json, JsonObject
from tests.analysis.assurance.trainings import train, wanting
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def test_a_model_that_passed_is_kept_and_predicts_through_the_houses_door() -> None:
    test = train()

    assert test.vouches
    assert {"model.safetensors", "trace.json"} <= set(test.run.artifacts.values_list("name", flat=True))
    model = load_model(test.run)
    assert model.labels == (0, 1)


def test_every_candidate_of_a_safety_set_is_counted_once_whatever_its_constraints() -> None:
    study = make_study()
    first = train(study)
    second = train(study, constraints=wanting(0.2))
    again = train(study, constraints=wanting(0.2))

    assert (first.uses, second.uses, again.pk) == (1, 2, second.pk)
    assert SafetySet.objects.get().n_uses == 2


def test_a_set_that_was_used_is_refused_where_the_document_asks_for_that() -> None:
    study = make_study()
    train(study)
    refused = train(study, constraints=wanting(0.24), safety={"reuse": "refuse"})

    assert not refused.passed
    assert (
        refused.reason
        == "Safety sets of these data have tested 1 other candidates before, and this setting refuses that."
    )
    assert not refused.results.exists()


def test_spending_gives_every_later_candidate_less_doubt_so_that_all_hold_together() -> None:
    study = make_study()
    spend: dict[str, Json] = {"reuse": "spend"}
    deltas = [
        train(study, safety=spend, constraints=wanting(limit)).results.get().delta for limit in (0.25, 0.24, 0.23)
    ]

    assert deltas == pytest.approx([0.05 / 2, 0.05 / 6, 0.05 / 12])
    assert sum(deltas) < 0.05


def test_what_each_bound_spends_shrinks_with_its_delta_in_the_same_proportions() -> None:
    study = make_study()
    written: Json = {"text": "abs((PR | [A]) - (PR | [B])) <= 0.25", "deltas": [0.01, 0.01, 0.01, 0.02]}
    first = train(study, safety={"reuse": "spend"}, constraints=[written])
    both = train(study, overall_delta=0.04, constraints=[written, {"text": "PR <= 0.95"}])

    assert (first.passed, first.results.get().delta) == (True, 0.025)
    readings = cast("list[JsonObject]", first.results.get().readings)
    spent = [reading[side] for reading in readings for side in ("delta_lower", "delta_upper")]
    assert spent == pytest.approx([0.005, 0.005, 0.005, 0.01])
    assert sum(both.results.values_list("delta", flat=True)) == pytest.approx(0.04)


def test_neither_another_division_nor_another_constraint_makes_used_rows_fresh() -> None:
    study = make_study()
    train(study)
    again = [
        train(study, safety={"reuse": "refuse", "seed": 7}),
        train(study, safety={"reuse": "refuse", "fraction": 0.55}),
        train(study, safety={"reuse": "refuse"}, constraints=[{"text": "FPR <= 0.9"}]),
    ]

    assert SafetySet.objects.count() == 4
    assert not any(one.passed for one in again)
    assert "have tested 3 other candidates" in again[-1].reason


def test_the_same_model_with_other_luck_of_a_bound_is_another_use() -> None:
    """Else one could draw the order of bets until one passes; and the same name may mean other people."""
    study = make_study()
    drawn = [
        train(study, constraints=[{"text": "PR <= 0.9", "bound": {"type": "betting", "seed": seed}}]) for seed in (1, 2)
    ]
    ranged = train(
        study, constraints=[{"text": "PR <= 0.9", "bound": {"type": "betting", "seed": 2}, "ranges": {"PR": [0, 2]}}]
    )

    assert [one.uses for one in (*drawn, ranged)] == [1, 2, 3]


def test_another_seed_of_the_search_is_tested_on_the_same_rows() -> None:
    study = make_study()
    train(study)
    train(study, seed=19, constraints=wanting(0.2))

    assert SafetySet.objects.count() == 1


def test_data_that_cannot_be_trusted_end_in_an_error_and_count_nothing() -> None:
    with pytest.raises(ValueError, match="label: "):
        train(label="score")

    run = Run.objects.get()
    assert run.status == Status.FAILED
    assert not SafetyTest.objects.exists()
    assert not SafetyUse.objects.exists()
