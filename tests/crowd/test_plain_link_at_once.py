"""Where our own door counts places, the last one goes to one person, however many come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from crowd.models import Posting, Submission
from participants.models import Session
from tests.crowd.arriving import form_of
from tests.crowd.factories import make_account, make_campaign, make_posting
from tests.crowd.test_plain_link import link
from tests.studies import running

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def posting() -> Posting:
    account = make_account(platform="link", endpoint="")
    campaign = make_campaign(running(target=8), account, terms={"reward": "0"})
    return make_posting(campaign, places=1, desired="open", observed="open")


def test_the_last_place_of_a_link(posting: Posting) -> None:
    start = Barrier(AT_ONCE)

    def come(person: str) -> int:
        client, address = Client(), link(posting, person)
        try:
            form = form_of(client.get(address).content.decode())
            start.wait()
            return client.post(address.split("?")[0], {**form, "decision": "agree"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = sorted(pool.map(come, (f"person-{number}" for number in range(AT_ONCE))))

    assert answers == [303, 403, 403, 403]
    assert (Submission.objects.count(), Session.objects.count()) == (1, 1)
