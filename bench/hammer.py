"""The load: kept-alive connections on raw sockets, one request under way on each, in one cheap loop.

``python -m bench.hammer PORT CONNECTIONS SECONDS FILE`` sends the requests of FILE (a JSON list of texts, one after the
other; with --once no request twice) and prints one JSON object. Its own CPU is in it, since it shares the machine.
"""

import argparse
import json
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

LENGTH = b"ontent-length: "
CHUNK = 262_144


@dataclass
class Connection:
    """One socket, and when its request left."""

    link: socket.socket
    left: float = 0.0
    parts: list[bytes] = field(default_factory=list)


def complete(answer: bytes) -> bool:
    """Whether head and body are all there."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    at = answer.find(LENGTH, 0, end)
    at = answer.find(b"ontent-Length: ", 0, end) if at < 0 else at
    if at < 0:
        return True
    stop = answer.find(b"\r\n", at)
    return len(answer) >= end + 4 + int(answer[at + len(LENGTH) : stop])


class Hammer:
    """So many connections, for so long."""

    def __init__(self, port: int, connections: int, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.poll = select.epoll()
        self.connections: dict[int, Connection] = {}
        self.turns: list[float] = []
        self.errors: list[str] = []
        for _ in range(connections):
            link = socket.create_connection(("127.0.0.1", port))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections[link.fileno()] = Connection(link)
            self.poll.register(link.fileno(), select.EPOLLIN)

    def run(self, seconds: float) -> float:
        """Until the time is over or the requests are; the seconds that it took."""
        started = time.perf_counter()
        end = started + seconds
        for each in self.connections.values():
            self._send(each)
        while time.perf_counter() < end and any(each.left for each in self.connections.values()):
            for number, _ in self.poll.poll(1.0):
                self._receive(self.connections[number])
        return time.perf_counter() - started

    def _send(self, each: Connection) -> None:
        request = next(self.requests, None)
        each.left = 0.0 if request is None else time.perf_counter()
        if request is not None:
            each.link.sendall(request)

    def _receive(self, each: Connection) -> None:
        piece = each.link.recv(CHUNK)
        if each.parts or not complete(piece):
            each.parts.append(piece)
            piece = b"".join(each.parts)
            if not complete(piece):
                return
            each.parts.clear()
        self.turns.append(time.perf_counter() - each.left)
        if piece[9:10] != b"2":
            self.errors.append(piece[:400].decode(errors="replace"))
        self._send(each)


def quantile(turns: list[float], part: float) -> float:
    """In milliseconds; 0 of nothing."""
    return sorted(turns)[min(len(turns) - 1, int(part * len(turns)))] * 1000 if turns else 0.0


def main() -> None:
    """Send, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("file", type=Path)
    parser.add_argument("--once", action="store_true")
    given = parser.parse_args()
    texts = [text.encode() for text in json.loads(given.file.read_text())]
    hammer = Hammer(given.port, given.connections, iter(texts) if given.once else cycle(texts))
    cpu = time.process_time()
    seconds = hammer.run(given.seconds)
    said = {
        "seconds": seconds,
        "requests": len(hammer.turns),
        "p50": quantile(hammer.turns, 0.5),
        "p99": quantile(hammer.turns, 0.99),
        "client_cpu": time.process_time() - cpu,
        "errors": len(hammer.errors),
        "first_error": hammer.errors[0] if hammer.errors else "",
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
