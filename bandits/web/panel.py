"""A panel of django-debug-toolbar: add “bandits.web.panel.BanditsPanel” to DEBUG_TOOLBAR_PANELS."""

from __future__ import annotations

from debug_toolbar.panels import Panel
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandits.web.choices import Choice
from bandits.web.options import Options
from bandits.web.serving import Bandits
from bandits.web.values import written
from experiments.types import JsonObject

LONGEST = 300


class BanditsPanel(Panel):
    """What this request's visitor was given, by which chance and why. It asks the database nothing."""

    is_async = True
    template = "bandits/panel.html"

    @property
    def title(self) -> str:
        """At the head of the panel."""
        return _("Experiments")

    @property
    def nav_subtitle(self) -> str:
        """In the side bar."""
        n = len(self.get_stats().get("choices", ()))  # type: ignore[no-untyped-call]  # the toolbar is
        return ngettext("%(n)d arm", "%(n)d arms", n) % {"n": n}

    def generate_stats(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Plain texts and numbers alone: the toolbar keeps them for later."""
        bandits = getattr(request, "bandits", None)
        stats = stats_of(bandits) if isinstance(bandits, Bandits) else {"is_missing": True}
        self.record_stats(stats)  # type: ignore[no-untyped-call]  # the toolbar is


def stats_of(bandits: Bandits) -> dict[str, object]:
    """What the panel shows."""
    stats: dict[str, object] = {
        "choices": [_row(choice) for choice in bandits.choices.values()],
        "rewards": [{"slug": slug, "value": str(value), "is_new": new} for slug, value, new in bandits.rewards],
        "cookie": Options.read().cookie_name,
    }
    if bandits.choices or bandits.rewards:
        visitor = bandits.visitor
        stats |= {"visitor": visitor.key[:8], "is_new": visitor.is_new, "is_named": visitor.is_named}
    return stats


def _row(choice: Choice) -> JsonObject:
    return {
        "slug": choice.slug,
        "arm": choice.arm,
        "value": written(choice.value)[:LONGEST],
        "how": str(choice.how),
        "why": choice.why,
        "chance": None if choice.propensity is None else round(choice.propensity, 4),
        "state": choice.policy_version,
        "arms": list(choice.arms),
        "trace": list(choice.trace),
        "decision": str(choice.decision or ""),
    }
