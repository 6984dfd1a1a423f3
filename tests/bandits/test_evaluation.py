"""What another policy would have earned on an experiment's own decisions and rewards."""

from datetime import timedelta

import pytest

from bandits.errors import NothingLogged, Unsupported
from bandits.evaluation.answering import answer
from bandits.evaluation.question import Question
from bandits.models import Decision, PolicyState, Reward
from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.halting import halt_policy
from bandits.services.rewarding import Sent, reward_many
from bandits.services.states import STALE
from experiments.chance import Stream
from experiments.errors import BadValue, Conflict, Unknown
from experiments.models import Experiment
from experiments.types import Json, JsonObject
from tests.factories import make_experiment, make_session
from tests.learners import make_learner
from tests.participants.test_learning import adaptive
from tests.studies import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
RATES = {"plain": 0.3, "vivid": 0.6}


def log_of(
    experiment: Experiment, *, rounds: int = 10, each: int = 40, rates: dict[str, float] = RATES, **say: Json
) -> None:
    """Decisions and rewards at these rates, folded after every round; two pages take turns."""
    chance = Stream(7, experiment.slug)
    for number in range(rounds):
        at = NOON + number * 2 * STALE
        asked = [Asked(context={"page": "menu" if one % 2 else "home", **say}) for one in range(each)]
        made = [decision for decision, _ in decide_many(experiment, asked, now=at)]
        values = [float(chance.uniform() < rates[one.arm.name]) for one in made]
        reward_many(experiment, [Sent(one.uuid, value) for one, value in zip(made, values, strict=True)], now=at)
        fold(experiment, now=at)


def ask(experiment: Experiment, policy: JsonObject, **say: object):  # type: ignore[no-untyped-def]  # say: any of Question's
    now = say.pop("now", LATER)
    return answer(experiment, Question(policy, **say), now=now)  # type: ignore[arg-type]


def test_one_arm_for_everybody_would_have_earned_what_that_arm_earns() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    found = {arm: ask(experiment, {"policy": "always", "arm": arm}).whole for arm in RATES}

    for arm, rate in RATES.items():
        best = found[arm].best
        assert best.kind == "finite_sample"
        assert best.lower is not None
        assert best.upper is not None
        assert best.lower < rate < best.upper
        assert abs(best.estimate - rate) < 0.3  # four standard errors of the arm that is seldom played
        assert found[arm].n == 400


def test_shares_lie_between_their_arms_and_the_gain_is_over_what_was_earned() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)
    earned = Reward.objects.filter(value=1).count() / 400

    found = ask(experiment, {"policy": "shares", "shares": {"plain": 1, "vivid": 3}})

    assert found.described.title == "25% plain, 75% vivid"
    assert found.whole.logged.estimate == pytest.approx(earned)
    assert found.whole.gain_ips.estimate == pytest.approx(found.whole.ips.estimate - earned)
    assert [one.target for one in found.whole.arms] == pytest.approx([0.25, 0.75])


def test_the_running_policy_asked_to_learn_along_its_own_log_earns_about_what_was_earned() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    found = ask(experiment, {"policy": "thompson_bernoulli", "floor": 0.1})

    assert found.described.learning == "along"
    assert found.whole.best.estimate == pytest.approx(found.whole.logged.estimate, abs=0.06)
    assert found.whole.effective_sample_size > 340


@pytest.mark.parametrize("learning", ["frozen", "along", "replay"])
@pytest.mark.parametrize("policy", ["thompson_bernoulli", "epsilon_greedy", "ucb1", "exp3"])
def test_any_adaptive_policy_can_be_asked_about_however_it_learns(policy: str, learning: str) -> None:
    experiment = make_learner(floor=0.2)
    log_of(experiment)

    found = ask(experiment, {"policy": policy}, learning=learning)

    assert found.whole.best.lower is not None
    assert found.whole.best.upper is not None
    assert found.whole.best.lower < 0.62
    assert found.whole.best.upper > 0.3
    assert (found.replay is not None) == (learning == "replay")
    if found.replay:
        assert 0 < found.replayed < 400
        assert found.replay.lower is not None
        assert found.replay.lower <= found.replay.estimate


def test_what_is_asked_twice_is_answered_the_same() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    one, other = (ask(experiment, {"policy": "ucb1"}, learning="replay").to_json() for _ in range(2))

    assert one | {"seconds": 0} == other | {"seconds": 0}


def test_a_stored_state_is_judged_as_it_was_and_a_warning_says_what_it_had_seen() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)
    number = PolicyState.objects.filter(experiment=experiment).count()

    whole = ask(experiment, {"state": number})
    made = PolicyState.objects.get(experiment=experiment, number=6).created_at
    after = ask(experiment, {"state": 6}, since=made + STALE)

    assert any("learnt from some of the very decisions" in text for text in whole.warnings)
    assert not after.warnings
    assert after.whole.n == 200


def test_another_versions_policy_can_be_asked_about() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    assert ask(experiment, {"version": 1}).described.title == "version 1: thompson_bernoulli"
    with pytest.raises(Unknown, match="no version 9"):
        ask(experiment, {"version": 9})


def test_the_window_begins_and_ends_where_it_is_said_and_what_came_before_is_learnt_from() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    late = {"since": NOON + 10 * STALE, "until": NOON + 16 * STALE}
    frozen = ask(experiment, {"policy": "epsilon_greedy", "epsilon": 0.1}, learning="frozen", **late)

    assert frozen.whole.n == 120
    assert max(one.target for one in frozen.whole.arms) == pytest.approx(0.95)


def test_a_frozen_policy_without_a_window_learns_from_a_third_that_does_not_count() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    found = ask(experiment, {"policy": "epsilon_greedy", "epsilon": 0.1}, learning="frozen")

    assert 260 <= found.whole.n <= 270
    assert any("first third" in text for text in found.notes)


def test_segments_are_answered_apart_and_add_up() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    found = ask(experiment, {"policy": "always", "arm": "vivid"}, by="page")

    assert [(one.name, one.decisions) for one in found.segments] == [("home", 200), ("menu", 200)]
    estimates = [one.evaluation.ips.estimate for one in found.segments if one.evaluation]
    assert found.whole.ips.estimate == pytest.approx(sum(estimates) / 2)


def test_open_excluded_halted_and_unrewarded_decisions_are_left_out_and_counted() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment, rounds=2)
    decide_many(experiment, [Asked() for _ in range(3)], now=NOON)
    decide_many(experiment, [Asked() for _ in range(4)], now=LATER)
    Decision.objects.filter(pk__in=Decision.objects.order_by("pk").values("pk")[:2]).update(excluded="bot")
    halt_policy(experiment, to="plain", now=LATER)
    at = LATER + 2 * STALE
    halted = [one for one, _ in decide_many(experiment, [Asked() for _ in range(5)], now=at)]
    reward_many(experiment, [Sent(one.uuid, 1) for one in halted], now=at)

    found = ask(experiment, {"policy": "always", "arm": "plain"}, early=True)

    assert found.left_out.to_json() == {"open": 4, "excluded": 2, "halted": 5, "unrewarded": 3, "foreign": 0}
    assert found.whole.n == 78


def test_a_missing_reward_counts_as_it_was_declared_or_said() -> None:
    experiment = make_learner(floor=0.1)
    made = [one for one, _ in decide_many(experiment, [Asked() for _ in range(100)], now=NOON)]
    reward_many(experiment, [Sent(one.uuid, 1) for one in made[:50]], now=NOON)

    left_out = ask(experiment, {"policy": "simple"})
    as_zero = ask(experiment, {"policy": "simple"}, missing=0.0)

    assert (left_out.whole.n, left_out.whole.logged.estimate) == (50, 1)
    assert any("50% of the decisions have no reward" in text for text in left_out.notes)
    assert (as_zero.whole.n, as_zero.whole.logged.estimate) == (100, pytest.approx(0.5))


def test_a_log_without_a_decision_that_counts_says_why() -> None:
    experiment = make_learner()
    with pytest.raises(NothingLogged, match="no decisions in this window"):
        ask(experiment, {"policy": "ucb1"})
    decide_many(experiment, [Asked()], now=LATER)
    with pytest.raises(NothingLogged, match="may still be rewarded"):
        ask(experiment, {"policy": "ucb1"})


def test_more_decisions_than_somebody_wants_to_wait_for_are_refused() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment, rounds=1)

    with pytest.raises(BadValue, match="40 decisions are too many"):
        answer(experiment, Question({"policy": "ucb1"}), now=LATER, most=39)


def test_a_policy_that_plays_what_the_log_never_could_is_refused_with_the_share_and_the_arms() -> None:
    experiment = make_learner(policy="ucb1")
    log_of(experiment, rounds=12, each=1)

    with pytest.raises(Unsupported, match=r"^In \d+\.\d% of its plays .* “vivid” where the running") as refused:
        ask(experiment, {"policy": "simple"})

    assert "floor" in refused.value.hint


def test_contextual_policies_are_asked_with_the_context_of_each_decision() -> None:
    experiment = make_learner(policy="linear_thompson", dimension=2, floor=0.2)
    log_of(experiment, features=[1.0, 0.5])

    for spec in ({"policy": "linucb", "dimension": 2}, {"policy": "always", "arm": "plain"}):
        found = ask(experiment, spec)  # type: ignore[arg-type]  # a spec is JSON
        assert found.whole.n == 400
        assert found.whole.best.kind == "finite_sample"


def test_a_context_that_the_policy_cannot_look_at_is_refused() -> None:
    experiment = make_learner(floor=0.2)
    log_of(experiment, rounds=1)

    with pytest.raises(BadValue, match=r"context\.features"):
        ask(experiment, {"policy": "linucb", "dimension": 2})


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ({"policy": "best"}, "no policy “best”"),
        ({"policy": "always", "arm": "gone"}, "no arm “gone”"),
        ({"policy": "shares", "shares": {"plain": -1, "vivid": 2}}, "0 or more"),
        ({"policy": "ucb1", "exploration": 3}, "exploration"),
        ({"state": "last"}, "`state` is a number"),
        ({"state": 99}, "no state 99"),
    ],
)
def test_a_policy_that_is_none_is_refused_with_what_there_is(policy: JsonObject, says: str) -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment, rounds=1)

    with pytest.raises((BadValue, Unknown), match=says):
        ask(experiment, policy)


def test_an_experiment_that_does_not_learn_has_no_log() -> None:
    with pytest.raises(Conflict, match="learns nothing"):
        ask(make_experiment(), {"policy": "ucb1"})


def test_asking_writes_nothing() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment, rounds=2)
    before = [list(model.objects.order_by("pk").values()) for model in (Decision, Reward, PolicyState)]

    ask(experiment, {"policy": "ucb1"}, by="page", learning="replay")

    assert before == [list(model.objects.order_by("pk").values()) for model in (Decision, Reward, PolicyState)]


@pytest.mark.parametrize(
    ("policy", "learning"),
    [("ucb1", "replay"), ("kl_moss", "replay"), ("successive_rejects", "replay"), ("exp3", "along")],
)
def test_a_policy_that_counts_pulls_learns_from_its_own_unless_somebody_says_otherwise(
    policy: str, learning: str
) -> None:
    experiment = make_learner(floor=0.2)
    log_of(experiment, rounds=3)

    assert ask(experiment, {"policy": policy}).described.learning == learning
    assert ask(experiment, {"policy": policy}, learning="frozen").described.learning == "frozen"


def test_taught_the_logs_pulls_a_policy_that_counts_them_says_that_it_is_misled() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment)

    along, suited = (ask(experiment, {"policy": "ucb1"}, **say) for say in ({"learning": "along"}, {}))
    drawing = ask(experiment, {"policy": "exp3"}, learning="along")

    assert any("counting pulls" in text for text in along.warnings)
    assert not any("counting pulls" in text for one in (suited, drawing) for text in one.warnings)


def test_replay_keeps_decisions_at_an_even_rate_so_it_agrees_with_the_estimates_beside_it() -> None:
    experiment = make_learner(floor=0.05)
    log_of(experiment, rounds=20, each=100, rates={"plain": 0.2, "vivid": 0.7})

    found = ask(experiment, {"policy": "kl_moss"}, learning="replay")

    assert 60 <= found.replayed <= 140  # 2,000 x 0.05, but for chance
    assert found.replay is not None
    assert found.replay.estimate == pytest.approx(found.whole.best.estimate, abs=0.25)
    assert not any("no floor" in text for text in found.warnings)


def test_without_a_floor_replay_says_that_it_leans_towards_what_was_earned() -> None:
    experiment = make_learner()
    log_of(experiment, rounds=3)

    found = ask(experiment, {"policy": "thompson_bernoulli"}, learning="replay")

    assert any("no floor" in text for text in found.warnings)


def test_arms_with_quotas_are_warned_of() -> None:
    arms: list[Json] = [{"name": "a", "levels": {}, "quota": 40}, {"name": "b", "levels": {}}]
    plain, full = adaptive(floor=0.1), adaptive(floor=0.1, arms=arms)
    for experiment in (plain, full):
        for _ in range(3):
            make_session(experiment, now=NOON)

    warned = [
        any("quotas" in text for text in ask(one, {"policy": "simple"}, now=NOON + timedelta(days=1)).warnings)
        for one in (plain, full)
    ]

    assert warned == [False, True]
