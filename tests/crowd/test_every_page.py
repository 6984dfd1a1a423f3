"""Every page of recruiting, looked at by whoever may do all, or posted to by whoever may not, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from crowd.models import Campaign, Errand, Payment, Review
from crowd.services.obligations import debt_to, owe
from crowd.urls import urlpatterns
from crowd.views.steering import BUTTONS
from experiments.models import Membership, Role
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting, make_submission
from tests.factories import make_user
from tests.participants.test_link_scanners import everything

pytestmark = pytest.mark.django_db
NAMES = {
    "approve_payments": ("payments", "top-up"),
    "steer_payment": ("paid", "not-paid"),
    "review_rule": ("on",),
    "second_review": ("agree", "take-back"),
    "decide_errand": ("done", "again"),
    "campaign_action": tuple(BUTTONS),
}
"""Route > what its last part may say."""
ANY = {"submission": "", "kind": "message", "text": "The second part is open.", "subject": "Part two", "how": "Cash."}


@pytest.fixture
def campaign() -> Campaign:
    """Of somebody's study, with one of everything."""
    return filled("mturk")


def filled(platform: str) -> Campaign:
    campaign, now = make_campaign(account=make_account(platform=platform)), timezone.now()
    mine = make_submission(make_posting(campaign), observed="submitted")
    payment = owe(debt_to(mine, "bonus", dollars("0.50")), at=now).payment
    Payment.objects.filter(pk=payment.pk).update(state="unknown", sent_at=now)
    Errand.objects.create(
        campaign=campaign, participant=mine.participant, kind="message", text="…", key="k", state="unknown", at=now
    )
    Review.objects.create(campaign=campaign, decision="reject", status="proposed", total=0, sha256="0", at=now)
    return campaign


def addresses(campaign: Campaign, rows: Campaign | None = None) -> Iterator[str]:
    """Of every page. rows: whose payments, letters and reviews are named instead of the campaign's own."""
    rows = rows or campaign
    ids = {
        "campaign": campaign.uuid,
        "account": campaign.account.uuid,
        "payment": Payment.objects.get(obligation__campaign=rows).uuid,
        "errand": Errand.objects.get(campaign=rows).uuid,
        "review": Review.objects.get(campaign=rows).uuid,
    }
    slugs = {"study_money": campaign.experiment.study.slug}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        wanted = set(pattern.pattern.converters)
        known = {**ids, "slug": slugs.get(str(pattern.name), campaign.experiment.slug)}
        for name in NAMES[str(pattern.name)] if "name" in wanted else ("",):
            yield reverse(f"crowd:{pattern.name}", kwargs={key: {**known, "name": name}[key] for key in wanted})


def signed_in(campaign: Campaign, role: Role | None) -> Client:
    client, user = Client(), make_user()
    if role:
        Membership.objects.create(study=campaign.experiment.study, user=user, role=role)
    client.force_login(user)
    return client


def test_an_owner_who_only_looks_changes_nothing(campaign: Campaign) -> None:
    owner = signed_in(campaign, Role.OWNER)
    before = everything()

    answers = {address: owner.get(address).status_code for address in addresses(campaign)}
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    assert 200 in answers.values()
    assert everything() == before


@pytest.mark.parametrize("who", ["nobody", "stranger", "viewer"])
def test_whoever_may_not_changes_nothing_by_any_button(campaign: Campaign, who: str) -> None:
    client = Client() if who == "nobody" else signed_in(campaign, Role.VIEWER if who == "viewer" else None)
    before = everything()

    for address in addresses(campaign):
        assert client.post(address, ANY).status_code < 500, address
    assert everything() == before


def test_rows_of_another_study_are_not_reached_through_ones_own(campaign: Campaign) -> None:
    owner, theirs = signed_in(campaign, Role.OWNER), filled("mturk")
    mine = [address for address in addresses(campaign, theirs) if any(str(each) in address for each in ids_of(theirs))]
    before = everything()

    assert mine
    for address in mine:
        assert owner.post(address, ANY).status_code < 500, address
    assert everything() == before


def ids_of(campaign: Campaign) -> list[object]:
    rows = (
        Payment.objects.filter(obligation__campaign=campaign),
        *(model.objects.filter(campaign=campaign) for model in (Errand, Review)),
    )
    return [each.uuid for some in rows for each in some]
