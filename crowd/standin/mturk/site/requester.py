"""What the requester sees, with buttons for the clock, the money and the faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from crowd.standin.kernel.desk import Desk, shown
from crowd.standin.kernel.http import Reply, Request
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import table
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.records import Entry, Hit
from crowd.standin.mturk.site.frame import dollars, show

LATEST = 25


class RequesterPages:
    """One page and its buttons."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._url = url
        self._desk = Desk(market, "/requester", work="HITs", money=dollars, bonus="SendBonus")

    def pages(self) -> Mapping[str, Callable[[Request], Reply]]:
        """By method and path."""
        return {"GET /requester": self._overview, **self._desk.pages()}

    def _overview(self, request: Request) -> Reply:
        with self.market.world.store.lock:
            parts = [
                self._desk.figures(),
                *(markup("<h2>HITs</h2>"), self._hits()),
                *(markup("<h2>Money, latest first</h2>"), self._money()),
                *(markup("<h2>Notifications</h2>"), self._notifications()),
                *(markup("<h2>Faults</h2>"), self._desk.faults()),
                self._how_to_connect(),
            ]
        return show("Requester", joined(parts))

    def _hits(self) -> Html:
        rows = [self._hit(hit) for hit in reversed(self.market.hits.all())]
        heads = ["Title", "State", "#Open", "#To review", "#Reviewed", "#Free", "#Held", "Until"]
        return table(heads, rows, "No HITs yet.")

    def _hit(self, hit: Hit) -> list[object]:
        counts, kind = self.market.counts(hit), self.market.type_of(hit)
        named = markup('{}<br><span class="soft">{}</span>', kind.title, hit.id)
        places = [counts.open, counts.waiting, counts.done, counts.available]
        return [named, self.market.status(hit), *places, dollars(hit.held), shown(hit.expires)]

    def _money(self) -> Html:
        rows = [_line(entry) for entry in reversed(self.market.ledger.all()[-LATEST:])]
        return table(["When", "What", "#Amount", "Worker", "Reason"], rows, "No money has moved.")

    def _notifications(self) -> Html:
        counts = Counter(each.status for each in self.market.post.deliveries.all())
        return table(["State", "#Number"], [[name, n] for name, n in counts.items()], "Nobody asked to be notified.")

    def _how_to_connect(self) -> Html:
        text = (
            '<h2>Connect</h2><pre class="card">boto3.client("mturk", endpoint_url="{}", region_name="us-east-1",\n'
            '             aws_access_key_id="any", aws_secret_access_key="any")</pre>'
            '<p class="soft">The same and more as JSON: <a href="/_ctl">/_ctl</a></p>'
        )
        return markup(text, self._url)


def _line(entry: Entry) -> list[object]:
    return [shown(entry.at), entry.kind, dollars(entry.amount), entry.worker_id, entry.reason]
