"""Review through its doors: a page, the API and a command; looking decides nothing, and owners alone decide."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.models import Campaign, Review, Submission
from experiments.models import Role
from tests.crowd.factories import make_campaign
from tests.crowd.test_reviewing import WHY, wishes, worked
from tests.factories import make_user
from tests.query_counts import reviewed
from tests.studies import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Two who passed and one who missed a check."""
    campaign = make_campaign(running(target=40))
    worked(campaign), worked(campaign), worked(campaign, checks_failed=1)
    return campaign


def member(client: Client, campaign: Campaign, role: str) -> Client:
    user = make_user()
    campaign.experiment.study.memberships.create(user=user, role=role)
    client.force_login(user)
    return client


def page(campaign: Campaign, name: str = "review", *more: object) -> str:
    return reverse(f"crowd:{name}", args=[campaign.uuid, *more])


def sent(text: str, **more: str) -> dict[str, str]:
    """What the plan's form holds, with what is typed."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)) | more


def test_it_lists_who_waits_and_what_is_known_in_few_queries(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    with CaptureQueriesContext(connection) as queries:
        text = owner.get(page(campaign)).content.decode()

    assert text.count('name="submission"') == 3
    assert "Missed 1 of the checks" in text
    assert len(queries) <= reviewed("crowd: review of a campaign")


def test_a_whole_list_is_planned_and_confirmed_by_its_total(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    planned = owner.post(page(campaign, "plan_review"), {"decision": "approve", "show": "passed"}).content.decode()
    assert "Type <strong>2.40</strong>" in planned
    assert wishes() == ["undecided"] * 3

    wrong = owner.post(page(campaign, "confirm_review"), sent(planned, typed="2.41"), follow=True)
    assert "nothing was done" in wrong.content.decode()
    assert wishes() == ["undecided"] * 3

    done = owner.post(page(campaign, "confirm_review"), sent(planned, typed="2.40"), follow=True)
    assert "Decided about 2 people" in done.content.decode()
    assert wishes() == ["approved", "approved", "undecided"]


def test_a_rejection_without_a_reason_has_no_plan(client: Client, campaign: Campaign) -> None:
    owner, one = member(client, campaign, Role.OWNER), Submission.objects.latest("pk")
    asked = {"decision": "reject", "submission": str(one.uuid)}
    assert "takes a reason" in owner.post(page(campaign, "plan_review"), asked, follow=True).content.decode()

    planned = owner.post(page(campaign, "plan_review"), {**asked, "reason": WHY}).content.decode()
    owner.post(page(campaign, "confirm_review"), sent(planned, typed="reject 1"))
    assert wishes() == ["undecided", "undecided", "rejected"]


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.ANALYST, Role.RESEARCHER])
def test_only_owners_decide(client: Client, campaign: Campaign, role: str | None) -> None:
    if role:
        member(client, campaign, role)
    asked = {"decision": "approve", "show": "passed", "typed": "2.40", "sha256": "0" * 64}
    addresses = (page(campaign, "plan_review"), page(campaign, "confirm_review"), page(campaign, "review_rule", "on"))
    for address in addresses:
        client.post(address, asked)

    campaign.refresh_from_db()
    assert (wishes(), campaign.review_rule) == (["undecided"] * 3, "")
    assert not Review.objects.exists()


def test_nothing_changes_on_a_get(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    before = list(Submission.objects.order_by("pk").values())
    for address in (
        *(page(campaign) + f"?show={name}" for name in ("waiting", "look", "all", "nonsense")),
        page(campaign, "plan_review"),
        page(campaign, "confirm_review"),
        page(campaign, "review_rule", "on"),
    ):
        owner.get(address)
    for name in ("plan_review", "confirm_review"):
        assert owner.get(page(campaign, name))["Location"] == page(campaign)

    assert list(Submission.objects.order_by("pk").values()) == before


def test_the_api_plans_confirms_and_tells_what_was_decided(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    base = f"/api/v1/experiments/{campaign.experiment.slug}/campaigns/{campaign.uuid}/"
    asked = {"decision": "approve", "show": "passed", "message": "Thank you."}
    plan = owner.post(f"{base}reviews/plan/", asked, content_type="application/json").json()
    assert (plan["people"], plan["confirm_with"]) == (2, "2.40")

    meant = {**asked, "confirm": "2.40", "sha256": plan["sha256"]}
    assert owner.post(f"{base}reviews/", meant, content_type="application/json").status_code == 201
    assert owner.post(f"{base}reviews/", meant, content_type="application/json").json()["code"] == "not-confirmed"

    (told,) = owner.get(f"{base}reviews/").json()["reviews"]
    assert (told["decision"], len(told["submissions"]), told["total"]) == ("approve", 2, "2.40")
    assert owner.get(f"{base}submissions/?show=decided").json()["lists"]["decided"] == 2
    assert owner.post(f"{base}review-rule/", {"is_on": True}, content_type="application/json").json()["is_on"]


def test_the_command_plans_first_and_does_what_is_confirmed(campaign: Campaign) -> None:
    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("review_campaign", str(campaign.uuid), *arguments, stdout=out)
        return out.getvalue()

    assert "waiting 3" in run()
    assert "--confirm “2.40”" in run("approve", "--show", "passed")
    assert wishes() == ["undecided"] * 3
    with pytest.raises(CommandError, match=r"2\.40"):
        run("approve", "--show", "passed", "--confirm", "yes")

    assert json.loads(run("approve", "--show", "passed", "--confirm", "2.40", "--json"))["total"] == "2.40"
    assert wishes() == ["approved", "approved", "undecided"]
    assert "approve" in run("history")
