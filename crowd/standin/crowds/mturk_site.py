"""The MTurk stand-in's website, read as a browser reads it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx

from crowd.standin.crowds.browsing import browser
from crowd.standin.crowds.platform_site import Frame, Hand, Refused

OFFER = re.compile(r'href="/mturk/preview\?hitId=([A-Z0-9]+)"')
FRAME = re.compile(r'<iframe title="The HIT" src="([^"]+)"')
ALERT = re.compile(r'role="alert">([^<]*)<')


class MTurkSite:
    """Of one worker."""

    def __init__(self, url: str, worker: str) -> None:
        self._http = browser(base_url=url, cookies={"worker": worker})
        self.worker = worker

    def id_of(self, worker: str) -> str:
        """As it is."""
        return worker

    def offers(self) -> list[str]:
        """HITs with a free place that this worker may see."""
        return OFFER.findall(_page(self._http.get("/")))

    def preview(self, offer: str) -> Frame:
        """The address in its frame."""
        return Frame(_address(_page(self._http.get("/mturk/preview", params={"hitId": offer}))))

    def accept(self, offer: str) -> Frame:
        """With the assignment."""
        fields = {"hitId": offer, "workerId": self.worker}
        address = _address(_page(self._http.post("/mturk/accept", data=fields)))
        return Frame(address, parse_qs(urlsplit(address).query)["assignmentId"][0])

    def give_back(self, claim: str) -> None:
        """Return the assignment."""
        _page(self._http.post("/mturk/return", data={"assignmentId": claim}))

    def hand_in(self, hand: Hand) -> None:
        """To whatever address the study's last page says."""
        _page(self._http.post(hand.action, data=hand.fields))

    def close(self) -> None:
        """Done."""
        self._http.close()


def _page(reply: httpx.Response) -> str:
    if reply.status_code >= 400:
        found = ALERT.search(reply.text)
        raise Refused(unescape(found[1]) if found else f"{reply.status_code}")
    return reply.text


def _address(page: str) -> str:
    found = FRAME.search(page)
    if found is None:
        raise Refused("there is no frame")
    return unescape(found[1])
