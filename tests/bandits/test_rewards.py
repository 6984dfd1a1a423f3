"""Rewards: taken once, in time, within the range; whatever is refused changes nothing."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from bandits import tasks
from bandits.errors import TooLate
from bandits.models import Decision, PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.deciding import Asked, decide
from bandits.services.folding import fold, fold_all, waiting_to_fold
from bandits.services.rewarding import Sent, reward, reward_many
from experiments.errors import BadValue, Conflict, Frozen, Invalid, Refusal, Unknown
from experiments.models import Experiment, Status
from experiments.services.versions import publish_version
from experiments.types import Json
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db

LATE = NOON + timedelta(seconds=61)


def decided(experiment: Experiment) -> Decision:
    return decide(experiment, Asked(), now=NOON)[0]


def learnt(experiment: Experiment) -> State:
    row = PolicyState.objects.of(experiment, is_rehearsal=experiment.is_rehearsal).newest()
    assert row is not None
    return State.parse(dict(row.statistics))  # type: ignore[arg-type]  # an object


def test_the_same_reward_again_is_nothing_and_another_is_refused() -> None:
    experiment = make_learner()
    decision = decided(experiment)

    assert reward(experiment, Sent(decision.uuid, True), now=NOON)
    assert not reward(experiment, Sent(decision.uuid, True), now=LATE)
    with pytest.raises(Conflict, match="another reward"):
        reward(experiment, Sent(decision.uuid, False), now=NOON)
    assert Reward.objects.get().value == 1


def test_a_reward_is_corrected_until_something_has_learnt_from_it() -> None:
    experiment = make_learner()
    decision = decided(experiment)
    reward(experiment, Sent(decision.uuid, False), now=NOON)

    assert reward(experiment, Sent(decision.uuid, True, correct=True), now=NOON)
    fold(experiment, now=NOON)
    with pytest.raises(Conflict, match="learnt"):
        reward(experiment, Sent(decision.uuid, False, correct=True), now=NOON)
    assert Reward.objects.get().value == 1
    assert float(learnt(experiment).of(decision.arm.name).total) == 1


REFUSED: dict[str, tuple[type[Refusal], Callable[[Decision, Decision], Sent], timedelta]] = {
    "late": (TooLate, lambda mine, _: Sent(mine.uuid, True), timedelta(seconds=61)),
    "unknown": (Unknown, lambda *_: Sent(uuid.UUID(int=18), True), timedelta()),
    "foreign": (Unknown, lambda _, theirs: Sent(theirs.uuid, True), timedelta()),
    "out of range": (BadValue, lambda mine, _: Sent(mine.uuid, 2), timedelta()),
    "not a number": (BadValue, lambda mine, _: Sent(mine.uuid, "yes"), timedelta()),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_refused_reward_changes_nothing(
    case: tuple[type[Refusal], Callable[[Decision, Decision], Sent], timedelta],
) -> None:
    refusal, sent, later = case
    experiment, other = make_learner(), make_learner()
    mine, theirs = decided(experiment), decided(other)
    with pytest.raises(refusal):
        reward(experiment, sent(mine, theirs), now=NOON + later)

    assert not Reward.objects.exists()
    assert fold_all(now=NOON) == 0


def test_of_many_rewards_all_are_taken_or_none_and_each_that_cannot_be_is_named() -> None:
    experiment = make_learner()
    first, second = decided(experiment), decided(experiment)
    with pytest.raises(Invalid) as refused:
        reward_many(experiment, [Sent(first.uuid, True), Sent(second.uuid, 7)], now=NOON)

    assert [error["path"] for error in refused.value.errors] == ["rewards[1]"]
    assert not Reward.objects.exists()
    assert reward_many(experiment, [Sent(first.uuid, True), Sent(second.uuid, 0)], now=NOON) == 2


def test_an_archived_experiment_takes_no_reward() -> None:
    experiment = make_learner()
    decision = decided(experiment)
    experiment.status = Status.ARCHIVED
    with pytest.raises(Frozen):
        reward(experiment, Sent(decision.uuid, True), now=NOON)

    assert not Reward.objects.exists()


def test_a_reward_that_did_not_come_counts_as_the_default_once_and_then_it_is_too_late() -> None:
    experiment = make_learner(default_reward=0)
    missing, rewarded = decided(experiment), decided(experiment)
    reward(experiment, Sent(rewarded.uuid, True), now=NOON)

    assert fold(experiment, now=NOON) == 1
    assert fold_all(now=LATE) == 1
    assert fold_all(now=LATE + timedelta(hours=1)) == 0
    with pytest.raises(TooLate):
        reward(experiment, Sent(missing.uuid, False), now=NOON)
    assert learnt(experiment).folded == 2
    assert Reward.objects.get(decision=missing).is_default


def test_without_a_default_a_missing_reward_counts_nothing() -> None:
    experiment = make_learner()
    decided(experiment)

    assert fold(experiment, now=LATE) == 0
    assert learnt(experiment).folded == 0


def test_a_policy_for_bounded_rewards_takes_the_range_of_the_measure() -> None:
    measures: Json = [{"name": "stars", "kind": "number", "role": "primary", "low": 1, "high": 5}]
    experiment = make_learner(measures=measures)
    decision = decided(experiment)
    with pytest.raises(BadValue, match="between 1 and 5"):
        reward(experiment, Sent(decision.uuid, 0), now=NOON)

    assert reward(experiment, Sent(decision.uuid, 5), now=NOON)
    assert fold(experiment, now=NOON) == 1


def test_the_periodic_task_sends_every_experiment_with_something_to_fold_to_a_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(tasks.fold_experiment, "apply_async", lambda args, **_: sent.append(args[0]))
    quiet, busy, with_default = make_learner(), make_learner(), make_learner(default_reward=0)
    decided(quiet)
    reward(busy, Sent(decided(busy).uuid, True), now=NOON)
    tasks.fold_rewards()

    assert sent == [busy.pk, with_default.pk]
    assert tasks.fold_experiment(busy.pk) == 1
    assert tasks.fold_experiment(busy.pk) == tasks.fold_experiment(0) == 0


def test_another_policy_starts_from_nothing_and_the_same_one_keeps_what_was_learnt() -> None:
    experiment = make_learner(status=Status.REHEARSAL)  # while it runs, another one comes in by a switch
    reward(experiment, Sent(decided(experiment).uuid, True), now=NOON)
    fold(experiment, now=NOON)
    experiment = republished(experiment, target=200)
    decide(experiment, Asked(), now=LATE)
    assert learnt(experiment).folded == 1

    experiment = republished(experiment, allocation={"policy": "thompson_bernoulli", "floor": 0.1})
    decide(experiment, Asked(), now=LATE + timedelta(minutes=1))
    assert learnt(experiment).folded == 0
    assert list(PolicyState.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def republished(experiment: Experiment, **columns: Json) -> Experiment:
    Experiment.objects.filter(pk=experiment.pk).update(**columns)
    publish_version(Experiment.objects.get(pk=experiment.pk))
    return Experiment.objects.get(pk=experiment.pk)


def test_the_default_in_force_is_given_whatever_is_edited_and_not_published() -> None:
    experiment = make_learner(default_reward=0)
    decided(experiment)
    Experiment.objects.filter(pk=experiment.pk).update(allocation={"policy": "thompson_bernoulli"})

    assert waiting_to_fold() == [experiment.pk]
    assert fold_all(now=NOON + timedelta(minutes=2)) == 1
    assert Reward.objects.get().is_default
