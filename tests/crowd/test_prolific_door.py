"""Prolific sends people by a link with their ids, and takes them back with a code."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from crowd.codes import ON_BEHALF, codes_of, is_code_of
from crowd.models import Posting, Submission
from crowd.reconcile.words import SubmissionSight, SubmissionWish
from crowd.services.missing import hand_in_for_missed
from crowd.services.noting_outcomes import note_outcomes
from experiments.models import Study
from participants.models import Participant
from tests.crowd.arriving import agree, finish
from tests.crowd.factories import make_account, make_campaign
from tests.crowd.pursuing.conftest import Site
from tests.crowd.running import prolific_thread
from tests.studies import running

pytestmark = pytest.mark.django_db
PERSON = "0123456789abcdef01234567"


@pytest.fixture
def site() -> Iterator[Site]:
    """A running campaign at Prolific's stand-in."""
    experiment = running()
    Study.objects.filter(pk=experiment.study_id).update(budget=100)
    with prolific_thread() as standin:
        options = {"calls_per_second": 1000, "burst": 1000}
        account = make_account(endpoint=standin.url, platform="prolific", options=options)
        yield Site(standin, account, make_campaign(experiment, account))  # type: ignore[arg-type]  # only its controls


def door(posting: Posting, claim: str, person: str = PERSON) -> str:
    query = {"posting": posting.uuid.hex, "PROLIFIC_PID": person, "STUDY_ID": posting.external_id, "SESSION_ID": claim}
    return f"{reverse('participants:enter', args=[posting.campaign.experiment.slug])}?{urlencode(query)}"


def done_here(site: Site) -> tuple[Posting, str, str]:
    posting = site.posting()
    claim = site.theirs.accept(posting.external_id, PERSON)
    client = Client()
    page = agree(client, door(posting, claim))["Location"]
    finish(page, client)
    note_outcomes(now=site.now())
    return posting, claim, page


def test_a_link_whose_placeholders_were_not_filled_in_is_a_preview(site: Site, client: Client) -> None:
    posting = site.posting()

    html = client.get(door(posting, "{{%SESSION_ID%}}", "{{%PROLIFIC_PID%}}")).content.decode()

    assert "This is a preview" in html
    assert not Participant.objects.exists()


def test_who_finishes_is_sent_back_with_the_code_and_is_seen_there(site: Site, client: Client) -> None:
    posting, claim, page = done_here(site)
    html = client.get(page).content.decode()
    code = codes_of(posting)["completed"]

    assert code in html
    assert codes_of(posting)[ON_BEHALF] not in html
    assert f'action="{site.theirs.url}/submissions/complete?cc={code}"' in html
    with httpx.Client(base_url=site.theirs.url, follow_redirects=True) as browser:
        browser.post("/account", data={"participant": PERSON})
        assert "Thank you" in browser.get("/submissions/complete", params={"cc": code}).text
    site.poll()

    submission = Submission.objects.get(external_id=claim)
    assert submission.observed == SubmissionSight.SUBMITTED
    assert is_code_of(submission, submission.code)


def test_what_nobody_handed_in_is_handed_in_for_them_after_a_while(site: Site) -> None:
    posting, claim, _ = done_here(site)

    assert hand_in_for_missed(now=site.now()) == 0
    site.wait(11 * 60)
    site.poll()
    assert hand_in_for_missed(now=site.now()) == 1
    assert hand_in_for_missed(now=site.now()) == 0
    site.carry_out()
    site.wait(11 * 60)
    site.poll()

    submission = Submission.objects.get(external_id=claim)
    assert (submission.desired, submission.observed) == (SubmissionWish.COMPLETED, SubmissionSight.SUBMITTED)
    assert submission.submitted_at
    assert submission.code == codes_of(posting)[ON_BEHALF]
