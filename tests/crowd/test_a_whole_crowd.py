"""A crowd with every bad habit, on a platform that loses replies, throttles and fails: everybody is paid, once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from crowd.models import Campaign, Obligation, Payment, Posting, Submission
from crowd.platforms.mturk import client
from crowd.reads.campaigns import plan_of
from crowd.reads.money import report_of
from crowd.reconcile.words import PaymentState, SubmissionSight, SubmissionWish
from crowd.services.campaigns import Draft, edit_campaign
from crowd.services.carrying_out import carry_out_account
from crowd.services.missing import hand_in_for_missed
from crowd.services.noting_outcomes import note_outcomes
from crowd.services.payments import approve_payment
from crowd.services.polling import poll_account
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.sending import send_for
from crowd.services.settling import settle_money
from crowd.standin.crowds.mturk_site import MTurkSite
from crowd.standin.crowds.running import Tally, send
from crowd.standin.crowds.workforce import Habit, Workforce, workforce
from crowd.standin.crowds.working import Day
from machina_site import demo_crowd
from participants.models import Session
from tests.crowd.running import RunningMTurk
from tests.proof import PROOF

pytestmark = pytest.mark.django_db(transaction=True)

PLACES, WORKERS = (36, 60) if PROOF else (18, 10)
SHARES = {
    Habit.LEAVING: 0.08,
    Habit.RETURNING: 0.15,
    Habit.FORGETTING: 0.08,
    Habit.DOUBLING: 0.3,
    Habit.BOT: 0.1,
    Habit.GREEDY: 0.15,
    Habit.GAZING: 0.1,
}
REWARD, BONUS = Decimal("0.50"), Decimal("0.25")


@dataclass
class House:
    """The periodic tasks, at a clock that goes with the stand-in's."""

    theirs: RunningMTurk
    campaign: Campaign
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return timezone.now() + self.ahead

    def wait(self, seconds: float) -> None:
        self.theirs.advance(seconds)
        self.ahead += timedelta(seconds=seconds)

    def work(self, rounds: int = 1) -> None:
        """What every task does, in turn, with a minute between."""
        rng = np.random.default_rng(7)
        for _ in range(rounds):
            account = type(self.campaign.account).objects.get(pk=self.campaign.account_id)
            note_outcomes(now=self.now())
            hand_in_for_missed(now=self.now())
            carry_out_account(account, clock=self.now, rng=rng)
            poll_account(account, clock=self.now, rng=rng)
            settle_money(now=self.now())
            send_for(account, clock=self.now, rng=rng, shift=timedelta(seconds=20))
            self.wait(61)


@pytest.fixture
def house(
    mturk_standin: RunningMTurk, live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> House:
    """The demo's campaign, published at a stand-in of this test, with a bonus for everybody."""
    monkeypatch.setenv(demo_crowd.CREDENTIALS, demo_crowd.ANY_KEY)
    monkeypatch.setattr(client, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(client, "AFTER_THROTTLE", 0.0)
    settings.PUBLIC_URL = live_server.url
    settings.STANDIN_PORT = int(mturk_standin.url.rpartition(":")[2])
    campaign = demo_crowd.seed_crowd(now=timezone.now())
    type(campaign.account).objects.update(options={"calls_per_second": 1000, "burst": 1000})
    type(campaign.experiment.study).objects.update(budget=1000)
    campaign = edit_campaign(
        campaign, Draft({**demo_crowd.TERMS, "bonus": "0.25", "round_size": PLACES}, PLACES), now=timezone.now()
    )
    plan = plan_of(campaign)
    publish_campaign(campaign, Confirmation(plan.total, plan.sha256), now=timezone.now())
    made = House(mturk_standin, campaign)
    made.work(2)
    return made


def come(house: House) -> Tally:
    """Everybody works; there is nothing wrong with a page."""
    asked = Workforce(WORKERS, shares=SHARES)
    tally = send(Day(lambda worker: MTurkSite(house.theirs.url, worker)), workforce(asked), at_once=4)
    assert tally.problems == []
    return tally


def disturb(house: House) -> None:
    """Of the calls that move money, replies are lost; all of them fail now and then."""
    for operation in ("ApproveAssignment", "SendBonus"):
        house.theirs.fault(operation, "drop", moment="after", times=0, chance=0.3, seed=1)
        house.theirs.fault(operation, "drop", moment="before", times=0, chance=0.1, seed=2)
    house.theirs.fault("*", "throttle", times=0, chance=0.05, seed=3)
    house.theirs.fault("*", "error", times=0, chance=0.05, seed=4)


def approve_all(house: House) -> None:
    """As a person does who looked at a plan."""
    handed_in = Submission.objects.filter(observed=SubmissionSight.SUBMITTED)
    handed_in.update(desired=SubmissionWish.APPROVED)
    for payment in Payment.objects.filter(obligation__kind=Obligation.Kind.BONUS, state=PaymentState.PLANNED):
        approve_payment(payment, by=None, at=house.now())


def test_everybody_who_handed_in_is_paid_once_and_the_ledgers_are_equal(house: House) -> None:
    assert Posting.objects.exclude(external_id="").count() == -(-PLACES // 9)
    tally = come(house)
    disturb(house)

    house.work(3)
    approve_all(house)
    house.work(12 if PROOF else 8)
    assert sum(fault["hits"] for fault in house.theirs.ask("GET", "faults")["faults"]) > 3
    house.theirs.clear_faults()
    house.wait(3600)
    house.work(3)

    handed_in = [each for each in house.theirs.ask("GET", "assignments")["assignments"] if each["submitted"]]
    assert {each["status"] for each in handed_in} == {"Approved"}
    assert len(handed_in) == tally.counts["handed in"] + tally.counts["took a second HIT: handed in"]
    theirs = house.theirs.ledger()["totals"]
    assert Decimal(theirs["reward"]) == REWARD * len(handed_in)
    assert Decimal(theirs["bonus"]) == BONUS * len(handed_in)
    bonuses = Counter(each["assignment_id"] for each in house.theirs.ledger()["entries"] if each["kind"] == "bonus")
    assert set(bonuses.values()) == {1}

    report = report_of(house.campaign)
    assert report.is_balanced
    assert report.unexplained == 0
    paid = Payment.objects.filter(state=PaymentState.CONFIRMED)
    assert sum((each.obligation.amount for each in paid.select_related("obligation")), Decimal(0)) == (
        Decimal(theirs["reward"]) + Decimal(theirs["bonus"])
    )
    assert not Payment.objects.filter(state__in=(PaymentState.SENDING, PaymentState.UNKNOWN)).exists()
    completed = Session.objects.filter(status=Session.Status.COMPLETED).values("participant")
    owed = Obligation.objects.filter(kind__in=(Obligation.Kind.BASE, Obligation.Kind.COMPENSATION))
    assert not completed.exclude(participant__in=owed.values("participant")).exists()
