"""What templates of the console ask about experiments that learn."""

from __future__ import annotations

from django import template

from bandits.learning import learns as allocation_learns
from experiments.blueprint import json_object
from experiments.models import Experiment

register = template.Library()


@register.filter
def learns(experiment: Experiment) -> bool:
    """Whether its policy is one that learns."""
    return allocation_learns(json_object(experiment.allocation))
