"""Whom analysis plans may leave out by rules of rooms above analysis: registered here, for the site sees both."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.results import exclusions
from experiments.models import Experiment
from experiments.types import JsonObject


def untrusted_work(experiment: Experiment, _settings: JsonObject) -> Mapping[int, str]:
    """Whom the rule of quality leaves out, with its signs; or a person does not use. Two queries."""
    from crowd.models import QualityMark  # models: only once apps are there
    from crowd.reads.quality import left_out

    marks = QualityMark.objects.filter(session__experiment=experiment, is_excluded=True)
    why = {unit: because or "score" for unit, because in marks.values_list("session__unit", "because")}
    return {unit: why.get(unit, "not used, a person decided") for unit in left_out(experiment)}


exclusions.register("quality", untrusted_work, title="Work that the registered rule of quality does not trust")
