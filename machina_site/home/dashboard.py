"""The console's first page: what runs, what needs a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.utils import timezone

from analysis.balance import balances_of
from bandits.panel import Glance
from bandits.panel_reads import glances_of
from crowd.models import Campaign
from crowd.reads.campaign_rows import rows_of
from experiments.models import Experiment, Status
from experiments.reads import completes_by_experiment, newest_events, percent_done
from machina_site.monitor.learning_charts import Piece, lying, painted
from machina_site.monitor.wording import QUIET, sentence_of
from participants.monitoring import entered_since

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_CARDS = 12
MOST_EVENTS = 12
MOST_CAMPAIGNS = 6
RECRUITING = (Campaign.Status.RUNNING, Campaign.Status.PAUSED, Campaign.Status.CLOSED)
SHOWN = (Status.RUNNING, Status.PAUSED, Status.REHEARSAL, Status.DRAFT)
ORDER = {status: place for place, status in enumerate(SHOWN)}


@dataclass(frozen=True, slots=True)
class Card:
    """An experiment that is not over. glance, pieces: of one whose visitors' decisions are what there is to count."""

    experiment: Experiment
    completes: int
    percent: int
    entered_today: int
    is_alarming: bool
    glance: Glance | None = None
    pieces: tuple[Piece, ...] = ()


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What Unfold's index gets besides its own. Eight queries, however many experiments there are."""
    visible = Experiment.objects.visible_to(cast("User", request.user)).select_related("study")
    newest = list(visible.filter(status__in=SHOWN).order_by("-pk")[:100])
    shown = sorted(newest, key=lambda experiment: ORDER[Status(experiment.status)])[:MOST_CARDS]
    completes = completes_by_experiment(shown)
    entered = entered_since(shown, timezone.now() - timedelta(days=1))
    balances = balances_of(shown)
    glances = glances_of([experiment for experiment in shown if not experiment.has_target])
    cards = [
        Card(
            experiment,
            completes.get(experiment.pk, 0),
            percent_done(experiment, completes.get(experiment.pk, 0)),
            entered.get(experiment.pk, 0),
            balances[experiment.pk].is_alarming,
            glance := glances.get(experiment.pk),
            lying(glance.shares, painted(glance.shares)) if glance else (),
        )
        for experiment in shown
    ]
    campaigns = Campaign.objects.visible_to(cast("User", request.user)).filter(status__in=RECRUITING)
    rows = rows_of(campaigns, most=MOST_CAMPAIGNS)
    return {**context, "cards": cards, "rows": rows, "recent": _recent(shown), "title": "Overview"}


def _recent(experiments: list[Experiment]) -> list[dict[str, object]]:
    by_pk = {experiment.pk: experiment for experiment in experiments}
    events = newest_events(experiments, without=QUIET, at_most=MOST_EVENTS)
    return [
        {
            "at": event.at,
            "sentence": sentence_of(event),
            "experiment": by_pk.get(experiment_id or 0),
        }
        for experiment_id, event in events
    ]
