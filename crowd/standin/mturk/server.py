"""The stand-in as one server: API on POST /, the rest by path."""

from __future__ import annotations

import threading
from pathlib import Path

from crowd.standin.kernel.http import Refusal, Reply, Request, Server, json_reply
from crowd.standin.kernel.world import World
from crowd.standin.mturk.control import MTurkControl
from crowd.standin.mturk.market import Market
from crowd.standin.mturk.site import site
from crowd.standin.mturk.sns import CERTIFICATE_PATH, Topics
from crowd.standin.mturk.sqs import Queues
from crowd.standin.mturk.wire import Wire

BEAT = 0.2


class MTurkStandIn:
    """Start it, use ``url``, stop it. port 0: any that is free. journal None: it forgets."""

    def __init__(self, journal: Path | None = None, port: int = 0, *, is_mortal: bool = False) -> None:
        self.world = World(journal, is_mortal=is_mortal)
        self.market = Market(self.world)
        self._server = Server(self._handle, port=port)
        self.url = self._server.url
        self.topics = Topics(self.market.post, self.url)
        self.market.open()
        self._wire, self._queues = Wire(self.market), Queues(self.market.post)
        self._control = MTurkControl(self.market, self.topics).routes()
        self._site = site(self.market, self.url)
        self._stopped = threading.Event()
        self._beat = threading.Thread(target=self._beating, name="stand-in beat", daemon=True)

    def start(self) -> MTurkStandIn:
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
        if request.method == "POST" and request.header("X-Amz-Target").startswith("MTurk"):
            return self._wire(request)
        if request.method == "POST" and request.header("X-Amz-Target").startswith("AmazonSQS."):
            return self._queues(request)
        if request.path.startswith("/_ctl"):
            return self._control(request)
        if request.path.startswith("/sns/"):
            return self._sns(request)
        return self._site(request)

    def _sns(self, request: Request) -> Reply:
        if request.path == CERTIFICATE_PATH:
            return Reply(self.topics.certificate.pem, content_type="application/x-pem-file")
        try:
            self.topics.confirm(request.query.get("TopicArn", ""), request.query.get("Token", ""))
        except Refusal as refusal:
            return json_reply({"error": str(refusal)}, 400)
        return Reply(b"<ConfirmSubscriptionResponse/>", content_type="text/xml")

    def _beating(self) -> None:
        """Time passes, and notifications leave, while nobody asks."""
        while not self._stopped.wait(BEAT):
            self.market.tick()
            self.topics.send_waiting()
