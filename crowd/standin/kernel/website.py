"""A stand-in's website: pages by method and path, and a platform's refusals as a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from crowd.standin.kernel.faults import Fault
from crowd.standin.kernel.http import Handler, Refusal, Reply, Request
from crowd.standin.kernel.pages import Frame, Html, markup
from crowd.standin.kernel.world import World

SILENT: Final = Html('<p class="card wrong" role="alert">The site does not answer at the moment. Try again.</p>')


@dataclass(frozen=True)
class Website:
    """tick: lets what is due happen. home: what the first page is called. changing: paths that change on a GET."""

    world: World
    tick: Callable[[], None]
    frame: Frame
    home: str
    pages: Mapping[str, Handler]
    changing: frozenset[str] = frozenset()

    def __call__(self, request: Request) -> Reply:
        """The page. Faults strike where something changes."""
        handler = self.pages.get(f"{'GET' if request.method == 'HEAD' else request.method} {request.path}")
        if handler is None:
            back = markup('<p class="card"><a href="/">{}</a></p>', self.home)
            return self.frame.show("There is no such page", back, status=404)
        self.tick()
        if request.method != "POST" and request.path not in self.changing:
            return self._answered(handler, request)
        name = request.path.rpartition("/")[2]
        return self.world.under_faults(name, lambda: self._answered(handler, request), self._spoilt, is_page=True)

    def _answered(self, handler: Handler, request: Request) -> Reply:
        try:
            return handler(request)
        except Refusal as refusal:
            text = '<p class="card wrong" role="alert">{}</p><p><a href="/">{}</a></p>'
            return self.frame.show("That did not work", markup(text, refusal, self.home), status=400)

    def _spoilt(self, _fault: Fault) -> Reply:
        return self.frame.show("Out of order", SILENT, status=503)
