"""A hook that is a URL: the news as JSON, signed, sent to a public address only.

A document may come from somebody who may not see this machine's network. So the host is resolved here, once, and the
request goes to exactly the address that was looked at: no private, local or reserved one, unless the installation
lists the host in WEBHOOK_HOSTS. No redirect is followed, no proxy of the environment used, no answer read to its end.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import socket
from hashlib import sha256
from typing import Final

import httpx
from django.conf import settings

from analysis.runs.hooks.errors import Undeliverable
from experiments.types import JsonObject

SECONDS: Final = 10.0
LONGEST: Final = 2_000
LAST_PORT: Final = 65_535


class Posting:
    """``webhook: https://example.org/…``. Headers: Machina-Delivery (the id), Machina-Signature (with a secret)."""

    def fault(self, target: str) -> str:
        """Not a URL that may be asked. The address is looked at when it is told, not here."""
        try:
            url = httpx.URL(target)
            url.host.encode("idna")  # as looking it up does
        except (httpx.InvalidURL, UnicodeError):
            return f"“{target[:200]}” is no URL."
        if url.scheme not in ("https", "http") or not url.host or len(target) > LONGEST or (url.port or 1) > LAST_PORT:
            return f"“{target[:200]}” is no web address: write https://host/path."
        if url.userinfo:
            return "A web hook carries no user name or password in its address."
        if url.scheme == "http" and not _is_listed(url.host):
            return f"Write https: {url.host} is not listed in WEBHOOK_HOSTS, so http may not be used."
        try:
            _refuse_private(url.host, ipaddress.ip_address(url.host))
        except Undeliverable as error:
            return str(error)
        except ValueError:
            return ""  # a name: resolved when it is told
        return ""

    def tell(self, target: str, news: JsonObject) -> None:
        """POST it. 2xx: told. 408, 425, 429, 5xx and silence heal; every other answer does not."""
        if fault := self.fault(target):
            raise Undeliverable(fault, heals=False)
        url = httpx.URL(target)
        body = json.dumps(news, ensure_ascii=False).encode()
        try:
            with (
                httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client,
                client.stream(
                    "POST",
                    url.copy_with(host=_address(url)),
                    content=body,
                    headers=_headers(url, body, str(news["id"])),
                    extensions={"sni_hostname": url.host},
                ) as response,
            ):
                status = response.status_code
        except httpx.TransportError as error:
            raise Undeliverable(f"{url.host}: {type(error).__name__}: {error}", heals=True) from error
        if not 200 <= status < 300:
            raise Undeliverable(f"{url.host} answers {status}.", heals=status in (408, 425, 429) or status >= 500)


def signature(body: bytes, secret: str) -> str:
    """What Machina-Signature holds: the receiver computes it from the body it got and compares."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def _headers(url: httpx.URL, body: bytes, delivery: str) -> dict[str, str]:
    headers = {
        "Host": url.netloc.decode(),
        "Content-Type": "application/json",
        "User-Agent": "Machina",
        "Machina-Delivery": delivery,
    }
    if settings.WEBHOOK_SECRET:
        headers["Machina-Signature"] = signature(body, settings.WEBHOOK_SECRET)
    return headers


def _address(url: httpx.URL) -> str:
    """The address to connect to. Undeliverable if any that the name stands for is not public."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Undeliverable(f"{url.host} cannot be resolved: {error}", heals=True) from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    for address in addresses:
        _refuse_private(url.host, address)
    return str(addresses[0])


def _refuse_private(host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if _is_listed(host) or (mapped.is_global and address.is_global and not mapped.is_multicast):
        return
    raise Undeliverable(
        f"{host} is {address}, which is not a public address. If web hooks may go there, whoever runs this server adds "
        f"{host} to WEBHOOK_HOSTS.",
        heals=False,
    )


def _is_listed(host: str) -> bool:
    return host.lower() in {each.lower() for each in settings.WEBHOOK_HOSTS}
