"""Writing to people and blocking them through its doors: a page and the API; looking sends nothing, owners alone do."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crowd.models import Campaign, Errand, Submission
from experiments.models import Role
from tests.crowd.factories import make_account, make_campaign
from tests.crowd.test_review_pages import member, page
from tests.crowd.test_reviewing import worked
from tests.query_counts import reviewed
from tests.studies import running

pytestmark = pytest.mark.django_db
WORDS = {"kind": "message", "subject": "Part two", "text": "The second part\nis open."}
WHY = "Shared one assignment with others."


@pytest.fixture
def campaign() -> Campaign:
    """Two who handed something in."""
    campaign = make_campaign(running(target=40))
    worked(campaign), worked(campaign)
    return campaign


def sent(text: str, **more: str) -> dict[str, str]:
    """What the plan's form holds, with what is typed."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    words = re.search(r"<textarea name=\"text\"[^>]*>\n(.*?)</textarea>", text, re.S)
    assert words is not None
    return {**hidden, "text": unescape(words[1])} | more


def test_a_message_is_planned_then_confirmed_by_its_words(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    planned = owner.post(page(campaign, "plan_errand"), {**WORDS, "show": "all"}).content.decode()
    assert "Type <strong>message 2</strong>" in planned
    assert not Errand.objects.exists()

    wrong = owner.post(page(campaign, "confirm_errand"), sent(planned, typed="message"), follow=True)
    assert "nothing was done" in wrong.content.decode()
    assert not Errand.objects.exists()

    done = owner.post(page(campaign, "confirm_errand"), sent(planned, typed="message 2"), follow=True)
    assert "Ordered for 2 people" in done.content.decode()
    assert set(Errand.objects.values_list("state", "subject", "text")) == {("planned", "Part two", WORDS["text"])}
    assert {str(pk) for pk in Errand.objects.values_list("by", flat=True)} == {owner.session["_auth_user_id"]}


def test_who_is_ticked_on_review_is_written_to_alone(client: Client, campaign: Campaign) -> None:
    owner, one = member(client, campaign, Role.OWNER), Submission.objects.latest("pk")
    form = owner.post(page(campaign, "write_to_people"), {"submission": str(one.uuid)}).content.decode()
    assert "1 person ticked" in form

    asked = {"kind": "block", "text": WHY, "submission": str(one.uuid)}
    planned = owner.post(page(campaign, "plan_errand"), asked).content.decode()
    owner.post(page(campaign, "confirm_errand"), sent(planned, typed="block 1"))
    assert Errand.objects.get().participant_id == one.participant_id


def test_a_block_is_lifted_from_the_list(client: Client, campaign: Campaign) -> None:
    owner, one = member(client, campaign, Role.OWNER), Submission.objects.latest("pk")
    planned = owner.post(page(campaign, "plan_errand"), {"kind": "block", "text": WHY, "submission": str(one.uuid)})
    owner.post(page(campaign, "confirm_errand"), sent(planned.content.decode(), typed="block 1"))
    Errand.objects.update(state="done")
    listed = owner.get(page(campaign, "people")).content.decode()
    assert f'name="submission" value="{one.uuid}"' in listed

    asked = {"kind": "unblock", "text": "It was our mistake.", "submission": str(one.uuid)}
    planned = owner.post(page(campaign, "plan_errand"), asked)
    owner.post(page(campaign, "confirm_errand"), sent(planned.content.decode(), typed="unblock 1"))
    assert Errand.objects.filter(kind="unblock", state="planned").exists()


def test_too_few_words_come_back_with_what_was_typed(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    for asked, said in (
        ({**WORDS, "show": ""}, "Choose who is meant"),
        ({**WORDS, "show": "all", "text": "Hi"}, "10 to 4,096"),
        ({**WORDS, "show": "all", "subject": " "}, "needs a subject"),
    ):
        answer = owner.post(page(campaign, "plan_errand"), asked)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
        assert 'value="Part two"' in answer.content.decode() or asked["subject"] == " "
    assert not Errand.objects.exists()


def test_an_unknown_one_is_decided_by_a_button(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    planned = owner.post(page(campaign, "plan_errand"), {**WORDS, "show": "all"}).content.decode()
    owner.post(page(campaign, "confirm_errand"), sent(planned, typed="message 2"))
    row = Errand.objects.latest("pk")
    Errand.objects.filter(pk=row.pk).update(state="unknown", trouble="It may have been sent, or not.")
    assert "1 message of which nobody knows" in owner.get(page(campaign, "campaign")).content.decode()
    assert "It arrived" in owner.get(page(campaign, "people") + "?state=unknown").content.decode()

    owner.post(page(campaign, "decide_errand", row.uuid, "done"))
    row.refresh_from_db()
    assert row.state == "done"
    late = owner.post(page(campaign, "decide_errand", row.uuid, "again"), follow=True)
    assert "nothing was done" in late.content.decode()
    row.refresh_from_db()
    assert row.state == "done"


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.ANALYST, Role.RESEARCHER])
def test_only_owners_write_and_block(client: Client, campaign: Campaign, role: str | None) -> None:
    if role:
        member(client, campaign, role)
    for name in ("write_to_people", "plan_errand", "confirm_errand"):
        client.post(page(campaign, name), {**WORDS, "show": "all", "typed": "message 2", "sha256": "0" * 64})
    assert not Errand.objects.exists()


def test_a_platform_that_knows_no_letters_says_so(client: Client) -> None:
    campaign = make_campaign(running(target=40), make_account(platform="link"))
    owner = member(client, campaign, Role.OWNER)
    text = owner.get(page(campaign, "people")).content.decode()
    assert "can neither write to people nor block them" in text
    assert "Show whom it reaches" not in text


def test_the_page_costs_the_reviewed_queries(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    planned = owner.post(page(campaign, "plan_errand"), {**WORDS, "show": "all"}).content.decode()
    owner.post(page(campaign, "confirm_errand"), sent(planned, typed="message 2"))
    owner.get(page(campaign, "people"))
    with CaptureQueriesContext(connection) as queries:
        owner.get(page(campaign, "people"))
    assert len(queries) <= reviewed("crowd: messages and blocks")


def test_the_api_plans_orders_lists_and_decides(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    base = f"/api/v1/experiments/{campaign.experiment.slug}/campaigns/{campaign.uuid}/errands/"
    asked = {**WORDS, "show": "all"}
    plan = owner.post(f"{base}plan/", asked, content_type="application/json").json()
    assert (plan["people"], plan["confirm_with"]) == (2, "message 2")
    assert "may refuse to deliver" in plan["recipients"][0]["note"]

    meant = {**asked, "confirm": "message 2", "sha256": plan["sha256"]}
    assert owner.post(base, meant, content_type="application/json").json() == {"ordered": 2}
    assert owner.post(base, meant, content_type="application/json").json()["code"] == "not-confirmed"

    first = owner.get(f"{base}?state=planned&limit=1").json()["results"][0]
    off = owner.post(f"{base}{first['id']}/decide/", {"decision": "off"}, content_type="application/json").json()
    assert off["state"] == "off"
    late = owner.post(f"{base}{first['id']}/decide/", {"decision": "done"}, content_type="application/json")
    assert late.status_code == 409
