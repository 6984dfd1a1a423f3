"""Crawlers, scripts that open every HIT, and workers who reload: whatever is only looked at stays as it is."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Posting
from crowd.services.noting_outcomes import note_outcomes
from tests.crowd.arriving import come_in, finish, link, offered, page_of, preview
from tests.crowd.factories import make_posting
from tests.participants.test_link_scanners import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting() -> Posting:
    """With somebody at work, somebody who is done, and a posting that only pays people."""
    posting = offered()
    come_in(posting, worker="A1BUSY", claim="3BUSY")
    finish(page_of(come_in(posting, worker="A2DONE", claim="3DONE")))
    make_posting(posting.campaign, purpose="compensate", external_id="HITPAY")
    note_outcomes(now=timezone.now())
    return posting


def addresses(posting: Posting) -> list[str]:
    """Every kind of link that a platform sends somebody by, and ours behind it."""
    pays = Posting.objects.get(purpose="compensate")
    links = [link(posting, worker=worker, claim=claim) for worker, claim in (("A1BUSY", "3BUSY"), ("A2DONE", "3DONE"))]
    new = [link(posting, worker="A3NEW", claim="3NEW"), link(posting, worker="A3NEW", claim="3BUSY"), preview(posting)]
    return [*links, *new, link(pays, worker="A2DONE", claim="3PAY"), link(pays, worker="A3NEW", claim="3PAY")]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client: Client, posting: Posting, method: str) -> None:
    before = everything()

    for address in addresses(posting):
        response = getattr(client, method)(address)
        assert response.status_code in (200, 302)
        if response.status_code == 302:
            assert getattr(client, method)(response["Location"]).status_code == 200
            assert client.get(f"{response['Location']}end").status_code == 405

    assert everything() == before
