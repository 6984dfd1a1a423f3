"""A link that is sent by hand: our own door counts its places, thanks people, and sends them back."""

from __future__ import annotations

import json
from io import StringIO
from urllib.parse import urlencode

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crowd.models import Account, Obligation, Posting, Submission
from crowd.planning.checking import problems_of
from crowd.reads.campaigns import plan_of
from crowd.services.campaigns import Draft, create_campaign
from crowd.services.carrying_out import carry_out, carry_out_account
from crowd.services.closing import settle_campaign
from crowd.services.missing import hand_in_for_missed
from crowd.services.noting_outcomes import note_outcomes
from crowd.services.ordering import door_of, links_to_send
from crowd.services.polling import due_accounts
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.sending import accounts_to_pay
from crowd.services.settling import settle_money
from crowd.services.tending import tend
from crowd.terms import Terms
from participants.identity import external_id_of
from participants.models import Participant, Session
from tests.crowd.arriving import agree, finish, page_of
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting, make_terms
from tests.factories import make_user
from tests.studies import running

pytestmark = pytest.mark.django_db
SONA = "https://lab.sona-systems.com/webstudy_credit.aspx?experiment_id=7&credit_token=abc&survey_code={id}"


@pytest.fixture
def posting() -> Posting:
    account = make_account(platform="link", endpoint="", options={"return_url": SONA})
    campaign = make_campaign(running(target=8), account, terms={"reward": "0"})
    return make_posting(campaign, places=2, desired="open", observed="open")


def link(posting: Posting, person: str = "") -> str:
    door = reverse("participants:enter", args=[posting.campaign.experiment.slug])
    return f"{door}?{urlencode({'posting': posting.uuid.hex, **({'id': person} if person else {})})}"


def carried_out(posting: Posting) -> Posting:
    carry_out(posting, now=timezone.now(), rng=np.random.default_rng(1))
    posting.refresh_from_db()
    return posting


def test_somebody_takes_part_and_is_sent_back_with_their_own_id(posting: Posting, client: Client) -> None:
    agree(client, link(posting, "4711"))
    session = Session.objects.get()
    finish(page_of(session))
    note_outcomes(now=timezone.now())

    html = client.get(page_of(session)).content.decode()
    submission = Submission.objects.get()
    assert 'action="https://lab.sona-systems.com/webstudy_credit.aspx"' in html
    assert 'name="survey_code" value="4711"' in html
    assert (submission.outcome, submission.observed) == ("completed", "approved")
    assert submission.done_at is not None
    assert submission.done_at == submission.submitted_at == submission.decided_at
    assert not Obligation.objects.exclude(amount=0).exists()


def test_nothing_is_owed_sent_or_left_to_decide(posting: Posting, client: Client) -> None:
    agree(client, link(posting, "4711"))
    finish(page_of(Session.objects.get()))
    now = timezone.now()

    for _ in range(2):
        note_outcomes(now=now)
        settle_money(now=now)
        hand_in_for_missed(now=now)

    assert not Obligation.objects.exclude(amount=0).exists()
    assert accounts_to_pay(now) == []
    assert Submission.objects.get().desired == "undecided"
    assert not Submission.objects.done_here_not_there().exists()


def test_their_id_is_in_the_vault_alone(posting: Posting, client: Client) -> None:
    agree(client, link(posting, "4711"))

    assert external_id_of(Participant.objects.get()) == "4711"
    assert "4711" not in Submission.objects.get().external_id


def test_the_same_person_comes_back_to_their_session(posting: Posting, client: Client) -> None:
    agree(client, link(posting, "4711"))
    session = Session.objects.get()

    answer = client.get(link(posting, "4711"))

    assert answer["Location"].endswith(page_of(session))
    assert Submission.objects.count() == 1


def test_looking_makes_nothing_and_without_ids_everybody_is_somebody_new(posting: Posting, client: Client) -> None:
    client.get(link(posting))
    assert not Participant.objects.exists()

    for _ in range(2):
        agree(Client(), link(posting))

    assert Participant.objects.count() == Submission.objects.count() == 2


def test_our_door_counts_the_places(posting: Posting, client: Client) -> None:
    for person in ("1", "2"):
        agree(Client(), link(posting, person))

    answer = client.get(link(posting, "3"))

    assert "Every place of this link is taken" in answer.content.decode()
    assert Submission.objects.count() == 2


@pytest.mark.parametrize("wish", ["paused", "closed"])
def test_a_link_that_is_not_open_lets_nobody_new_in(posting: Posting, client: Client, wish: str) -> None:
    Posting.objects.update(desired=wish)

    assert client.get(link(posting, "3")).status_code == 403
    assert not Participant.objects.exists()


def test_what_is_desired_of_a_link_is_so_and_nobody_is_asked(posting: Posting) -> None:
    Posting.objects.update(observed="unknown", external_id="", look_at=None)
    posting.refresh_from_db()

    for wish, sight in (
        ("open", "open"),
        ("paused", "paused"),
        ("open", "open"),
        ("closed", "closed"),
        ("gone", "gone"),
    ):
        Posting.objects.update(desired=wish, retry_at=None)
        posting.refresh_from_db()
        assert carried_out(posting).observed == sight

    Account.objects.update(poll_due=None)
    assert due_accounts(timezone.now()) == []


def test_the_link_to_send_is_our_own_door(posting: Posting) -> None:
    assert door_of(posting).endswith(f"?posting={posting.uuid.hex}")


def test_people_may_be_owed_something_or_nothing() -> None:
    paid = Terms.parse({"title": "T", "description": "D", "reward": "1.00"})
    free = Terms.parse({"title": "T", "description": "D", "reward": "0"})

    assert problems_of(paid, platform="link", currency="EUR") == ()
    assert problems_of(free, platform="link", currency="EUR") == ()


def test_the_page_of_its_campaign_has_the_link_to_send(posting: Posting, client: Client) -> None:
    client.force_login(make_user("boss", is_superuser=True))

    assert door_of(posting) in client.get(reverse("crowd:campaign", args=[posting.campaign.uuid])).content.decode()


def test_a_campaign_by_link_goes_from_its_plan_to_its_goal_for_nothing() -> None:
    now, account = timezone.now(), make_account(platform="link", endpoint="")
    experiment = running(target=8)
    account.studies.add(experiment.study)
    draft = Draft({**make_terms(reward="0"), "round_size": 2}, 2)
    campaign = create_campaign(experiment, account, draft, by=None, now=now)
    plan = plan_of(campaign)
    publish_campaign(campaign, Confirmation(plan.total, plan.sha256), now=now)
    carry_out_account(account, clock=timezone.now, rng=np.random.default_rng(1))
    posting = Posting.objects.get()
    assert (plan.total, posting.observed, posting.desired_places) == (dollars("0"), "open", 2)

    for person in ("1", "2"):
        agree(Client(), link(posting, person))
    for session in Session.objects.all():
        finish(page_of(session))
    note_outcomes(now=timezone.now())
    settle_money(now=timezone.now())
    campaign.refresh_from_db()
    tend(campaign, now=timezone.now())
    carry_out_account(account, clock=timezone.now, rng=np.random.default_rng(1))

    campaign.refresh_from_db()
    posting.refresh_from_db()
    assert campaign.status in ("closed", "settled")
    assert posting.observed == "closed"
    assert settle_campaign(campaign, now=timezone.now()).status == "settled"


def test_the_command_and_the_api_tell_the_link_to_send(posting: Posting) -> None:
    campaign, out = posting.campaign, StringIO()
    call_command("campaign", "show", str(campaign.uuid), stdout=out)
    assert door_of(posting) in out.getvalue()

    out = StringIO()
    call_command("campaign", "show", str(campaign.uuid), "--json", stdout=out)
    assert json.loads(out.getvalue())["links"] == [door_of(posting)]
    Posting.objects.update(desired="closed")
    assert links_to_send(campaign) == []
