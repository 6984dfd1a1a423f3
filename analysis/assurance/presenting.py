"""A safety test as its page shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from analysis.assurance.models import Requirement, Retest, SafetyResult, SafetyTest, SafetyUse
from analysis.assurance.picture import Against, Span, against, spans
from analysis.assurance.reads import report_in
from analysis.assurance.served import served_by
from analysis.assurance.services.gating import unproven, vouching_test
from analysis.runs.board.drawing import LineChart, Series, line_chart
from analysis.safety.report import Found, Measured, Report, number
from analysis.safety.wording import figure, headline, use
from experiments.blueprint import json_object
from experiments.models import Experiment
from experiments.types import JsonObject

MOST_USES: Final = 50
MOST_SERVING: Final = 50
MOST_LOOKS: Final = 200
METHODS: Final = {
    "auto": "auto",
    "betting": "betting",
    "clopper_pearson": "Clopper-Pearson",
    "hoeffding": "Hoeffding",
    "maurer_pontil": "Maurer-Pontil",
    "predictable_bernstein": "empirical Bernstein",
    "dkw": "DKW / Anderson",
    "student_t": "Student t",
    "bootstrap": "bootstrap",
}


@dataclass(frozen=True, slots=True)
class ShownReading:
    """One quantity, in words."""

    quantity: str
    n: int
    estimate: str
    lower: str
    upper: str
    doubt: str
    method: str
    is_exact: bool
    span: Span
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownConstraint:
    """One constraint: verdict, picture, quantities."""

    text: str
    passed: bool
    delta: str
    sure: str
    estimate: str
    upper: str
    reason: str
    advice: str
    picture: Against
    low: str
    high: str
    readings: tuple[ShownReading, ...]
    n: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class ShownUse:
    """A candidate that met the safety set. test: None if it is not for the reader's eyes, or gone. number: which one it
    was. whose: how it stands to the test that is shown.
    """

    use: SafetyUse
    test: SafetyTest | None
    number: int
    whose: str

    @property
    def is_this(self) -> bool:
        return self.whose.startswith(("this", "the same"))


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything."""

    test: SafetyTest
    report: Report | None
    headline: str
    uses_said: str
    constraints: tuple[ShownConstraint, ...]
    notes: tuple[str, ...]


def shown(test: SafetyTest) -> Shown:
    """Of a test; the record wins where the report said otherwise."""
    report = report_in(test)
    rows = {row.position: row for row in test.results.all()}
    found = tuple(_constraint(one, rows.get(place)) for place, one in enumerate(report.constraints if report else ()))
    says = headline(report) if report is not None else test.verdict
    if report is not None and report.passed and not test.passed:
        says = f"It does not count as passed. {test.reason}"
    notes = (*report.origin.remarks, *report.advice) if report is not None else ()
    return Shown(test, report, says, use(report) if report is not None and report.uses else "", found, notes)


def uses_of(test: SafetyTest, kin: Sequence[int], visible: Sequence[int]) -> list[ShownUse]:
    """The newest uses of its safety set and of those with the same rows, of every study; those of other studies without
    a name. kin: keys of all of these sets. visible: test keys.
    """
    if test.safety_set is None:
        return []
    uses = list(SafetyUse.objects.filter(safety_set__in=kin).order_by("-pk")[:MOST_USES])
    tests = {
        one.use_id: one
        for one in SafetyTest.objects.filter(use__in=list(uses), pk__in=visible).select_related("run__batch")
    }
    return [
        ShownUse(use, tests.get(use.pk), test.safety_set.n_uses - place, _whose(use, tests.get(use.pk), test))
        for place, use in enumerate(uses)
    ]


def _whose(use: SafetyUse, tested: SafetyTest | None, test: SafetyTest) -> str:
    if use.pk != test.use_id:
        return "" if use.safety_set_id == test.safety_set_id else "the rows divided or saved otherwise"
    return "this one" if tested is None or tested.pk == test.pk else "the same candidate, so no second use"


def pin_of(test: SafetyTest) -> JsonObject:
    """By which an arm or an allocation says what it serves."""
    return {"run": str(test.run.uuid), "sha256": test.model_sha256, "data": test.data_sha256}


def allocation_by(test: SafetyTest) -> JsonObject:
    """The allocation by which an experiment acts as the policy that passed; empty where none can."""
    trained = json_object(json_object(test.report).get("trained"))
    found = json_object(trained.get("allocation"))
    return {"policy": "trained", **found, "proof": pin_of(test)} if found and test.vouches else {}


def serving_arms(test: SafetyTest) -> list[tuple[Experiment, str]]:
    """(experiment, arm) of its study whose live version serves its model; no arm's name: it acts by that policy."""
    if not test.model_sha256:
        return []
    study = test.run.batch.experiment.study_id
    pinned = [{"payload": {"model": {"sha256": test.model_sha256}}}]
    by_arm = Q(version__definition__arms__contains=pinned)
    by_policy = Q(version__definition__allocation__proof__sha256=test.model_sha256)
    rows = Experiment.objects.filter(by_arm | by_policy, study=study).select_related("version")
    found = []
    for experiment in rows.order_by("-pk")[:MOST_SERVING]:
        definition = experiment.version.definition if experiment.version else {}
        for one in served_by(definition if isinstance(definition, dict) else {}):
            if one.sha256 == test.model_sha256:
                found.append((experiment, one.arm))
    return found


@dataclass(frozen=True, slots=True)
class Watched:
    """One constraint over all looks at new rows. bands: low, high and estimate of g as points of a picture."""

    text: str
    says: str
    broken: bool
    holds: bool
    chart: LineChart | None


def retests_of(test: SafetyTest) -> list[Retest]:
    """The newest looks, newest first."""
    return list(test.retests.order_by("-number")[:MOST_LOOKS])


def watched(looks: Sequence[Retest]) -> list[Watched]:
    """Each constraint's course over those looks (newest first), its bounds as a band."""
    if not looks:
        return []
    newest = _rows(looks[0])
    return [_watched(place, row, looks) for place, row in enumerate(newest)]


def _watched(place: int, row: JsonObject, looks: Sequence[Retest]) -> Watched:
    points, low, high = list[tuple[float, float]](), list[float](), list[float]()
    for look in reversed(looks):
        rows = _rows(look)
        said = rows[place] if place < len(rows) else {}
        numbers = [number(said.get(name, "nan")) for name in ("estimate", "lower", "upper")]
        if all(map(math.isfinite, numbers)):
            points.append((float(look.n), numbers[0]))
            low.append(numbers[1])
            high.append(numbers[2])
    series = Series("g", "g on new rows", tuple(points), tuple(low), tuple(high))
    limit = Series("limit", "limit", tuple((x, 0.0) for x, _ in points))
    colours = {"g": "var(--m-accent)", "limit": "var(--m-bad)"}
    chart = line_chart("g over new rows, with what it is between", [series, limit], colours) if points else None
    says, text = str(row.get("says", "")), str(row.get("text", ""))
    return Watched(text, says, row.get("broken") is True, row.get("holds") is True, chart)


def _rows(look: Retest) -> list[JsonObject]:
    return [json_object(row) for row in look.constraints] if isinstance(look.constraints, list) else []


def _constraint(found: Found, row: SafetyResult | None) -> ShownConstraint:
    picture = against(found)
    return ShownConstraint(
        text=found.text,
        passed=row.passed if row is not None else False,
        delta=f"{found.delta:g}",
        sure=f"{100 * (1 - found.delta):.6g} %",
        estimate=figure(found.estimate),
        upper=figure(found.upper),
        reason=found.reason,
        advice=found.advice,
        picture=picture,
        low=figure(picture.low),
        high=figure(picture.high),
        readings=tuple(_reading(one, span) for one, span in zip(found.readings, spans(found.readings), strict=True)),
        n=found.n,
        is_exact=found.exact,
    )


def _reading(one: Measured, span: Span) -> ShownReading:
    shares = [share for share in (one.delta_lower, one.delta_upper) if share is not None]
    return ShownReading(
        quantity=one.quantity,
        n=one.n,
        estimate=figure(one.estimate),
        lower=figure(one.lower) if one.delta_lower is not None else "–",  # noqa: RUF001 (a dash)
        upper=figure(one.upper) if one.delta_upper is not None else "–",  # noqa: RUF001 (a dash)
        doubt=" + ".join(f"{share:.3g}" for share in shares),
        method=METHODS.get(one.method, one.method),
        is_exact=one.exact,
        span=span,
        notes=tuple(said for said in (one.reason, one.warning) if said),
    )


@dataclass(frozen=True, slots=True)
class ArmStanding:
    """An arm that serves a model, as it stands in the tables. problems: why it would not go live; none: it would."""

    arm: str
    test: SafetyTest | None
    problems: tuple[str, ...]
    is_enabled: bool


def arm_standings(experiment: Experiment, required: Sequence[Requirement]) -> list[ArmStanding]:
    """Of each arm with a pinned model, enabled or not."""
    found = []
    for arm in experiment.arms.all():
        rows: list[JsonObject] = [{"name": arm.name, "payload": arm.payload}]
        for one in served_by({"arms": rows}):
            problems = tuple(unproven(experiment, one, required))
            test = None if one.fault else vouching_test(experiment, one)
            found.append(ArmStanding(arm.name, test, problems, arm.is_enabled))
    return found
