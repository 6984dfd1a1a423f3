"""What the panel shows is added up: every decision and reward once, whatever was going on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.statistics.adaptive_allocation import ArmEvidence
from bandits.models import Decision, LearningSummary, PolicyState, Reward
from bandits.services.deciding import Asked, decide_many
from bandits.services.excluding import exclude_decisions, include_decisions
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from bandits.services.settling import level_of
from bandits.services.summaries import summarise, waiting_for_sums
from bandits.services.thinning import thin
from bandits.summary import OTHER, VERSION, WIDTHS, Segment, Summary, delay_quantile, with_decisions, with_segments
from experiments.models import Arm, Experiment, Status
from experiments.services.snapshot import frozen_definition_of
from experiments.services.versions import publish_definition
from experiments.types import Json
from tests.learners import make_learner

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.get_current_timezone())


@pytest.fixture
def learner() -> Experiment:
    return make_learner(default_reward=0)


def visit(experiment: Experiment, n: int, *, now: datetime, **context: str) -> list[Decision]:
    return [one for one, _ in decide_many(experiment, [Asked(context=context)] * n, now=now)]


def reward(experiment: Experiment, decisions: list[Decision], value: int, *, now: datetime) -> None:
    reward_many(experiment, [Sent(one.uuid, value) for one in decisions], now=now)


def summary_of(experiment: Experiment) -> Summary:
    return Summary.parse(LearningSummary.objects.get(experiment=experiment, is_rehearsal=False).content)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_each_decision_and_reward_is_counted_once(learner: Experiment) -> None:
    first = visit(learner, 30, now=at(0), page="menu")
    summarise(learner, now=at(1))
    reward(learner, first[:10], 1, now=at(4))
    visit(learner, 20, now=at(90), page="door")
    fold(learner, now=at(95))
    assert summarise(learner, now=at(96))
    assert not summarise(learner, now=at(97))

    found = summary_of(learner)

    assert (found.decisions, found.sent, found.defaulted) == (50, 10, 20)
    assert sum(found.by_arm().values()) == 50
    assert [sum(counts.values()) for counts in found.buckets.values()] == [30, 20]
    assert {value: sum(one.decisions for one in arms.values()) for value, arms in found.segments["page"].items()} == {
        "menu": 30,
        "door": 20,
    }
    assert delay_quantile(found.delays, 0.5) == 5.0


def test_the_arms_are_known_by_what_is_settled(learner: Experiment) -> None:
    decisions = visit(learner, 40, now=at(0), page="menu")
    reward(learner, decisions[:8], 1, now=at(5))
    reward(learner, decisions[30:], 1, now=at(5))
    fold(learner, now=at(6))
    summarise(learner, now=at(7))
    early = summary_of(learner).settled
    assert early.n == 8  # the ninth may still be rewarded: those behind it wait, though their rewards came quickly

    fold(learner, now=at(100))
    summarise(learner, now=at(100))
    late = summary_of(learner)

    assert (late.settled.n, late.settled.missing) == (40, 0)
    own = [ArmEvidence.parse(dict(kept)) for kept in late.settled.own.values()]
    assert (sum(one.n for one in own), sum(one.rewards for one in own)) == (40, 18)
    weighted = [ArmEvidence.parse(dict(kept)) for kept in late.settled.weighted.values()]
    assert [one.n for one in weighted] == [40, 40]
    assert sum(one.total for one in late.segments["page"]["menu"].values()) == 18


def test_without_a_default_what_never_came_is_left_out() -> None:
    learner = make_learner()
    decisions = visit(learner, 10, now=at(0))
    reward(learner, decisions[:4], 1, now=at(5))
    fold(learner, now=at(6))

    summarise(learner, now=at(200))

    settled = summary_of(learner).settled
    assert (settled.n, settled.missing) == (10, 6)
    assert sum(ArmEvidence.parse(dict(kept)).n for kept in settled.own.values()) == 4


def test_an_excluded_decision_says_nothing_of_the_arms(learner: Experiment) -> None:
    decisions = visit(learner, 10, now=at(0))
    Decision.objects.filter(pk__in=[one.pk for one in decisions[:3]]).update(excluded="bot")
    reward(learner, decisions[3:], 1, now=at(5))
    fold(learner, now=at(6))

    summarise(learner, now=at(7))

    settled = summary_of(learner).settled
    assert (settled.n, settled.excluded) == (10, 3)
    assert sum(ArmEvidence.parse(dict(kept)).n for kept in settled.own.values()) == 7


def test_an_arm_that_had_no_chance_is_not_judged_by_those_decisions() -> None:
    learner = make_learner(policy="ucb1", default_reward=0)
    decisions = visit(learner, 20, now=at(0))
    reward(learner, decisions, 1, now=at(5))
    fold(learner, now=at(6))
    PolicyState.objects.filter(experiment=learner)
    again = visit(learner, 20, now=at(10))
    reward(learner, again, 0, now=at(11))
    fold(learner, now=at(12))

    summarise(learner, now=at(13))

    weighted = summary_of(learner).settled.weighted
    counted = {Arm.objects.get(pk=arm).name: ArmEvidence.parse(dict(kept)) for arm, kept in weighted.items()}
    certain = Decision.objects.filter(experiment=learner, propensity=1)
    for name, evidence in counted.items():
        open_to_it = Decision.objects.filter(experiment=learner).exclude(pk__in=certain.exclude(arm__name=name))
        assert evidence.n == open_to_it.count()


def test_an_arm_that_is_added_has_a_share_of_the_level_that_nobody_else_has() -> None:
    shares = [level_of(arm, ["1", "2", "3"], [1, 2, 3]) for arm in (1, 2, 3)]
    known = ["1", "2", "3"]
    for arm in range(4, 40):
        shares.append(level_of(arm, known, [1, 2, 3]))
        known.append(str(arm))

    assert sum(shares) <= 0.05
    assert min(shares) > 0


def test_rewards_under_a_policy_that_looks_at_units_are_no_fair_sample_afterwards_either() -> None:
    learner = make_learner(policy="linear_thompson", dimension=1, floor=0.1)
    asked = [Asked(context={"features": [1.0]})] * 10
    looked = [one for one, _ in decide_many(learner, asked, now=at(0))]
    reward(learner, looked, 1, now=at(1))
    fold(learner, now=at(2))
    allocation: Json = {"policy": "thompson_bernoulli", "reward_window_seconds": 60}
    publish_definition(learner, {**frozen_definition_of(learner), "allocation": allocation})
    learner = Experiment.objects.get(pk=learner.pk)
    blind = visit(learner, 10, now=at(10))
    reward(learner, blind, 1, now=at(11))
    fold(learner, now=at(12))

    summarise(learner, now=at(13))

    settled = summary_of(learner).settled
    assert settled.n == 20
    assert sum(ArmEvidence.parse(dict(kept)).n for kept in settled.own.values()) == 10


@pytest.mark.parametrize("policy", ["thompson_bernoulli", "ucb1"])
def test_old_states_that_were_thinned_are_not_learnt_again(policy: str) -> None:
    learner = make_learner(policy=policy, default_reward=0)
    for second in (0, 10, 20, 30):
        reward(learner, visit(learner, 5, now=at(second)), 1, now=at(second))
        fold(learner, now=at(second + 1))
    thinned = thin(learner, now=at(3 * 86_400)).thinned
    assert thinned >= 2

    with CaptureQueriesContext(connection) as queries:
        summarise(learner, now=at(3 * 86_400))

    settled = summary_of(learner).settled
    assert settled.n == sum(ArmEvidence.parse(dict(kept)).n for kept in settled.own.values()) == 20
    counted = max(ArmEvidence.parse(dict(kept)).n for kept in settled.weighted.values())
    assert (counted == 20) is (policy == "thompson_bernoulli")  # the other promises no arm a chance
    assert not [one for one in queries if '"bandits_reward"."id" >=' in one["sql"]]


def test_idle_experiments_are_not_looked_at_and_others_are(learner: Experiment) -> None:
    idle, asked = make_learner(default_reward=0), learner
    reward(idle, visit(idle, 5, now=at(0)), 1, now=at(1))
    fold(idle, now=at(2))
    summarise(idle, now=at(3))
    visit(asked, 1, now=at(3))

    assert waiting_for_sums() == [asked.pk]
    summarise(asked, now=at(4))
    assert waiting_for_sums() == [asked.pk]  # its reward may still come
    fold(asked, now=at(100))
    summarise(asked, now=at(100))
    assert waiting_for_sums() == []


def settled_learner(learner: Experiment) -> list[Decision]:
    decisions = visit(learner, 10, now=at(0), page="menu")
    reward(learner, decisions, 1, now=at(5))
    fold(learner, now=at(6))
    summarise(learner, now=at(7))
    assert waiting_for_sums() == []
    return decisions


@pytest.mark.parametrize("status", [Status.RUNNING, Status.ARCHIVED])
def test_sums_of_an_earlier_version_are_counted_anew_although_nothing_came(learner: Experiment, status: str) -> None:
    settled_learner(learner)
    row = LearningSummary.objects.get(experiment=learner, is_rehearsal=False)
    LearningSummary.objects.update(content={**dict(row.content), "version": VERSION - 1})  # type: ignore[arg-type]
    Experiment.objects.update(status=status)

    assert waiting_for_sums() == [learner.pk]
    summarise(learner, now=at(8))

    assert (summary_of(learner).decisions, summary_of(learner).settled.n) == (10, 10)
    assert waiting_for_sums() == []


def test_the_sums_of_a_rehearsal_without_decisions_do_not_wait_for_ever(learner: Experiment) -> None:
    settled_learner(learner)
    LearningSummary.objects.create(experiment=learner, is_rehearsal=True, content={"version": 1}, at=at(7))
    state = PolicyState.objects.get(experiment=learner, number=1)
    state.pk, state.is_rehearsal = None, True
    state.save(force_insert=True)

    assert waiting_for_sums() == [learner.pk]
    summarise(learner, now=at(8))

    assert waiting_for_sums() == []


def test_what_is_excluded_taken_back_and_excluded_again_is_recounted_each_time(learner: Experiment) -> None:
    uuids = [one.uuid for one in settled_learner(learner)]
    before = summary_of(learner)

    for step in range(3):
        now = at(10 * step + 20)
        change = include_decisions if step == 1 else partial(exclude_decisions, because="bot")
        change(learner, uuids[:3], now=now)
        assert waiting_for_sums() == [learner.pk]
        fold(learner, now=now)
        summarise(learner, now=now)
        found = summary_of(learner)
        assert (found.decisions, found.settled.n, found.settled.excluded) == (10, 10, 0 if step == 1 else 3)
        assert waiting_for_sums() == []
        if step == 1:
            assert (found.segments, found.chances, found.sent) == (before.segments, before.chances, before.sent)
            assert sorted(ArmEvidence.parse(dict(kept)).n for kept in found.settled.own.values()) == sorted(
                ArmEvidence.parse(dict(kept)).n for kept in before.settled.own.values()
            )


def test_decisions_without_rewards_are_recounted_too(learner: Experiment) -> None:
    learner = make_learner()
    uuids = [one.uuid for one in visit(learner, 4, now=at(0))]
    summarise(learner, now=at(3_600))
    assert summary_of(learner).settled.missing == 4

    exclude_decisions(learner, uuids, because="bot", now=at(3_601))  # nothing to recall, so no state is rebuilt
    summarise(learner, now=at(3_602))
    assert (summary_of(learner).settled.missing, summary_of(learner).settled.excluded) == (0, 4)

    include_decisions(learner, uuids, now=at(3_603))
    summarise(learner, now=at(3_604))
    assert (summary_of(learner).settled.missing, summary_of(learner).settled.excluded) == (4, 0)


@pytest.mark.django_db(transaction=True)
def test_what_is_excluded_while_a_step_counts_is_not_missed(learner: Experiment) -> None:
    uuids = [one.uuid for one in settled_learner(learner)]

    def exclude() -> None:
        exclude_decisions(learner, uuids[:3], because="bot", now=at(8))
        close_old_connections()
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            summarise(learner, now=at(8))  # holds the lock of those who count until this ends
            excluding = pool.submit(exclude)
            assert wait([excluding], timeout=0.3).not_done
        excluding.result(timeout=10)

    assert waiting_for_sums() == [learner.pk]


def test_rehearsal_and_real_have_sums_of_their_own() -> None:
    learner = make_learner(status="rehearsal")
    visit(learner, 5, now=at(0))

    summarise(learner, now=at(1))

    assert LearningSummary.objects.get(experiment=learner, is_rehearsal=True).content["decisions"] == 5  # type: ignore[index, call-overload]
    assert not LearningSummary.objects.filter(experiment=learner, is_rehearsal=False).exists()


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_commits_late_under_a_lower_id_is_counted_too() -> None:
    """The reader waits for whoever was writing when it looked; ids above wait with it."""
    learner = make_learner(default_reward=0)
    visit(learner, 1, now=at(0))
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            visit(learner, 1, now=at(1))
            written.set()
            may_commit.wait(10)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    try:
        assert written.wait(10)
        visit(learner, 3, now=at(2))
        summarise(learner, now=at(3))
        assert summary_of(learner).decisions == 0
        may_commit.set()
    finally:
        may_commit.set()
        writer.join()
    summarise(learner, now=at(4))
    summarise(learner, now=at(5))

    assert summary_of(learner).decisions == Decision.objects.count() == 5
    close_old_connections()


@pytest.mark.django_db(transaction=True)
def test_while_many_decide_and_several_add_up_nothing_is_lost_or_doubled() -> None:
    learner = make_learner(default_reward=0)
    done = threading.Event()

    def decides(worker: int) -> int:
        for turn in range(12):
            visit(learner, 5, now=at(worker + turn))
        return 60

    def adds_up(_: int) -> int:
        while not done.is_set():
            summarise(learner, now=at(30))
        return 0

    def closing(work: Callable[[int], int], number: int) -> int:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        adding = [pool.submit(closing, adds_up, number) for number in range(2)]
        deciding = [pool.submit(closing, decides, number) for number in range(4)]
        total = sum(one.result() for one in deciding)
        done.set()
        assert [one.result() for one in adding] == [0, 0]
    summarise(learner, now=at(40))
    summarise(learner, now=at(41))

    found = summary_of(learner)
    assert found.decisions == Decision.objects.count() == total == 240
    stored = Counter(str(arm) for arm in Decision.objects.values_list("arm", flat=True))
    assert found.by_arm() == dict(stored)
    assert sum(sum(counts.values()) for counts in found.buckets.values()) == 240


def test_a_summary_of_another_time_is_counted_anew(learner: Experiment) -> None:
    visit(learner, 4, now=at(0))
    summarise(learner, now=at(1))
    LearningSummary.objects.update(content={"version": 0})

    summarise(learner, now=at(2))

    assert summary_of(learner).decisions == 4


def test_written_and_read_it_is_the_same(learner: Experiment) -> None:
    reward(learner, visit(learner, 6, now=at(0), page="menu"), 1, now=at(3))
    fold(learner, now=at(4))
    summarise(learner, now=at(5))

    found = summary_of(learner)

    assert Summary.parse(found.to_json()) == found
    assert found.settled.n == 6


def test_months_of_minutes_are_joined_and_lose_nothing() -> None:
    summary = Summary()
    for day in range(120):
        summary = with_decisions(
            summary, [(60 * (1440 * day + minute), 1 + minute % 2, 19, 3) for minute in range(0, 1440, 30)]
        )

    assert summary.width in WIDTHS
    assert len(summary.buckets) <= 200
    assert sum(sum(counts.values()) for counts in summary.buckets.values()) == summary.decisions == 120 * 48 * 3
    assert all(begin % summary.width == 0 for begin in summary.buckets)


def test_a_context_key_with_a_value_for_everybody_stays_small() -> None:
    found = [("visitor", str(n), 1, Segment(decisions=1)) for n in range(5_000)]

    segments = with_segments({}, found)

    assert len(segments["visitor"]) == 21
    assert segments["visitor"][OTHER]["1"].decisions == 4_980


def test_counting_costs_no_more_when_much_is_there(learner: Experiment, django_assert_max_num_queries: object) -> None:
    reward(learner, visit(learner, 5, now=at(0)), 1, now=at(1))
    fold(learner, now=at(2))
    summarise(learner, now=at(3))
    visit(learner, 5, now=at(4))
    with CaptureQueriesContext(connection) as few:
        summarise(learner, now=at(5))
    for second in range(6, 12):
        reward(learner, visit(learner, 300, now=at(second)), 1, now=at(second))
    fold(learner, now=at(13))
    summarise(learner, now=at(13))
    visit(learner, 5, now=at(14))
    with CaptureQueriesContext(connection) as many:
        summarise(learner, now=at(15))

    assert len(many) == len(few)
    assert Reward.objects.filter(decision__experiment=F("experiment")).count() == 1_805
