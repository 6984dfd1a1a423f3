"""Whether an experiment has blocks that choose their stimuli, for the console."""

from __future__ import annotations

from django import template

from experiments.models import Experiment
from experiments.published import blueprint_of
from participants.choosing_reads import blocks_in

register = template.Library()


@register.filter
def chooses_stimuli(experiment: Experiment) -> bool:
    """Of the version that newcomers get; False while nothing is frozen."""
    return experiment.version_id is not None and bool(blocks_in(blueprint_of(experiment.version_id)))
