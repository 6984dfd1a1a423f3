"""What browsers, scanners and attackers send to participants' pages: a clear answer, and nothing changes."""

import json

import pytest
from django.db import connection
from django.test import Client

from participants.models import Interaction, Session, Trial
from tests.participants.test_taking_part import answer, come_in, hidden
from tests.studies import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(client: Client) -> str:
    return come_in(client, running().slug)


def counts() -> dict[str, int]:
    """Rows of every table of ours."""
    tables = [
        name for name in connection.introspection.table_names() if name.startswith(("experiments_", "participants_"))
    ]
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'{"entries": 5}',
        b'{"entries": [1]}',
        b'{"entries": [{"seq": 0}]}',
        b'{"entries": [{"seq": 1e99}]}',
        b'{"entries": [{"seq": true}]}',
        b'{"entries": [{"seq": 1, "payload": {"x": NaN}}]}',
        b'{"entries": [{"seq": 4294967296}]}',
        b'{"entries": [{"seq": 1, "payload": 1e400}]}',
        json.dumps({"entries": [{"seq": 1}] * 501}).encode(),
        b"[" * 100_000,
    ],
)
def test_a_bad_outbox_is_refused_whole(client: Client, url: str, body: bytes) -> None:
    before = counts()

    response = client.post(f"{url}outbox", body, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["detail"]
    assert counts() == before


@pytest.mark.parametrize("kind", ["\\ud800", "\\u0000"])
def test_half_characters_are_dropped_and_the_rest_is_kept(client: Client, url: str, kind: str) -> None:
    body = f'{{"entries": [{{"seq": 1, "kind": "paste{kind}", "payload": {{"text{kind}": "{kind}so"}}}}]}}'

    response = client.post(f"{url}outbox", body, content_type="application/json")

    assert response.json() == {"acknowledged": 1}
    assert Interaction.objects.values_list("kind", "payload").get() == ("paste", {"text": "so"})


def test_nul_characters_are_left_out(client: Client, url: str) -> None:
    entries = [{"seq": 1, "kind": "paste", "at": 1.5, "payload": {"text": "a\x00b"}}]

    response = client.post(f"{url}outbox", json.dumps({"entries": entries}), content_type="application/json")

    assert response.json() == {"acknowledged": 1}
    assert Interaction.objects.get().payload == {"text": "ab"}


def test_an_outbox_sent_twice_is_kept_once(client: Client, url: str) -> None:
    body = json.dumps({"entries": [{"seq": 2, "kind": "blur"}, {"seq": 1, "kind": "focus"}]})

    for _ in range(2):
        assert client.post(f"{url}outbox", body, content_type="application/json").json() == {"acknowledged": 2}

    assert list(Interaction.objects.values_list("seq", "kind")) == [(1, "focus"), (2, "blur")]


@pytest.mark.parametrize("rating", ["", "abc", "NaN", "1e999", "\x00", "9" * 5000, "7;DROP TABLE"])
def test_a_bad_number_is_asked_for_again(client: Client, url: str, rating: str) -> None:
    answer(client, url)
    before = counts()

    assert answer(client, url, rating=rating) == 422

    assert counts() == before


def test_too_large_a_page_is_refused(client: Client, url: str) -> None:
    nonce = hidden(client.get(url).content.decode(), "nonce")
    before = counts()

    response = client.post(url, {"nonce": nonce, "rating": "x" * 10_000_000})

    assert response.status_code in (400, 413)
    assert counts() == before


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2F", "ü" * 43, "A" * 500])
@pytest.mark.parametrize("page", ["", "outbox", "heartbeat", "withdraw", "resume"])
def test_a_made_up_token_opens_nothing(client: Client, url: str, token: str, page: str) -> None:
    before = counts()

    assert client.post(f"/p/{token}/{page}", {"nonce": "x"}).status_code in (400, 404)

    assert counts() == before


def test_a_token_with_one_letter_changed_opens_nothing(client: Client, url: str) -> None:
    token = url.split("/")[2]
    forged = ("B" if token[0] == "A" else "A") + token[1:]

    assert client.get(f"/p/{forged}/").status_code == 404


@pytest.mark.parametrize("kind", ["visitor", "run"])
def test_an_experiment_without_people_has_no_door(client: Client, kind: str) -> None:
    experiment = running(unit_kind=kind)
    before = counts()
    url = f"/s/{experiment.slug}/"

    assert client.get(url).status_code == 404
    assert client.post(url, {"consent": "1", "decision": "agree"}).status_code == 404

    assert counts() == before


def test_reading_pages_changes_nothing(client: Client, url: str) -> None:
    before = counts()
    session = Session.objects.values().get()

    for page in (url, f"{url}withdraw"):
        assert client.get(page).status_code == 200
        assert client.head(page).status_code == 200

    assert counts() == before
    assert Session.objects.values().get() == session
    assert not Trial.objects.exists()
