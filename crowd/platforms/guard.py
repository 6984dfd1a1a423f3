"""What may be called, and what may be spent: asked before anything leaves the house."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from crowd.errors import LivePlatform, NeedsOperator
from crowd.platforms.base import Link
from crowd.platforms.kinds import Kind

NOT_CONFIRMED = "Nobody confirmed what this would spend, and the account's money is real."


def is_stand_in(endpoint: str) -> bool:
    """On this machine, or one that CROWD_STANDIN_HOSTS names."""
    host = (urlsplit(endpoint).hostname or "").lower()
    return host == "localhost" or _is_loopback(host) or host in settings.CROWD_STANDIN_HOSTS


def permit(kind: Kind, link: Link) -> None:
    """LivePlatform unless the account may be called there: stand-ins always, a platform's own hosts if all say so."""
    endpoint = kind.endpoint_of(link)
    host = (urlsplit(endpoint).hostname or "").lower()
    if (not endpoint and not kind.live) or is_stand_in(endpoint):
        return
    if host not in kind.live:
        raise LivePlatform(
            f"The account's address is neither {kind.title}'s nor a stand-in's: {host or 'none is given'}.",
            hint="Leave it empty for the platform's own; name a stand-in's machine in CROWD_STANDIN_HOSTS.",
        )
    if not settings.CROWD_LIVE:
        raise LivePlatform(
            f"This installation calls no live platform, and {host} is one.",
            hint="Set CROWD_LIVE=1 where people are to be recruited; use a stand-in everywhere else.",
        )
    if kind.live[host] and not link.is_production:
        raise LivePlatform(
            f"Money is real at {host}, and the account does not say that it is for production.",
            hint="Mark the account as production, or give it the address of a sandbox or a stand-in.",
        )


def permit_address(address: str) -> None:
    """LivePlatform where an address that belongs to a platform (a certificate, a confirmation) may not be fetched."""
    if not settings.CROWD_LIVE and not is_stand_in(address):
        raise LivePlatform(
            f"This installation calls no live platform, and {urlsplit(address).hostname} belongs to one.",
            hint="Set CROWD_LIVE=1 where people are to be recruited; use a stand-in everywhere else.",
        )


def require_spending(link: Link) -> None:
    """NeedsOperator unless a person confirmed the cost, or the money is not real."""
    if link.is_production and not link.may_spend:
        raise NeedsOperator(NOT_CONFIRMED, code="not-confirmed", hint="Look at the campaign's plan and confirm it.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
