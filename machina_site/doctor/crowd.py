"""Probes of talking to crowd platforms."""

from __future__ import annotations

from django.db import DatabaseError
from django.utils import timezone

from crowd.models import Account, Campaign
from crowd.reads.differences import accounts_of
from crowd.showing.accounts import problem_of
from machina_site.doctor.finding import Finding, ok, warn


def accounts() -> Finding:
    """They may be called from here, and the variables with their credentials are set. Nobody is called."""
    try:
        found = list(Account.objects.order_by("name"))
    except DatabaseError:
        return warn("accounts", "unknown: no database, or no tables", "See the lines about the database.")
    problems = [(account.name, *problem) for account in found if (problem := problem_of(account))]
    if problems:
        says = "; ".join(f"{name}: {what.rstrip('.')}" for name, what, _ in problems)
        return warn("accounts", says, " ".join(dict.fromkeys(advice for *_, advice in problems)))
    real = sum(account.is_production for account in found)
    return ok("accounts", f"{len(found)}, {real} with real money" if found else "none")


def platforms() -> Finding:
    """Accounts through which somebody recruits are read, and answer."""
    try:
        lines = accounts_of(Campaign.objects.exclude(status="draft"), timezone.now())
    except DatabaseError:
        return warn("platforms", "unknown: no database, or no tables", "See the lines about the database.")
    late = [line.account.name for line in lines if line.is_late]
    troubled = [line.account for line in lines if line.account.trouble]
    if late:
        return warn("platforms", f"nobody reads {', '.join(late)}", "Start a worker for the queue “crowd”, and beat.")
    if troubled:
        return warn("platforms", f"{troubled[0].name}: {troubled[0].trouble}", "The page Crowd, Differences says more.")
    return ok("platforms", f"{len(lines)} in use, all well" if lines else "none in use")
