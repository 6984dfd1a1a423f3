"""What no platform pays has an end: a person says that it was paid, how and when, and it is booked once."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from crowd.errors import NotConfirmed
from crowd.models import Campaign, Obligation, Payment, Submission
from crowd.reads.budgets import room_of
from crowd.reads.differences import differences
from crowd.reads.money import report_of
from crowd.services.approving import Confirmed, plan_of_payments
from crowd.services.noting_outcomes import note_outcomes
from crowd.services.obligations import debt_to, owe
from crowd.services.paying_elsewhere import pay_elsewhere, plan_elsewhere
from crowd.services.payments import approve_payment
from crowd.services.sending import accounts_to_pay
from crowd.services.settling import settle_money
from experiments.errors import BadValue
from experiments.models import Role
from participants.models import Session
from tests.crowd.arriving import agree, finish, page_of
from tests.crowd.factories import dollars, make_account, make_campaign, make_posting, make_submission
from tests.crowd.money.test_money_pages import member, page
from tests.crowd.test_plain_link import link
from tests.factories import make_user
from tests.studies import running

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOW = "Vouchers by e-mail."


@pytest.fixture
def by_link() -> Campaign:
    """Somebody completed who came by a plain link that offers 5.00."""
    account = make_account(platform="link", endpoint="")
    campaign = make_campaign(running(target=8), account, terms={"reward": "5.00"})
    posting = make_posting(campaign, desired="open", observed="open", external_id="link")
    agree(Client(), link(posting, "4711"))
    finish(page_of(Session.objects.get()))
    sweep()
    return campaign


def sweep() -> None:
    for _ in range(2):
        note_outcomes(now=timezone.now())
        settle_money(now=timezone.now())


def confirmed(campaign: Campaign, total: str = "") -> Confirmed:
    plan = plan_elsewhere(campaign)
    return Confirmed(dollars(total) if total else plan.total, plan.sha256, by=make_user("ada"))


def test_who_completed_by_a_link_is_owed_the_reward_and_nobody_says_that_it_is_paid(by_link: Campaign) -> None:
    payment = Payment.objects.get()

    assert (payment.obligation.kind, payment.obligation.amount, payment.state) == ("base", dollars("5.00"), "planned")
    assert (payment.fee, accounts_to_pay(NOW)) == (dollars("0.00"), [])
    assert not plan_of_payments(by_link).payments


def test_it_is_marked_as_paid_with_who_how_and_when_and_booked_once(by_link: Campaign) -> None:
    meant = confirmed(by_link)
    assert pay_elsewhere(by_link, meant, HOW, at=NOW) == 1

    payment, room, report = Payment.objects.get(), room_of(by_link.experiment.study), report_of(by_link)
    assert (payment.state, payment.elsewhere, payment.confirmed_at) == ("confirmed", HOW, NOW)
    assert payment.approved_by is not None
    assert (payment.approved_by.username, payment.approved_at) == ("ada", NOW)
    assert (room.spent, report.is_balanced) == (dollars("5.00"), True)
    with pytest.raises(NotConfirmed):
        pay_elsewhere(by_link, meant, HOW, at=NOW)
    assert room_of(by_link.experiment.study).spent == dollars("5.00")


def test_another_total_or_no_word_on_how_marks_nobody(by_link: Campaign) -> None:
    with pytest.raises(NotConfirmed, match=r"5\.00"):
        pay_elsewhere(by_link, confirmed(by_link, "4.00"), HOW, at=NOW)
    with pytest.raises(BadValue, match="how they were paid"):
        pay_elsewhere(by_link, Confirmed(dollars("5.00"), plan_elsewhere(by_link).sha256, make_user()), " ", at=NOW)
    assert Payment.objects.get().state == "planned"


def test_an_early_end_by_a_link_is_owed_its_part() -> None:
    account = make_account(platform="link", endpoint="")
    terms = {"reward": "5.00", "pay_rules": {"no_consent": {"share": "0.2"}, "returned": {"share": "0.2"}}}
    campaign = make_campaign(running(target=8), account, terms=terms)  # type: ignore[arg-type]  # terms by name
    posting = make_posting(campaign, desired="open", observed="open", external_id="link")
    agree(Client(), link(posting, "4711"))
    Session.objects.update(status="returned", ended_at=NOW)
    sweep()

    assert [(each.kind, each.amount) for each in Obligation.objects.all()] == [("partial", dollars("1.00"))]
    assert len(plan_elsewhere(campaign).payments) == 1


def wayless() -> Payment:
    """A bonus that a person approved, of somebody who never handed in at Mechanical Turk."""
    work = make_submission(observed="timed_out", outcome="timed_out")
    debt = debt_to(work, Obligation.Kind.BONUS, dollars("0.50"), reason="For your trouble.")
    return approve_payment(owe(debt, at=NOW).payment, by=None, at=NOW)


def lines(payment: Payment) -> list[tuple[str, str]]:
    campaigns = Campaign.objects.filter(pk=payment.obligation.campaign_id)
    return [(line.subject, line.difference.kind) for line in differences(campaigns, NOW)]


def test_a_bonus_of_somebody_who_never_handed_in_stands_in_the_differences_with_what_to_do() -> None:
    payment = wayless()
    campaigns = Campaign.objects.filter(pk=payment.obligation.campaign_id)
    (line,) = differences(campaigns, NOW)

    assert (line.subject, line.difference.kind) == (f"payment:{payment.uuid}", "payment_without_way")
    assert "pay it by hand and mark it" in line.difference.advice
    Submission.objects.update(observed="submitted")
    assert ("payment_without_way" in str(lines(payment)), accounts_to_pay(NOW) != []) == (False, True)


def test_it_ends_by_being_marked_as_paid_or_called_off(client: Client) -> None:
    payment = wayless()
    campaign = payment.obligation.campaign
    owner = member(client, campaign, Role.OWNER)
    assert "No platform can pay this" in owner.get(page(campaign)).content.decode()

    owner.post(page(campaign, "steer_payment", payment.uuid, "cancel"))
    payment.refresh_from_db()
    assert payment.state == "cancelled"
    assert not lines(payment)


def test_what_got_work_to_be_paid_through_meanwhile_is_not_marked_too() -> None:
    payment = wayless()
    campaign = payment.obligation.campaign
    meant = confirmed(campaign)
    Submission.objects.update(observed="submitted")

    with pytest.raises(NotConfirmed):
        pay_elsewhere(campaign, meant, HOW, at=NOW)
    payment.refresh_from_db()
    assert (payment.state, payment.elsewhere) == ("approved", "")


def test_base_pay_of_a_platform_is_never_marked_by_hand() -> None:
    work = make_submission(observed="submitted", outcome="completed", done_at=NOW, submitted_at=NOW)
    settle_money(now=NOW)
    assert Payment.objects.get().obligation.kind == "base"
    assert not plan_elsewhere(work.posting.campaign).payments


def test_owners_mark_on_the_page_by_its_total_and_others_cannot(client: Client, by_link: Campaign) -> None:
    sent = {"payment": str(Payment.objects.get().uuid), "how": HOW, "amount": "5.00", "sha256": "0" * 64}
    researcher = member(Client(), by_link, Role.RESEARCHER)
    assert researcher.post(page(by_link, "confirm_by_hand"), sent).status_code == 403
    owner = member(client, by_link, Role.OWNER)
    planned = owner.post(page(by_link, "plan_by_hand"), sent).content.decode()
    assert "Type <strong>5.00</strong> to mark them as paid" in planned
    assert Payment.objects.get().state == "planned"

    owner.post(page(by_link, "confirm_by_hand"), {**sent, "sha256": plan_elsewhere(by_link).sha256})
    assert Payment.objects.get().state == "confirmed"
    assert HOW in owner.get(page(by_link)).content.decode()


def test_the_api_lists_and_marks_them(client: Client, by_link: Campaign) -> None:
    owner = member(client, by_link, Role.OWNER)
    address = f"/api/v1/experiments/{by_link.experiment.slug}/campaigns/{by_link.uuid}/payments/by-hand/"
    plan = owner.get(address).json()
    assert (len(plan["payments"]), plan["total"]) == (1, "5.00")
    assert owner.get(f"{address}?payments=nonsense").json()["code"] == "bad-value"

    sent = {"how": HOW, "total": plan["total"], "sha256": plan["sha256"], "payments": [plan["payments"][0]["id"]]}
    assert owner.post(address, sent, content_type="application/json").json() == {"paid": 1}
    assert owner.post(address, sent, content_type="application/json").json()["code"] == "not-confirmed"


def test_the_command_shows_before_it_marks(by_link: Campaign) -> None:
    make_user("ada")
    out = StringIO()
    call_command("money", "by-hand", str(by_link.uuid), stdout=out)
    assert "1 payments, 5.00" in out.getvalue()
    with pytest.raises(CommandError, match="--by"):
        call_command("money", "by-hand", str(by_link.uuid), "--total", "5.00", stdout=out)
    assert Payment.objects.get().state == "planned"

    call_command("money", "by-hand", str(by_link.uuid), "--how", HOW, "--total", "5.00", "--by", "ada", stdout=out)
    assert Payment.objects.get().elsewhere == HOW


def test_the_fee_that_was_held_for_the_platform_is_free_again() -> None:
    payment = wayless()
    campaign = payment.obligation.campaign
    study = campaign.experiment.study
    assert room_of(study).held == dollars("0.60")

    pay_elsewhere(campaign, confirmed(campaign), HOW, at=NOW)
    room = room_of(study)
    assert (room.held, room.spent) == (dollars("0.00"), dollars("0.50"))
