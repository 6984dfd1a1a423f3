"""Bonuses: with a token once, without one as often as they are asked for."""

from __future__ import annotations

from decimal import Decimal

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.accounting import bonus_fee
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market, new_id
from crowd.standin.mturk.operations.creating import dollars
from crowd.standin.mturk.operations.hits import already_processed
from crowd.standin.mturk.records import Bonus
from crowd.standin.mturk.views import bonus_view, page

SMALLEST = Decimal("0.01")


def send_bonus(market: Market, asked: Json) -> Json:
    """To the worker who submitted the assignment."""
    token = asked.get("UniqueRequestToken")
    if market.token("SendBonus", token):
        raise already_processed(market, token)
    assignment, amount = market.assignment(asked["AssignmentId"]), dollars(asked["BonusAmount"], "BonusAmount")
    if assignment.worker_id != asked["WorkerId"]:
        raise Refused(f"Worker {asked['WorkerId']} did not submit assignment {assignment.id}.", "InvalidParameterValue")
    if amount < SMALLEST:
        raise Refused(f"BonusAmount: {amount} is below {SMALLEST}.", "InvalidParameterValue")
    if not asked["Reason"].strip():
        raise Refused("Reason: it is empty.", "InvalidParameterValue")
    bonus = market.bonuses.put(
        Bonus(new_id(), assignment.id, assignment.hit_id, assignment.worker_id, amount, asked["Reason"], market.now)
    )
    market.pay_bonus(bonus, bonus_fee(amount))
    market.remember("SendBonus", token, bonus.id)
    return {}


def list_bonus_payments(market: Market, asked: Json) -> Json:
    """Those of an assignment or of a HIT."""
    if asked.get("AssignmentId"):
        rows = market.bonuses.where("assignment_id", market.assignment(asked["AssignmentId"]).id)
    elif asked.get("HITId"):
        rows = market.bonuses.where("hit_id", market.hit(asked["HITId"]).id)
    else:
        raise Refused("Either a HITId or an AssignmentId has to be given.", "InvalidParameterValue")
    at = market.seen_at
    return page(asked, "BonusPayments", [row for row in rows if row.granted <= at], bonus_view)


OPERATIONS = {"SendBonus": send_bonus, "ListBonusPayments": list_bonus_payments}
