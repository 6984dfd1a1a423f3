"""One simulated participant's visit, from the door to the end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from experiments.chance import Stream
from participants.capability import session_uuid_of
from participants.flow.answer_model import AnswerModel
from participants.simulation.browser import Browser, Loss, Unreachable
from participants.simulation.filling import Insight, Pen, fill, same_page
from participants.simulation.forms import Form, SeenPage, read_page
from participants.simulation.knowledge import Knowledge
from participants.simulation.ledger import Broken, Fields, Ledger
from participants.simulation.outbox import Outbox
from participants.simulation.pace import Pace
from participants.simulation.people import Person, Trait
from participants.simulation.together import together

BEAT_EVERY = 30.0
MOST_PAGES = 500
MOST_REFUSALS = 3
OFTEN = 0.5  # how often somebody with a trait shows it on a page
WITHDRAWS = 0.2  # of those who leave early
KNOWN = 0.2  # of all bring an id of their platform; all of the doubling do
DOOR = "/s/{}/"


@dataclass(frozen=True)
class Script:
    """What all visits of a run share. come_back: seconds that somebody who finds the study full keeps trying."""

    slug: str
    run: str
    model: AnswerModel
    pace: Pace
    knowledge: Knowledge
    ledger: Ledger
    come_back: float = 0.0


@dataclass
class Visit:
    """A person with a browser. `run` never raises for what the server does: that stands in the ledger."""

    script: Script
    person: Person
    browser: Browser
    token: str = ""
    session: UUID | None = None
    answered: int = 0
    refused: int = 0
    outbox: Outbox = field(default_factory=Outbox)
    last: tuple[str, dict[str, list[str]]] | None = None

    def run(self) -> str:
        """How it ended."""
        try:
            end = self._visit()
        except Unreachable:
            end = "unreachable"
        finally:
            self.browser.close()
        self.script.ledger.end(end)
        return end

    def _visit(self) -> str:
        page = self._enter()
        if page is None:
            return "turned away"
        for _ in range(MOST_PAGES):
            if page.resume is not None:
                page = self._resume(page.resume)
                if page.resume is not None:
                    return "lost the place"
            if page.questions is None:
                self._flush()
                return "reached an end"
            if self._leaves(page):
                return self._leave()
            page = self._answer(page, page.questions)
        self._broke("the pages never end", page)
        return "never ended"

    # --- the door -------------------------------------------------------------------------------------------------
    def _enter(self) -> SeenPage | None:
        stays = self.person.leaves_at is None  # who does not mean to stay does not try twice
        give_up = time.monotonic() + (self.script.come_back if stays else 0.0)
        while (page := self._agree()) is None and time.monotonic() < give_up:
            time.sleep(0.5)
        return page

    def _agree(self) -> SeenPage | None:
        url = DOOR.format(self.script.slug) + self._identity()
        seen = read_page(self.browser.get(url).text)
        if seen.consent is None:
            self.script.ledger.count("doors closed")
            return None
        action, hidden = seen.consent.action, seen.consent.hidden
        response = self.browser.post(action, hidden, self._loss("door"))
        if self._has(Trait.DOUBLING, "door"):  # the link was opened twice, on two devices
            other = read_page(self.browser.get(url).text)
            if other.consent is not None:
                self.script.ledger.count("links opened twice")
                self.browser.post(other.consent.action, other.consent.hidden)
        if response.status_code != 303:
            return None
        self._let_in(hidden["entry_key"], response.headers["Location"])
        return self._look()

    def _identity(self) -> str:
        brings_id = Trait.DOUBLING in self.person.traits or self.person.chance("id").uniform() < KNOWN
        return f"?participant=sim-{self.script.run}-{self.person.number}" if brings_id else ""

    def _let_in(self, key: str, location: str) -> None:
        self.token = location.rstrip("/").rsplit("/", 1)[-1]
        self.session = session_uuid_of(self.token)
        if self.session is None:
            self.browser.ledger.broke(Broken(location, "door", 303, "the token was not made with our SECRET_KEY"))
            raise Unreachable
        self.script.ledger.enter(key, self.session)

    def _look(self) -> SeenPage:
        response = self.browser.get(f"/p/{self.token}/")
        page = read_page(response.text)
        if response.status_code == 200 and page.questions is not None and not page.questions.nonce:
            self._broke("a page without a nonce", page)
        return page

    def _resume(self, form: Form) -> SeenPage:
        self.script.ledger.count("resumed")
        response = self.browser.post(form.action, {})
        return self._look() if response.status_code == 303 else SeenPage("", {"resume": form}, (0, 0), "", "")

    # --- leaving --------------------------------------------------------------------------------------------------
    def _leaves(self, page: SeenPage) -> bool:
        behind, total = page.progress
        return self.person.leaves_at is not None and behind >= int(self.person.leaves_at * (total or 1))

    def _leave(self) -> str:
        chance = self.person.chance("leave")
        if chance.uniform() >= WITHDRAWS:
            return "dropped out"
        deletes = chance.uniform() < 0.5
        self._flush()
        if deletes and self.session is not None:
            self.script.ledger.forget(self.session)
        url = f"/p/{self.token}/withdraw"
        self.browser.get(url)
        self.browser.post(url, {"data": "delete" if deletes else "keep"}, self._loss("withdraw"))
        return "withdrew"

    # --- a page ---------------------------------------------------------------------------------------------------
    def _answer(self, page: SeenPage, form: Form) -> SeenPage:
        number, stream = self.answered, self.person.chance("page", self.answered)
        self.answered += 1
        insight = self.script.knowledge.of(self.token, self.person.chance("script", number))
        self.browser.step = insight.step or page.title
        if self._has(Trait.IMPATIENT, number):
            self._reload()
        self._stay(form, insight, stream)
        filled = self._filled(form, Pen(self.script.model, insight, stream))
        posted = self._fields(form, filled)
        started = time.perf_counter()
        sent = self._send(form, posted, number)
        seen = self._look()
        self.script.ledger.turned(time.perf_counter() - started)
        self._take_note(form, sent, seen)
        return seen

    def _filled(self, form: Form, pen: Pen) -> dict[str, list[str]]:
        """After a refusal: what the displays themselves would script."""
        filled = fill(form, pen)
        return (
            {**filled, **{name: list(values) for name, values in pen.insight.drawn.items()}} if self.refused else filled
        )

    def _fields(self, form: Form, filled: dict[str, list[str]]) -> dict[str, list[str]]:
        chance = self.person.chance("clock", self.answered)
        first = 400 + chance.below(2000)
        clock = {"client_shown": 30, "client_first_action": first, "client_answered": first + 300 + chance.below(9000)}
        hidden = {name: [value] for name, value in form.hidden.items()}
        return {**hidden, **{name: [str(ms)] for name, ms in clock.items()}, **filled}

    def _send(self, form: Form, posted: dict[str, list[str]], number: int) -> list[Fields]:
        """Post the page in this person's way; what was sent for it."""
        loss = self._loss(number)
        if self._has(Trait.DOUBLING, number):
            return self._send_from_two_tabs(form, posted)
        if self._has(Trait.IMPATIENT, "double", number):
            self.script.ledger.count("double submits")
            together([lambda: self._post(self.browser, form, posted), self._in_tab(form, posted)])
        else:
            self._post(self.browser, form, posted, loss)
        if self.last is not None and self._has(Trait.IMPATIENT, "back", number):
            self.script.ledger.count("back and sent again")
            self.browser.post(self.last[0], self.last[1])
        self.last = (form.action, posted)
        return [posted]

    def _send_from_two_tabs(self, form: Form, posted: dict[str, list[str]]) -> list[Fields]:
        self.script.ledger.count("pages sent from two tabs")
        other = {**posted, **same_page(form, self.person.chance("other tab", self.answered))}
        together([lambda: self._post(self.browser, form, posted), self._in_tab(form, other)])
        return [posted, other]

    def _in_tab(self, form: Form, posted: dict[str, list[str]]) -> Callable[[], None]:
        def send() -> None:
            tab = self.browser.again()
            try:
                self._post(tab, form, posted)
            finally:
                tab.close()

        return send

    def _post(self, browser: Browser, form: Form, posted: Fields, loss: Loss | None = None) -> None:
        """As the page's script does: whatever is no redirect is sent once more by the browser itself."""
        response: httpx.Response = browser.post(form.action, dict(posted), loss)
        if response.status_code == 422:
            browser.post(form.action, dict(posted))

    def _take_note(self, form: Form, sent: Sequence[Fields], seen: SeenPage) -> None:
        """Acknowledged is: the server shows something else now, and not that the time is over."""
        is_refused = seen.questions is not None and seen.questions.nonce == form.nonce
        if is_refused:
            self.refused += 1
            self._broke("an answer that the page allows was refused", seen)
            if self.refused >= MOST_REFUSALS:
                raise Unreachable
        elif seen.resume is None and self.session is not None:
            self.refused = 0
            self.script.ledger.acknowledge(self.session, form.nonce, sent)

    # --- between pages --------------------------------------------------------------------------------------------
    def _reload(self) -> None:
        self.script.ledger.count("reloads")
        self._look()

    def _stay(self, form: Form, insight: Insight, stream: Stream) -> None:
        remaining = form.dataset.get("remaining")
        if Trait.SLOW in self.person.traits and self.answered == 1 + self.person.chance("away").below(2):
            self.script.ledger.count("stayed away")
            time.sleep(self.script.pace.absence(float(remaining) / 1000 if remaining else None))
        else:
            self._think(form, self.script.pace.seconds(self.script.model, insight.arm, insight.step, stream))
        self.outbox.notice(int(form.dataset.get("trial") or 0), stream)
        self._flush()

    def _think(self, form: Form, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, BEAT_EVERY))
            if left > BEAT_EVERY:
                self.browser.post(form.dataset["heartbeat"], {})

    def _flush(self) -> None:
        """Send what was noticed; with a bad network in pieces, twice and the later one first."""
        if self.session is None or not self.outbox.unsent:
            return
        is_torn = self._has(Trait.NETWORK_LOSING, "outbox", self.outbox.seq)
        if is_torn:
            self.script.ledger.count("batches twice and out of order")
        for batch in self.outbox.batches(torn=is_torn):
            response = self.browser.post_json(f"/p/{self.token}/outbox", batch.body)
            if response.status_code == 200:
                self.script.ledger.acknowledge_outbox(self.session, batch.numbers)

    # --- chance ---------------------------------------------------------------------------------------------------
    def _has(self, trait: Trait, *occasion: str | int) -> bool:
        return trait in self.person.traits and self.person.chance(str(trait), *occasion).uniform() < OFTEN

    def _loss(self, occasion: str | int) -> Loss | None:
        if not self._has(Trait.NETWORK_LOSING, "loss", occasion):
            return None
        return Loss.MIDWAY if self.person.chance("loss", occasion).uniform() < 0.5 else Loss.BEFORE_REPLY

    def _broke(self, problem: str, page: SeenPage) -> None:
        excerpt = page.errors or f"{page.title} {page.text}"
        self.script.ledger.broke(Broken(f"/p/…/ page {page.progress[0]}", self.browser.step, 200, problem, excerpt))


def new_run() -> str:
    """A name for a run, so that its people are nobody's who came before."""
    return secrets.token_hex(4)
