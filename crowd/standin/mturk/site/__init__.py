"""The workers' website and what the requester sees. Nothing changes on a GET."""

from __future__ import annotations

from crowd.standin.kernel.website import Website
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.site.frame import FRAME
from crowd.standin.mturk.site.person import PersonPages
from crowd.standin.mturk.site.requester import RequesterPages
from crowd.standin.mturk.site.work import WorkPages


def site(market: Market, url: str) -> Website:
    """url: of the stand-in, which workers' browsers submit to."""
    pages = {
        **WorkPages(market, url).pages(),
        **PersonPages(market).pages(),
        **RequesterPages(market, url).pages(),
    }
    return Website(market.world, market.tick, FRAME, "Find HITs", pages)
