"""A campaign's plan and standing as lines of text, for commands."""

from __future__ import annotations

from collections.abc import Iterator

from crowd.models import Campaign
from crowd.planning.rounds import Standing
from crowd.reads.campaign_money import Glance
from crowd.services.ordering import links_to_send
from crowd.showing.campaign_page import PlanShown

WIDTH = 40


def plan_lines(shown: PlanShown) -> Iterator[str]:
    """What it posts, costs and pays."""
    plan, currency = shown.plan, shown.plan.asked.currency
    for what, people, each, amount in shown.lines:
        yield f"  {what:<26} {people:>6,} x {each:>8} {amount:>12,}"
    yield f"  {'Total, at most':<26} {'':>6}   {'':>8} {plan.total:>12,} {currency}"
    yield ""
    postings = f"{plan.postings} posting{'' if plan.postings == 1 else 's'}"
    rounds = f"{len(plan.rounds)} round{'' if len(plan.rounds) == 1 else 's'}"
    yield f"  {postings} in {rounds}" + (f"; fees saved by nines: {plan.saved} {currency}" if plan.saved else "")
    yield f"  {plan.pay_per_hour} {currency} an hour at {plan.duration.minutes} minutes ({plan.duration.words})"
    yield f"  budget: {shown.room.free:,} of {shown.room.limit:,} {currency} free"
    if shown.short:
        yield f"  ! the study lacks {shown.short:,} {currency}"
    yield from (f"  ! {sentence}" for sentence in shown.warnings)


def standing_lines(campaign: Campaign, standing: Standing, glance: Glance) -> Iterator[str]:
    """How it goes."""
    yield f"{campaign.title} ({str(campaign.uuid)[:8]}) is {campaign.get_status_display().lower()}."
    if campaign.ended_because:
        yield f"  {campaign.ended_because}"
    if campaign.status == Campaign.Status.DRAFT:
        return
    done = min(WIDTH, WIDTH * standing.completes // campaign.goal)
    waiting = min(WIDTH - done, WIDTH * standing.waiting // campaign.goal)
    yield f"  [{'#' * done}{'-' * waiting}{' ' * (WIDTH - done - waiting)}] {standing.completes} of {campaign.goal}"
    yield f"  {standing.waiting} open or under way, {standing.wanted} to be posted, {standing.left} places left"
    yield f"  {glance.planned:,} confirmed, {glance.waiting:,} held, {glance.spent:,} spent"
    yield from (f"  send this link: {link}" for link in links_to_send(campaign))
