"""Running the programs: bring back a server that fell, say once that all is up, stop."""

import sys
import time
from typing import Final

from django.conf import settings

from machina_site.embedded import ensure_servers
from machina_site.launch import children, readiness
from machina_site.launch.banner import Access, banner
from machina_site.supervisor import Supervisor

UP_WITHIN: Final = 90.0
LOOKS_EVERY: Final = 1.0


class Launch:
    """``only_check``: stop as soon as pages and tasks answer, or when the time for that is over."""

    def __init__(self, *, host: str, access: Access, only_check: bool, with_people: bool) -> None:
        self.host = host
        self.access = access
        self.only_check = only_check
        self.is_up = False
        self._started = self._looked = time.monotonic()
        people = [children.people(settings.PORT), children.visitors()] if with_people and not only_check else []
        workers = [children.worker(), children.runs(), children.crowd(), children.beat()]
        stand_ins = [children.stand_in(access.stand_in)] if access.stand_in else []
        programs = [children.web(), children.live(), *workers, *stand_ins, *people]
        self._supervisor = Supervisor(programs, output=sys.stdout)

    def run(self) -> bool:
        """Until somebody stops it. Was everything up at some time?"""
        self._supervisor.run(on_tick=self._tick)
        return self.is_up

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOKS_EVERY:
            return
        self._looked = now
        ensure_servers()
        if not self.is_up and self._answers():
            self.is_up = True
            sys.stdout.write(banner(settings.PUBLIC_URL, self.access) + "\n")
            sys.stdout.flush()
        if self.only_check and (self.is_up or now - self._started > UP_WITHIN):
            self._supervisor.stop()

    def _answers(self) -> bool:
        """People want the pages at once; a check also wants a periodic task carried out."""
        return readiness.pages_answer(self.host, settings.PORT) and (not self.only_check or readiness.tasks_run())
