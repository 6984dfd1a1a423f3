"""An address to which the stand-in's SNS posts: what it sent, as it sent it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue


class Sink:
    """Bodies in the order in which they came."""

    def __init__(self) -> None:
        self.bodies: SimpleQueue[bytes] = SimpleQueue()
        self.url = ""

    def next(self, seconds: float = 5.0) -> bytes:
        """The next one. AssertionError if none comes."""
        try:
            return self.bodies.get(timeout=seconds)
        except Empty:
            raise AssertionError("SNS sent nothing.") from None

    def rest(self, seconds: float = 0.5) -> Iterator[bytes]:
        """Those that come until it is quiet for so long."""
        while True:
            try:
                yield self.bodies.get(timeout=seconds)
            except Empty:
                return


@contextmanager
def sink() -> Iterator[Sink]:
    """It listens meanwhile."""
    made = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.bodies.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
