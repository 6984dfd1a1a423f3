"""Pages refer to what people said before; nobody is stopped by what they left out or how they put it."""

import pytest
from django.test import Client
from django.urls import reverse

from experiments.types import Json
from participants.capability import token_of
from participants.models import Session
from tests.factories import answer, make_experiment, make_session

pytestmark = pytest.mark.django_db

AGE: Json = {"kind": "number", "name": "age", "required": False, "props": {"label": "Your age"}}
QUOTES: list[Json] = [
    {"kind": "text", "props": {"body": "{{ answers.age }}"}},
    {"kind": "text", "props": {"body": "You are {{ answers.age }}."}},
    {"kind": "free_text", "name": "why", "props": {"label": "{{ answers.age }}"}},
    {"kind": "text", "props": {"body": "Your group: {{ attributes.group }}"}},
]


def experiment_that_quotes(quote: Json, **ask: Json) -> Session:
    steps: list[Json] = [
        {"name": "ask", "components": [AGE], **ask},
        {"name": "quote", "title": "{{ answers.age }}", "components": [quote]},
    ]
    return make_session(make_experiment(steps=steps, measures=[]))


def status_of_page(client: Client, session: Session) -> int:
    return client.get(reverse("participants:page", args=[token_of(session.uuid)])).status_code


@pytest.mark.parametrize("quote", QUOTES)
def test_a_page_that_was_passed_over_can_be_quoted(client: Client, quote: Json) -> None:
    session = experiment_that_quotes(quote, show_if={"arm.frame": "nowhere"})

    assert session.position == 1
    assert status_of_page(client, session) == 200


@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("age", ["", "41.5"])
def test_a_number_or_nothing_can_be_quoted(client: Client, quote: Json, age: str) -> None:
    session = experiment_that_quotes(quote)

    client.post(reverse("participants:page", args=[token_of(session.uuid)]), {"nonce": session.nonce, "age": age})

    session.refresh_from_db()
    assert session.position == 1
    assert status_of_page(client, session) == 200


def test_an_answer_can_still_be_what_another_must_equal() -> None:
    again: Json = {**AGE, "name": "again", "check": "attention", "correct": "{{ answers.age }}"}  # type: ignore[dict-item]  # AGE is a mapping
    steps: list[Json] = [{"name": "ask", "components": [AGE]}, {"name": "again", "components": [again]}]
    session = make_session(make_experiment(steps=steps, measures=[]))

    session = answer(answer(session, age=40), again=40)

    assert session.checks_failed == 0
