"""Who asks, and what the workspace has."""

from __future__ import annotations

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Missing
from crowd.standin.prolific.market import PROJECT, RESEARCHER, WORKSPACE, Market
from crowd.standin.prolific.views import CURRENCY, pence


def who_am_i(market: Market, asked: Asked) -> Json:
    """The token's owner."""
    return {
        "id": RESEARCHER,
        "email": "researcher@stand-in.example",
        "name": "Stand-in researcher",
        "currency_code": CURRENCY,
        "available_balance": pence(market.purse.available),
        "balance": pence(market.purse.available + market.purse.held),
    }


def workspaces(market: Market, asked: Asked) -> Json:
    """There is one."""
    return asked.page([{"id": WORKSPACE, "title": "Stand-in workspace"}])


def balance(market: Market, asked: Asked) -> Json:
    """In pence."""
    if asked.path != WORKSPACE:
        raise Missing("Workspace")
    purse = market.purse
    total, free = pence(purse.available + purse.held), pence(purse.available)
    return {"currency_code": CURRENCY, "total_balance": total, "available_balance": free}


def projects(market: Market, asked: Asked) -> Json:
    """There is one."""
    return asked.page([{"id": PROJECT, "title": "Project"}])
