"""What a worker does on a day: by their habits, with a site and our pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx

from crowd.standin.crowds.platform_site import Frame, Refused, Site
from crowd.standin.crowds.study_pages import AT_ONCE, End, Look, Sleep, StudyPages, Visit, blind
from crowd.standin.crowds.workforce import Habit, Worker
from participants.simulation.pace import Pace

GLANCES = 3
HALF_WAY = 0.5
SITE_PARAMETERS = {"workerId", "PROLIFIC_PID"}


@dataclass(frozen=True, slots=True)
class Day:
    """What all workers share. only: offers that they may take, all if empty. away: seconds for which the slow go.

    pace: how long everybody stays on each page.
    """

    site_of: Callable[[str], Site]
    look: Look = blind
    sleep: Sleep = field(default=lambda seconds: None)
    away: float = 1.0
    only: frozenset[str] = frozenset()
    pace: Pace = AT_ONCE


@dataclass
class Working:
    """One worker. ``run`` never raises for what pages or sites do: that stands in the counts and the problems."""

    day: Day
    worker: Worker
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def run(self) -> str:
        """How it ended."""
        site = self.day.site_of(self.worker.id)
        try:
            end = self._run(site)
        except httpx.TransportError as error:
            end = "unreachable"
            self.problems.append(f"{self.worker.id}: {type(error).__name__}")
        finally:
            site.close()
        self.counts[end] += 1
        return end

    def _run(self, site: Site) -> str:
        offer = self._chosen(site, set())
        if offer is None:
            return "found nothing"
        if self.worker.has(Habit.GAZING):
            return self._gaze(site, offer)
        end = self._take(site, offer)
        if self.worker.has(Habit.GREEDY) and end == "handed in":
            another = self._chosen(site, {offer})
            if another is not None:
                self.counts["took a second HIT: " + self._take(site, another)] += 1
        return end

    def _chosen(self, site: Site, done: set[str]) -> str | None:
        offers = [each for each in site.offers() if each not in done and (not self.day.only or each in self.day.only)]
        return offers[self.worker.chance("offer", len(done)).below(len(offers))] if offers else None

    def _gaze(self, site: Site, offer: str) -> str:
        pages = self._pages()
        for _ in range(GLANCES):
            address = site.preview(offer).address
            if address and pages.glance(address).consent is not None:
                self.problems.append(f"{self.worker.id}: a preview lets somebody in")
        pages.close()
        return "looked only"

    def _take(self, site: Site, offer: str) -> str:
        """Accept and work; whoever found no place looks once more."""
        try:
            frame = site.accept(offer)
        except Refused:
            self.counts["not let accept"] += 1
            return "not let accept"
        if self.worker.has(Habit.RETURNING):
            return self._return_and_take_again(site, offer, frame)
        if self.worker.has(Habit.SHARING):
            self._let_a_friend_in(site, frame)
        leaves = self.worker.chance("leaves").uniform() if self.worker.has(Habit.LEAVING) else None
        return self._finish(site, frame, self._visit(frame, leaves))

    def _return_and_take_again(self, site: Site, offer: str, frame: Frame) -> str:
        self._visit(frame, HALF_WAY)
        try:
            site.give_back(frame.claim)
            again = site.accept(offer)
        except Refused:
            return "returned"
        return self._finish(site, again, self._visit(again, None))

    def _let_a_friend_in(self, site: Site, frame: Frame) -> None:
        """The same assignment, another worker's id: both go through the pages, and both try to hand in."""
        friend = replace(self.worker, id=f"{self.worker.id}F", habits=frozenset())
        seen = Working(self.day, friend, self.counts, self.problems)
        visit = seen._visit(replace(frame, address=with_worker(frame.address, site.id_of(friend.id))), None)
        self.counts["friends: " + seen._finish(site, replace(frame, claim=""), visit)] += 1

    def _visit(self, frame: Frame, leaves_at: float | None) -> Visit:
        pages = self._pages(leaves_at)
        try:
            return pages.work(frame.address)
        finally:
            pages.close()

    def _pages(self, leaves_at: float | None = None) -> StudyPages:
        return StudyPages(self.worker, self.day.look, self.day.sleep, self.day.away, leaves_at, self.day.pace)

    def _finish(self, site: Site, frame: Frame, visit: Visit) -> str:
        self.counts["pages answered"] += visit.pages
        if visit.end == End.BROKEN:
            self.problems.append(f"{self.worker.id}, page {visit.pages}: {visit.problem}")
        if visit.end in (End.TURNED_AWAY, End.ENDED) and frame.claim:
            return self._give_back(site, frame, visit)
        if visit.hand is None:
            return str(visit.end)
        self.counts["completed here"] += 1
        if self.worker.has(Habit.FORGETTING):
            return "never handed in"
        return self._hand_in(site, visit)

    def _give_back(self, site: Site, frame: Frame, visit: Visit) -> str:
        try:
            site.give_back(frame.claim)
        except Refused:
            self.counts["could not return"] += 1
        return f"{visit.end}: {visit.problem}" if visit.problem else str(visit.end)

    def _hand_in(self, site: Site, visit: Visit) -> str:
        assert visit.hand is not None  # noqa: S101  # asked for by those who completed only
        end = "handed in"
        for number in range(1 + self.worker.has(Habit.DOUBLING)):
            try:
                site.hand_in(visit.hand)
            except Refused:
                end = end if number else "could not hand in"
        return end


def with_worker(address: str, worker: str) -> str:
    """The same address for somebody else."""
    parts = urlsplit(address)
    query = [(name, worker if name in SITE_PARAMETERS else value) for name, value in parse_qsl(parts.query)]
    return urlunsplit(parts._replace(query=urlencode(query)))
