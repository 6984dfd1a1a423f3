"""The page on folds: what it shows, to whom, and what it says when there is nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analysis.learning.running import Fold
from analysis.runs.folds.drawing import Axis, strip
from analysis.runs.models import Batch
from analysis.statistics.resampling import Folded
from experiments.models import Experiment, Role, UnitKind
from experiments.types import JsonObject
from tests.analysis.runs.folding import figure_of, folded_batch
from tests.analysis.runs.rows import make_batch
from tests.factories import make_study, make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db
FIVE: JsonObject = {"scheme": "kfold", "folds": 5}


@pytest.fixture
def experiment() -> Experiment:
    study = make_study(members={make_user("rita"): Role.VIEWER})
    return Experiment.objects.create(study=study, slug="digits", title="Digits", unit_kind=UnitKind.RUN)


@pytest.fixture
def rita(client: Client, experiment: Experiment) -> Client:
    client.force_login(experiment.study.memberships.get().user)
    return client


def page(client: Client, query: str = "") -> str:
    return client.get(f"/console/experiments/digits/runs/folds/{query}").content.decode()


def test_a_nested_batch_shows_what_was_chosen_and_how_good_that_is(rita: Client, experiment: Experiment) -> None:
    folded_batch(experiment=experiment)

    shown = page(rita)

    assert "Searching like this gives" in shown
    assert "0.76" in shown
    assert "lr = 0.1: 4 of 5" in shown


def test_plain_folds_show_a_ranking_with_the_lead_of_the_best(rita: Client, experiment: Experiment) -> None:
    folded_batch(FIVE, experiment=experiment)

    shown = page(rita)

    assert shown.index("lr = 0.01<") < shown.index("lr = 0.1<") < shown.index("lr = 0.001<")
    assert "Searching like this" not in shown


def test_of_a_single_division_nothing_is_called_close(rita: Client, experiment: Experiment) -> None:
    """Without a spread nobody knows what is close."""
    folded_batch({"scheme": "hold_out"}, experiment=experiment)

    assert "lr = 0.001<" in page(rita)
    assert ">close<" not in page(rita)


def test_missing_folds_are_said_and_not_counted_as_zero(rita: Client, experiment: Experiment) -> None:
    def figures(lr: float, fold: Fold) -> float | None:
        return None if (lr, fold) == (0.01, Fold(3)) else figure_of(lr, fold)

    folded_batch(FIVE, experiment=experiment, figures=figures)

    shown = page(rita)

    assert "1 run without a figure" in shown
    assert "4 of 5" in shown


def test_another_measure_and_another_batch_can_be_chosen(rita: Client, experiment: Experiment) -> None:
    folded_batch(FIVE, experiment=experiment, slug="one")
    folded_batch(experiment=experiment, slug="two")

    assert "loss on train, less is better" in page(rita, "?batch=one&measure=train/loss")
    assert "Searching like this gives" in page(rita, "?batch=two")


def test_an_experiment_without_batches_says_how_to_make_one(rita: Client) -> None:
    assert "No batch yet" in page(rita)


def test_a_batch_without_a_measure_asks_for_one(rita: Client, experiment: Experiment) -> None:
    batch = folded_batch(FIVE, experiment=experiment)
    Batch.objects.filter(pk=batch.pk).update(document={})

    assert "This batch names no measure." in page(rita)


def test_a_measure_that_nobody_took_is_said(rita: Client, experiment: Experiment) -> None:
    folded_batch(FIVE, experiment=experiment)

    assert "No run has measured speed on train yet" in page(rita, "?measure=train/speed")


def test_several_batches_stand_one_below_the_other(rita: Client, experiment: Experiment) -> None:
    folded_batch(FIVE, experiment=experiment, slug="one", title="Five folds")
    folded_batch(experiment=experiment, slug="two", title="Nested")
    make_batch(experiment, document={"measure": "f1"})

    shown = page(rita)

    assert all(words in shown for words in ("Five folds", "Nested", "Searching like this gives", "No runs yet"))


def test_strangers_do_not_see_it(client: Client, experiment: Experiment) -> None:
    client.force_login(make_user("stranger"))

    assert client.get("/console/experiments/digits/runs/folds/").status_code == 404


def test_a_script_in_a_parameter_is_shown_and_not_run(rita: Client, experiment: Experiment) -> None:
    batch = folded_batch(FIVE, experiment=experiment)
    for run in batch.runs.all():
        run.proposal = {"choices": {"name": "<script>alert(1)</script>"}}
        run.save(update_fields=["proposal"])

    assert "<script>alert(1)" not in page(rita)


def test_it_takes_as_many_queries_as_agreed_on(rita: Client, experiment: Experiment) -> None:
    folded_batch(experiment=experiment)

    with CaptureQueriesContext(connection) as queries:
        page(rita)

    assert len(queries) == reviewed("folds of a batch")


def test_places_on_the_axis_are_within_it() -> None:
    axis = Axis.over([0.2, 0.4])
    drawn = strip(axis, [0.2, 0.4], Folded(2, 0.3, 0.1, -5.0, 5.0))

    assert (drawn.mean, drawn.low, drawn.width) == (500.0, 0.0, 1000.0)
    assert Axis.over([]).low < Axis.over([]).high
    assert Axis.over([3.0]).at(3.0) == 500.0
