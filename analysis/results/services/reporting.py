"""An analysis kept for good, and computed again from the record as it was then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, cast

import numpy as np
from django.db import transaction

from analysis.registered.code_version import code_version
from analysis.registered.deviations import Circumstances, Deviation, deviations
from analysis.registered.document import Role, parse
from analysis.registered.events import RegisteredEvent
from analysis.registered.models import Report
from analysis.registered.reads import Registered, registered
from analysis.registered.services.streaming import decide_tests
from analysis.results import exclusions
from analysis.results.asking.analysis import Analysis
from analysis.results.asking.document import to_json
from analysis.results.columns import Columns
from analysis.results.reads import columns_as_of
from analysis.results.services.analysing import analyse
from analysis.results.sources import Cursor, source_of
from experiments import events
from experiments.blueprint import json_object
from experiments.definition import sha256_of
from experiments.errors import Refusal
from experiments.models import Experiment, Status
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

OVER = (Status.COMPLETED, Status.ARCHIVED)
PASSING = ("at", "tally", "title", "remarks")
"""What of a document says when and how it was read, not what came out."""


class Busy(Refusal):
    """Somebody is writing to the record, and does not stop."""

    code = "busy"
    status = 503


@dataclass(frozen=True, slots=True)
class Reproduction:
    """data, code: whether they are the same as then. differences: of what came out, `path: then → now`."""

    report: Report
    data: bool
    code: bool
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the same came out, to the last bit."""
        return not self.differences


def freeze_report(experiment: Experiment, *, title: str = "", by: User | None = None, now: datetime) -> Report:
    """Analyse what is recorded up to now by the plan that stands, and keep it. Of real units only.

    Of an experiment that is over it also decides its tests in the study's stream, once and for good.

    Busy while somebody's transaction keeps the record from settling.
    """
    up_to = source_of(experiment).settled()
    if up_to is None:
        raise Busy("Somebody is writing to the record just now.", hint="Try again in a minute.")
    known = registered(experiment)
    analysis = analyse(experiment, known.current, is_rehearsal=False, cursor=up_to)
    report = _unnumbered(experiment, known, analysis, fingerprint_of(experiment, up_to))
    report.title, report.by, report.at = title, by, now
    with transaction.atomic():
        locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
        last = Report.objects.filter(experiment=locked).order_by("-number").first()
        report.number = 1 + (last.number if last else 0)
        report.save(force_insert=True)
        if locked.status in OVER:
            alone = {each.question.name: each.alone_p for each in analysis.answers}
            decide_tests(locked, alone, now=now)
        payload: JsonObject = {"uuid": str(report.uuid), "sha256": report.sha256}
        events.record(RegisteredEvent.REPORT_FROZEN, experiment=locked, payload=payload, at=now)
    return report


def _unnumbered(experiment: Experiment, known: Registered, analysis: Analysis, fingerprint: JsonObject) -> Report:
    """The row, not yet written: what came out, by which plan, from which data and code."""
    document = lasting(analysis)
    return Report(
        experiment=experiment,
        document=cast(Json, document),
        sha256=sha256_of(document),
        plan=cast(Json, known.current.as_json()),
        plan_sha256=known.current.sha256,
        deviations=[each.sentence for each in deviations_of(experiment, known, analysis)],
        fingerprint=cast(Json, fingerprint),
        fingerprint_sha256=sha256_of(fingerprint),
        code_version=code_version(),
        seed=known.current.seed,
    )


def reproduce(report: Report) -> Reproduction:
    """The same plan asked of the record up to the same row. Nothing is written."""
    known = json_object(report.fingerprint)
    up_to = Cursor(int(cast(int, known["values"])), int(cast(int, known["units"])))
    experiment = Experiment.objects.select_related("study", "version").get(pk=report.experiment_id)
    data = sha256_of(fingerprint_of(experiment, up_to)) == report.fingerprint_sha256
    analysis = analyse(experiment, parse(report.plan), is_rehearsal=False, cursor=up_to)
    found = tuple(differences(report.document, lasting(analysis)))
    return Reproduction(report, data, report.code_version == code_version(), found)


def deviations_of(experiment: Experiment, known: Registered, analysis: Analysis) -> tuple[Deviation, ...]:
    """What was analysed against what was planned before the data."""
    row = known.row
    now = Circumstances(
        frozen_at=row.frozen_at if row else None,
        started_at=experiment.started_at,
        units=analysis.n_units,
        versions=(
            row.version.number if row and row.version else None,
            experiment.version.number if experiment.version else None,
        ),
        unanswered=tuple(
            (each.question.name, each.said.why_not)
            for each in analysis.answers
            if not each.estimate and each.question.role != Role.EXPLORATORY
        ),
        unknown_rules=tuple(each.rule for each in analysis.plan.exclusions if each.rule not in exclusions.RULES),
    )
    return deviations(known.planned, analysis.plan, now)


def fingerprint_of(experiment: Experiment, up_to: Cursor) -> JsonObject:
    """What the data were: up to which row, how many units and values, sums, and a digest of all of it."""
    columns = columns_as_of(experiment, up_to, is_rehearsal=False)
    return {
        "values": up_to.values,
        "units": up_to.units,
        "version": experiment.version.number if experiment.version else None,
        "n_units": len(columns),
        "columns": _sums(columns),
        "sha256": sha256(columns.to_bytes()).hexdigest(),
    }


def _sums(columns: Columns) -> JsonObject:
    with np.errstate(over="ignore"):
        sums = {name: float(np.nansum(columns.column(name))) for name in columns.names}
    return {
        name: {"n": int((~np.isnan(columns.column(name))).sum()), "sum": finite_or_text(sums[name])}
        for name in sorted(columns.names)
    }


def lasting(analysis: Analysis) -> JsonObject:
    """What came out, without what only says when it was read."""
    return {key: value for key, value in to_json(analysis).items() if key not in PASSING}


def differences(then: Json, now: Json, path: str = "") -> Iterator[str]:
    """Every place where two documents differ.

    >>> list(differences({"a": [1, 2]}, {"a": [1, 3]}))
    ['a[1]: 2 → 3']
    """
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*then, *now]):
            yield from differences(then.get(key), now.get(key), f"{path}.{key}".removeprefix("."))
    elif _is_list(then) and _is_list(now) and len(cast("list[Json]", then)) == len(cast("list[Json]", now)):
        for place, pair in enumerate(zip(cast("list[Json]", then), cast("list[Json]", now), strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif then != now:
        yield f"{path or 'all'}: {_shown(then)} → {_shown(now)}"


def _is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else str(value)[:200]
