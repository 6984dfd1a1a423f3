"""/_ctl: what a test, a demo or a person turns while the stand-in runs. Every change is a POST or a DELETE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TypeAlias

from crowd.standin.kernel.http import Refusal, Reply, Request, json_reply
from crowd.standin.kernel.world import World

Route: TypeAlias = Callable[[Request], Reply]


class Control:
    """What every platform has: clock, faults, settings, calls. A platform adds routes of its own."""

    def __init__(self, world: World, own: Mapping[str, Route]) -> None:
        self.world = world
        self._routes: dict[str, Route] = {
            "GET clock": self._clock,
            "POST clock": self._advance,
            "GET faults": self._faults,
            "POST faults": self._add_fault,
            "DELETE faults": self._clear_faults,
            "GET settings": self._settings,
            "POST settings": self._change,
            "GET calls": self._calls,
            "DELETE calls": self._forget_calls,
            **own,
        }

    def __call__(self, request: Request) -> Reply:
        """The route for ``/_ctl/…``. A sentence for what cannot be done."""
        name = request.path.removeprefix("/_ctl").strip("/")
        route = self._routes.get(f"{request.method} {name}")
        if route is None:
            return json_reply({"stand-in": True, "routes": sorted(self._routes)}, 404 if name else 200)
        try:
            return route(request)
        except (Refusal, ValueError, TypeError, KeyError) as error:
            return json_reply({"error": f"{type(error).__name__}: {error}"}, 400)

    def _clock(self, request: Request) -> Reply:
        return json_reply({"now": self.world.clock.now(), "ahead": self.world.clock.ahead})

    def _advance(self, request: Request) -> Reply:
        self.world.clock.advance(float(request.json()["advance"]))
        return self._clock(request)

    def _faults(self, request: Request) -> Reply:
        return json_reply({"faults": [asdict(rule) for rule in self.world.faults.all()]})

    def _add_fault(self, request: Request) -> Reply:
        wanted = request.json()
        if wanted.get("kind") == "kill" and not self.world.is_mortal:
            raise ValueError("kill: this stand-in is a thread of its caller. Start it as a process.")
        self.world.faults.add(wanted)
        return self._faults(request)

    def _clear_faults(self, request: Request) -> Reply:
        self.world.faults.clear()
        return self._faults(request)

    def _settings(self, request: Request) -> Reply:
        return json_reply(self.world.settings.all())

    def _change(self, request: Request) -> Reply:
        return json_reply(self.world.settings.change(request.json()))

    def _calls(self, request: Request) -> Reply:
        calls, wanted = self.world.calls, request.query.get("operation")
        with calls.lock:
            last = [each for each in calls.last if wanted in (None, each["operation"])]
            return json_reply({"counts": calls.counts, "total": calls.counts.total(), "last": last[-200:]})

    def _forget_calls(self, request: Request) -> Reply:
        with self.world.calls.lock:
            self.world.calls.counts.clear()
            self.world.calls.last.clear()
        return self._calls(request)
