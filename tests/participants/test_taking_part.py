"""Somebody takes part, over HTTP, from the door to the end."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from bandits.services import release_slot
from experiments.models import Assignment, Event, Measurement, Slot, Unit
from participants.models import Consent, Participant, Session, Trial
from tests.studies import running, running_example

pytestmark = pytest.mark.django_db


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', html
    )
    assert found, f"no field {name} in {html[:2000]}"
    return found[1]


def come_in(client: Client, slug: str) -> str:
    url = reverse("participants:enter", args=[slug])
    html = client.get(url).content.decode()
    response = client.post(
        url, {"entry_key": hidden(html, "entry_key"), "consent": hidden(html, "consent"), "decision": "agree"}
    )
    assert response.status_code == 303, response.content.decode()[:2000]
    return str(response["Location"])


def answer(client: Client, url: str, **fields: str) -> int:
    html = client.get(url).content.decode()
    return client.post(url, {"nonce": hidden(html, "nonce"), **fields}).status_code


def test_looking_at_the_door_takes_nothing(client: Client) -> None:
    experiment = running()

    for _ in range(7):
        assert client.get(reverse("participants:enter", args=[experiment.slug])).status_code == 200

    assert not Participant.objects.exists()
    assert not Slot.objects.exists()
    assert not Unit.objects.exists()


def test_a_participant_goes_through_to_the_end(client: Client) -> None:
    experiment = running()
    url = come_in(client, experiment.slug)

    assert answer(client, url) == 303
    assert answer(client, url, rating="7") == 303

    session = Session.objects.get()
    assert session.status == Session.Status.COMPLETED
    assert list(Measurement.objects.values_list("number", flat=True)) == [7.0]
    assert Slot.objects.get(unit=session.unit).status == Slot.Status.COMPLETED
    assert Consent.objects.get().document.version == "1"
    assert Trial.objects.count() == 2
    assert client.get(url).status_code == 200


def test_a_page_sent_twice_counts_once(client: Client) -> None:
    url = come_in(client, running().slug)
    nonce = hidden(client.get(url).content.decode(), "nonce")

    assert client.post(url, {"nonce": nonce}).status_code == 303
    assert client.post(url, {"nonce": nonce}).status_code == 303

    assert Session.objects.get().position == 1
    assert Trial.objects.count() == 1


def test_a_made_upnonce_changes_nothing(client: Client) -> None:
    url = come_in(client, running().slug)

    assert client.post(url, {"nonce": "made-up"}).status_code == 303

    assert Session.objects.get().position == 0
    assert not Trial.objects.exists()


def test_a_missing_answer_is_asked_for_again(client: Client) -> None:
    url = come_in(client, running().slug)
    answer(client, url)

    assert answer(client, url, rating="many") == 422

    assert not Measurement.objects.exists()
    assert Session.objects.get().position == 1


def test_a_wrong_token_is_a_friendly_404(client: Client) -> None:
    assert client.get(reverse("participants:page", args=["A" * 43])).status_code == 404


def test_agreeing_twice_on_one_page_enters_once(client: Client) -> None:
    experiment = running()
    url = reverse("participants:enter", args=[experiment.slug])
    form = {"entry_key": "the-same", "consent": "1", "decision": "agree"}

    first, second = client.post(url, form), client.post(url, form)

    assert first["Location"] == second["Location"]
    assert Session.objects.count() == 1
    assert Assignment.objects.count() == 1


def test_when_every_place_is_taken_a_newcomer_sees_a_friendly_page(client: Client) -> None:
    experiment = running(target=1)
    come_in(client, experiment.slug)

    response = client.post(
        reverse("participants:enter", args=[experiment.slug]),
        {"entry_key": "late", "consent": "1", "decision": "agree"},
    )

    assert response.status_code == 409
    assert Session.objects.count() == 1
    assert Event.objects.filter(kind="session.turned_away").count() == 1


def test_withdrawing_with_deletion_leaves_no_answers(client: Client) -> None:
    url = come_in(client, running().slug)
    answer(client, url)
    answer(client, url, rating="3")

    assert client.post(f"{url}withdraw", {"data": "delete"}).status_code == 303

    assert Session.objects.get().status == Session.Status.WITHDRAWN
    assert not Trial.objects.exists()
    assert not Measurement.objects.exists()


SHOWN = ("minimal.yaml", "stroop.yaml", "screening.yaml", "contrast/study.yaml", "trust_in_explanations/study.yaml")


@pytest.mark.parametrize("name", SHOWN)
def test_every_example_starts_and_shows_its_first_page(client: Client, name: str) -> None:
    experiment = running_example(name)

    assert client.get(come_in(client, experiment.slug)).status_code == 200


def test_a_place_given_back_is_filled_first(client: Client) -> None:
    experiment = running()
    come_in(client, experiment.slug)
    left = Session.objects.get()
    place = Slot.objects.get(unit=left.unit).position
    release_slot(left.unit, reason="test", now=left.entered_at)

    come_in(Client(), experiment.slug)

    assert Slot.objects.get(unit=Session.objects.latest("pk").unit).position == place
