"""Whether an experiment's record bears its answers: every look of `analysis.statistics.trust`, from its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from django.utils import timezone

from analysis.balance import moves
from analysis.registered.document import Plan
from analysis.registered.reads import plan_of
from analysis.results.asking.arrived import Arrived
from analysis.results.asking.novelty import novelty
from analysis.results.asking.setting import Setting
from analysis.results.columns import AT, VERSION, Array, Mask, value_of
from analysis.results.reads import columns_as_of, columns_of, tally_of
from analysis.results.services.reading import setting_of
from analysis.results.sources import Cursor, Part, source_of
from analysis.statistics.moments import LARGEST
from analysis.statistics.trust import anomalies
from analysis.statistics.trust.attrition import attrition
from analysis.statistics.trust.balance import balance, indicators
from analysis.statistics.trust.findings import Finding, Weight, in_order
from analysis.statistics.trust.independence import Places
from analysis.statistics.trust.ratios import Counted, Slices, ratio
from experiments.models import Experiment, UnitKind
from experiments.types import JsonObject

MOST_SLICES = 40


def trust_in(
    experiment: Experiment,
    *,
    is_rehearsal: bool | None = None,
    cursor: Cursor | None = None,
    now: datetime | None = None,
) -> tuple[Finding, ...]:
    """Everything that was looked at, the gravest first. Nothing is written.

    cursor: of the record as it was up to there. now: until when units could give a value; this moment if None.
    """
    rehearsal = experiment.is_rehearsal if is_rehearsal is None else is_rehearsal
    source, tally = source_of(experiment), None if cursor else tally_of(experiment, is_rehearsal=rehearsal)
    up_to = cursor or (Cursor(tally.measurements, tally.assignments) if tally else source.settled() or Cursor())
    columns = columns_of(tally) if tally else columns_as_of(experiment, up_to, is_rehearsal=rehearsal)
    plan = plan_of(experiment)
    setting = setting_of(experiment, columns, plan)
    known = source.waits(Part(experiment, rehearsal), up_to)
    waits = np.array([known.get(key, np.nan) for key in columns.keys.tolist()])
    arrived = Arrived.of(experiment, setting, waits, now or timezone.now())
    return in_order(_findings(experiment, arrived, plan))


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


def _findings(experiment: Experiment, arrived: Arrived, plan: Plan) -> Iterator[Finding]:
    setting, names, drawn = arrived.setting, arrived.names, arrived.drawn
    yield _ratio(experiment, arrived)
    if not moves(experiment) and drawn is not None:  # a policy that learns may look at what balance looks at
        kept = {name: values[arrived.order][arrived.tested] for name, values in _covariates(setting).items()}
        yield balance(names, drawn, kept)
    yield attrition(names, arrived.followed, drawn, arrived.tested)
    yield from _values(setting)
    at = setting.columns.column(AT)
    at = at[np.isfinite(at)]
    yield anomalies.of_days(at)
    yield anomalies.of_bursts(at)
    if experiment.unit_kind == UnitKind.PARTICIPANT:
        places, waits = arrived.places, arrived.waits
        yield anomalies.of_durations(names, {name: waits[places == place] for place, name in enumerate(names)})
    yield from novelty(plan, setting, waits=arrived.waits)


def _ratio(experiment: Experiment, arrived: Arrived) -> Finding:
    setting, places, shares = arrived.setting, arrived.places, arrived.shares
    if moves(experiment):
        said = "A policy that learns moves the shares while it runs: what each unit's chance was is stored beside it."
        return Finding("ratio", Weight.FINE, "Shares of the arms", said, method="sample-ratio")
    everybody = np.ones(len(setting.columns), dtype=bool)
    slices: Slices = {
        dimension: {name: _periods(setting, places, mask, shares) for name, mask in values.items()}
        for dimension, values in _dimensions(setting).items()
    }
    return ratio(arrived.names, _periods(setting, places, everybody, shares), slices)


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
    days = np.floor(setting.columns.column(AT) / anomalies.DAY)
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
    return {name: values for name, values in found.items() if not (np.abs(values) > LARGEST).any()}


def _values(setting: Setting) -> Iterator[Finding]:
    measures = [
        anomalies.Measured(name, setting.columns.column(value_of(name)), spec.low, spec.high)
        for name, spec in setting.measures.items()
        if spec.kind == "number" and spec.role != "attention"
    ]
    yield from anomalies.of_values(measures)
    yield anomalies.of_copies(measures)
