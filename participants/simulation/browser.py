"""A participant's browser over HTTP: retries as ours do, loses connections on purpose, keeps count."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlencode

import httpx

from participants.capability import SIMULATED_HEADER, simulation_pass
from participants.simulation.ledger import Broken, Ledger

FORM = "application/x-www-form-urlencoded"


class Loss(Enum):
    """How a connection is lost."""

    MIDWAY = "midway"  # while the request is being sent
    BEFORE_REPLY = "before the reply"  # the server has it, we never hear


class Unreachable(Exception):
    """No usable reply in all the time a participant would wait."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where the pages are, and how long somebody keeps trying. through_faults: failures are expected, not reported."""

    base_url: str
    first_wait: float = 0.2
    longest_wait: float = 2.0
    patience: float = 20.0
    through_faults: bool = False


class Browser:
    """One window. Not for several threads at once; `again` opens another of the same person."""

    def __init__(self, network: Network, ledger: Ledger, verify: object = True) -> None:
        self.network = network
        self.ledger = ledger
        self.step = "door"
        self._verify = verify
        self._client = httpx.Client(
            base_url=network.base_url,
            timeout=30.0,
            verify=verify,  # type: ignore[arg-type]  # an SSLContext, made once for all
            headers={SIMULATED_HEADER: simulation_pass(), "Accept": "text/html"},
            trust_env=False,
        )

    def again(self) -> Browser:
        """Another tab."""
        tab = Browser(self.network, self.ledger, self._verify)
        tab.step = self.step
        return tab

    def close(self) -> None:
        """Done."""
        self._client.close()

    def get(self, url: str) -> httpx.Response:
        """A page."""
        return self._send("GET", url, None, None)

    def post(self, url: str, fields: Mapping[str, Sequence[str] | str], loss: Loss | None = None) -> httpx.Response:
        """A form. loss: the first attempt never gets its reply; then it is sent again, as it was."""
        return self._post(url, urlencode(fields, doseq=True).encode(), FORM, loss)

    def post_json(self, url: str, body: bytes, loss: Loss | None = None) -> httpx.Response:
        """A batch of the outbox."""
        return self._post(url, body, "application/json", loss)

    def _post(self, url: str, body: bytes, kind: str, loss: Loss | None) -> httpx.Response:
        if loss is not None:
            self._lose(url, body, kind, loss)
        return self._send("POST", url, body, kind)

    def _send(self, method: str, url: str, body: bytes | None, kind: str | None) -> httpx.Response:
        """Send until there is a reply below 500 (429 aside), waiting longer each time, as the page's script does."""
        give_up, wait = time.monotonic() + self.network.patience, self.network.first_wait
        while True:
            response = self._attempt(method, url, body, kind)
            if response is not None and response.status_code < 500 and response.status_code != 429:
                return self._checked(response)
            if time.monotonic() > give_up:
                self.ledger.broke(Broken(shown(url), self.step, 0, "no reply in all the time somebody would wait"))
                raise Unreachable
            self.ledger.count("retries")
            time.sleep(wait)
            wait = min(wait * 2, self.network.longest_wait)

    def _attempt(self, method: str, url: str, body: bytes | None, kind: str | None) -> httpx.Response | None:
        started = time.perf_counter()
        try:
            response = self._client.request(method, url, content=body, headers={"Content-Type": kind} if kind else None)
        except httpx.TransportError:
            self.ledger.count("connections that failed")
            return None
        self.ledger.reply(response.status_code, time.perf_counter() - started)
        if response.status_code >= 500 and not self.network.through_faults:
            self._report(response, "the server failed")
        return response

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.status_code in (400, 403, 404, 405, 413):
            self._report(response, "the page was refused")
        return response

    def _report(self, response: httpx.Response, problem: str) -> None:
        excerpt = " ".join(response.text.split())[:300]
        self.ledger.broke(Broken(shown(str(response.url)), self.step, response.status_code, problem, excerpt))

    def _lose(self, url: str, body: bytes, kind: str, loss: Loss) -> None:
        self.ledger.count(f"connections lost {loss.value}")
        headers = {"Content-Type": kind, "Content-Length": str(len(body))}
        try:
            if loss is Loss.MIDWAY:
                self._client.post(url, content=_cut_off(body), headers=headers)
            else:
                self._client.post(url, content=body, headers=headers, timeout=httpx.Timeout(10.0, read=0.001))
        except httpx.TransportError:
            return


def _cut_off(body: bytes) -> Iterator[bytes]:
    """Half of it, then the line is dead."""
    yield body[: max(1, len(body) // 2)]
    raise httpx.WriteError("lost on purpose")


def shown(url: str) -> str:
    """The path of an address, without what would let a reader act for the participant."""
    path = httpx.URL(url).path
    return "/".join("…" if len(part) == 43 else part for part in path.split("/"))
