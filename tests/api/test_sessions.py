"""People through the API: invited by an id that nobody sees, listed by pseudonym, returned, withdrawn."""

from __future__ import annotations

import pytest
from django.test import Client

from experiments.models import Experiment, Measurement, Slot, Status, Study
from participants.models import Participant, Session, Trial, VaultEntry
from tests.api.conftest import Program, counts
from tests.factories import make_experiment, make_session

PATH = "/experiments/soup/sessions/"


def enter_by(link: str) -> None:
    """Open the link and agree."""
    page = Client().get(link)
    assert page.status_code == 200
    query = link.split("?participant=")[1]
    Client().post(link, {"consent": "1", "participant": query, "entry_key": "one-consent-page"})


def test_an_invited_person_gets_a_link_without_their_id_in_it(api: Program, experiment: Experiment) -> None:
    response = api.post(PATH, {"external_id": "panel-4711"})

    assert response.status_code == 201
    assert "panel-4711" not in response.content.decode()
    assert response.json()["session"] is None
    participant = Participant.objects.get()
    assert "panel-4711" not in str(Participant.objects.values())
    assert b"panel-4711" not in bytes(VaultEntry.objects.get().ciphertext)
    assert str(participant.uuid) == response.json()["participant"]


def test_looking_at_the_link_takes_nothing_and_agreeing_enters_as_that_person(
    api: Program, experiment: Experiment
) -> None:
    link = api.post(PATH, {"external_id": "panel-4711"}).json()["link"]
    before = counts()
    Client().get(link)
    assert counts() == before

    enter_by(link)
    session = Session.objects.get()
    assert session.participant == Participant.objects.get()
    assert session.participant.platform == "api"
    again = api.post(PATH, {"external_id": "panel-4711"})
    assert again.status_code == 200
    assert again.json()["session"]["id"] == str(session.uuid)
    assert "/p/" in again.json()["link"]


def test_inviting_twice_invites_once(api: Program, experiment: Experiment) -> None:
    first = api.post(PATH, {"external_id": "panel-4711"})
    before = counts()
    second = api.post(PATH, {"external_id": "panel-4711"})

    assert (second.status_code, second.json()) == (200, first.json())
    assert counts() == before


def test_a_forged_invitation_is_nobody_in_particular(api: Program, experiment: Experiment) -> None:
    link = api.post(PATH, {"external_id": "panel-4711"}).json()["link"]
    enter_by(link[:-3] + "AAA")

    assert Session.objects.get().participant != Participant.objects.get(platform="api")


@pytest.mark.parametrize("body", [{"external_id": ""}, {"external_id": "a", "platform": "M Turk"}, {"id": "a"}])
def test_an_invitation_of_nobody_is_refused(api: Program, experiment: Experiment, body: dict[str, str]) -> None:
    before = counts()
    assert api.post(PATH, body).status_code == 422
    assert counts() == before


def test_nobody_is_invited_to_what_is_over_or_has_no_pages(api: Program, study: Study) -> None:
    make_experiment(study, slug="over", status=Status.COMPLETED)
    make_experiment(study, slug="grid", unit_kind="run")
    before = counts()
    for slug in ("over", "grid"):
        assert api.post(f"/experiments/{slug}/sessions/", {"external_id": "a"}).status_code == 409
    assert counts() == before


def test_sessions_are_listed_and_narrowed_by_status(api: Program, experiment: Experiment) -> None:
    done = make_session(experiment, pages=None)
    make_session(experiment, pages=1)

    assert len(api.get(PATH).json()["results"]) == 2
    completed = api.get(f"{PATH}?status=completed").json()["results"]
    assert [row["id"] for row in completed] == [str(done.uuid)]
    assert completed[0]["arm"] in ("plain", "vivid")
    assert api.get(f"{PATH}{done.uuid}/").json() == completed[0]


def test_a_returned_persons_place_opens_again(api: Program, experiment: Experiment) -> None:
    session = make_session(experiment, pages=1)
    for _ in range(2):
        assert api.post(f"{PATH}{session.uuid}/return/").json()["status"] == "returned"
    assert set(Slot.objects.values_list("status", flat=True)) == {"open"}


def test_a_completed_session_cannot_be_returned(api: Program, experiment: Experiment) -> None:
    session = make_session(experiment, pages=None)
    before = counts()
    response = api.post(f"{PATH}{session.uuid}/return/")

    assert (response.status_code, response.json()["code"]) == (409, "session-over")
    assert counts() == before


def test_withdrawing_with_deletion_leaves_no_answer(api: Program, experiment: Experiment) -> None:
    session = make_session(experiment, pages=None)
    response = api.post(f"{PATH}{session.uuid}/withdraw/", {"data": "delete"})

    assert response.json()["status"] == "withdrawn"
    assert not Trial.objects.exists()
    assert not Measurement.objects.exists()


def test_withdrawing_asks_what_becomes_of_the_data(api: Program, experiment: Experiment) -> None:
    session = make_session(experiment, pages=None)
    before = counts()

    assert api.post(f"{PATH}{session.uuid}/withdraw/", {}).status_code == 422
    assert counts() == before
    assert api.post(f"{PATH}{session.uuid}/withdraw/", {"data": "keep"}).json()["status"] == "withdrawn"
    assert Trial.objects.exists()


def test_a_session_of_another_experiment_is_unknown_here(api: Program, experiment: Experiment, study: Study) -> None:
    session = make_session(make_experiment(study, slug="stew"))
    before = counts()

    assert api.get(f"{PATH}{session.uuid}/").json()["code"] == "unknown-session"
    assert api.post(f"{PATH}{session.uuid}/withdraw/", {"data": "delete"}).status_code == 404
    assert counts() == before
