"""A batch's design becomes its experiment's: a factor for each sweep, an arm for each setting, each run assigned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db.models import Max

from analysis.learning.components import ComponentError
from analysis.learning.search.factors import arm_name, levels_of
from analysis.learning.search.searches import Search
from analysis.learning.search.shipped import SEARCHES
from analysis.runs.models import Batch, Run
from experiments.blueprint import json_object
from experiments.factorial import EVERYBODY, MOST_ARMS, Level, written
from experiments.models import Arm, Assignment, Experiment, Factor
from experiments.services.editing import EDITABLE
from experiments.services.versions import publish_version
from experiments.types import Json

SETTING = "setting"
ALL_OF_IT = 1.0
"""Nothing is left to chance: from the seed it follows which settings there are, and each is run."""


def assign_arms(batch: Batch, runs: Sequence[Run], *, now: datetime) -> None:
    """Give each run's unit the arm of its setting, in the transaction that made the runs.

    Only where all settings are known beforehand, are at most 1,000, and the experiment can still be changed. An arm is
    made where there is none with these levels; arms and levels that are there stay.
    """
    experiment = batch.experiment
    search = _search(batch)
    if search is None or not search.knows_its_settings or experiment.status not in EDITABLE:
        return
    choices = {run.setting_digest: _choices(run) for run in runs}
    arms = _arms(experiment, {digest: chosen for digest, chosen in choices.items() if chosen is not None})
    if not any(run.setting_digest in arms for run in runs):
        return
    version = publish_version(experiment)
    made = {"experiment": experiment, "version": version, "propensity": ALL_OF_IT, "policy": search.name, "at": now}
    Assignment.objects.bulk_create(
        [
            Assignment(unit_id=run.unit_id, arm=arms[run.setting_digest], **made)
            for run in runs
            if run.unit_id is not None and run.setting_digest in arms
        ],
        batch_size=2_000,
    )


def _search(batch: Batch) -> Search | None:
    spec = json_object(batch.document).get("search") or "grid"
    try:
        return SEARCHES.parse(spec)
    except ComponentError:
        return None


def _choices(run: Run) -> Mapping[str, Json] | None:
    chosen = json_object(run.proposal).get("choices")
    return chosen if isinstance(chosen, Mapping) else None


def _arms(experiment: Experiment, settings: Mapping[str, Mapping[str, Json]]) -> dict[str, Arm]:
    """By the setting's digest. Of a design with too many arms, none is new."""
    there = list(Arm.objects.filter(experiment=experiment))
    found = {str(json_object(arm.payload).get(SETTING)): arm for arm in there}
    wanted = {digest: levels_of(chosen) for digest, chosen in settings.items() if digest not in found}
    by_hand = {_key(json_object(arm.levels)): arm for arm in there if SETTING not in json_object(arm.payload)}
    found |= {digest: by_hand[_key(levels)] for digest, levels in wanted.items() if _key(levels) in by_hand}
    new = {digest: levels for digest, levels in wanted.items() if digest not in found}
    if new and len(there) + len(new) <= MOST_ARMS:
        there = _without_everybody(experiment, there)
        _grow_factors(experiment, list(new.values()))
        found |= _new_arms(experiment, new, there)
    return found


def _without_everybody(experiment: Experiment, there: Sequence[Arm]) -> list[Arm]:
    """An experiment without factors has one arm, which stands for every unit. With factors it stands for none."""
    lone = there[0] if len(there) == 1 and there[0].name == EVERYBODY and not there[0].levels else None
    if lone is None or experiment.version_id is not None:
        return list(there)
    lone.delete()
    return []


def _key(levels: Mapping[str, Json]) -> frozenset[tuple[str, str]]:
    return frozenset((name, written(cast(Level, level))) for name, level in levels.items())


def _new_arms(experiment: Experiment, new: Mapping[str, Mapping[str, Level]], there: Sequence[Arm]) -> dict[str, Arm]:
    names = {arm.name for arm in there}
    arms: dict[str, Arm] = {}
    for position, (digest, levels) in enumerate(new.items(), len(there)):
        name = arm_name(levels, names)
        names.add(name)
        payload = {SETTING: digest}
        arms[digest] = Arm(experiment=experiment, position=position, name=name, levels=dict(levels), payload=payload)
    Arm.objects.bulk_create(arms.values())
    return arms


def _grow_factors(experiment: Experiment, settings: Sequence[Mapping[str, Level]]) -> None:
    """Each level once, in the order in which the settings have them; new ones come last."""
    factors = {factor.name: factor for factor in Factor.objects.filter(experiment=experiment)}
    position = (Factor.objects.filter(experiment=experiment).aggregate(last=Max("position"))["last"] or 0) + 1
    for name in dict.fromkeys(name for levels in settings for name in levels):
        factor = factors.get(name) or Factor(experiment=experiment, name=name, position=position, levels=[])
        position += name not in factors
        before = cast("list[Level]", factor.levels)
        levels = {written(level): level for level in before}
        for setting in settings:
            if name in setting:
                levels.setdefault(written(setting[name]), setting[name])
        if len(levels) > len(before):
            factor.levels = list(levels.values())
            factor.save()
