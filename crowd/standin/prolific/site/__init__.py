"""The participants' website and what the researcher sees. Only coming back with a code changes something on a GET."""

from __future__ import annotations

from crowd.standin.kernel.website import Website
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.site.frame import FRAME
from crowd.standin.prolific.site.researcher import ResearcherPages
from crowd.standin.prolific.site.work import COMPLETE, WorkPages


def site(market: Market, url: str) -> Website:
    """url: of the stand-in."""
    pages = {**WorkPages(market).pages(), **ResearcherPages(market, url).pages()}
    return Website(market.world, market.tick, FRAME, "Studies", pages, changing=frozenset({COMPLETE}))
