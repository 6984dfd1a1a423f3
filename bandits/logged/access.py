"""Whose decisions a batch may read."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.errors import BadValue
from experiments.models import Experiment
from experiments.types import JsonObject


def of_one_study(experiment: Experiment, setting: JsonObject) -> None:
    """BadValue if a setting reads decisions of another study: whoever may compute here may not see those."""
    data = setting.get("data")
    if not isinstance(data, Mapping) or data.get("type") != "decisions" or data.get("experiment") == experiment.slug:
        return
    if not Experiment.objects.filter(slug=data.get("experiment"), study_id=experiment.study_id).exists():
        raise BadValue(
            f"There is no experiment “{data.get('experiment')}” in this study.",
            hint="Decisions are read within a study: order the batch in theirs.",
        )
