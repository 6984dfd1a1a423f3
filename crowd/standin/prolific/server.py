"""The stand-in as one server: the API below /api/v1, the participants' website beside it."""

from __future__ import annotations

import threading
from pathlib import Path

from crowd.standin.kernel.http import Reply, Request, Server
from crowd.standin.kernel.world import World
from crowd.standin.prolific.control import ProlificControl
from crowd.standin.prolific.hooks import Hooks
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.site import site
from crowd.standin.prolific.wire import Wire

BEAT = 0.2


class ProlificStandIn:
    """Start it, use ``url``, stop it. port 0: any that is free. journal None: it forgets."""

    def __init__(self, journal: Path | None = None, port: int = 0, *, is_mortal: bool = False) -> None:
        self.world = World(journal, is_mortal=is_mortal)
        self.market = Market(self.world)
        self._server = Server(self._handle, port=port)
        self.url = self._server.url
        self.market.open()
        self._hooks = Hooks(self.market.post)
        self._wire, self._site = Wire(self.market, self.url), site(self.market, self.url)
        self._control = ProlificControl(self.market).routes()
        self._stopped = threading.Event()
        self._beat = threading.Thread(target=self._beating, name="stand-in beat", daemon=True)

    def start(self) -> ProlificStandIn:
        """In threads of its own."""
        self._beat.start()
        self._server.start()
        return self

    def serve(self) -> None:
        """In this thread, until it is interrupted."""
        self._beat.start()
        self._server.serve()

    def stop(self) -> None:
        """The port is free afterwards, and so is the journal."""
        self._stopped.set()
        self._server.stop()
        self._beat.join()
        self.world.store.close()

    def _handle(self, request: Request) -> Reply:
        if request.path.startswith("/api/"):
            return self._wire(request)
        if request.path.startswith("/_ctl"):
            return self._control(request)
        return self._site(request)

    def _beating(self) -> None:
        """Time passes, and events leave, while nobody asks."""
        while not self._stopped.wait(BEAT):
            self.market.tick()
            self._hooks.send_waiting()
