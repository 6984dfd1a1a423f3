"""Whether an experiment's record bears its answers: every look of `analysis.statistics.trust`, from its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import cast

import numpy as np
from django.db import connection

from analysis.balance import moves
from analysis.registered.document import Question, Role
from analysis.registered.reads import plan_of
from analysis.results.asking.contrasts import contrasted
from analysis.results.asking.setting import Setting
from analysis.results.columns import ARM, AT, VERSION, Array, Mask, value_of
from analysis.results.reads import columns_as_of, columns_of, tally_of
from analysis.results.services.analysing import setting_of
from analysis.results.sources import Cursor, source_of
from analysis.statistics.trust import anomalies
from analysis.statistics.trust.attrition import attrition
from analysis.statistics.trust.balance import Places, balance, indicators
from analysis.statistics.trust.findings import Finding, Weight, in_order
from analysis.statistics.trust.ratios import Counted, Slices, ratio
from analysis.statistics.words import NoAnswer
from experiments.blueprint import Blueprint
from experiments.models import Experiment, UnitKind, Version
from experiments.types import JsonObject

MOST_SLICES = 40
DAY = 86_400.0
SECONDS = """
    SELECT a.arm_id, min(extract(epoch FROM m.at - a.at))::float8
    FROM experiments_assignment a JOIN experiments_unit u ON u.id = a.unit_id
    JOIN experiments_measurement m ON m.unit_id = a.unit_id
    WHERE a.experiment_id = %s AND u.is_rehearsal = %s GROUP BY a.unit_id, a.arm_id"""


def trust_in(experiment: Experiment, *, is_rehearsal: bool | None = None) -> tuple[Finding, ...]:
    """Everything that was looked at, the gravest first. Nothing is written."""
    rehearsal = experiment.is_rehearsal if is_rehearsal is None else is_rehearsal
    tally = tally_of(experiment, is_rehearsal=rehearsal)
    up_to = source_of(experiment).settled() or Cursor()
    columns = columns_of(tally) if tally else columns_as_of(experiment, up_to, is_rehearsal=rehearsal)
    return in_order(_findings(experiment, setting_of(experiment, columns, plan_of(experiment)), is_rehearsal=rehearsal))


def gravest(findings: Sequence[Finding]) -> Weight:
    """One word for all of them."""
    return findings[0].weight if findings else Weight.UNKNOWN


def finding_json(finding: Finding) -> JsonObject:
    """As the API gives it."""
    return {
        "kind": finding.kind,
        "weight": str(finding.weight),
        "title": finding.title,
        "sentence": finding.sentence,
        "advice": finding.advice,
        "p_value": finding.p_value,
        "method": finding.method,
        "columns": list(finding.columns),
        "rows": [{"name": row.name, "figures": list(row.figures)} for row in finding.rows],
    }


def _findings(experiment: Experiment, setting: Setting, *, is_rehearsal: bool) -> Iterator[Finding]:
    names = [arm.name for arm in setting.arms.values()]
    places = _places(setting)
    yield _ratio(experiment, setting, places)
    if not moves(experiment):  # a policy that learns may look at what balance looks at
        yield balance(names, places, _covariates(setting))
    yield _attrition(setting, names, places)
    yield from _values(setting)
    at = setting.columns.column(AT)
    at = at[np.isfinite(at)]
    yield anomalies.of_days(at)
    yield anomalies.of_bursts(at)
    if experiment.unit_kind == UnitKind.PARTICIPANT:
        yield anomalies.of_durations(names, _seconds(experiment, setting, is_rehearsal=is_rehearsal))
    yield from _novelty(experiment, setting)


def _places(setting: Setting) -> Places:
    """Which arm each unit is in, by its place; -1 for an arm that the definition does not have any more."""
    arm, found = setting.columns.column(ARM), np.full(len(setting.columns), -1, dtype=np.int64)
    for place, key in enumerate(setting.arms):
        found[arm == key] = place
    return found


def _ratio(experiment: Experiment, setting: Setting, places: Places) -> Finding:
    names = [arm.name for arm in setting.arms.values()]
    if moves(experiment):
        said = "A policy that learns moves the shares while it runs: what each unit's chance was is stored beside it."
        return Finding("ratio", Weight.FINE, "Shares of the arms", said, method="sample-ratio")
    shares = _shares(experiment, names)
    everybody = np.ones(len(setting.columns), dtype=bool)
    slices: Slices = {
        dimension: {name: _periods(setting, places, mask, shares) for name, mask in values.items()}
        for dimension, values in _dimensions(setting).items()
    }
    return ratio(names, _periods(setting, places, everybody, shares), slices)


def _shares(experiment: Experiment, names: Sequence[str]) -> Mapping[int, tuple[float, ...]]:
    """By version: the weights that were planned under it, 0 for an arm that it did not hand out."""
    found = {}
    for pk, definition in Version.objects.filter(experiment=experiment).values_list("pk", "definition"):
        arms = Blueprint.parse(cast(JsonObject, definition)).arms
        found[pk] = tuple(arms[name].weight if name in arms and arms[name].is_enabled else 0.0 for name in names)
    return found


def _periods(setting: Setting, places: Places, mask: Mask, shares: Mapping[int, tuple[float, ...]]) -> list[Counted]:
    """Units of these, by the version under which they came. Versions with the same shares are one period."""
    version = setting.columns.column(VERSION)
    totals: dict[tuple[float, ...], list[int]] = {}
    for pk, planned in shares.items():
        own = mask & (version == pk) & (places >= 0)
        counts = np.bincount(places[own], minlength=len(planned)).tolist()
        before = totals.setdefault(planned, [0] * len(planned))
        totals[planned] = [a + b for a, b in zip(before, counts, strict=True)]
    return [Counted(tuple(counts), planned) for planned, counts in totals.items() if sum(counts) and max(planned) > 0]


def _dimensions(setting: Setting) -> dict[str, dict[str, Mask]]:
    """Attributes that are texts, the day, the version."""
    found: dict[str, dict[str, Mask]] = {}
    for name in setting.columns.texts:
        values = np.array(setting.columns.text(name), dtype=object)
        named = [str(each) for each in dict.fromkeys(values.tolist()) if each is not None]
        found[name] = {each: values == each for each in named[:MOST_SLICES]}
    days = np.floor(setting.columns.column(AT) / DAY)
    known = np.unique(days[np.isfinite(days)])[-MOST_SLICES:]
    found["day"] = {str(np.datetime64(int(day), "D")): days == day for day in known.tolist()}
    version = setting.columns.column(VERSION)
    keys = np.unique(version[np.isfinite(version)]).tolist()
    found["version"] = {str(place + 1): version == key for place, key in enumerate(keys)}
    return found


def _covariates(setting: Setting) -> dict[str, Array]:
    columns = setting.columns
    found = {
        name.removeprefix("attribute:"): columns.column(name) for name in columns.names if name.startswith("attribute:")
    }
    for name in columns.texts:
        found |= indicators(columns.text(name), name)
    return found


def _attrition(setting: Setting, names: Sequence[str], places: Places) -> Finding:
    counts = [name for name in setting.columns.names if name.startswith("count:")]
    there = np.zeros(len(setting.columns), dtype=bool)
    for name in counts:
        there |= np.nan_to_num(setting.columns.column(name)) > 0
    assigned = [int((places == place).sum()) for place in range(len(names))]
    measured = [int(((places == place) & there).sum()) for place in range(len(names))]
    return attrition(names, assigned, measured)


def _values(setting: Setting) -> Iterator[Finding]:
    measures = [
        anomalies.Measured(name, setting.columns.column(value_of(name)), spec.low, spec.high)
        for name, spec in setting.measures.items()
        if spec.kind == "number" and spec.role != "attention"
    ]
    yield from anomalies.of_values(measures)
    yield anomalies.of_copies(measures)


def _seconds(experiment: Experiment, setting: Setting, *, is_rehearsal: bool) -> dict[str, Array]:
    found: dict[str, list[float]] = {arm.name: [] for arm in setting.arms.values()}
    with connection.cursor() as cursor:
        cursor.execute(SECONDS, [experiment.pk, is_rehearsal])
        for arm, seconds in cursor.fetchall():
            if arm in setting.arms:
                found[setting.arms[arm].name].append(seconds)
    return {name: np.array(values) for name, values in found.items()}


def _novelty(experiment: Experiment, setting: Setting) -> Iterator[Finding]:
    """Of each primary question between two groups: its first half against its second."""
    at = setting.columns.column(AT)
    if np.isfinite(at).sum() < 4 * anomalies.LEAST:
        return
    middle = float(np.nanmedian(at))
    halves = setting.where(at <= middle), setting.where(at > middle)
    for question in plan_of(experiment).of_role(Role.PRIMARY):
        effects = [_effect(question, half) for half in halves]
        if effects[0] is not None and effects[1] is not None:
            found = anomalies.of_novelty(effects[0], effects[1], question.name)
            if found is not None:
                yield found


def _effect(question: Question, half: Setting) -> tuple[float, float] | None:
    try:
        contrast = contrasted(question, half)
    except NoAnswer:
        return None
    parts = [(weight, side.moments) for weight, side in zip(contrast.weights, contrast.sides, strict=True)]
    if any(moments.n < anomalies.LEAST for _, moments in parts):
        return None
    value = sum(weight * float(moments.mean[0]) for weight, moments in parts)
    return value, sqrt(sum(weight**2 * moments.variance / moments.n for weight, moments in parts))
