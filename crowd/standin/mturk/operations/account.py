"""The requester's money."""

from __future__ import annotations

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.market import Market


def get_account_balance(market: Market, asked: Json) -> Json:
    """Free and held."""
    purse = market.purse
    return {"AvailableBalance": f"{purse.available:.2f}", "OnHoldBalance": f"{purse.held:.2f}"}


OPERATIONS = {"GetAccountBalance": get_account_balance}
