"""What templates of the console ask about experiments that learn."""

from __future__ import annotations

from django import template

from bandits.learning import learns as allocation_learns
from bandits.panel import Glance
from bandits.panel_reads import glances_of
from bandits.serving import Serving, serving
from experiments.blueprint import json_object
from experiments.models import Experiment
from experiments.published import blueprint_of

register = template.Library()


@register.filter
def decides(experiment: Experiment) -> Serving | None:
    """What decides in it now; None where nothing that learns was ever opened."""
    if experiment.version_id is None or not allocation_learns(blueprint_of(experiment.version_id).allocation):
        return None
    return serving(experiment)


@register.filter
def glance(experiment: Experiment) -> Glance:
    """How many decisions and rewards it has. One query."""
    return glances_of([experiment])[experiment.pk]


@register.filter
def learns(experiment: Experiment) -> bool:
    """Whether its policy is one that learns."""
    return allocation_learns(json_object(experiment.allocation))
