"""Number 15 of the comparison's list, Flask-MAB's cookie and its one file of counts, held against ours."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from bandits.models import Decision, Reward
from bandits.services.folding import fold
from bandits.services.states import current_state, state_in
from experiments.models import Experiment
from tests.bandits.web.conftest import BROWSER

pytestmark = pytest.mark.django_db


def test_15_a_visitor_cannot_say_which_arm_was_shown_or_that_it_earned(visitor: Client, color: Experiment) -> None:
    """Flask-MAB: the cookie holds (arm, reward is open), unsigned: clients forge both."""
    visitor.cookies["bandits"] = json.dumps({"color": ["green", True]})
    visitor.get("/buy/")
    assert not Decision.objects.exists()
    assert not Reward.objects.exists()

    shown = visitor.get("/inline/").json()["color"]
    mine = visitor.cookies["bandits"].value
    visitor.cookies["bandits"] = f'{mine}{{"color": "{"red" if shown == "green" else "green"}"}}'
    visitor.get("/buy/")

    assert not Reward.objects.exists()


def test_15_meeting_another_experiment_counts_nothing_twice(
    visitor: Client, color: Experiment, text: Experiment
) -> None:
    """Flask-MAB: when one bandit is assigned, all bandits of the cookie are counted as pulled again."""
    visitor.get("/inline/")
    for _ in range(3):
        visitor.get("/")

    assert Decision.objects.filter(experiment=color).count() == 1
    assert Decision.objects.filter(experiment=text).count() == 1


def test_15_what_two_processes_learn_is_added_up(color: Experiment) -> None:
    """Flask-MAB: each worker saves its whole memory to one file, over what the others saved."""
    visitors = [Client(headers={"user-agent": BROWSER}) for _ in range(12)]
    for place, visitor in enumerate(visitors):
        visitor.get("/inline/")
        visitor.get("/buy/")
        if place % 4 == 3:  # another process folds now and then
            fold(color, now=timezone.now())

    row, _ = current_state(color, is_rehearsal=False, now=timezone.now())
    state = state_in(row)
    assert sum(state.of(arm).n for arm in ("green", "red")) == Reward.objects.count() == 12
