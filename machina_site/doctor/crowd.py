"""Probes of talking to crowd platforms."""

from __future__ import annotations

from django.db import DatabaseError
from django.utils import timezone

from crowd.difference_reads import accounts_of
from crowd.models import Campaign
from machina_site.doctor.finding import Finding, ok, warn


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
