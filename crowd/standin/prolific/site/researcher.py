"""What the researcher sees, with buttons for the clock, the money and the faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from crowd.standin.kernel.desk import Desk, shown
from crowd.standin.kernel.http import Reply, Request
from crowd.standin.kernel.pages import Html, joined, markup
from crowd.standin.kernel.parts import table
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.records import Entry, Study
from crowd.standin.prolific.site.frame import pounds, show

LATEST = 25


class ResearcherPages:
    """One page and its buttons."""

    def __init__(self, market: Market, url: str) -> None:
        self.market = market
        self._url = url
        self._desk = Desk(market, "/researcher", work="studies", money=pounds, bonus="PayBonuses")

    def pages(self) -> Mapping[str, Callable[[Request], Reply]]:
        """By method and path."""
        return {"GET /researcher": self._overview, **self._desk.pages()}

    def _overview(self, request: Request) -> Reply:
        with self.market.world.store.lock:
            parts = [
                self._desk.figures(),
                *(markup("<h2>Studies</h2>"), self._studies()),
                *(markup("<h2>Money, latest first</h2>"), self._money()),
                *(markup("<h2>Webhooks</h2>"), self._hooks()),
                *(markup("<h2>Faults</h2>"), self._desk.faults()),
                self._how_to_connect(),
            ]
        return show("Researcher", joined(parts))

    def _studies(self) -> Html:
        rows = [self._study(study) for study in reversed(self.market.studies.all())]
        heads = ["Study", "State", "#Places", "#Active", "#To review", "#Approved", "#Returned", "#Held"]
        return table(heads, rows, "No studies yet.")

    def _study(self, study: Study) -> list[object]:
        counts = self.market.counts(study)
        numbers = [study.places, counts["ACTIVE"], counts["AWAITING REVIEW"], counts["APPROVED"], counts["RETURNED"]]
        named = markup('{}<br><span class="soft">{}</span>', study.name, study.id)
        return [named, self.market.status(study), *numbers, pounds(study.held)]

    def _money(self) -> Html:
        rows = [_line(entry) for entry in reversed(self.market.ledger.all()[-LATEST:])]
        return table(["When", "What", "#Amount", "Participant"], rows, "No money has moved.")

    def _hooks(self) -> Html:
        hooks = [[hook.event, hook.url, "yes" if hook.is_enabled else "no"] for hook in self.market.post.hooks.all()]
        sent = Counter(each.status for each in self.market.post.deliveries.all())
        told = ", ".join(f"{n} {name}" for name, n in sent.items())
        shown = table(["Event", "Address", "Confirmed"], hooks, "Nobody asked to be told.")
        return markup('{}<p class="soft">{}</p>', shown, told) if told else shown

    def _how_to_connect(self) -> Html:
        text = (
            '<h2>Connect</h2><pre class="card">curl -H "Authorization: Token any" {}/api/v1/users/me/</pre>'
            '<p class="soft">An account of Machina: platform Prolific, endpoint {}. The same and more as JSON: '
            '<a href="/_ctl">/_ctl</a></p>'
        )
        return markup(text, self._url, self._url)


def _line(entry: Entry) -> list[object]:
    return [shown(entry.at), entry.kind, pounds(entry.amount), entry.participant_id]
