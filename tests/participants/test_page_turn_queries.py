"""What a page turn costs in queries: the reviewed numbers stand in tests/query_counts.json."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from experiments.models import Experiment
from experiments.types import Json
from tests.participants.test_taking_part import answer, come_in, hidden
from tests.query_counts import reviewed
from tests.studies import STEPS, running

pytestmark = pytest.mark.django_db(transaction=True)


AGE: Json = {"kind": "number", "name": "age", "props": {"label": "How old are you?"}}
AGE_PAGE: dict[str, Json] = {"name": "age", "stage": "screening", "components": [AGE]}


def three_pages() -> list[Json]:
    return [*STEPS, {"name": "end", "title": "End", "components": [{"kind": "text", "props": {"body": "Bye."}}]}]


def queries_of_a_turn(client: Client, url: str, **fields: str) -> int:
    nonce = hidden(client.get(url).content.decode(), "nonce")
    with CaptureQueriesContext(connection) as queries:
        client.post(url, {"nonce": nonce, **fields})
        client.get(url)
    return sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in queries)


def test_a_page_turn_costs_what_was_reviewed(client: Client) -> None:
    url = come_in(client, running(steps=three_pages()).slug)
    other = come_in(Client(), Experiment.objects.get().slug)
    answer(client, other)  # the first answers of a process also read the version and its measures, once
    answer(client, other, rating="3")
    answer(client, url)

    assert queries_of_a_turn(client, url, rating="4") <= reviewed("page turn with a measurement")
    assert queries_of_a_turn(client, url) <= reviewed("page turn that completes")


def test_the_last_page_also_fills_the_place_for_good(client: Client) -> None:
    url = come_in(client, running().slug)
    other = come_in(Client(), Experiment.objects.get().slug)
    answer(client, other)
    answer(client, other, rating="3")
    answer(client, url)

    assert queries_of_a_turn(client, url, rating="4") <= reviewed("page turn that completes with a measurement")


def test_entering_the_study_after_the_screening_finds_a_place(client: Client) -> None:
    experiment = running(steps=[{**AGE_PAGE}, *STEPS])
    other = come_in(Client(), experiment.slug)
    answer(client, other, age="30")
    url = come_in(client, experiment.slug)

    assert queries_of_a_turn(client, url, age="30") <= reviewed("entering the study: the turn that assigns an arm")
