"""An analysis kept for good, and computed again from the record as it was then."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, cast

import numpy as np
from django.db import transaction

from analysis.registered.code_version import code_version
from analysis.registered.deviations import Circumstances, Deviation, deviations
from analysis.registered.document import Role
from analysis.registered.events import RegisteredEvent
from analysis.registered.models import Report
from analysis.registered.reads import Registered, registered
from analysis.registered.services.streaming import decide_tests
from analysis.results import exclusions
from analysis.results.asking.analysis import Analysis
from analysis.results.asking.document import to_json
from analysis.results.asking.funnel import funnel
from analysis.results.columns import Columns
from analysis.results.passages import stages_of
from analysis.results.reads import columns_as_of
from analysis.results.services.analysing import analyse
from analysis.results.services.trusting import finding_json, trust_in
from analysis.results.sources import Cursor, source_of
from experiments import events
from experiments.definition import sha256_of
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PASSING = ("at", "tally", "title", "remarks")
"""What of a document says when and how it was read, not what came out."""


class Busy(Refusal):
    """Somebody is writing to the record, and does not stop."""

    code = "busy"
    status = 503


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
    report.seen = cast(Json, seen_beside(experiment, analysis, up_to, now=now))
    with transaction.atomic():
        locked = Experiment.objects.select_for_update(no_key=True).get(pk=experiment.pk)
        last = Report.objects.filter(experiment=locked).order_by("-number").first()
        report.number = 1 + (last.number if last else 0)
        report.save(force_insert=True)
        if locked.is_over:
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


def seen_beside(experiment: Experiment, analysis: Analysis, up_to: Cursor, *, now: datetime) -> JsonObject:
    """What a reader needs beside the figures: status, how far units got, and every finding on the record."""
    stages = funnel(analysis, stages_of(experiment, is_rehearsal=False))
    findings = trust_in(experiment, is_rehearsal=False, cursor=up_to, now=now)
    return {
        "status": str(experiment.status),
        "funnel": [{"title": each.title, "total": each.total, "by_arm": dict(each.by_arm)} for each in stages],
        "trust": [finding_json(each) for each in findings],
    }


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
