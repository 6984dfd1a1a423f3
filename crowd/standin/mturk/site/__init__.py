"""The workers' website and what the requester sees. Nothing changes on a GET."""

from __future__ import annotations

from collections.abc import Callable

from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import Refusal, Reply, Request
from crowd.standin.kernel.pages import markup
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.site.frame import show
from crowd.standin.mturk.site.person import PersonPages
from crowd.standin.mturk.site.requester import RequesterPages
from crowd.standin.mturk.site.work import WorkPages


class Site:
    """Pages by method and path. url: of the stand-in, which workers' browsers submit to."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._pages = {
            **WorkPages(market, url).pages(),
            **PersonPages(market).pages(),
            **RequesterPages(market, url).pages(),
        }

    def __call__(self, request: Request) -> Reply:
        """The page. A refusal is shown as MTurk shows it to a worker."""
        handler = self._pages.get(f"{'GET' if request.method == 'HEAD' else request.method} {request.path}")
        if handler is None:
            return show("There is no such page", markup('<p class="card"><a href="/">Find HITs</a></p>'), status=404)
        self.market.tick()
        if request.method != "POST":
            return _answered(handler, request)
        name = request.path.rpartition("/")[2]
        return self.market.world.under_faults(name, lambda: _answered(handler, request), _spoilt, is_page=True)


def _answered(handler: Callable[[Request], Reply], request: Request) -> Reply:
    try:
        return handler(request)
    except Refusal as refusal:
        text = markup('<p class="card wrong" role="alert">{}</p><p><a href="/">Find HITs</a></p>', refusal)
        return show("That did not work", text, status=400)


def _spoilt(fault: Fault) -> Reply:
    text = '<p class="card wrong" role="alert">The site does not answer at the moment. Try again.</p>'
    return show("Out of order", markup(text), status=503)
