"""Our own pages as a worker's browser sees them in the frame: no cookies, no scripts, every form filled in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

import httpx

from crowd.standin.crowds.browsing import browser
from crowd.standin.crowds.platform_site import Hand
from crowd.standin.crowds.workforce import Habit, Worker
from participants.flow.answer_model import AnswerModel
from participants.simulation.filling import Insight, Pen, fill
from participants.simulation.forms import Form, SeenPage, read_page
from participants.simulation.pace import Pace

MOST_PAGES = 300
Sleep = Callable[[float], None]
AT_ONCE = Pace(think_time=0.0, away=0.0)
"""Nobody thinks: for tests, and for whoever is in a hurry."""
Look = Callable[[str], Insight]
"""The token of a session > what its page does not reveal (right answers, what a script would post)."""


class End(StrEnum):
    """How a way through the pages ended."""

    COMPLETED = "completed"
    TURNED_AWAY = "turned away"
    LEFT = "left"
    ENDED = "ended"  # over, and nothing to hand in
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of it. hand: the form of the end, if there is one."""

    end: End
    pages: int = 0
    hand: Hand | None = None
    problem: str = ""


def blind(token: str) -> Insight:
    """Knows nothing beyond the page."""
    return Insight()


@dataclass
class StudyPages:
    """One browser in one frame. leaves_at: how far through the pages the worker goes away, in [0, 1); None: never.

    pace: how long they stay on each page.
    """

    worker: Worker
    look: Look = blind
    sleep: Sleep = field(default=lambda seconds: None)
    away: float = 0.0
    leaves_at: float | None = None
    pace: Pace = AT_ONCE
    model: AnswerModel = field(default_factory=AnswerModel)

    def __post_init__(self) -> None:
        self._http = browser()
        self._at = ""

    def close(self) -> None:
        """Done."""
        self._http.close()

    def glance(self, address: str) -> SeenPage:
        """Only look."""
        return self._read(self._http.get(address))

    def work(self, address: str) -> Visit:
        """From the address in the frame to an end."""
        page, answered = self.glance(address), 0
        for _ in range(MOST_PAGES):
            hand = hand_of(page, self._at)
            if hand is not None:
                return Visit(End.COMPLETED, answered, hand)
            form = page.consent or page.resume or page.questions
            if form is None and page.title.startswith("5"):
                return Visit(End.BROKEN, answered, problem=page.title)
            if form is None:
                return Visit(End.ENDED if answered else End.TURNED_AWAY, answered, problem=page.title)
            if page.questions is form and self._leaves(page):
                return Visit(End.LEFT, answered)
            before = form.nonce
            page = self._send(form, answered)
            if page.questions is not None and page.questions.nonce == before and before:
                return Visit(End.BROKEN, answered, problem=page.errors or "the same page came again")
            answered += bool(before)
        return Visit(End.BROKEN, answered, problem="the pages never end")

    def _leaves(self, page: SeenPage) -> bool:
        behind, total = page.progress
        return self.leaves_at is not None and behind >= int(self.leaves_at * (total or 1))

    def _send(self, form: Form, number: int) -> SeenPage:
        if self.worker.has(Habit.SLOW) and number == 1:
            self.sleep(self.away)
        self._think(form, number)
        fields = self._filled(form, number)
        target = urljoin(self._at, form.action)
        if not self.worker.has(Habit.DOUBLING) or not form.nonce:
            return self._read(self._http.post(target, data=fields))
        with ThreadPoolExecutor(2) as two:
            first, _ = (two.submit(self._http.post, target, data=fields) for _ in range(2))
            return self._read(first.result())

    def _think(self, form: Form, number: int) -> None:
        """As long as people take for a page of questions; bots do not."""
        if not form.nonce or self.worker.has(Habit.BOT) or self.pace.think_time == 0:
            return
        insight = self.look(self._token)
        self.sleep(self.pace.seconds(self.model, insight.arm, insight.step, self.worker.chance("pace", number)))

    def _filled(self, form: Form, number: int) -> dict[str, list[str]]:
        hidden = {name: [value] for name, value in form.hidden.items()}
        if not form.nonce:
            return {**hidden, "decision": ["agree"]}
        stream = self.worker.chance("page", number)
        is_bot = self.worker.has(Habit.BOT)
        first = 3 if is_bot else 400 + stream.below(2000)
        clock = {"client_shown": 1 if is_bot else 30, "client_first_action": first, "client_answered": first * 3}
        written = {} if is_bot else fill(form, Pen(self.model, self.look(self._token), stream))
        return {
            **hidden,
            **{name: [str(ms)] for name, ms in clock.items()},
            **(_first_of_each(form) if is_bot else written),
        }

    @property
    def _token(self) -> str:
        parts = [part for part in urlsplit(self._at).path.split("/") if len(part) == 43]
        return parts[0] if parts else ""

    def _read(self, reply: httpx.Response) -> SeenPage:
        self._at = str(reply.url)
        page = read_page(reply.text)
        return page if reply.status_code < 400 else replace(page, title=f"{reply.status_code} {page.title} {page.text}")


def hand_of(page: SeenPage, at: str) -> Hand | None:
    """The form that leads away from our pages, if this is the last of them."""
    form = page.forms.get("handoff-form")
    if form is None:
        return None
    return Hand(urljoin(at, form.action), form.hidden)


def _first_of_each(form: Form) -> dict[str, list[str]]:
    """What a program writes that reads no question."""
    numbers = {asked.name: asked.low or "1" for asked in form.asked if asked.is_number or asked.low}
    return {
        asked.name: [
            asked.options[0] if asked.options else numbers.get(asked.name, "good" + " good" * (asked.least // 5))
        ]
        for asked in form.asked
        if not asked.other_of
    } | _ranked(form)


def _ranked(form: Form) -> dict[str, list[str]]:
    places: dict[int, int] = {}
    found = {}
    for asked in form.asked:
        if asked.ranking:
            places[asked.ranking] = places.get(asked.ranking, 0) + 1
            found[asked.name] = [str(places[asked.ranking])]
    return found
