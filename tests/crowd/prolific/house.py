"""A campaign at Prolific's stand-in, with people who come by its website, and one clock for both."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import numpy as np
from django.test import Client
from django.utils import timezone

from crowd.models import Account, Campaign, Posting
from crowd.reads.campaigns import plan_of
from crowd.reads.reviews import Ask
from crowd.reviewing.words import Decision
from crowd.services.carrying_out import carry_out_account
from crowd.services.missing import hand_in_for_missed
from crowd.services.noting_outcomes import note_outcomes
from crowd.services.polling import poll_account
from crowd.services.publishing import Confirmation, publish_campaign
from crowd.services.reviewing import Meant, checked_plan, review_work
from crowd.services.sending import accounts_to_pay, send_for
from crowd.services.settling import settle_money
from crowd.standin.control_client import Control
from crowd.standin.crowds.browsing import browser
from experiments.models import Study
from experiments.types import Json
from participants.models import Session
from tests.crowd.arriving import agree, finish
from tests.crowd.factories import dollars, make_account, make_terms
from tests.factories import make_user
from tests.studies import running

FAST = {"calls_per_second": 100_000, "burst": 100_000}
LINK = re.compile(r'href="([^"]+)" target="_blank"')
ACTION = re.compile(r'action="([^"]*/submissions/complete[^"]*)"')
_numbers = itertools.count(1)


@dataclass
class Visitor:
    """A participant, with a browser at the stand-in and one with us."""

    site: str
    id: str = field(default_factory=lambda: f"{next(_numbers):024x}")
    ours: Client = field(default_factory=Client)

    def at(self, method: str, path: str, **fields: str) -> str:
        """One request to the stand-in's website; the page."""
        with browser(cookies={"participant": self.id}) as theirs:
            return unescape(theirs.request(method, f"{self.site}{path}", data=fields or None).text)

    def take_part(self, study: str) -> str:
        """Take a place; the link to our door, as its button has it."""
        self.at("POST", "/study/take-part", id=study, participant=self.id)
        found = LINK.search(self.at("GET", f"/study?id={study}"))
        assert found, "no place"
        return found[1]

    def come_in(self, link: str) -> str:
        """Agree; the address of the pages."""
        door = urlsplit(link)
        return str(agree(self.ours, f"{door.path}?{door.query}")["Location"])

    def end(self, pages: str) -> str:
        """Where the last page sends its reader."""
        found = ACTION.search(self.ours.get(pages).content.decode())
        assert found, "no way back"
        return unescape(found[1])

    def finish(self, study: str) -> str:
        """All of it but the last step; the address of that."""
        pages = self.come_in(self.take_part(study))
        finish(pages, self.ours)
        return self.end(pages)

    def hand_in(self, address: str) -> str:
        """The last step."""
        parts = urlsplit(address)
        return self.at("GET", f"{parts.path}?{parts.query}")

    def work(self, study: str) -> str:
        """Everything."""
        return self.hand_in(self.finish(study))


@dataclass
class House:
    """Ours and theirs."""

    theirs: Control
    account: Account
    campaign: Campaign
    ahead: timedelta = timedelta()
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def now(self) -> datetime:
        """Of both."""
        return timezone.now() + self.ahead

    def wait(self, seconds: float) -> None:
        """Let time pass on both sides."""
        self.theirs.advance(seconds)
        self.ahead += timedelta(seconds=seconds)

    def go_round(self) -> None:
        """What the periodic tasks do, once."""
        note_outcomes(now=self.now())
        hand_in_for_missed(now=self.now())
        self.account.refresh_from_db()
        carry_out_account(self.account, clock=self.now, rng=self.rng)
        Posting.objects.update(look_at=self.now())
        poll_account(self.account, clock=self.now, rng=self.rng)
        settle_money(now=self.now())
        self.send()

    def send(self) -> dict[str, int]:
        """What is approved goes out."""
        if self.account.pk not in accounts_to_pay(self.now()):
            return {}
        return dict(send_for(self.account, clock=self.now, rng=self.rng, shift=timedelta(minutes=1)))

    def publish(self) -> Posting:
        """As somebody confirms the plan, and a worker carries it out."""
        plan = plan_of(self.campaign)
        publish_campaign(self.campaign, Confirmation(plan.total, plan.sha256), now=self.now())
        self.campaign.refresh_from_db()
        self.go_round()
        return Posting.objects.get()

    def visitor(self) -> Visitor:
        """Somebody new."""
        return Visitor(self.theirs.url)

    def approve(self) -> None:
        """Everybody who handed in, as somebody confirms the plan of it."""
        self.decide(Ask(Decision.APPROVE, show="waiting"))

    def decide(self, ask: Ask) -> None:
        """As somebody types what the plan asks for, and a worker carries it out."""
        plan = checked_plan(self.campaign, ask, now=self.now())
        review_work(self.campaign, ask, Meant(plan.phrase, plan.sha256, by=make_user()), now=self.now())
        self.go_round()

    def totals(self) -> dict[str, str]:
        """What the stand-in has paid, by kind."""
        totals: dict[str, str] = self.theirs.ledger()["totals"]
        return {kind: amount for kind, amount in totals.items() if kind != "deposit"}

    def calls(self, operation: str) -> int:
        """How often it was asked for that."""
        return int(self.theirs.calls()["counts"].get(operation, 0))


def house_at(theirs: Control, *, goal: int = 3, steps: list[Json] | None = None, **terms: Json) -> House:
    """A draft of a campaign for a running experiment."""
    experiment = running(target=8, **({"steps": steps} if steps else {}))
    Study.objects.filter(pk=experiment.study_id).update(budget=dollars("100.00"), currency="GBP")
    experiment.refresh_from_db()
    account = make_account(endpoint=theirs.url, platform="prolific", options=FAST)
    account.studies.add(experiment.study)
    campaign = Campaign.objects.create(
        experiment=experiment, account=account, title="Rate ten pictures", terms=make_terms(**terms), goal=goal
    )
    return House(theirs, account, campaign)


def session_of(visitor: Visitor) -> Session:
    """The newest."""
    return Session.objects.latest("pk")
