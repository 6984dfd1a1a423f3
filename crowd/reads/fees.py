"""What a platform takes for passing money on, in a campaign."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from crowd.models import Campaign
from crowd.paying.cost import ZERO, Cost
from crowd.paying.rules import screen_out_there
from crowd.planning.fees import fee_rule
from crowd.planning.shapes import shape_of
from crowd.reads.campaigns import terms_of
from experiments.types import JsonObject


def with_fee(campaign: Campaign, amount: Decimal, *, masters: bool = False) -> Cost:
    """An amount for one person, with what the platform takes of it, rounded up to the cent, as planned.

    masters: whether it is the reward of a posting for Masters only.
    """
    account = campaign.account
    rule = fee_rule(account.platform, cast(JsonObject, account.options))
    return Cost(amount, rule.on(amount, places=shape_of(account.platform).at_most or 1, masters=masters))


def cost_of_screen_outs(campaign: Campaign, n: int | None = None) -> Cost:
    """What the platform may pay by itself for so many screen-outs, or for as many as a posting has slots for."""
    there = screen_out_there(terms_of(campaign))
    return with_fee(campaign, there[0]) * (there[1] if n is None else n) if there else Cost(ZERO)


def cost_of_place(campaign: Campaign) -> Cost:
    """What one person can cost at most: the reward, the highest bonus, and the fees on both."""
    terms = terms_of(campaign)
    return with_fee(campaign, terms.reward, masters=terms.is_for_masters) + with_fee(campaign, terms.worst_bonus)
