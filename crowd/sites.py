"""Which web sites of the platforms' we hand people to, and may be framed by. Nothing here comes out of a link."""

from __future__ import annotations

from functools import lru_cache
from time import time
from urllib.parse import urlsplit

from crowd.models import Account
from crowd.platforms import PLATFORMS

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_stand_in(account: Account) -> bool:
    """Whether the account is at a stand-in: it has an endpoint, and that is none of the platform's own."""
    host, kind = urlsplit(account.endpoint).hostname or "", PLATFORMS.get(account.platform)
    return bool(host) and kind is not None and host not in kind.live


def site_of(account: Account) -> str:
    """The origin of the site on which the account's workers are; "" for a platform without one."""
    if is_stand_in(account):
        return origin_of(account.endpoint)
    kind = PLATFORMS.get(account.platform)
    if kind is None:
        return ""
    host = urlsplit(account.endpoint).hostname or ""
    is_real = kind.live[host] if host else account.is_production
    return kind.worker_sites[0 if is_real else -1] if kind.worker_sites else ""


def is_site_of(account: Account, address: str) -> bool:
    """Whether an address in a link is on that site. The names of this machine are one site."""
    ours, given = urlsplit(site_of(account)), urlsplit(address)
    if is_stand_in(account) and ours.hostname in LOOPBACK and given.hostname in LOOPBACK:
        return ours.port == given.port
    return origin_of(address) == site_of(account)


def origin_of(address: str) -> str:
    """Scheme, host and port; "" if it has none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""


def framing_sites() -> tuple[str, ...]:
    """Origins of the stand-ins that accounts name, on whose pages ours are shown in a frame. At most a minute old."""
    return _framing_sites(int(time() // 60))


@lru_cache(maxsize=2)
def _framing_sites(minute: int) -> tuple[str, ...]:
    accounts = Account.objects.filter(is_production=False).exclude(endpoint="")
    sites = {site_of(account) for account in accounts if is_stand_in(account)}
    twins = {site.replace("//127.0.0.1", "//localhost") for site in sites}
    return tuple(sorted(sites | twins | {site.replace("//localhost", "//127.0.0.1") for site in sites}))
