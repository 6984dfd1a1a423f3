"""The kill switch: everybody gets the control within two seconds, nothing is learnt from it, and back again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bandits.models import Decision, PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.deciding import Asked, decide, decide_many
from bandits.services.folding import fold
from bandits.services.halting import halt_policy, unhalt_policy
from bandits.services.rewarding import Sent, reward
from bandits.services.states import STALE
from experiments.errors import Conflict, Unknown
from experiments.models import Arm, Event, Experiment
from experiments.services.lifecycle import complete_experiment
from experiments.services.versions import publish_version
from tests.factories import make_experiment
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db


def controlled() -> Experiment:
    """One that learns, with its first arm as the control."""
    experiment = make_learner()
    control = experiment.arms.order_by("name")[0]
    Arm.objects.filter(pk=control.pk).update(is_control=True)
    publish_version(experiment)
    return Experiment.objects.get(pk=experiment.pk)


def control_of(experiment: Experiment) -> Arm:
    return experiment.arms.get(is_control=True)


def newest(experiment: Experiment) -> PolicyState:
    row = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    assert row is not None
    return row


def test_everybody_gets_the_control_within_two_seconds() -> None:
    experiment = controlled()
    decide(experiment, Asked(), now=NOON)
    halt_policy(experiment, now=NOON)
    made = decide_many(experiment, [Asked() for _ in range(50)], now=NOON + STALE)

    assert {decision.arm_id for decision, _ in made} == {control_of(experiment).pk}
    assert {decision.propensity for decision, _ in made} == {1.0}


def test_without_a_control_all_arms_are_handed_out_evenly() -> None:
    experiment = make_learner()
    halt_policy(experiment, now=NOON)
    made = decide_many(experiment, [Asked() for _ in range(50)], now=NOON)

    assert {decision.propensity for decision, _ in made} == {1 / experiment.arms.count()}
    assert len({decision.arm_id for decision, _ in made}) == experiment.arms.count()


def test_who_had_another_arm_gets_the_control_too_and_the_own_one_again_afterwards() -> None:
    experiment = controlled()
    keys = [Asked(f"device-{number}") for number in range(20)]
    before = [decision.pk for decision, _ in decide_many(experiment, keys, now=NOON)]
    halt_policy(experiment, now=NOON)
    meanwhile = decide_many(experiment, [*keys, Asked("device-new")], now=NOON + STALE)
    unhalt_policy(experiment, now=NOON + STALE)
    after = decide_many(experiment, keys, now=NOON + 2 * STALE)

    assert {decision.arm_id for decision, _ in meanwhile} == {control_of(experiment).pk}
    assert [decision.key for decision, _ in meanwhile[:2]] == ["device-0", "device-1"]
    assert [decision.pk for decision, _ in after] == before
    assert not Decision.objects.filter(key="device-new").exists()


def test_nothing_is_learnt_from_a_halt_and_nothing_forgotten() -> None:
    experiment = controlled()
    first, _ = decide(experiment, Asked(), now=NOON)
    halt_policy(experiment, now=NOON)
    second, _ = decide(experiment, Asked(), now=NOON + STALE)
    for decision in (first, second):
        reward(experiment, Sent(decision.uuid, True), now=NOON + STALE)
    fold(experiment, now=NOON + STALE)

    assert newest(experiment).halted_to == {"arms": [control_of(experiment).name]}
    unhalt_policy(experiment, now=NOON + STALE)
    state = State.parse(dict(newest(experiment).statistics))  # type: ignore[arg-type]  # an object
    assert state.folded == 1
    assert state.of(first.arm.name).n == 1
    assert Reward.objects.get(decision=second).folded_in == 0


def test_twice_is_as_good_as_once() -> None:
    experiment = controlled()
    halt_policy(experiment, because="complaints", now=NOON)
    number = newest(experiment).number
    halt_policy(experiment, now=NOON)
    assert newest(experiment).number == number
    for _ in range(2):
        unhalt_policy(experiment, now=NOON)

    assert newest(experiment).number == number + 1
    told = Event.objects.filter(experiment=experiment, kind__startswith="policy.").order_by("pk")
    assert [event.kind for event in told] == ["policy.halted", "policy.unhalted"]
    assert told[0].payload["because"] == "complaints"  # type: ignore[index,call-overload]  # an object


def test_an_arm_may_be_named_and_must_be_open() -> None:
    experiment = controlled()
    other = experiment.arms.exclude(is_control=True)[0]
    halt_policy(experiment, to=other.name, now=NOON)
    assert decide(experiment, Asked(), now=NOON)[0].arm_id == other.pk

    before = newest(experiment).pk
    with pytest.raises(Unknown, match="no open arm “tea”"):
        halt_policy(experiment, to="tea", now=NOON)
    assert newest(experiment).pk == before


def test_publishing_lets_no_policy_out_of_a_halt() -> None:
    experiment = controlled()
    halt_policy(experiment, now=NOON)
    Experiment.objects.filter(pk=experiment.pk).update(target=200)
    publish_version(Experiment.objects.get(pk=experiment.pk))
    decision, _ = decide(Experiment.objects.get(pk=experiment.pk), Asked(), now=NOON + timedelta(minutes=1))

    assert (decision.propensity, decision.arm_id) == (1.0, control_of(experiment).pk)


def test_what_learns_nothing_and_what_is_over_cannot_be_halted() -> None:
    fixed, over = make_experiment(unit_kind="visitor", status="running"), controlled()
    complete_experiment(over)
    for experiment in (fixed, over):
        with pytest.raises(Conflict):
            halt_policy(experiment, now=NOON)
    assert not PolicyState.objects.filter(halted_to__isnull=False).exists()
