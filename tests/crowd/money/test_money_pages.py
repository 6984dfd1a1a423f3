"""The page of a campaign's money: seen by members, changed by owners through POSTs alone, with the typed total."""

from __future__ import annotations

import csv

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crowd.models import Campaign, Obligation, Payment
from crowd.reconcile.words import PaymentState
from crowd.services.approving import plan_of_payments
from crowd.services.obligations import debt_to, owe
from crowd.services.payments import approve_payment, move
from experiments.models import Role
from tests.crowd.factories import dollars
from tests.crowd.money.test_approving import NOW, campaign_of
from tests.factories import make_user
from tests.query_counts import reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Ten people, below fair pay, with a bonus each that waits for approval."""
    campaign = campaign_of([10] * 10)
    for base in Obligation.objects.filter(kind="base"):
        owe(debt_to(base.submission, "bonus", dollars("0.20")), at=NOW)  # type: ignore[arg-type]
    return campaign


def member(client: Client, campaign: Campaign, role: str) -> Client:
    user = make_user()
    campaign.experiment.study.memberships.create(user=user, role=role)
    client.force_login(user)
    return client


def page(campaign: Campaign, name: str = "money", *more: object) -> str:
    return reverse(f"crowd:{name}", args=[campaign.uuid, *more])


def unknown_payment() -> Payment:
    payment = approve_payment(Payment.objects.filter(obligation__kind="bonus")[0], by=None, at=NOW)
    payment.sent_at = NOW
    return move(move(payment, PaymentState.SENDING, at=NOW), PaymentState.UNKNOWN, at=NOW)


def test_it_tells_where_the_money_is_and_which_arm_earns_too_little(client: Client, campaign: Campaign) -> None:
    owner = member(client, campaign, Role.OWNER)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        text = owner.get(page(campaign)).content.decode()

    assert "Every cent accounted for" in text
    assert "is paid below what is fair" in text
    assert "Type <strong>2.40</strong> to send them" in text
    assert len(queries) <= reviewed("crowd: money of a campaign")


def test_the_campaigns_own_page_raises_the_alarm_too(client: Client, campaign: Campaign) -> None:
    text = member(client, campaign, Role.VIEWER).get(page(campaign, "campaign")).content.decode()

    assert "is paid below what is fair" in text
    assert page(campaign) in text


def test_who_may_not_spend_sees_it_without_a_button(client: Client, campaign: Campaign) -> None:
    text = member(client, campaign, Role.RESEARCHER).get(page(campaign)).content.decode()

    assert "An owner of the study may approve them" in text
    assert "to send them" not in text


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.ANALYST, Role.RESEARCHER])
def test_only_owners_let_money_go_out(client: Client, campaign: Campaign, role: str | None) -> None:
    if role:
        member(client, campaign, role)
    plan = plan_of_payments(campaign)
    payment = unknown_payment()
    sent = {"amount": str(plan.total), "sha256": plan.sha256}
    answers = [
        client.post(page(campaign, "approve_payments", "payments"), sent),
        client.post(page(campaign, "approve_payments", "top-up"), sent),
        client.post(page(campaign, "compare_money")),
        *(client.post(page(campaign, "steer_payment", payment.uuid, name)) for name in ("paid", "not-paid", "cancel")),
    ]

    assert {answer.status_code for answer in answers} == {403 if role else 302}
    assert Payment.objects.filter(state="approved").count() == 0
    assert Payment.objects.get(pk=payment.pk).state == PaymentState.UNKNOWN


def test_nothing_changes_on_a_get(client: Client, campaign: Campaign) -> None:
    owner, payment = member(client, campaign, Role.OWNER), unknown_payment()
    before = list(Payment.objects.order_by("pk").values())
    for address in (
        page(campaign),
        page(campaign, "payments_csv"),
        page(campaign, "approve_payments", "payments"),
        page(campaign, "compare_money"),
        page(campaign, "steer_payment", payment.uuid, "paid"),
    ):
        owner.get(address)

    assert list(Payment.objects.order_by("pk").values()) == before


def test_the_typed_total_lets_the_plan_go_out(client: Client, campaign: Campaign) -> None:
    owner, plan = member(client, campaign, Role.OWNER), plan_of_payments(campaign)

    wrong = owner.post(
        page(campaign, "approve_payments", "payments"), {"amount": "2.00", "sha256": plan.sha256}, follow=True
    )
    assert "nothing was done" in wrong.content.decode()
    assert not Payment.objects.filter(state="approved").exists()

    owner.post(page(campaign, "approve_payments", "payments"), {"amount": "2.40", "sha256": plan.sha256})
    assert Payment.objects.filter(state="approved", obligation__kind="bonus").count() == 10


def test_no_total_at_all_shows_the_page_again(client: Client, campaign: Campaign) -> None:
    answer = member(client, campaign, Role.OWNER).post(
        page(campaign, "approve_payments", "top-up"), {"amount": "a lot"}
    )

    assert answer.status_code == 422
    assert not Payment.objects.filter(state="approved").exists()


def test_of_an_unknown_payment_a_person_says_what_became_of_it(client: Client, campaign: Campaign) -> None:
    owner, payment = member(client, campaign, Role.OWNER), unknown_payment()
    text = owner.get(page(campaign)).content.decode()
    assert "unexplained" in text
    assert payment.reference in text

    owner.post(page(campaign, "steer_payment", payment.uuid, "not-paid"))
    payment.refresh_from_db()
    assert (payment.state, payment.sent_at) == (PaymentState.APPROVED, None)


@pytest.mark.parametrize("name", ["again", "cancel", "paid", "not-paid"])
def test_no_button_spends_or_settles_what_the_page_does_not_offer_it_for(
    client: Client, campaign: Campaign, name: str
) -> None:
    owner, payment = member(client, campaign, Role.OWNER), Payment.objects.filter(obligation__kind="bonus")[0]

    owner.post(page(campaign, "steer_payment", payment.uuid, name))

    payment.refresh_from_db()
    assert payment.state == PaymentState.PLANNED


def test_the_csv_has_every_payment_and_no_id_of_a_worker(client: Client, campaign: Campaign) -> None:
    answer = member(client, campaign, Role.ANALYST).get(page(campaign, "payments_csv"))
    text = b"".join(answer).decode()
    rows = list(csv.DictReader(text.splitlines()))

    assert len(rows) == Payment.objects.count() == 20
    assert {row["state"] for row in rows} == {"planned"}
    assert "A1" not in {row["participant"] for row in rows}
