"""Who comes from a platform: a preview makes nothing, an accept makes one claim and one session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crowd import sites
from crowd.models import Obligation, Submission
from experiments.models import Event, Unit
from participants.models import Participant, Session, VaultEntry
from tests.crowd.arriving import WORKER, agree, come_in, finish, form_of, link, offered, page_of, preview
from tests.crowd.factories import dollars
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db


def nothing_was_made() -> bool:
    return not (Participant.objects.exists() or Session.objects.exists() or Submission.objects.exists())


def test_a_preview_makes_nothing_and_cannot_be_agreed_to(client: Client) -> None:
    posting = offered()

    html = client.get(preview(posting)).content.decode()
    posted = client.post(preview(posting), {"entry_key": "k", "consent": "1", "decision": "agree"})

    assert "This is a preview" in html
    assert "<form" not in html
    assert posted.status_code == 409
    assert nothing_was_made()
    assert not Unit.objects.exists()


def test_looking_at_an_accepted_place_makes_nothing(client: Client) -> None:
    posting = offered()

    for _ in range(3):
        assert client.get(link(posting)).status_code == 200

    assert nothing_was_made()


def test_who_accepts_and_agrees_has_one_claim_and_one_session(client: Client) -> None:
    posting = offered()

    assert agree(client, link(posting)).status_code == 303

    submission = Submission.objects.get()
    assert (submission.posting, submission.external_id) == (posting, "3ASSIGNMENT1")
    assert submission.session == Session.objects.get()
    assert submission.participant == Session.objects.get().participant
    assert Session.objects.get().came_by == "mturk"
    assert Event.objects.filter(kind="submission.accepted").count() == 1


def test_the_workers_id_is_in_the_vault_and_in_no_page(client: Client) -> None:
    posting = offered()
    door = client.get(link(posting)).content.decode()

    page = client.get(agree(client, link(posting))["Location"]).content.decode()

    assert WORKER not in door + page
    assert VaultEntry.objects.count() == 1
    assert not any(WORKER in str(row) for row in [*Submission.objects.values(), *Event.objects.values()])


def test_opening_the_work_again_leads_back_to_the_same_page(client: Client) -> None:
    posting = offered()
    where = agree(client, link(posting))["Location"]

    again = Client().get(link(posting))

    assert (again.status_code, again["Location"]) == (302, where)
    assert Submission.objects.count() == 1


def test_a_form_whose_seal_was_changed_is_refused(client: Client) -> None:
    posting = offered()

    response = client.post(
        link(posting).split("?")[0], {"arrival": "forged", "entry_key": "k", "consent": "1", "decision": "agree"}
    )

    assert response.status_code == 410
    assert nothing_was_made()


@pytest.mark.parametrize(
    "site", ["https://evil.example", "https://www.mturk.com.evil.example", "http://127.0.0.1:10/", "javascript:1"]
)
def test_a_frame_of_another_site_than_the_accounts_is_refused(client: Client, site: str) -> None:
    response = client.get(link(offered(), submit_to=site))

    assert response.status_code == 403
    assert nothing_was_made()


@pytest.mark.parametrize(("worker", "claim"), [("A" * 65, "3X"), ("A1", "3" * 65), ("A" * 5000, "3X")])
def test_ids_longer_than_any_platform_has_are_refused(client: Client, worker: str, claim: str) -> None:
    assert client.get(link(offered(), worker=worker, claim=claim)).status_code == 403
    assert nothing_was_made()


@pytest.mark.parametrize("worker", ["A1\x00B", "A1\n", "<script>", "' OR 1=1"])
def test_ids_that_are_none_break_nothing(client: Client, worker: str) -> None:
    posting = offered()

    assert agree(client, link(posting, worker=worker, claim=f"3{worker}")).status_code == 303
    assert client.get(link(posting, worker=worker, claim=f"3{worker}")).status_code == 302


def test_a_claim_to_a_place_that_was_never_offered_is_refused(client: Client) -> None:
    posting, other = offered(), offered()
    address = link(posting).replace(str(posting.uuid), str(other.uuid))

    assert client.get(address).status_code == 403
    assert nothing_was_made()


def test_who_declines_is_told_to_return_the_place_and_nothing_of_them_is_kept(client: Client) -> None:
    posting = offered()

    html = agree(client, link(posting), decision="decline").content.decode()

    assert "return this HIT" in html
    assert nothing_was_made()


def test_who_declines_where_that_is_paid_is_owed_it_once(client: Client) -> None:
    posting = offered(pay_rules={"no_consent": {"share": "0.1"}})

    for _ in range(2):
        html = agree(client, link(posting), decision="decline").content.decode()

    assert "You will receive 0.10" in html
    assert Submission.objects.get().outcome == Submission.Outcome.NO_CONSENT
    assert [owed.amount for owed in Obligation.objects.all()] == [dollars("0.10")]
    assert not Session.objects.exists()


def test_who_finds_the_study_full_is_told_to_return_the_place(client: Client) -> None:
    posting = offered(target=1)
    come_in(posting)

    response = agree(client, link(posting, worker="A2", claim="3ASSIGNMENT2"))

    assert response.status_code == 409
    assert "return this HIT" in response.content.decode()
    assert Submission.objects.get(external_id="3ASSIGNMENT2").outcome == Submission.Outcome.QUOTA_FULL
    assert Session.objects.count() == 1


def test_the_page_may_be_framed_by_the_stand_in_of_an_account(client: Client) -> None:
    posting = offered()
    sites._framing_sites.cache_clear()

    response = client.get(link(posting))

    assert "http://127.0.0.1:9" in response["Content-Security-Policy"].split("frame-ancestors")[1]
    assert "X-Frame-Options" not in response
    assert not response.cookies


def test_coming_in_and_handing_over_cost_the_reviewed_queries(client: Client) -> None:
    posting = offered()
    finish(page_of(come_in(posting, worker="A9FIRST", claim="3WARM")))  # reads the version and its measures, once
    steps: dict[str, Callable[[], object]] = {
        "crowd: the door, accepted": lambda: client.get(link(posting)),
        "crowd: coming in": lambda: client.post(link(posting).split("?")[0], {**form, "decision": "agree"}),
        "crowd: the door, again": lambda: client.get(link(posting)),
        "crowd: the last page": lambda: client.get(page_of(Session.objects.latest("pk"))),
    }
    form = form_of(client.get(link(posting)).content.decode())

    for name, step in steps.items():
        if name == "crowd: the last page":
            finish(page_of(Session.objects.latest("pk")))
        with CaptureQueriesContext(connection) as queries:
            step()
        assert len(queries) <= reviewed(name), name
