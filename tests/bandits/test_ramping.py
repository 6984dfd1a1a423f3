"""A policy is let in step by step: each decision is drawn from both policies, and both learn."""

from __future__ import annotations

import uuid
from datetime import timedelta

import numpy as np
import pytest

from bandits.errors import Guarded
from bandits.mixing import Beside
from bandits.models import Decision, PolicyState, Switch
from bandits.policies.adaptive import State
from bandits.ramps import Guardrail, Plan, Stage
from bandits.services.deciding import Asked, decide, decide_many, draw
from bandits.services.folding import fold
from bandits.services.halting import halt_policy, unhalt_policy
from bandits.services.ramping import roll_back_switch, start_switch
from bandits.services.refolding import refold
from bandits.services.rewarding import Sent, reward
from bandits.services.states import STALE, held_of, state_in
from experiments.errors import Conflict
from experiments.models import Event, Experiment, Version
from experiments.services.lifecycle import complete_experiment
from experiments.services.versions import publish_version, unpublished_changes
from tests.bandits.switched import GREEDY, MINUTE, collect, look, make_logged, newest, proposed
from tests.studies import NOON

pytestmark = pytest.mark.django_db

START = NOON + 2 * MINUTE
PLAN = Plan(stages=(Stage(0.1, decisions=20), Stage(0.5, hours=1)))
RATES = (0.2, 0.8)
EDITED = {"policy": "uniform", "floor": 0.1}


def started(plan: Plan = PLAN, *, rates: tuple[float, float] = RATES) -> Switch:
    """Uniform gives way to epsilon-greedy, which is let in."""
    experiment = make_logged(rates, n=600)
    return start_switch(proposed(experiment, plan=plan, because="for the test"), now=START)


def beside(experiment: Experiment) -> Beside:
    found = Beside.parse(newest(experiment).beside)
    assert found is not None
    return found


def fresh(experiment: Experiment) -> Experiment:
    return Experiment.objects.get(pk=experiment.pk)


def learnt(row: PolicyState) -> State:
    return state_in(row)


def test_every_stored_chance_is_that_of_the_mixture() -> None:
    experiment = started().experiment
    made = [one for one, _ in decide_many(fresh(experiment), [Asked() for _ in range(40)], now=START)]
    worse, better = (arm.pk for arm in experiment.arms.order_by("pk"))
    expected = {worse: 0.9 * 0.5 + 0.1 * 0.05, better: 0.9 * 0.5 + 0.1 * 0.95}

    assert {one.arm_id for one in made} == {worse, better}
    for one in made:
        assert one.propensity == pytest.approx(expected[one.arm_id], abs=1e-15)


def test_arms_are_drawn_as_often_as_the_mixture_says() -> None:
    experiment = fresh(started(Plan(stages=(Stage(0.5, hours=1),))).experiment)
    held = held_of(newest(experiment), now=START)
    ids = (uuid.UUID(int=number, version=4) for number in range(8000))
    drawn = [draw(held, experiment, Asked(), identity=one, now=START).arm_id for one in ids]
    better = experiment.arms.order_by("pk")[1].pk

    assert np.mean([arm == better for arm in drawn]) == pytest.approx(0.725, abs=4 * np.sqrt(0.725 * 0.275 / 8000))


def test_state_seed_and_id_draw_the_same_arm_again_also_within_a_ramp() -> None:
    experiment = fresh(started().experiment)
    made, _ = decide(experiment, Asked(), now=START)
    row = PolicyState.objects.get(experiment=experiment, number=made.policy_version)
    again = draw(held_of(row, now=START), experiment, Asked(), identity=made.uuid, now=made.decided_at)

    assert (again.arm_id, again.propensity) == (made.arm_id, made.propensity)


def test_the_new_policy_begins_with_what_the_log_teaches_and_both_learn_on() -> None:
    experiment = started().experiment
    assert learnt(newest(experiment)).folded == beside(experiment).state.folded == 600
    assert newest(experiment).version == fresh(experiment).version
    collect(experiment, RATES, 15, rng=np.random.default_rng(1), now=START + MINUTE)

    assert learnt(newest(experiment)).folded == beside(experiment).state.folded == 615
    assert newest(experiment).folded == 15


def test_folding_the_log_again_gives_the_same_two_policies() -> None:
    experiment = started().experiment
    collect(experiment, RATES, 15, rng=np.random.default_rng(1), now=START + MINUTE)
    before = newest(experiment)
    after = refold(fresh(experiment), is_rehearsal=False, now=START + 2 * MINUTE)

    assert (after.statistics, after.beside) == (before.statistics, before.beside)


def test_it_goes_on_when_a_stage_had_its_decisions_and_its_time_and_is_live_at_the_end() -> None:
    switch = started()
    experiment = switch.experiment
    decide_many(fresh(experiment), [Asked() for _ in range(19)], now=START)
    assert look(switch, START + MINUTE).stage == 0
    decide(fresh(experiment), Asked(), now=START + MINUTE)
    assert look(switch, START + MINUTE).stage == 1
    assert beside(experiment).share == 0.5
    assert look(switch, START + timedelta(minutes=60)).status == "ramping"
    assert look(switch, START + timedelta(minutes=61)).status == "live"

    assert newest(experiment).beside is None
    decision, _ = decide(fresh(experiment), Asked(), now=START + timedelta(minutes=62))
    assert round(decision.propensity, 2) in (0.05, 0.95)
    kinds = Event.objects.filter(kind__startswith="switch.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["switch.proposed", "switch.started", "switch.advanced", "switch.live"]


def test_looking_and_starting_twice_is_as_good_as_once() -> None:
    switch = started()
    decide_many(fresh(switch.experiment), [Asked() for _ in range(20)], now=START)
    for _ in range(2):
        start_switch(switch, now=START)
        look(switch, START + MINUTE)

    assert Event.objects.filter(kind="switch.advanced").count() == 1
    assert Version.objects.filter(experiment=switch.experiment).count() == 2


def test_without_stages_it_decides_alone_at_once() -> None:
    switch = started(Plan(stages=()))

    assert switch.status == "live"
    assert newest(switch.experiment).beside is None


def test_a_roll_back_brings_back_the_old_policy_with_all_it_learnt_meanwhile() -> None:
    switch = started()
    experiment, first = switch.experiment, switch.version_from
    allocation = fresh(experiment).allocation
    assert allocation["policy"] == "epsilon_greedy"  # type: ignore[index,call-overload]  # an object
    collect(experiment, RATES, 15, rng=np.random.default_rng(1), now=START + MINUTE)
    for _ in range(2):
        switch = roll_back_switch(switch, "I changed my mind.", now=START + 2 * MINUTE)

    assert (switch.status, switch.ended_for) == ("rolled back", "I changed my mind.")
    assert fresh(experiment).version == switch.version_back
    assert switch.version_back is not None
    assert (switch.version_back.number, switch.version_back.sha256) == (3, first.sha256)
    assert learnt(newest(experiment)).folded == 615
    assert unpublished_changes(fresh(experiment)) == ()
    decision, _ = decide(fresh(experiment), Asked(), now=START + 3 * MINUTE)
    assert decision.propensity == 0.5
    assert Event.objects.filter(kind="switch.rolled_back").count() == 1


def test_other_processes_follow_within_two_seconds() -> None:
    experiment = make_logged(RATES, n=600)
    switch = proposed(experiment, plan=PLAN)
    old = fresh(experiment)  # as a process has it that has read it before
    decide(old, Asked(), now=START)
    start_switch(switch, now=START)
    decision, _ = decide(old, Asked(), now=START + STALE)

    assert decision.policy_version == newest(experiment).number


def test_after_a_roll_back_the_whole_log_of_the_old_policy_counts_and_the_ramps_does_not() -> None:
    switch = started()
    collect(switch.experiment, RATES, 15, rng=np.random.default_rng(1), now=START + MINUTE)
    roll_back_switch(switch, "No.", now=START + 2 * MINUTE)
    collect(switch.experiment, RATES, 40, rng=np.random.default_rng(1), now=START + 3 * MINUTE)
    again = proposed(fresh(switch.experiment), {**GREEDY, "epsilon": 0.2})

    assert again.numbers["decisions"] == 640 - 32  # type: ignore[index,call-overload]  # an object
    assert again.numbers["looks"] == 2  # type: ignore[index,call-overload]  # an object


def test_what_was_edited_meanwhile_stays_edited() -> None:
    switch = started()
    Experiment.objects.filter(pk=switch.experiment_id).update(
        target=777, allocation={"policy": "uniform", "floor": 0.1}
    )
    roll_back_switch(switch, "No.", now=START + MINUTE)

    assert fresh(switch.experiment).target == 777
    assert fresh(switch.experiment).allocation == EDITED
    assert any("target" in sentence for sentence in unpublished_changes(fresh(switch.experiment)))


def test_nothing_else_is_published_or_let_in_meanwhile() -> None:
    switch = started()
    Experiment.objects.filter(pk=switch.experiment_id).update(target=777)
    with pytest.raises(Guarded, match="letting a new policy in"):
        publish_version(fresh(switch.experiment))
    with pytest.raises(Conflict, match="Another switch is on its way"):
        proposed(fresh(switch.experiment), {"policy": "softmax"})
    assert Version.objects.filter(experiment=switch.experiment).count() == 2


def test_a_proposal_whose_rival_went_live_cannot_be_started() -> None:
    experiment = make_logged(RATES, n=600)
    first = proposed(experiment, plan=Plan(stages=()))
    second = proposed(experiment, {**GREEDY, "epsilon": 0.2}, plan=Plan(stages=()))
    start_switch(first, now=START)
    with pytest.raises(Conflict, match="runs no more"):
        start_switch(second, now=START)
    assert Switch.objects.get(pk=second.pk).status == "proposed"


def test_a_halt_holds_the_ramp_and_it_goes_on_afterwards() -> None:
    switch = started()
    experiment = switch.experiment
    halt_policy(experiment, now=START)
    decide_many(fresh(experiment), [Asked() for _ in range(30)], now=START)
    assert look(switch, START + MINUTE).stage == 0
    assert newest(experiment).halted_to is not None
    unhalt_policy(experiment, now=START + MINUTE)

    assert look(switch, START + 2 * MINUTE).stage == 1
    assert beside(experiment).share == 0.5


def test_a_ramp_of_an_experiment_that_ended_is_stopped() -> None:
    switch = started()
    complete_experiment(switch.experiment)

    assert look(switch, START + MINUTE).status == "stopped"
    assert "completed" in Switch.objects.get().ended_for


def test_a_rehearsal_rehearses_switches_too() -> None:
    experiment = make_logged(RATES, n=0)
    Experiment.objects.update(status="rehearsal")
    collect(experiment, RATES, 600, rng=np.random.default_rng(18), now=NOON)
    switch = start_switch(proposed(fresh(experiment), plan=PLAN), now=START)
    assert newest(experiment, is_rehearsal=True).beside is not None

    Experiment.objects.update(status="running")
    assert look(switch, START + MINUTE).status == "stopped"


def test_a_contextual_policy_may_follow_one_that_looks_at_nothing() -> None:
    experiment = make_logged(RATES, n=0)
    for step in range(150):
        now = NOON + timedelta(seconds=step)
        made, _ = decide(fresh(experiment), Asked(context={"features": [1.0, step % 2]}), now=now)
        reward(experiment, Sent(made.uuid, int(made.arm.pk == experiment.arms.order_by("pk")[step % 2].pk)), now=now)
    fold(experiment, now=NOON + 3 * MINUTE)
    switch = proposed(fresh(experiment), {"policy": "linear_thompson", "dimension": 2}, plan=PLAN, because="to see")
    start_switch(switch, now=START)
    held = held_of(newest(experiment), now=START)
    for context in ({"features": [1.0, 0.0]}, {"features": [1.0, 1.0]}):
        old, new = held.parts(held.features(context))
        made, _ = decide(fresh(experiment), Asked(context=context), now=START)
        name = made.arm.name
        assert made.propensity == pytest.approx(0.9 * old.chances[name] + 0.1 * new.chances[name], abs=1e-15)
        assert old.chances[name] == 0.5 != new.chances[name]


def test_a_plan_is_read_back_as_it_was_written() -> None:
    plan = Plan((Stage(0.05, 100, 2.0),), (Guardrail(), Guardrail("complaint", limit=0.1)), 0.01)

    assert Plan.parse(plan.to_json()) == plan
    assert Plan.parse(None) == Plan()
    assert Decision.objects.count() == 0
