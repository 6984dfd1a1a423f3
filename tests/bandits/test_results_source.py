"""Decisions are the units of results where a policy learns from visitors."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from analysis.results.columns import Columns
from analysis.results.models import Touched
from analysis.results.reads import columns_of, tally_of
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from analysis.results.services.reporting import freeze_report
from analysis.results.services.reproducing import reproduce
from bandits.models import Decision, Reward
from bandits.services.deciding import Asked, decide
from bandits.services.rewarding import Sent, reward
from experiments.models import Experiment, Unit
from experiments.services.snapshot import definition_of
from experiments.services.versions import publish_definition
from experiments.types import Json
from tests.analysis.results.conftest import assigned, measure
from tests.factories import make_experiment
from tests.learners import PRIMARY, make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db


def visited(experiment: Experiment, n: int) -> None:
    for step in range(n):
        now = NOON + timedelta(seconds=3 * step)
        decision, _ = decide(experiment, Asked(context={"device": "phone" if step % 2 else "desk"}), now=now)
        if step % 4:
            reward(experiment, Sent(decision.uuid, step % 3 == 0), now=now)


def counted(experiment: Experiment) -> Columns:
    fold(experiment, now=NOON)
    tally = tally_of(experiment, is_rehearsal=False)
    assert tally is not None
    return columns_of(tally)


def test_each_decision_is_a_unit_with_its_chance_and_what_came_of_it() -> None:
    experiment = make_learner()
    visited(experiment, 12)

    columns = counted(experiment)

    primary = next(name for name in columns.names if name.startswith("mean:"))
    assert len(columns) == 12
    assert np.isnan(columns.column(primary)).sum() == 3
    assert set(columns.text("device")) == {"phone", "desk"}
    assert columns.column("propensity").tolist() == list(
        Decision.objects.order_by("pk").values_list("propensity", flat=True)
    )


def test_a_corrected_reward_and_an_excluded_decision_are_counted_anew() -> None:
    experiment = make_learner()
    visited(experiment, 4)
    counted(experiment)

    first = Reward.objects.order_by("pk")[0]
    Reward.objects.filter(pk=first.pk).update(value=1 - first.value, measures={})
    Decision.objects.filter(pk=first.decision_id + 1).update(excluded="bot")
    columns = counted(experiment)

    assert len(columns) == 3
    assert columns.values[:, -2][columns.keys == first.decision_id].tolist() == [1 - first.value]
    assert not Touched.objects.exists()


def test_folding_rewards_into_a_state_changes_no_tally() -> None:
    experiment = make_learner()
    visited(experiment, 4)
    counted(experiment)

    Reward.objects.update(folded_in=1)

    assert not Touched.objects.exists()


def test_answers_weigh_by_the_chances_and_the_plain_means_come_with_a_warning() -> None:
    experiment = make_learner()
    visited(experiment, 60)
    counted(experiment)

    answers = [each for each in analyse(experiment).answers if each.estimate]

    assert answers
    assert all(each.estimate and each.estimate.method == "adaptive-betting" for each in answers)
    naive = answers[0].beside["naive"][1].estimate
    assert naive is not None
    assert "too low" in naive.remarks[-1]


def test_when_a_policy_stops_learning_its_decisions_are_not_mixed_with_units() -> None:
    experiment = make_learner()
    visited(experiment, 12)
    counted(experiment)

    definition = {**definition_of(experiment), "allocation": {"policy": "simple"}}
    publish_definition(experiment, definition)
    experiment = Experiment.objects.select_related("study", "version").get(pk=experiment.pk)
    assigned(experiment, *[arm.name for arm in experiment.arms.all()] * 3)
    columns = counted(experiment)

    assert len(columns) == Unit.objects.filter(experiment=experiment).count() == 6
    assert np.isfinite(columns.column("version")).all()
    assert any("another kind" in each for each in analyse(experiment).remarks)


def allocated(experiment: Experiment, **allocation: Json) -> Experiment:
    """The same under another policy."""
    publish_definition(experiment, {**definition_of(experiment), "allocation": allocation})
    return Experiment.objects.select_related("study", "version").get(pk=experiment.pk)


def test_a_report_from_before_a_policy_stopped_learning_comes_out_again() -> None:
    experiment = make_learner()
    visited(experiment, 12)
    counted(experiment)
    report = freeze_report(experiment, now=NOON)

    experiment = allocated(experiment, policy="simple")
    assigned(experiment, *[arm.name for arm in experiment.arms.all()] * 3)
    counted(experiment)

    again = reproduce(report)
    assert (again.data, again.differences) == (True, ())


def test_a_report_from_before_a_policy_began_to_learn_comes_out_again() -> None:
    experiment = make_experiment(slug="soon", unit_kind="visitor", steps=[], measures=PRIMARY)
    for number, unit in enumerate(assigned(experiment, *[arm.name for arm in experiment.arms.all()] * 6)):
        measure(experiment, unit, "bought", number % 3 == 0)
    counted(experiment)
    report = freeze_report(experiment, now=NOON)

    experiment = allocated(experiment, policy="thompson_bernoulli", reward_window_seconds=60)
    visited(experiment, 12)
    counted(experiment)

    again = reproduce(report)
    assert (again.data, again.differences) == (True, ())
