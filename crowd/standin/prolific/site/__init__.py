"""The participants' website and what the researcher sees. Only coming back with a code changes something on a GET."""

from __future__ import annotations

from collections.abc import Callable

from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import Refusal, Reply, Request
from crowd.standin.kernel.pages import markup
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.site.frame import show
from crowd.standin.prolific.site.researcher import ResearcherPages
from crowd.standin.prolific.site.work import COMPLETE, WorkPages


class Site:
    """Pages by method and path. url: of the stand-in."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._pages = {**WorkPages(market).pages(), **ResearcherPages(market, url).pages()}

    def __call__(self, request: Request) -> Reply:
        """The page. A refusal is shown as Prolific shows it to a participant."""
        handler = self._pages.get(f"{'GET' if request.method == 'HEAD' else request.method} {request.path}")
        if handler is None:
            return show("There is no such page", markup('<p class="card"><a href="/">Studies</a></p>'), status=404)
        self.market.tick()
        if request.method != "POST" and request.path != COMPLETE:
            return _answered(handler, request)
        name = request.path.rpartition("/")[2]
        return self.market.world.under_faults(name, lambda: _answered(handler, request), _spoilt, is_page=True)


def _answered(handler: Callable[[Request], Reply], request: Request) -> Reply:
    try:
        return handler(request)
    except Refusal as refusal:
        text = markup('<p class="card wrong" role="alert">{}</p><p><a href="/">Studies</a></p>', refusal)
        return show("That did not work", text, status=400)


def _spoilt(fault: Fault) -> Reply:
    text = '<p class="card wrong" role="alert">The site does not answer at the moment. Try again.</p>'
    return show("Out of order", markup(text), status=503)
