"""What a platform takes for passing money on, in a campaign."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import cast

from crowd.models import Campaign
from crowd.paying.cost import CENT, Cost
from crowd.terms import Terms
from experiments.types import JsonObject

SHARES = {"mturk": Decimal("0.20"), "prolific": Decimal("0.3333")}


def with_fee(campaign: Campaign, amount: Decimal) -> Cost:
    """An amount for one person, with what the platform takes of it, rounded up to the cent."""
    share = SHARES.get(campaign.account.platform, Decimal(0))
    return Cost(amount, (amount * share).quantize(CENT, ROUND_UP))


def cost_of_place(campaign: Campaign) -> Cost:
    """What one person can cost at most: the reward, the highest bonus, and the fees on both."""
    terms = Terms.parse(cast(JsonObject, campaign.terms))
    return with_fee(campaign, terms.reward) + with_fee(campaign, terms.worst_bonus)
