"""How far people get: each step counts those who came to it, and only where their arm is shown it."""

import pytest

from experiments.types import Json
from participants.capability import token_of
from participants.monitoring import StepCount, steps_of
from participants.services.leaving import return_session
from tests.participants.test_answering import send
from tests.studies import NOON, STEPS, enter_session, running

pytestmark = pytest.mark.django_db

RED: Json = {"name": "red", "components": [], "show_if": {"arm.colour": "red"}}


def counts(steps: tuple[StepCount, ...]) -> dict[str, tuple[int, int, int]]:
    return {step.step: (step.reached, step.here, step.left) for step in steps}


def test_an_experiment_without_people_has_steps_without_counts() -> None:
    assert counts(steps_of(running(), is_rehearsal=False)) == {"welcome": (0, 0, 0), "rating": (0, 0, 0)}


def test_a_step_of_one_arm_counts_only_its_people() -> None:
    experiment = running(steps=[STEPS[0], RED, STEPS[1]])
    sessions = [enter_session(experiment) for _ in range(2)]
    for session in sessions:
        send(session)
    for session in sessions:
        if session.assignment is not None and session.assignment.arm.name == "red":
            send(session)

    assert counts(steps_of(experiment, is_rehearsal=False)) == {
        "welcome": (2, 0, 0),
        "red": (1, 0, 0),
        "rating": (2, 2, 0),
    }


def test_who_left_is_counted_where_they_left_and_who_finished_everywhere() -> None:
    experiment = running()
    gone, done = enter_session(experiment), enter_session(experiment)
    return_session(token_of(gone.uuid), now=NOON)
    send(done)
    send(done, rating="3")

    assert counts(steps_of(experiment, is_rehearsal=False)) == {"welcome": (2, 0, 1), "rating": (1, 0, 0)}


def test_rehearsal_is_counted_apart() -> None:
    experiment = running()
    enter_session(experiment)

    assert counts(steps_of(experiment, is_rehearsal=True))["welcome"] == (0, 0, 0)
