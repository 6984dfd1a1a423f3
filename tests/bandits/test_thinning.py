"""Old states give up their statistics and come back byte for byte; what decisions were drawn from stays known."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from bandits.evaluation.answering import answer
from bandits.evaluation.question import Question
from bandits.evaluation.replaying import redraw_decisions, relearn_states
from bandits.models import Decision, PolicyState, Reward
from bandits.services.deciding import Asked, decide, draw
from bandits.services.excluding import exclude_decisions
from bandits.services.folding import fold
from bandits.services.restoring import _between
from bandits.services.rewarding import Sent, reward
from bandits.services.states import held_of, state_in
from bandits.services.thinning import SPACING, Thinned, thin
from experiments.definition import canonical_json
from experiments.errors import Conflict
from experiments.models import Experiment
from experiments.types import Json, JsonObject
from tests.factories import make_user
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)
STEP = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Ids of a rolled-back test come again."""
    _between.cache_clear()
    yield
    _between.cache_clear()


def teach(experiment: Experiment, folds: int = 30, *, since: datetime = NOON, context: Json = None) -> datetime:
    """A fold every five minutes, each of three rewards."""
    for place in range(folds):
        now = since + place * STEP
        for i in range(3):
            asked = Asked(context={"features": [1.0, place / 10, i / 3]} if context else {})
            decision, _ = decide(experiment, asked, now=now)
            reward(experiment, Sent(decision.uuid, (place + i) % 2 == 0), now=now)
        fold(experiment, now=now)
    return since + folds * STEP


def evaluated(experiment: Experiment) -> list[object]:
    """What three other policies would have earned, with their intervals; one of them is a state of the log."""
    policies: list[JsonObject] = [
        {"policy": "always", "arm": "plain"},
        {"policy": "state", "state": 7},
        {"policy": "ucb1"},
    ]
    return [answer(experiment, Question(policy), now=LATER).whole for policy in policies]


def texts(experiment: Experiment) -> dict[int, str]:
    """What each state says, as it is read."""
    rows = PolicyState.objects.filter(experiment=experiment).order_by("number")
    return {row.number: canonical_json(state_in(row).to_json()) for row in rows}  # type: ignore[arg-type]  # is JSON


POLICIES: list[dict[str, Json]] = [
    {},
    {"policy": "thompson_bernoulli", "discount": 0.95},
    {"policy": "exp3", "floor": 0.1},
    {"policy": "thompson_bernoulli", "cohort": 7},
    {"policy": "linear_thompson", "dimension": 3},
    {"policy": "logistic_thompson", "dimension": 3},
]


@pytest.mark.parametrize("say", POLICIES, ids=str)
def test_every_state_is_read_as_before(say: dict[str, Json]) -> None:
    experiment = make_learner(**say)  # type: ignore[arg-type]  # entries of the allocation
    teach(experiment, context="dimension" in say)
    before = texts(experiment)

    found = thin(experiment, now=LATER)

    assert (found.thinned + found.kept, found.differ) == (31, 0)
    assert found.thinned >= 25
    assert texts(experiment) == before
    assert PolicyState.objects.filter(is_thinned=True).count() == found.thinned


def test_a_decision_of_a_thinned_state_is_drawn_again() -> None:
    experiment = make_learner()
    teach(experiment)
    thin(experiment, now=LATER)
    decisions = Decision.objects.filter(experiment=experiment)
    thinned = set(PolicyState.objects.filter(is_thinned=True).values_list("number", flat=True))

    assert {decision.policy_version for decision in decisions} & thinned
    for decision in decisions:
        row = PolicyState.objects.get(experiment=experiment, number=decision.policy_version)
        again = draw(held_of(row, now=NOON), experiment, Asked(), identity=decision.uuid, now=decision.decided_at)
        assert (again.arm_id, again.propensity) == (decision.arm_id, decision.propensity)


def test_the_record_replays_as_before_and_what_was_tampered_with_is_still_found() -> None:
    experiment = make_learner()
    teach(experiment)
    thin(experiment, now=LATER)

    assert redraw_decisions(experiment, is_rehearsal=False).to_json()["checked"] == 90
    states = relearn_states(experiment, is_rehearsal=False)
    assert (states.checked, states.unchecked, states.differing) == (31, 0, 0)

    row = PolicyState.objects.filter(is_thinned=True).order_by("number")[3]
    Reward.objects.filter(folded_in=row.number).update(value=0.5)
    _between.cache_clear()
    assert row.number in [one["state"] for one in relearn_states(experiment, is_rehearsal=False).named]


def test_what_cannot_be_made_again_keeps_no_later_state_from_being_thinned() -> None:
    experiment = make_learner()
    ended = teach(experiment)
    thin(experiment, now=LATER)
    last = PolicyState.objects.filter(is_thinned=True).latest("number")
    Reward.objects.filter(folded_in=last.number).update(value=0.5)  # as of somebody who withdrew
    _between.cache_clear()
    teach(experiment, since=ended)

    found = thin(experiment, now=LATER)
    assert found.thinned >= 25
    assert found.differ == 0


def test_another_policy_is_evaluated_on_the_log_as_before() -> None:
    experiment = make_learner(floor=0.1)
    teach(experiment)
    before = evaluated(experiment)

    thin(experiment, now=LATER)

    assert evaluated(experiment) == before


def test_one_an_hour_the_first_and_the_newest_stay_whole_and_the_latest_day_is_left_alone() -> None:
    experiment = make_learner()
    ended = teach(experiment, folds=40)
    assert thin(experiment, now=ended + timedelta(hours=1)) == Thinned()

    thin(experiment, now=LATER)

    whole = list(PolicyState.objects.filter(is_thinned=False).order_by("number").values_list("created_at", flat=True))
    assert PolicyState.objects.filter(is_thinned=False, number__in=(1, 41)).count() == 2
    assert len(whole) == 2 + (whole[-1] - whole[0]) // SPACING
    assert all(later - earlier <= SPACING for earlier, later in pairwise(whole))


def test_thinning_goes_on_where_it_ended() -> None:
    experiment = make_learner()
    middle = teach(experiment)
    thin(experiment, now=middle + timedelta(days=1))
    first = PolicyState.objects.filter(is_thinned=True).count()
    teach(experiment, since=middle)
    before = texts(experiment)

    found = thin(experiment, now=LATER)

    assert found.thinned >= 25
    assert found.kept < 6
    assert PolicyState.objects.filter(is_thinned=True).count() == first + found.thinned
    assert texts(experiment) == before
    assert thin(experiment, now=LATER).thinned == 0


def test_what_is_excluded_later_stays_part_of_what_was_known_then() -> None:
    experiment = make_learner()
    teach(experiment)
    thin(experiment, now=LATER)
    before = texts(experiment)
    gone = Decision.objects.filter(experiment=experiment)[20]

    exclude_decisions(experiment, [gone.uuid], because="bot", now=LATER)
    fold(experiment, now=LATER)
    _between.cache_clear()

    rebuilt = texts(experiment)
    assert Reward.objects.get(decision=gone).folded_in == 0
    assert {number: rebuilt[number] for number in before} == before
    assert json.loads(rebuilt[32])["folded"] == 89
    thin(experiment, now=LATER + timedelta(days=3))
    assert texts(experiment) == rebuilt


def test_a_state_that_cannot_be_made_again_is_never_thinned() -> None:
    experiment = make_learner()
    teach(experiment)
    Reward.objects.filter(folded_in=12).update(value=0.0)

    found = thin(experiment, now=LATER)

    assert found.differ == 1
    assert not PolicyState.objects.get(number=12).is_thinned


def test_a_reward_that_changed_after_thinning_is_noticed_and_not_guessed() -> None:
    experiment = make_learner()
    teach(experiment)
    thin(experiment, now=LATER)
    row = PolicyState.objects.filter(is_thinned=True).order_by("number")[3]
    Reward.objects.filter(folded_in=row.number).update(value=0.5)

    with pytest.raises(Conflict, match=f"State {row.number} cannot be made again"):
        state_in(row)


def test_the_database_lets_a_state_be_thinned_once_and_nothing_else_be_changed() -> None:
    experiment = make_learner()
    teach(experiment, folds=3)
    row = PolicyState.objects.get(number=2)
    whole: list[dict[str, Any]] = [
        {"statistics": {}},
        {"is_thinned": True, "folded": 7},
        {"is_thinned": True, "number": 99},
        {"created_at": LATER},
    ]
    thinned: list[dict[str, Any]] = [{"is_thinned": False}, {"statistics": {"folded": 3}}]
    for change in whole:
        with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
            PolicyState.objects.filter(pk=row.pk).update(**change)

    PolicyState.objects.filter(pk=row.pk).update(statistics={}, is_thinned=True)
    for change in thinned:
        with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
            PolicyState.objects.filter(pk=row.pk).update(**change)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("thin_states", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_frees_and_a_dry_run_changes_nothing() -> None:
    assert "No experiment has learnt" in run()
    experiment = make_learner(slug="offer")
    teach(experiment, since=NOON - timedelta(days=300))

    assert "would be thinned" in run("offer", "--dry-run")
    assert not PolicyState.objects.filter(is_thinned=True).exists()
    said = json.loads(run("--json"))["offer"]
    assert said["thinned"] == PolicyState.objects.filter(is_thinned=True).count() > 20
    assert said["freed"] > 20 * said["thinned"]
    with pytest.raises(CommandError, match="no experiment “nobody”"):
        run("nobody")
    with pytest.raises(CommandError, match="0 or more"):
        run("--days", "-1")


def test_the_console_shows_a_thinned_state_as_it_was(client: Client) -> None:
    experiment = make_learner()
    teach(experiment)
    thin(experiment, now=LATER)
    row = PolicyState.objects.filter(is_thinned=True).first()
    assert row is not None
    client.force_login(make_user("boss", is_superuser=True))

    shown = client.get(reverse("admin:bandits_policystate_change", args=[row.pk])).content.decode()

    assert "sha256" not in shown
    assert f"folded: {state_in(row).folded}" in shown
