"""Every stored decision can be drawn again and every state learnt again, byte for byte; what cannot is named."""

import io
import json
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bandits.evaluation.replaying import redraw_decisions, relearn_states
from bandits.models import Decision, PolicyState, Reward
from bandits.services.deciding import Asked, decide, decide_many
from bandits.services.folding import fold
from bandits.services.halting import halt_policy, unhalt_policy
from bandits.services.states import STALE
from bandits.services.thinning import thin
from experiments.models import Experiment
from experiments.types import Json
from tests.bandits.switched import collect, look
from tests.bandits.test_evaluation import LATER, ask, log_of
from tests.bandits.test_ramping import started
from tests.factories import make_session
from tests.learners import make_learner
from tests.participants.test_learning import adaptive
from tests.studies import NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "allocation",
    [
        {"policy": "thompson_bernoulli", "floor": 0.05},
        {"policy": "ucb1"},
        {"policy": "exp3"},
        {"policy": "epsilon_greedy", "discount": 0.95},
        {"policy": "kl_moss", "cohort": 7},
        {"policy": "linear_thompson", "dimension": 2},
        {"policy": "logistic_thompson", "dimension": 2},
    ],
    ids=lambda allocation: str(allocation["policy"]),
)
def test_every_decision_and_every_state_is_the_same_again(allocation: dict[str, Json]) -> None:
    experiment = make_learner(**allocation)  # type: ignore[arg-type]  # entries of the allocation
    log_of(experiment, rounds=4, each=25, features=[1.0, 0.25])
    decide(experiment, Asked("device-18", {"features": [0.5, 1.0]}), now=LATER)

    decisions = redraw_decisions(experiment, is_rehearsal=False)
    states = relearn_states(experiment, is_rehearsal=False)

    assert (decisions.checked, decisions.unchecked, decisions.differing) == (101, 0, 0)
    assert (states.checked, states.unchecked, states.differing) == (5, 0, 0)


def test_halts_are_drawn_again_too() -> None:
    experiment = make_learner()
    log_of(experiment, rounds=2)
    halt_policy(experiment, to="plain", now=LATER)
    decide_many(experiment, [Asked() for _ in range(5)], now=LATER + 2 * STALE)
    unhalt_policy(experiment, now=LATER + 3 * STALE)
    decide_many(experiment, [Asked() for _ in range(5)], now=LATER + 6 * STALE)

    assert redraw_decisions(experiment, is_rehearsal=False).checked == 90
    assert relearn_states(experiment, is_rehearsal=False).checked == PolicyState.objects.count() == 5


def test_what_was_tampered_with_is_named_and_the_command_fails() -> None:
    experiment = make_learner(slug="offer")
    log_of(experiment, rounds=3)
    tampered = Decision.objects.earliest("pk")
    Decision.objects.filter(pk=tampered.pk).update(propensity=0.25)
    late = Reward.objects.filter(folded_in=4).earliest("pk")
    Reward.objects.filter(pk=late.pk).update(value=1 - late.value)
    out = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("replay_decisions", "offer", json=True, stdout=out)
    found = json.loads(out.getvalue())

    assert ended.value.code == 1
    assert found["decisions"]["differing"] == 1
    assert found["decisions"]["first_differing"][0]["decision"] == str(tampered.uuid)
    assert found["states"]["first_differing"] == [{"state": 4, "rewards": 40}]


def test_what_was_excluded_since_does_not_make_the_past_wrong() -> None:
    experiment = make_learner()
    log_of(experiment, rounds=2)
    first = Decision.objects.earliest("pk")
    Decision.objects.filter(pk=first.pk).update(excluded="bot")

    assert relearn_states(experiment, is_rehearsal=False).differing == 0


def test_states_that_were_thinned_since_are_made_again_and_checked_by_their_digest() -> None:
    experiment = make_learner(floor=0.1)
    log_of(experiment, rounds=5)
    whole = ask(experiment, {"policy": "always", "arm": "plain"})
    assert thin(experiment, now=LATER + timedelta(days=2)).thinned > 2

    decisions, states = (each(experiment, is_rehearsal=False) for each in (redraw_decisions, relearn_states))

    assert (decisions.checked, decisions.unchecked, decisions.differing) == (200, 0, 0)
    assert (states.checked, states.unchecked, states.differing) == (6, 0, 0)
    assert ask(experiment, {"policy": "always", "arm": "plain"}).whole == whole.whole


def test_decisions_whose_state_is_kept_no_more_are_counted_apart() -> None:
    experiment = make_learner()
    log_of(experiment, rounds=2)
    _forget(experiment, number=1)

    found = redraw_decisions(experiment, is_rehearsal=False)

    assert (found.checked, found.unchecked, found.differing) == (40, 40, 0)


def test_what_cannot_be_told_is_named_with_the_reason() -> None:
    experiment = make_learner(slug="offer")
    log_of(experiment, rounds=3)
    first = str(Decision.objects.earliest("pk").uuid)
    _forget(experiment, number=1)
    out, text = io.StringIO(), io.StringIO()

    call_command("replay_decisions", "offer", json=True, stdout=out)
    call_command("replay_decisions", "offer", stdout=text)
    found = json.loads(out.getvalue())

    assert found["decisions"]["reasons"] == {"its state is kept no more": 40}
    assert first in [one["decision"] for one in found["decisions"]["first_unchecked"]]
    assert found["states"]["first_unchecked"] == [{"state": 2, "why": "the state before it is kept no more"}]
    assert "  1 cannot be told (state 2): the state before it is kept no more" in text.getvalue()
    assert "  40 cannot be told (of state 1): its state is kept no more" in text.getvalue()


def _forget(experiment: Experiment, *, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bandits_policystate WHERE experiment_id = %s AND number = %s", [experiment.pk, number]
        )


def test_the_command_says_in_a_line_each_what_was_found() -> None:
    log_of(make_learner(slug="offer"), rounds=2)
    out = io.StringIO()

    call_command("replay_decisions", "offer", stdout=out)

    assert out.getvalue() == "decisions: 80 the same, none differs\nstates: 3 the same, none differs\n"


def test_an_unknown_experiment_is_an_error_in_words() -> None:
    with pytest.raises(CommandError, match="no experiment “soup”"):
        call_command("replay_decisions", "soup")


def test_a_ramp_from_one_policy_to_another_is_the_same_again() -> None:
    switch = started()
    experiment = switch.experiment
    collect(experiment, (0.2, 0.8), 30, rng=np.random.default_rng(1), now=NOON + timedelta(minutes=3))
    look(switch, NOON + timedelta(minutes=4))
    collect(experiment, (0.2, 0.8), 30, rng=np.random.default_rng(2), now=NOON + timedelta(minutes=5))

    decisions = redraw_decisions(experiment, is_rehearsal=False)
    states = relearn_states(experiment, is_rehearsal=False)

    assert (decisions.checked, decisions.differing) == (660, 0)
    assert states.differing == 0
    assert states.unchecked <= 1  # the new policy's first state, which the switch taught
    assert states.checked >= 4


def test_participants_are_drawn_again_among_the_arms_that_had_room() -> None:
    experiment = adaptive(target=6)
    for number in range(6):
        make_session(experiment, pages=None, now=NOON + timedelta(hours=number))
        fold(experiment, now=NOON + timedelta(hours=number, minutes=30))

    found = redraw_decisions(experiment, is_rehearsal=False)

    assert (found.checked, found.differing) == (6, 0)
    assert relearn_states(experiment, is_rehearsal=False).differing == 0
