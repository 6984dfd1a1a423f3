"""The learning panel: the same numbers for the page, the API and the command."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandits.models import Decision
from bandits.panel import Panel
from bandits.panel_reads import panel_of
from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from bandits.services.summaries import summarise
from experiments.models import Experiment
from experiments.types import Json
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db
RATES = {"plain": 0.2, "vivid": 0.6}


def live(experiment: Experiment, rounds: int, *, each: int = 40, context: dict[str, Json] | None = None) -> datetime:
    """Visitors of two minutes each round; all rewarded, folded and summed up. The time then."""
    rng = np.random.default_rng(18)
    now = NOON
    for turn in range(rounds):
        now = NOON + timedelta(minutes=2 * turn)
        words = context or {"device": "phone" if turn % 2 else "desk"}
        made = decide_many(experiment, [Asked(context=words)] * each, now=now)
        sent = [Sent(one.uuid, int(rng.random() < RATES[one.arm.name])) for one, _ in made]
        reward_many(experiment, sent, now=now + timedelta(seconds=5))
        fold(experiment, now=now + timedelta(seconds=6))
    summarise(experiment, now=now)
    return now


def seen(experiment: Experiment, now: datetime, **asked: str) -> Panel:
    panel = panel_of(experiment, is_rehearsal=False, now=now, **asked)
    assert panel is not None
    return panel


def test_the_arm_that_earns_more_is_seen_to() -> None:
    learner = make_learner(floor=0.05)
    panel = seen(learner, live(learner, 12))
    plain, vivid = panel.arms

    assert (plain.name, vivid.name, panel.decisions, panel.settled) == ("plain", "vivid", 480, 480)
    assert vivid.share > 0.7
    assert vivid.chance == pytest.approx(0.95, abs=0.01)
    assert vivid.chance_best is not None
    assert vivid.chance_best > 0.99
    assert plain.loss is not None
    assert vivid.loss is not None
    assert vivid.loss < 0.001 < 0.2 < plain.loss
    for arm in panel.arms:
        for found in (arm.own, arm.weighted):
            assert found is not None
            assert (found.low or 0) < RATES[arm.name] < (found.high or 0)
        assert arm.posterior is not None  # a belief: in one run of twenty the rate is outside
        assert (arm.posterior.low or 0) < arm.posterior.value < (arm.posterior.high or 0)
        assert sum(arm.chances) == arm.decisions == Decision.objects.filter(arm__name=arm.name).count()


def test_the_regret_is_between_its_bounds() -> None:
    learner = make_learner()
    panel = seen(learner, live(learner, 12))
    truth = panel.arms[0].decisions * 0.4

    assert panel.regret.best == "vivid"
    assert panel.regret.low <= truth <= (panel.regret.high or 0)


def test_periods_and_segments_add_up_to_all_decisions() -> None:
    learner = make_learner()
    panel = seen(learner, live(learner, 6))

    assert sum(sum(period.decisions.values()) for period in panel.periods) == 240
    assert panel.segment_keys == ("device",)
    assert sum(one.decisions for one in panel.segments) == sum(one.settled for one in panel.segments) == 240
    assert {one.value for one in panel.segments} == {"phone", "desk"}
    assert panel.states[0].number == panel.state == 7
    assert panel.states[0].chances is not None


def test_rewards_are_pending_learnt_defaulted_or_never_came() -> None:
    learner = make_learner(default_reward=0)
    made = [one for one, _ in decide_many(learner, [Asked()] * 10, now=NOON)]
    reward_many(learner, [Sent(one.uuid, 1) for one in made[:3]], now=NOON + timedelta(seconds=9))
    now = NOON + timedelta(seconds=20)
    summarise(learner, now=now)

    early = seen(learner, now).rewards
    fold(learner, now=now + timedelta(minutes=2))
    summarise(learner, now=now + timedelta(minutes=2))
    late = seen(learner, now + timedelta(minutes=2)).rewards

    assert (early.sent, early.pending, early.unfolded, early.lag, early.median) == (3, 7, 3, 11, 10)
    assert (late.sent, late.defaulted, late.pending, late.unfolded, late.lag) == (3, 7, 0, 0, 0)


def test_a_policy_that_looks_at_units_is_judged_by_the_stored_chances() -> None:
    learner = make_learner(policy="linear_thompson", dimension=1, floor=0.1)
    panel = seen(learner, live(learner, 3, context={"features": [1.0], "device": "phone"}))

    assert panel.is_contextual
    for arm in panel.arms:
        assert (arm.own, arm.posterior, arm.chance, arm.chance_best) == (None, None, None, None)
        assert arm.weighted is not None
        assert arm.valid == arm.weighted
    assert panel.regret.high is not None


def test_without_a_range_there_are_bounds_too_once_there_is_a_spread() -> None:
    number: Json = [{"name": "spent", "kind": "number", "role": "primary", "direction": "up"}]
    learner = make_learner(policy="thompson_gaussian", measures=number)
    before = decide_many(learner, [Asked()] * 2, now=NOON)
    assert before
    summarise(learner, now=NOON)
    assert seen(learner, NOON).regret.high is None
    panel = seen(learner, live(learner, 4))

    assert panel.low is None
    assert all(arm.own and arm.own.low is not None for arm in panel.arms)


def test_before_the_first_decision_there_is_nothing_to_see() -> None:
    assert panel_of(make_learner(), is_rehearsal=False, now=NOON) is None


def test_looking_costs_the_same_however_much_there_is() -> None:
    learner = make_learner()
    now = live(learner, 1)
    seen(learner, now)
    with CaptureQueriesContext(connection) as few:
        seen(learner, now)
    now = live(learner, 14)
    with CaptureQueriesContext(connection) as many:
        seen(learner, now)

    assert len(many) == len(few) <= 7


def test_the_command_prints_the_arms() -> None:
    learner = make_learner(slug="buttons")
    live(learner, 4)
    out = StringIO()

    call_command("show_learning", "buttons", "--segment", "device", stdout=out)

    words = out.getvalue()
    assert "thompson_bernoulli on “bought”" in words
    assert "160 decisions" in words
    assert "always valid" in words
    assert "phone" in words


def test_the_command_gives_json_to_programs() -> None:
    live(make_learner(slug="buttons"), 2)
    out = StringIO()

    call_command("show_learning", "buttons", "--json", stdout=out)

    assert json.loads(out.getvalue())["decisions"] == 80


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["nobody"], "There is no experiment"),
        (["buttons"], "Nothing has been decided yet: ask first"),
        (["buttons", "--rehearsal"], "in a rehearsal"),
        (["fixed"], "does not learn"),
    ],
)
def test_the_command_says_why_it_cannot(asked: list[str], words: str) -> None:
    from tests.factories import make_experiment

    make_learner(slug="buttons")
    make_experiment(slug="fixed")

    with pytest.raises(CommandError, match=words):
        call_command("show_learning", *asked)


def test_a_segment_that_no_context_has_is_named() -> None:
    live(make_learner(slug="buttons"), 1)

    with pytest.raises(CommandError, match="Known: device"):
        call_command("show_learning", "buttons", "--segment", "country")


def test_the_command_names_the_option_where_all_was_rehearsed() -> None:
    experiment = make_learner(slug="buttons", status="rehearsal")
    decide_many(experiment, [Asked()] * 4, now=NOON)

    with pytest.raises(CommandError, match="4 decisions were rehearsed: add --rehearsal"):
        call_command("show_learning", "buttons")
    call_command("show_learning", "buttons", "--rehearsal", stdout=(out := StringIO()))
    assert "4 decisions" in out.getvalue()
