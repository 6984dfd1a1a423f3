"""Exactly once: whatever runs at the same time, pulls = rewards = what was learnt."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum

from bandits.models import Decision, PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services import folding
from bandits.services.deciding import Asked, decide
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward
from experiments.errors import Conflict
from experiments.models import Experiment
from tests.learners import make_learner
from tests.studies import NOON

DECISIONS = 25


def at_once(work: Sequence[Callable[[], int]]) -> list[int]:
    """Each in a thread with a connection of its own."""

    def run(task: Callable[[], int]) -> int:
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def learnt(experiment: Experiment) -> State:
    row = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    assert row is not None
    return State.parse(dict(row.statistics))  # type: ignore[arg-type]  # an object


def visits(experiment: Experiment, n: int) -> int:
    """Decide and reward, some twice, moving time on so that states are read anew."""
    new = 0
    for step in range(n):
        now = NOON + timedelta(seconds=3 * step)
        decision, _ = decide(experiment, Asked(), now=now)
        new += reward(experiment, Sent(decision.uuid, step % 3 == 0), now=now)
        new += reward(experiment, Sent(decision.uuid, step % 3 == 0), now=now)
    return new


def folds(experiment: Experiment, until: int) -> int:
    total = 0
    for _ in range(2000):
        total += fold(experiment, now=NOON)
        if Reward.objects.count() >= until and not Reward.objects.unfolded().exists():
            return total
    return total


@pytest.mark.django_db(transaction=True)
def test_with_eight_programs_and_three_folders_pulls_and_rewards_and_what_was_learnt_are_one_number() -> None:
    experiment = make_learner()
    decide(experiment, Asked(), now=NOON)  # never rewarded
    whole = 8 * DECISIONS
    done = at_once([*[lambda: visits(experiment, DECISIONS)] * 8, *[lambda: folds(experiment, whole)] * 3])

    assert sum(done[:8]) == sum(done[8:]) == Reward.objects.count() == whole
    assert Decision.objects.count() == whole + 1
    state = learnt(experiment)
    assert state.folded == sum(sums.n for sums in state.arms.values()) == whole
    assert sum(float(sums.total) for sums in state.arms.values()) == Reward.objects.aggregate(s=Sum("value"))["s"]
    numbers = list(PolicyState.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    for row in PolicyState.objects.all():
        assert row.folded == Reward.objects.filter(folded_in=row.number).count()


@pytest.mark.django_db(transaction=True)
def test_the_same_reward_sent_eight_times_at_once_counts_once() -> None:
    experiment = make_learner()
    decision, _ = decide(experiment, Asked(), now=NOON)
    done = at_once([lambda: int(reward(experiment, Sent(decision.uuid, True), now=NOON))] * 8)
    fold(experiment, now=NOON)

    assert sum(done) == 1
    assert learnt(experiment).of(decision.arm.name).n == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_different_rewards_at_once_one_is_taken() -> None:
    measures = [{"name": "stars", "kind": "number", "role": "primary", "low": 0, "high": 8}]
    experiment = make_learner(measures=measures)  # type: ignore[arg-type]  # JSON
    decision, _ = decide(experiment, Asked(), now=NOON)
    values = itertools.count()

    def send() -> int:
        try:
            return int(reward(experiment, Sent(decision.uuid, next(values)), now=NOON))
        except Conflict:
            return 0

    assert sum(at_once([send] * 8)) == Reward.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_asked_eight_times_at_once_is_one_decision() -> None:
    experiment = make_learner()
    done = at_once([lambda: decide(experiment, Asked("device-18"), now=NOON)[0].arm_id] * 8)

    assert len(set(done)) == Decision.objects.count() == PolicyState.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_folder_killed_before_its_end_has_marked_and_learnt_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = make_learner()
    visits(experiment, 5)

    class Killed(BaseException):
        """As a process that is no more."""

    def stop(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(PolicyState.objects, "create", stop)
    with pytest.raises(Killed):
        fold(experiment, now=NOON)
    monkeypatch.undo()

    assert Reward.objects.unfolded().count() == 5
    assert learnt(experiment).folded == 0
    assert fold(experiment, now=NOON) == 5
    assert learnt(experiment).folded == 5


@pytest.mark.django_db
def test_batches_fold_everything_and_to_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parts = make_learner(), make_learner()
    for experiment in (whole, parts):
        for step in range(12):
            decision, _ = decide(experiment, Asked(), now=NOON)
            Decision.objects.filter(pk=decision.pk).update(arm=experiment.arms.order_by("name")[step % 2])
            reward(experiment, Sent(decision.uuid, step % 3 == 0), now=NOON)
    fold(whole, now=NOON)
    monkeypatch.setattr(folding, "BATCH", 5)

    assert fold(parts, now=NOON) == 12
    assert PolicyState.objects.filter(experiment=parts).count() == 4
    assert learnt(whole).to_json() == learnt(parts).to_json()
