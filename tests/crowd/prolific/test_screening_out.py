"""Screen-outs that terms leave to Prolific: paid by it, at once and once, by the code that people bring along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crowd.codes import codes_of
from crowd.models import Obligation, Payment, Posting, Submission
from crowd.planning.checking import problems_of
from crowd.reads.budgets import room_of
from crowd.reads.campaigns import standing_of
from crowd.reads.money import report_of
from crowd.services.approving import plan_of_payments
from crowd.standin.control_client import Control
from crowd.terms import Terms
from experiments.types import Json
from participants.models import Session
from tests.crowd.factories import dollars, make_terms
from tests.crowd.prolific.house import House, Visitor, house_at

pytestmark = pytest.mark.django_db
RULES: dict[str, Json] = {"screened_out": {"share": "0.25"}}
THERE: dict[str, Json] = {"screen_out_slots": 20}


@pytest.fixture
def house(db: None, standin: Control) -> House:
    """With rules by which whatever follows from the terms is approved."""
    return house_at(standin, goal=2, pay_rules=RULES, platform=THERE, auto_approve=True)


def screened_out(house: House, posting: Posting) -> tuple[Visitor, str]:
    """Somebody who does not qualify; the address of their pages."""
    visitor = house.visitor()
    pages = visitor.come_in(visitor.take_part(posting.external_id))
    newest = Session.objects.latest("pk")
    Session.objects.filter(pk=newest.pk).update(status="screened_out", ended_at=house.now())
    return visitor, pages


def test_the_code_of_a_screen_out_pays_it_there_and_nothing_is_sent_besides(house: House) -> None:
    posting = house.publish()
    visitor, pages = screened_out(house, posting)
    visitor.hand_in(visitor.end(pages))
    for _ in range(3):
        house.go_round()

    assert house.totals() == {"reward": "0.25", "reward fee": "0.11"}
    payment = Payment.objects.get()
    assert (payment.obligation.kind, payment.state) == ("screen_out", "confirmed")
    assert Submission.objects.get().observed == "screened_out"
    assert report_of(house.campaign).is_balanced


def test_their_place_and_what_is_left_of_its_money_are_the_next_ones(house: House) -> None:
    posting = house.publish()
    before = room_of(house.campaign.experiment.study)
    visitor, pages = screened_out(house, posting)
    visitor.hand_in(visitor.end(pages))
    for _ in range(3):
        house.go_round()

    after = room_of(house.campaign.experiment.study)
    assert (after.spent, after.held) == (dollars("0.36"), before.held - dollars("0.36"))
    assert standing_of(house.campaign, now=house.now()).waiting == 2


def test_until_prolific_has_looked_at_the_code_nobody_sends_it_as_a_bonus(house: House) -> None:
    posting = house.publish()
    screened_out(house, posting)
    house.go_round()
    assert (Payment.objects.get().state, plan_of_payments(house.campaign).payments) == ("planned", ())

    Submission.objects.update(observed="submitted")
    house.send()
    assert (Payment.objects.get().state, plan_of_payments(house.campaign).payments) == ("planned", ())
    assert house.totals() == {}


def test_who_never_goes_back_with_the_code_is_paid_by_a_bonus(house: House) -> None:
    posting = house.publish()
    screened_out(house, posting)
    house.go_round()
    house.wait(timedelta(hours=2).total_seconds())
    for _ in range(3):
        house.go_round()

    assert house.totals() == {"bonus": "0.25", "bonus fee": "0.11"}
    assert Obligation.objects.count() == 1


def test_without_slots_the_place_is_given_back_and_the_code_pays_nothing(standin: Control) -> None:
    house = house_at(standin, goal=2, pay_rules=RULES)
    posting = house.publish()
    visitor, pages = screened_out(house, posting)

    text = visitor.ours.get(pages).content.decode()
    assert "Please return your submission" in text
    assert codes_of(posting)["screened_out"] not in text


@pytest.mark.parametrize(
    ("platform", "rules", "slots"),
    [
        ("prolific", {}, 20),
        ("prolific", {"screened_out": {"share": "1"}}, 20),
        ("prolific", {"screened_out": {"share": "0.5", "pro_rata": True}}, 20),
        ("prolific", RULES, 0),
        ("mturk", RULES, 20),
    ],
)
def test_what_it_cannot_pay_is_refused_when_it_is_drafted(platform: str, rules: dict[str, Json], slots: int) -> None:
    terms = Terms.parse(make_terms(pay_rules=rules, platform={"screen_out_slots": slots}))
    found = problems_of(terms, platform=platform, currency="USD")
    assert [problem.path for problem in found] == ["platform.screen_out_slots"]
