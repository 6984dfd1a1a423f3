"""One training from its setting to its report: read, divide, search, count the use, test, keep."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

import numpy as np

from analysis.learning.running import Reporter, Task
from analysis.learning.states import state_bytes
from analysis.safety.ledger import Ledger
from analysis.safety.loading.declared import ALIKE
from analysis.safety.loading.refusal import refuse_if
from analysis.safety.pictures.search import Course, picture
from analysis.safety.report import Origin, Report, found_in
from analysis.safety.searching import Wanted, search
from analysis.safety.setting import BESIDE, OWN, Wish, explicit, read_setting
from analysis.safety.subjects import Prepared, faults, prepare
from analysis.safety.terms import Array, Candidate, Demand, Look, Outcome, Rows, Subject, Trace
from analysis.safety.testing.splitting import Split, divided
from analysis.safety.training import quantities_of, tested
from analysis.safety.tuning.section import Tuning, beginning
from analysis.safety.tuning.tuned import Data, tune
from experiments.problems import path_text
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

MODEL_FILE: Final = "model.safetensors"
TRACE_FILE: Final = "trace.json"
PICTURE_FILE: Final = "search.svg"
TOLD: Final = 100
"""So often at most the search says where it is."""
USED_BEFORE: Final = "Safety sets of these data have tested {n} other candidates before, and this setting refuses that."


@runtime_checkable
class ForWish(Protocol):
    """A subject that can be had with another model or objective."""

    def for_wish(self, wish: Wish) -> Subject: ...


class Diagnosis(Protocol):
    """In a sentence, and what to know before an estimate is believed."""

    def warnings(self) -> tuple[str, ...]: ...


@runtime_checkable
class Diagnosed(Protocol):
    """A subject that can say what rows are worth to the model of some parameters."""

    def diagnosis(self, theta: Array, rows: Rows) -> Diagnosis: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands fast once the data are divided. declared: all that the setting says of the data, groups included, but
    where they lie: the safety set is known by its rows.
    """

    wish: Wish
    prepared: Prepared
    parts: Split
    origin: Origin
    declared: JsonObject


def carry_out(task: Task, reporter: Reporter, ledger: Ledger) -> JsonObject:
    """The result of the run. ValueError for a setting or data that cannot be trusted; nothing is counted then."""
    if found := faults(task.setting):
        raise ValueError("\n".join(f"{path_text(path)}: {said} {hint}".rstrip() for path, said, hint in found))
    reporter.progress(phase="load", epoch=1)
    stage = staged(task.setting)
    reporter.check()
    stage, tuned = settled(stage, task, reporter)
    foreseen = demands_of(stage, number=ledger.seen(stage.origin) + 1)
    subject, candidate = searched(stage, foreseen, seed=task.seed, reporter=reporter)
    reporter.progress(phase="test", epoch=1)
    report, outcome = _tested(stage, subject, candidate, reporter, ledger)
    report = _kept(report, stage, subject, outcome, reporter)
    figures = figures_of(report)
    reporter.measured(epoch=1, split="safety", values=figures)
    return {"safety": report.as_json(), **tuned, **{name: finite_or_text(value) for name, value in figures.items()}}


def staged(setting: JsonObject) -> Stage:
    """Read, check and divide. NotUsable where the two parts cannot be alike."""
    wish, prepared = prepare(beginning(explicit(setting)))
    held = wish.held
    strata = prepared.subject.strata(quantities_of(wish.demands(prepared.vocabulary)))
    parts = divided(strata, fraction=held.fraction, split=held.split, seed=held.seed)
    refuse_if(prepared.suspects(parts.candidate, parts.safety))
    declared = {name: value for name, value in setting.items() if name not in (*OWN, *BESIDE, "data")}
    return Stage(wish, prepared, parts, _origin(wish, prepared, parts), declared)


def _origin(wish: Wish, prepared: Prepared, parts: Split) -> Origin:
    return Origin(
        title=prepared.title,
        data=prepared.fingerprint,
        safety=_safety_key(prepared, parts.safety),
        rows=prepared.subject.count,
        n_candidate=len(parts.candidate),
        n_safety=len(parts.safety),
        split=wish.held.split,
        seed=wish.held.seed,
        remarks=_remarks(prepared, parts),
        resemblance=prepared.resemblance,
    )


def _remarks(prepared: Prepared, parts: Split) -> tuple[str, ...]:
    """What is said of the division takes the place of what was said of the same before it."""
    noted = prepared.noted(parts.candidate, parts.safety)
    said_twice = [mark for mark in (ALIKE,) if any(mark in one for one in noted)]
    return (*(one for one in prepared.remarks if not any(mark in one for mark in said_twice)), *noted)


def settled(stage: Stage, task: Task, reporter: Reporter) -> tuple[Stage, JsonObject]:
    """With everything chosen that the setting leaves to tuning, and what was tried for that, as JSON.

    Only candidate rows are looked at. Rows of the safety set may have gone over to them: never one the other way.
    """
    tuning = Tuning.of(task.setting)
    if tuning is None:
        return stage, {}
    data = Data(
        count=stage.prepared.subject.count,
        subject_of=lambda wish: _subject_for(stage, wish),
        demands_of=lambda wish: demands_of(replace(stage, wish=wish), number=1),
        tell=lambda done, of: reporter.progress(phase="tune", epoch=1, step=done, steps=of),
        check=reporter.check,
    )
    found = tune(beginning(explicit(task.setting)), tuning, stage.parts, data, seed=task.seed)
    wish = read_setting(found.setting)
    prepared = replace(stage.prepared, subject=_subject_for(stage, wish))
    origin = _origin(wish, prepared, found.parts)
    return replace(stage, wish=wish, prepared=prepared, parts=found.parts, origin=origin), {"tuning": found.as_json()}


def _subject_for(stage: Stage, wish: Wish) -> Subject:
    subject = stage.prepared.subject
    return subject.for_wish(wish) if isinstance(subject, ForWish) else subject


def searched(stage: Stage, demands: tuple[Demand, ...], *, seed: int, reporter: Reporter) -> tuple[Subject, Candidate]:
    """The candidate, from the candidate rows alone."""
    rng, rows = np.random.default_rng(seed), stage.parts.candidate
    subject = stage.prepared.subject.prepared(rows, rng=rng)
    wanted = Wanted(demands, stage.wish.optimiser, len(stage.parts.safety), stage.wish.mode)
    return subject, search(subject, rows, wanted, rng=rng, watch=_Telling(reporter))


def figures_of(report: Report) -> dict[str, float]:
    """What runs are sorted and drawn by: whether it passed, its objective, and how far each bound is from its limit."""
    bounds = [found.upper for found in report.constraints]
    worst = max(bounds, default=math.inf) if not any(map(math.isnan, bounds)) else math.inf
    return {"passed": float(report.passed), "worst_bound": worst, **report.objective}


class _Telling:
    """Says where the search is, a hundred times at most."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def __call__(self, iteration: int, of: int, look: Look) -> None:
        self._reporter.check()
        if iteration % max(1, of // TOLD) == 0 or iteration == of:
            self._reporter.progress(phase="search", epoch=1, step=iteration, steps=of)


def demands_of(stage: Stage, *, number: int) -> tuple[Demand, ...]:
    """For the candidate of that number on these data: a set divided otherwise shares most of its rows.

    Where the data serve all that ever come, the k-th gets 1 / k (k + 1) of every delta: together at most all of it.
    """
    share = 1.0 / (number * (number + 1)) if stage.wish.held.reuse == "spend" else 1.0
    return stage.wish.demands(stage.prepared.vocabulary, share=share)


def _tested(
    stage: Stage, subject: Subject, candidate: Candidate, reporter: Reporter, ledger: Ledger
) -> tuple[Report, Outcome]:
    """The use is counted first: what was seen cannot be unseen."""
    if candidate.theta is None:
        outcome = Outcome(None, (), candidate, candidate.reason or "The search met nothing finite.")
        return _report(stage, outcome), outcome
    kept = state_bytes(stage.prepared.keep(subject, candidate.theta))
    name = candidate_key(kept, demands_of(stage, number=1), stage)
    uses = ledger.count(stage.origin, name, reporter)
    if stage.wish.held.reuse == "refuse" and uses > 1:
        outcome = Outcome(None, (), candidate, USED_BEFORE.format(n=uses - 1))
    else:
        demands = demands_of(stage, number=uses)
        outcome = tested(subject, candidate, demands, stage.parts.safety, mode=stage.wish.mode)
    report = _report(stage, outcome, candidate=name, uses=uses)
    return replace(report, advice=(*report.advice, *_diagnosed(stage, subject, candidate.theta, outcome))), outcome


def _diagnosed(stage: Stage, subject: Subject, theta: Array, outcome: Outcome) -> tuple[str, ...]:
    """How much the record is worth to what was tested, where the subject can tell. Nothing of a set not looked into."""
    if not outcome.verdicts or not isinstance(subject, Diagnosed):
        return ()
    found = subject.diagnosis(theta, stage.parts.safety)
    return (str(found), *found.warnings())


def _report(stage: Stage, outcome: Outcome, *, candidate: str = "", uses: int = 0) -> Report:
    found = found_in(outcome)
    passed = outcome.passed and bool(found) and all(one.passed for one in found)
    return Report(
        passed=passed,
        reason=outcome.reason,
        regime=str(stage.wish.regime),
        mode=str(stage.wish.mode),
        origin=stage.origin,
        constraints=found,
        candidate=candidate,
        uses=uses,
        overall_delta=stage.wish.overall_delta,
        objective=_objective(outcome.candidate.trace),
        meaning=stage.prepared.meaning,
    )


def _kept(report: Report, stage: Stage, subject: Subject, outcome: Outcome, reporter: Reporter) -> Report:
    """Trace and, if it passed, the model: both are files before the report says so."""
    course = Course.of(outcome.candidate.trace)
    trace = json.dumps(course.as_json(), allow_nan=False).encode()
    reporter.artifact(name=TRACE_FILE, content=trace, kind="application/json")
    drawn = picture(course, [one.text for one in stage.wish.demanded])
    reporter.artifact(name=PICTURE_FILE, content=drawn.encode(), kind="image/svg+xml")
    if not report.passed or outcome.theta is None:
        return report
    state = stage.prepared.keep(subject, outcome.theta)
    content = state_bytes(state)
    reporter.artifact(name=MODEL_FILE, content=content, kind="model")
    reporter.save(epoch=1, state=state, values=report.objective)  # what predicts for those who ask over the API
    described = stage.prepared.describe(subject, outcome.theta)
    return replace(report, model=hashlib.sha256(content).hexdigest(), trained=described)


def _objective(trace: Trace) -> dict[str, float]:
    return {"objective": float(trace.objective[trace.best])} if trace.best >= 0 else {}


def candidate_key(kept: bytes, demands: tuple[Demand, ...], stage: Stage) -> str:
    """The model as it would be kept, and all that its test hangs on: the same again learns nothing new of a safety set.

    A bound with another seed or range, or a group of the same name and other people, asks the set something else.
    """
    demanded = [[one.constraint.normalised, one.constraint.delta, _bounds(one)] for one in demands]
    asked = json.dumps([demanded, str(stage.wish.mode), stage.declared], sort_keys=True)
    return hashlib.sha256(hashlib.sha256(kept).digest() + asked.encode()).hexdigest()


def _bounds(demand: Demand) -> list[list[Json]]:
    """Of each quantity; a bound is written out with its parameters."""
    found: list[list[Json]] = []
    for quantity, share in demand.budget.items():
        span = [finite_or_text(end) for end in demand.ranges.get(quantity, (-math.inf, math.inf))]
        found.append([str(quantity), repr(demand.bounds[quantity]), span, share.delta_lower, share.delta_upper])
    return sorted(found, key=str)


def _safety_key(prepared: Prepared, rows: Rows) -> str:
    """Of what these rows say, wherever they stand in whichever file."""
    return hashlib.sha256(np.sort(prepared.marks[rows]).tobytes()).hexdigest()
