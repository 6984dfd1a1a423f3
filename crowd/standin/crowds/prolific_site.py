"""The Prolific stand-in's website, read as a browser reads it."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx

from crowd.standin.crowds.browsing import browser
from crowd.standin.crowds.platform_site import Frame, Hand, Refused

OFFER = re.compile(r'href="/study\?id=([0-9a-f]+)"')
STUDY = re.compile(r'<a class="button" href="([^"]+)" target="_blank"')
ALERT = re.compile(r'role="alert">([^<]*)<')


class ProlificSite:
    """Of one participant."""

    def __init__(self, url: str, worker: str) -> None:
        self.id = self.id_of(worker)
        self._http = browser(base_url=url, cookies={"participant": self.id})

    def id_of(self, worker: str) -> str:
        """24 digits or letters from a to f, always the same for the same worker."""
        return hashlib.sha256(worker.encode()).hexdigest()[:24]

    def offers(self) -> list[str]:
        """Studies with a free place that this participant may see."""
        return OFFER.findall(_page(self._http.get("/")))

    def preview(self, offer: str) -> Frame:
        """The study's own page is not shown before somebody takes part."""
        _page(self._http.get("/study", params={"id": offer}))
        return Frame("")

    def accept(self, offer: str) -> Frame:
        """With the submission."""
        fields = {"id": offer, "participant": self.id}
        found = STUDY.search(_page(self._http.post("/study/take-part", data=fields)))
        if found is None:
            raise Refused("there is no link to the study")
        address = unescape(found[1])
        return Frame(address, parse_qs(urlsplit(address).query)["SESSION_ID"][0])

    def give_back(self, claim: str) -> None:
        """Return the submission."""
        _page(self._http.post("/submissions/return", data={"id": claim}))

    def hand_in(self, hand: Hand) -> None:
        """Come back with the code."""
        _page(self._http.get(hand.action, params=hand.fields))

    def close(self) -> None:
        """Done."""
        self._http.close()


def _page(reply: httpx.Response) -> str:
    if reply.status_code >= 400:
        found = ALERT.search(reply.text)
        raise Refused(unescape(found[1]) if found else f"{reply.status_code}")
    return reply.text
