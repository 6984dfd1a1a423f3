"""How far participants got, for the funnel of results: analysis knows units, participants know people."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.results import passages
from analysis.results.passages import Stage
from experiments.models import Experiment
from experiments.reads import arms_of
from participants import monitoring


def stages_of_participants(experiment: Experiment, is_rehearsal: bool) -> Sequence[Stage]:
    """Arrived, agreed, finished. Three queries."""
    passage = monitoring.passage_of(experiment, is_rehearsal=is_rehearsal)
    turned_away = 0 if is_rehearsal else monitoring.turned_away(experiment)
    arms = passage.arms
    finished = {arm.name: arms[arm.pk].completed if arm.pk in arms else 0 for arm in arms_of(experiment)}
    arrived = Stage("Arrived", passage.entered + turned_away)
    stages = [arrived] if turned_away else []
    return [*stages, Stage("Agreed and came in", passage.entered), Stage("Finished", passage.completed, finished)]


passages.register("participant", stages_of_participants)
