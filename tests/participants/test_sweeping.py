"""Leases: kept by signs of life, lost by silence, taken back while the place is free."""

from datetime import timedelta

import pytest

from bandits.errors import PlaceLost
from experiments.models import Experiment, Slot
from participants.capability import token_of
from participants.models import Session
from participants.services.leaving import resume
from participants.services.outbox import beat
from participants.services.sweeping import sweep
from tests.studies import NOON, enter_session, running

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=600)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def experiment() -> Experiment:
    return running(target=1)


def test_a_silent_session_is_timed_out_and_its_place_opens_again(experiment: Experiment) -> None:
    session = enter_session(experiment)

    assert sweep(now=NOON + LEASE + MOMENT) == 1

    session.refresh_from_db()
    assert session.status == Session.Status.TIMED_OUT
    assert Slot.objects.get().status == Slot.Status.OPEN


def test_a_sweep_before_the_lease_ends_changes_nothing(experiment: Experiment) -> None:
    session = enter_session(experiment)

    assert sweep(now=NOON + LEASE - MOMENT) == 0

    session.refresh_from_db()
    assert session.is_under_way


def test_a_heartbeat_keeps_the_place(experiment: Experiment) -> None:
    session = enter_session(experiment)
    beat(token_of(session.uuid), now=NOON + LEASE / 2)

    assert sweep(now=NOON + LEASE + MOMENT) == 0

    assert Slot.objects.get().leased_until > NOON + LEASE + MOMENT  # type: ignore[operator]  # leased, so it has an end


def test_somebody_at_the_door_gets_the_place_of_somebody_silent(experiment: Experiment) -> None:
    enter_session(experiment)

    newcomer = enter_session(experiment, now=NOON + LEASE + MOMENT)

    assert Slot.objects.get().unit == newcomer.unit


def test_who_comes_back_goes_on_while_the_place_is_free(experiment: Experiment) -> None:
    session = enter_session(experiment)
    sweep(now=NOON + LEASE + MOMENT)

    resumed = resume(token_of(session.uuid), now=NOON + 2 * LEASE)

    assert resumed.is_under_way
    assert Slot.objects.get().unit == session.unit


def test_who_comes_back_too_late_changes_nothing(experiment: Experiment) -> None:
    session = enter_session(experiment)
    newcomer = enter_session(experiment, now=NOON + LEASE + MOMENT)

    with pytest.raises(PlaceLost):
        resume(token_of(session.uuid), now=NOON + 2 * LEASE)

    session.refresh_from_db()
    assert session.status == Session.Status.TIMED_OUT
    assert Slot.objects.get().unit == newcomer.unit
