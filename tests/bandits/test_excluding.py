"""Bots and failed responses are left out of what is learnt, also when it was learnt before somebody noticed."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bandits.models import Decision, PolicyState, Reward
from bandits.policies.adaptive import State
from bandits.services.deciding import Asked, decide_many
from bandits.services.excluding import exclude_decisions, include_decisions
from bandits.services.folding import fold, fold_all, waiting_to_fold
from bandits.services.refolding import refold
from bandits.services.rewarding import Sent, reward_many
from experiments.definition import canonical_json
from experiments.errors import BadValue, Frozen, Unknown
from experiments.models import Event, Experiment, Status
from experiments.types import Json
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db

LATE = NOON + timedelta(minutes=5)


def visits(experiment: Experiment, n: int, *, now: int = 0) -> list[Decision]:
    """Decided, rewarded and folded, a few seconds after the others."""
    at = NOON + timedelta(seconds=now)
    rows = [row for row, _ in decide_many(experiment, [Asked() for _ in range(n)], now=at)]
    reward_many(experiment, [Sent(row.uuid, step % 3 == 0) for step, row in enumerate(rows)], now=at)
    fold(experiment, now=at)
    return rows


def newest(experiment: Experiment) -> PolicyState:
    row = PolicyState.objects.of(experiment, is_rehearsal=False).newest()
    assert row is not None
    return row


def learnt(experiment: Experiment) -> State:
    return State.parse(dict(newest(experiment).statistics))  # type: ignore[arg-type]  # an object


def test_a_bot_s_reward_is_not_learnt_and_no_default_is_taken_for_it() -> None:
    experiment = make_learner(default_reward=0)
    rows = [row for row, _ in decide_many(experiment, [Asked()] * 3, now=NOON)]
    reward_many(experiment, [Sent(rows[0].uuid, True), Sent(rows[1].uuid, True)], now=NOON)

    assert exclude_decisions(experiment, [rows[0].uuid, rows[2].uuid], because="bot", now=NOON).changed == 2
    fold_all(now=LATE)
    assert learnt(experiment).folded == 1
    assert Reward.objects.get(decision=rows[0]).folded_in == 0
    assert not Reward.objects.filter(decision=rows[2]).exists()
    assert Event.objects.get(kind="decisions.excluded").payload == {"decisions": 2, "because": "bot", "recalled": 0}


@pytest.mark.parametrize(
    "allocation",
    [
        {"policy": "thompson_bernoulli"},
        {"policy": "ucb1", "discount": 0.99},
        {"policy": "exp3_s"},
        {"policy": "successive_rejects"},
        {"policy": "thompson_bernoulli", "cohort": 7},
        {"policy": "thompson_bernoulli", "window": 9},
    ],
)
def test_what_was_learnt_from_a_bot_is_unlearnt_as_if_it_had_never_come(allocation: dict[str, Json]) -> None:
    experiment, without = (make_learner(**allocation) for _ in range(2))  # type: ignore[arg-type]  # by name
    for step in range(3):
        rows = visits(experiment, 10, now=10 * step)
        same = [Decision(**_columns(row, without)) for row in rows if step != 1 or row != rows[4]]
        Decision.objects.bulk_create(same)
        for row, copy in zip([row for row in rows if step != 1 or row != rows[4]], same, strict=True):
            Reward.objects.create(
                decision=copy, experiment=without, value=Reward.objects.get(decision=row).value, at=NOON
            )
        fold(without, now=NOON)
        if step == 1:
            bot = rows[4]
    told = exclude_decisions(experiment, [bot.uuid], because="bot", now=NOON)

    assert (told.changed, told.recalled) == (1, 1)
    assert waiting_to_fold() == [experiment.pk]
    assert learnt(experiment).folded in (30, 28)
    fold_all(now=NOON)
    assert waiting_to_fold() == []
    assert canonical_json(newest(experiment).statistics) == canonical_json(newest(without).statistics)
    assert newest(experiment).is_rebuilt
    assert Reward.objects.get(decision=bot).folded_in == 0


def _columns(row: Decision, experiment: Experiment) -> dict[str, object]:
    arm = experiment.arms.get(name=row.arm.name)
    keep = ("propensity", "context", "policy_version", "decided_at", "due", "among")
    return {"experiment": experiment, "arm": arm, **{name: getattr(row, name) for name in keep}}


@pytest.mark.parametrize("policy", ["thompson_bernoulli", "exp3", "moss", "sequential_halving"])
def test_with_nothing_excluded_the_log_gives_the_same_state_byte_for_byte(policy: str) -> None:
    experiment = make_learner(policy=policy)
    for step in range(4):
        visits(experiment, 12, now=10 * step)
    before = newest(experiment)
    after = refold(experiment, is_rehearsal=False, now=LATE)

    assert after.number == before.number + 1
    assert json.dumps(after.statistics, sort_keys=True) == json.dumps(before.statistics, sort_keys=True)
    assert refold(experiment, is_rehearsal=False, now=LATE).statistics == before.statistics


def test_an_exclusion_taken_back_is_learnt_again() -> None:
    experiment = make_learner()
    rows = visits(experiment, 10)
    exclude_decisions(experiment, [rows[0].uuid], because="bot", now=NOON)
    assert include_decisions(experiment, [rows[0].uuid], now=NOON).recalled == 1
    assert fold_all(now=NOON) == 0

    exclude_decisions(experiment, [rows[0].uuid], because="bot", now=NOON)
    fold_all(now=NOON)
    assert learnt(experiment).folded == 9
    include_decisions(experiment, [rows[0].uuid], now=NOON)
    assert fold_all(now=NOON) == 1
    assert learnt(experiment).folded == 10


def test_excluding_twice_is_as_good_as_once_and_what_cannot_be_changes_nothing() -> None:
    experiment, other = make_learner(), make_learner()
    (mine,), (foreign,) = visits(experiment, 1), visits(other, 1)

    assert exclude_decisions(experiment, [mine.uuid], because="bot", now=NOON).changed == 1
    assert exclude_decisions(experiment, [mine.uuid], because="spam", now=NOON).changed == 0
    with pytest.raises(Unknown):
        exclude_decisions(other, [foreign.uuid, mine.uuid], because="bot", now=NOON)
    with pytest.raises(Unknown):
        exclude_decisions(other, [uuid.uuid4()], because="bot", now=NOON)
    with pytest.raises(BadValue):
        exclude_decisions(other, [foreign.uuid], because=" ", now=NOON)
    other.status = Status.ARCHIVED
    with pytest.raises(Frozen):
        exclude_decisions(other, [foreign.uuid], because="bot", now=NOON)
    assert not Decision.objects.filter(experiment=other).exclude(excluded="").exists()


def test_the_command_says_whether_the_log_gives_the_state_and_writes_the_next_one() -> None:
    experiment = make_learner()
    rows = visits(experiment, 10)

    def run(*options: str) -> str:
        told = StringIO()
        call_command("refold_policy", experiment.slug, *options, stdout=told)
        return told.getvalue()

    assert run("--check") == "state 2: the log gives the same (10 rewards)\n"
    exclude_decisions(experiment, [rows[0].uuid], because="bot", now=NOON)
    with pytest.raises(SystemExit):
        run("--check")
    assert run() == "state 3: folded from 9 rewards; it says something else than the one before\n"
    assert json.loads(run("--json", "--check")) == {"rewards": 9, "state": 3, "identical": True}
    with pytest.raises(CommandError, match="no experiment"):
        call_command("refold_policy", "nothing")
