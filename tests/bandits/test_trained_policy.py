"""A policy that passed its safety test acts in an experiment, by exactly what was tested, and while the test stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import exp
from typing import cast
from unittest.mock import patch

import numpy as np
import pytest

from analysis.assurance.errors import NotProven
from analysis.assurance.models import SafetyTest
from analysis.assurance.presenting import allocation_by
from analysis.assurance.services.collecting import collected
from analysis.assurance.services.retesting import deliver_rows
from analysis.assurance.services.taking_down import take_down, withdraw_test
from bandits.models import Decision
from bandits.policies import ADAPTIVE, ArmWeight, PolicyError
from bandits.policies.adaptive.trained import Trained
from bandits.policies.simulation.contexts import ContextWorld
from bandits.policies.simulation.engine import learner_of
from bandits.services.deciding import Asked, decide_many
from experiments.errors import BadValue
from experiments.models import Experiment, Status
from experiments.services.lifecycle import start_experiment
from experiments.types import Json, JsonObject
from tests.analysis.assurance.trainings import train
from tests.bandits.test_evaluation import LATER, log_of
from tests.bandits.test_logged_decisions import NOT_WORSE, setting
from tests.learners import make_learner

ARMS = [ArmWeight("plain"), ArmWeight("vivid")]
FEATURES: Json = [{"attribute": "page", "is": "menu"}]


@pytest.fixture
def afterwards() -> Iterator[None]:
    """All windows for rewards have closed."""
    with patch("django.utils.timezone.now", return_value=LATER):
        yield


@pytest.fixture
def recorded(db: None, afterwards: None) -> Experiment:
    experiment = make_learner(slug="offer", policy="uniform")
    log_of(experiment, rounds=3, each=200, rates={"plain": 0.1, "vivid": 0.9})
    return experiment


@pytest.fixture
def proven(recorded: Experiment) -> SafetyTest:
    document = {**setting(recorded, *NOT_WORSE, features=FEATURES), "slug": "better", "procedure": "safe"}
    return train(recorded.study, **{**document, "optimiser": "sqp"})


def served(test: SafetyTest, **changed: Json) -> Experiment:
    return make_learner(
        test.run.batch.experiment.study, slug="served", status=Status.DRAFT, **{**allocation_by(test), **changed}
    )


def test_the_chance_of_an_arm_is_the_softmax_of_its_weights_and_closed_arms_get_none() -> None:
    policy = ADAPTIVE["trained"].parse({"dimension": 1, "weights": {"plain": [0.5, -1], "vivid": [0, 2]}})
    state = policy.start(ARMS)

    chances = policy.probabilities(state, ARMS, [1.0]).chances

    assert chances["vivid"] == pytest.approx(exp(2) / (exp(2) + exp(-0.5)))
    assert policy.probabilities(state, [*ARMS, ArmWeight("new")], [1.0]).chances["new"] == 0
    assert policy.probabilities(state, [ArmWeight("plain"), ArmWeight("vivid", 0)], [1.0]).chances["plain"] == 1


@pytest.mark.parametrize(
    ("said", "wrong"),
    [({"weights": {"plain": [1]}}, "weights.plain"), ({"weights": {"plain": [1, 2, 3]}}, "2 numbers: the constant")],
)
def test_weights_are_as_many_as_features_and_one(said: dict[str, object], wrong: str) -> None:
    with pytest.raises(PolicyError, match=wrong):
        ADAPTIVE["trained"].parse({"dimension": 1, **said})


def test_what_passed_goes_live_and_stores_the_chances_that_were_tested(proven: SafetyTest) -> None:
    assert proven.vouches, proven.reason
    assert any("worth" in line for line in cast("list[str]", cast(JsonObject, proven.report)["advice"]))
    experiment = start_experiment(served(proven))

    [(decision, _)] = decide_many(experiment, [Asked(context={"page": "menu"})], now=LATER)

    weights = cast("dict[str, list[float]]", allocation_by(proven)["weights"])
    logits = {arm: one[0] + one[1] for arm, one in weights.items()}
    whole = sum(exp(one) for one in logits.values())
    assert experiment.status == Status.RUNNING
    assert decision.propensity == pytest.approx(exp(logits[decision.arm.name]) / whole)


CHANGED: list[tuple[dict[str, Json], str]] = [
    ({"weights": {"plain": [9.0, 0.0], "vivid": [0.0, 0.0]}}, "weights are not those that were tested"),
    ({"floor": 0.1}, "“floor” bends the chances"),
    ({"features": [{"attribute": "page", "is": "home"}]}, "features are not those"),
    ({"proof": {}}, "is not the id of a run"),
]


def test_anything_else_stays_out(proven: SafetyTest) -> None:
    draft = served(proven)

    for changed, sentence in CHANGED:
        Experiment.objects.filter(pk=draft.pk).update(allocation={**cast(JsonObject, draft.allocation), **changed})
        with pytest.raises(NotProven, match=sentence):
            start_experiment(draft)

    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_when_its_test_is_withdrawn_nobody_is_let_in_any_more(proven: SafetyTest) -> None:
    experiment = start_experiment(served(proven))

    taken = take_down(withdraw_test(proven, because="Wrong rewards.", now=LATER), now=LATER)

    experiment.refresh_from_db()
    assert taken == [experiment]
    assert experiment.status == Status.PAUSED
    with pytest.raises(NotProven, match="The allocation serves a model whose test is withdrawn"):
        start_experiment(experiment)
    assert not Decision.objects.filter(experiment=experiment).exists()


def later(experiment: Experiment, rates: dict[str, float]) -> None:
    """The next day's decisions, at these rates."""
    with (
        patch("tests.bandits.test_evaluation.NOON", LATER + timedelta(hours=1)),
        patch("django.utils.timezone.now", return_value=LATER + timedelta(hours=3)),
    ):
        log_of(experiment, rounds=3, each=200, rates=rates)


@pytest.mark.parametrize(
    ("rates", "drifted"), [({"plain": 0.1, "vivid": 0.9}, False), ({"plain": 0.9, "vivid": 0.1}, True)]
)
def test_new_decisions_show_whether_it_still_holds(
    proven: SafetyTest, recorded: Experiment, rates: dict[str, float], drifted: bool
) -> None:
    now = LATER + timedelta(days=1)
    with pytest.raises(BadValue, match="Nothing new is settled"):
        collected(proven, now=LATER)
    later(recorded, rates)

    with patch("django.utils.timezone.now", return_value=now):
        rows = collected(proven, now=now)
        look = deliver_rows(proven, rows, now=now)

    assert len(rows) == 600
    assert look.has_drifted is drifted
    assert [cast(JsonObject, one)["holds"] for one in cast("list[Json]", look.constraints)] == [not drifted] * 2
    proven.refresh_from_db()
    assert proven.vouches is not drifted
    with patch("django.utils.timezone.now", return_value=now), pytest.raises(BadValue, match="Nothing new"):
        collected(proven, now=now)


def test_what_is_simulated_draws_by_the_same_weights() -> None:
    policy = cast(Trained, ADAPTIVE["trained"].parse({"dimension": 2, "weights": {"b": [0.5, -1, 0], "c": [0, 2, 1]}}))
    world, rng = ContextWorld(3, 2), np.random.default_rng(4)
    learner = learner_of(policy, world, 20_000)
    context = (0.4, -0.2)

    chosen, _ = learner.choose(np.tile(context, (20_000, 1)), rng)

    table = policy.probabilities(policy.start(ARMS), [ArmWeight(name) for name in world.names], context).chances
    drawn = np.bincount(chosen, minlength=3) / 20_000
    assert drawn.tolist() == pytest.approx([table[name] for name in world.names], abs=0.015)
