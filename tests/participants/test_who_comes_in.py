"""Who somebody at the door is: not the one of another experiment, nor the one of the rehearsal."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experiments.models import Slot
from experiments.services.lifecycle import rehearse_experiment, reopen_draft, start_experiment
from experiments.types import Json
from participants.capability import token_of
from participants.models import Session
from participants.services.leaving import return_session
from participants.simulation.audit import astray
from tests.factories import STEPS, make_experiment, make_session, make_study

pytestmark = pytest.mark.django_db

HIDDEN: Json = {"arm.frame": "nowhere"}


def test_the_consent_page_of_one_experiment_is_none_of_another(client: Client) -> None:
    for experiment in (make_experiment(), make_experiment()):
        url = reverse("participants:enter", args=[experiment.slug])
        assert client.post(url, {"entry_key": "the-same", "consent": "1"}).status_code == 303

    assert Session.objects.count() == 2


def test_who_rehearsed_takes_part_for_real_afterwards() -> None:
    experiment = make_experiment(status="rehearsal")
    rehearsed = make_session(experiment, external_id="me", pages=None)

    real = make_session(start_experiment(experiment), external_id="me")

    assert real.pk != rehearsed.pk
    assert (rehearsed.is_rehearsal, real.is_rehearsal) == (True, False)
    assert Slot.objects.of(experiment, is_rehearsal=False).taken().count() == 1


def test_a_rehearsal_excludes_nobody_from_another_experiment() -> None:
    study = make_study()
    make_session(make_experiment(study, status="rehearsal", exclusion_group="cars"), external_id="me")

    assert make_session(make_experiment(study, exclusion_group="cars"), external_id="me").is_under_way


def test_screening_that_shows_no_page_is_passed_over(client: Client) -> None:
    screening: Json = {"name": "ask", "stage": "screening", "components": [], "show_if": {"attributes.known": "no"}}

    session = make_session(make_experiment(steps=[screening, *STEPS]))

    assert (session.stage, session.assignment is None) == ("main", False)


def test_somebody_for_whom_no_page_is_meant_is_done_at_once(client: Client) -> None:
    steps: list[Json] = [{"name": "only", "components": [], "show_if": HIDDEN}]

    session = make_session(make_experiment(steps=steps, measures=[]))

    assert session.status == Session.Status.COMPLETED
    assert Slot.objects.get(unit=session.unit).status == Slot.Status.COMPLETED


def test_each_rehearsal_begins_with_empty_lists() -> None:
    experiment = make_experiment(status="rehearsal", target=2)
    first = [make_session(experiment, pages=pages) for pages in (None, 1)]

    experiment = rehearse_experiment(reopen_draft(experiment))
    again = [make_session(experiment, pages=None) for _ in range(2)]

    assert [session.status for session in again] == [Session.Status.COMPLETED] * 2
    assert return_session(token_of(first[1].uuid), now=timezone.now()).status == Session.Status.RETURNED
    assert Slot.objects.taken().count() == 2
    assert list(astray(experiment)) == []


def test_long_ids_that_begin_alike_are_two_people(client: Client) -> None:
    url = reverse("participants:enter", args=[make_experiment().slug])

    for end in ("a", "b"):
        client.post(f"{url}?participant={'x' * 1000}{end}", {"consent": "1"})

    assert Session.objects.count() == 2
