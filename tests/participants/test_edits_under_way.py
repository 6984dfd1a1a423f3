"""An experiment is edited while people are under way: they go on, and keep what they came under."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from experiments.definition import normalise
from experiments.errors import Frozen
from experiments.models import Arm, Experiment, Measurement, Slot
from experiments.services.editing import apply_definition
from experiments.services.lifecycle import reopen_draft
from experiments.services.snapshot import definition_of
from experiments.services.versions import publish_version
from experiments.types import Json
from participants.models import Session
from participants.services.sweeping import sweep
from tests.factories import STEPS, answer, make_experiment, make_session

pytestmark = pytest.mark.django_db

SCREENING: Json = {
    "name": "screening",
    "stage": "screening",
    "components": [{"kind": "text", "props": {"body": "A few questions first."}}],
}
OTHER_ARMS: dict[str, Json] = {
    "factors": [{"name": "frame", "levels": ["plain", "loud"]}],
    "arms": [{"name": "plain", "levels": {"frame": "plain"}}, {"name": "loud", "levels": {"frame": "loud"}}],
}


def edit(experiment: Experiment, **entries: Json) -> Experiment:
    return apply_definition(experiment, normalise({**definition_of(experiment), **entries}))


def test_an_arm_that_people_may_still_get_is_disabled_not_deleted() -> None:
    experiment = make_experiment(steps=[SCREENING, *STEPS])
    waiting = [make_session(experiment) for _ in range(2)]

    publish_version(edit(experiment, **OTHER_ARMS))
    sessions = [answer(session) for session in waiting]

    assert {str(session.assignment) for session in sessions if session.assignment} != set()
    assert all(session.stage == "main" for session in sessions)
    assert not Arm.objects.get(experiment=experiment, name="vivid").is_enabled


def test_a_measure_that_people_under_way_answer_stays() -> None:
    experiment = make_experiment()
    session = make_session(experiment, pages=1)

    with pytest.raises(Frozen, match="people under way"):
        edit(experiment, measures=[], steps=[STEPS[0], STEPS[2]])

    answer(session)
    assert Measurement.objects.count() == 1


def test_a_rehearsed_measure_can_go_and_rehearsals_under_way_go_on_without_it() -> None:
    experiment = make_experiment(status="rehearsal")
    session = make_session(experiment, pages=1)

    edit(reopen_draft(experiment), measures=[], steps=[STEPS[0], STEPS[2]])

    assert answer(session).position == 2
    assert not Measurement.objects.exists()


def test_a_list_goes_on_behind_places_given_up_under_a_policy_without_one() -> None:
    experiment = make_experiment(allocation={"policy": "hash"}, lease_seconds=60)
    make_session(experiment)
    later = timezone.now() + timedelta(minutes=10)
    assert sweep(now=later) == 1

    publish_version(edit(experiment, allocation={"policy": "permuted_blocks"}))
    session = make_session(experiment, now=later)

    assert session.status == Session.Status.ASSIGNED
    assert Slot.objects.get(unit=session.unit).status == Slot.Status.LEASED


def test_a_page_left_open_for_a_month_can_be_answered() -> None:
    session = make_session()

    assert answer(session, now=timezone.now() + timedelta(days=30)).position == 1


def test_a_lowered_target_holds_for_those_who_are_still_being_screened() -> None:
    experiment = make_experiment(steps=[SCREENING, *STEPS], target=3)
    waiting = [make_session(experiment) for _ in range(3)]
    answer(waiting[0])

    publish_version(edit(experiment, target=1))
    late = answer(Session.objects.select_related("experiment").get(pk=waiting[1].pk))

    assert (late.status, late.ended_because) == (Session.Status.SCREENED_OUT, "full")
    assert Slot.objects.taken().count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_who_answers_or_comes_in_waits_for_an_edit() -> None:
    experiment = make_experiment()
    session = make_session(experiment, pages=1)

    def go_on() -> int:
        try:
            return answer(session).position + make_session(experiment).position
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        publish_version(edit(experiment, target=7))
        assert other.submit(go_on).result(timeout=10) == 2
