"""Which units a page is about."""

from __future__ import annotations

from django.http import HttpRequest

from experiments.models import Experiment


def wants_rehearsal(request: HttpRequest, experiment: Experiment) -> bool:
    """What the address asks for (`?rehearsal=1` or 0), else what is being collected now."""
    asked = request.GET.get("rehearsal")
    return asked == "1" if asked in ("0", "1") else experiment.is_rehearsal
