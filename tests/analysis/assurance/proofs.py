"""Runs that trained under constraints, as they stand when their procedure is through: real rows, files and counts."""

from __future__ import annotations

import itertools
from dataclasses import replace

from django.utils import timezone

from analysis.assurance.models import SafetyTest
from analysis.assurance.services.counting import count_use
from analysis.assurance.services.recording import record_test
from analysis.runs.models import Artifact, Batch, Run, Status
from analysis.runs.services.claiming import Hold
from analysis.runs.services.keeping import keep_artifact
from analysis.safety.report import Found, Measured, Origin, Report
from experiments.models import Experiment, Study, UnitKind
from experiments.types import Json, JsonObject
from tests.analysis.runs.rows import make_batch, make_run
from tests.factories import make_experiment

TEXT = "abs((PR | [M]) - (PR | [F])) <= 0.15"
NORMALISED = "abs((PR | [M]) - (PR | [F]))-(0.15)"
ORIGIN = Origin("loans.csv", "d" * 64, "5" * 64, rows=1_000, n_candidate=400, n_safety=600, split="stratified", seed=18)
GROUPS: JsonObject = {"M": {"column": "sex", "equals": "Male"}, "F": {"column": "sex", "equals": "Female"}}
MEANING: JsonObject = {"label": "granted", "classes": ["no", "yes"], "groups": GROUPS}
_numbers = itertools.count(1)


def found(*, upper: float = -0.03, delta: float = 0.05, text: str = TEXT, passed: bool | None = None) -> Found:
    """What a test says of one constraint. passed: what it claims; by its bound, if left out."""
    reading = Measured("PR | [M]", 310, 0.41, 0.37, 0.45, "hoeffding", True, delta / 4, delta / 4)
    other = Measured("PR | [F]", 290, 0.35, 0.31, 0.39, "hoeffding", True, delta / 4, delta / 4)
    claims = upper <= 0 if passed is None else passed
    normalised = NORMALISED if text == TEXT else text.replace(" <= 0", "")
    return Found(
        text, normalised, delta, -0.09, upper, claims, "" if claims else "The bound is above 0.", (reading, other)
    )


def report(*constraints: Found, **columns: object) -> Report:
    """A report of a training that passed if all of its constraints did."""
    constraints = constraints or (found(),)
    passed = all(one.passed for one in constraints)
    given = Report(
        passed=passed,
        reason="" if passed else "No Solution Found: a bound is above its limit.",
        regime="binary_classification",
        mode="default",
        origin=ORIGIN,
        constraints=constraints,
        candidate=f"{next(_numbers):064x}",
        meaning=MEANING,
    )
    return replace(given, **columns)  # type: ignore[arg-type]  # named by the caller


def trained(said: Report | None = None, *, study: Study | None = None, is_counted: bool = True) -> Run:
    """A completed run with that report, its model's file and its counted use."""
    said = said or report()
    now = timezone.now()
    experiment = None
    if study is not None:
        number = next(_numbers)
        experiment = Experiment.objects.create(
            study=study, slug=f"fair-{number}", title=f"Fair {number}", unit_kind=UnitKind.RUN
        )
    batch: Batch = make_batch(experiment, procedure="safe")
    run = make_run(batch, status=Status.RUNNING, attempt=1, leased_until=now)
    if is_counted and said.candidate:
        said = replace(said, uses=count_use(said.origin, said.candidate, run=run.pk, now=now).number)
    if said.passed and not said.model:
        content = f"model {run.pk}".encode()
        kept = keep_artifact(Hold(run.pk, 1), name="model.json", kind="model", content=content, now=now)
        said = replace(said, model=kept.sha256)
    result: Json = {"safety": said.as_json()}
    Run.objects.filter(pk=run.pk).update(status=Status.COMPLETED, leased_until=None, finished_at=now, result=result)
    return Run.objects.select_related("batch__experiment__study").get(pk=run.pk)


def a_test(said: Report | None = None, *, study: Study | None = None) -> SafetyTest:
    """The same, recorded."""
    test = record_test(trained(said, study=study), now=timezone.now())
    assert test is not None
    return test


def pin_of(test: SafetyTest) -> dict[str, Json]:
    """What an arm's payload says to serve its model."""
    return {"run": str(test.run.uuid), "sha256": test.model_sha256, "data": test.data_sha256}


def serving(test: SafetyTest, *, status: str = "running", **entries: Json) -> Experiment:
    """A visitor experiment in the same study, whose arm `fair` serves the model."""
    arms: list[Json] = [
        {"name": "old", "levels": {}, "is_control": True},
        {"name": "fair", "levels": {}, "payload": {"model": pin_of(test)}},
    ]
    given: dict[str, Json] = {"unit_kind": "visitor", "steps": [], "factors": [], "arms": arms, **entries}
    return make_experiment(test.run.batch.experiment.study, status=status, **given)  # type: ignore[arg-type]  # entries


def artifact_of(test: SafetyTest) -> Artifact:
    """The model's file."""
    return Artifact.objects.get(run=test.run, sha256=test.model_sha256)
