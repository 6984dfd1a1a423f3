"""People who come to an experiment's door from a stand-in's frame."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from crowd.models import Posting
from experiments.models import Study
from experiments.types import Json
from participants.capability import token_of
from participants.models import Session
from tests.crowd.factories import NOWHERE, make_campaign, make_posting
from tests.participants.test_taking_part import answer, hidden
from tests.studies import STEPS, running

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

WORKER = "A1WORKERWHOISNEVERSHOWN"
_numbers = itertools.count(1)


def offered(*, places: int = 9, target: int = 8, steps: list[Json] = STEPS, **terms: object) -> Posting:
    """A HIT for a running experiment, of two pages if not said otherwise."""
    experiment = running(target=target, steps=steps)
    Study.objects.filter(pk=experiment.study_id).update(budget=100)
    campaign = make_campaign(experiment, terms=terms)  # type: ignore[arg-type]  # terms by name
    return make_posting(campaign, places=places, external_id=f"HIT{next(_numbers)}", desired="open", observed="open")


def link(posting: Posting, *, worker: str = WORKER, claim: str = "3ASSIGNMENT1", submit_to: str = NOWHERE) -> str:
    """As MTurk appends to the ExternalURL of somebody who accepted."""
    door = reverse("participants:enter", args=[posting.campaign.experiment.slug])
    query = {"posting": str(posting.uuid), "assignmentId": claim, "hitId": posting.external_id, "workerId": worker}
    return f"{door}?{urlencode({**query, 'turkSubmitTo': submit_to})}"


def preview(posting: Posting) -> str:
    """The same for somebody who has not."""
    door = reverse("participants:enter", args=[posting.campaign.experiment.slug])
    return f"{door}?{urlencode({'posting': str(posting.uuid), 'assignmentId': 'ASSIGNMENT_ID_NOT_AVAILABLE'})}"


def form_of(html: str) -> dict[str, str]:
    """The hidden fields of the consent page."""
    return {name: hidden(html, name) for name in ("entry_key", "consent", "arrival")}


def agree(client: Client, address: str, *, decision: str = "agree") -> Answer:
    """Read the consent text under the address and send its form."""
    form = form_of(client.get(address).content.decode())
    return client.post(address.split("?")[0], {**form, "decision": decision})


def come_in(posting: Posting, *, worker: str = WORKER, claim: str = "3ASSIGNMENT1") -> Session:
    """Somebody accepts and agrees; their session."""
    response = agree(Client(), link(posting, worker=worker, claim=claim))
    assert response.status_code == 303, response.content.decode()[:2000]
    return Session.objects.latest("seen_at", "pk")


def page_of(session: Session) -> str:
    """The address of their pages."""
    return reverse("participants:page", args=[token_of(session.uuid)])


def finish(url: str, client: Client | None = None) -> None:
    """Answer both pages."""
    client = client or Client()
    assert answer(client, url) == 303
    assert answer(client, url, rating="7") == 303
