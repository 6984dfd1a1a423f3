"""Ask everything that an experiment's plan asks, of its tally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.exports.snapshot import snapshot
from analysis.registered.document import Correction, Method, Plan, Role
from analysis.registered.reads import Registered, plan_of, registered
from analysis.results.asking.additive import weighs
from analysis.results.asking.analysis import Analysis, Answer, ArmSeen, GroupSeen
from analysis.results.asking.answering import ONE_LOOK, PLAINLY, answer, answer_by
from analysis.results.asking.asked import Prepared, Said
from analysis.results.asking.controlled import SharedControl, shared_in
from analysis.results.asking.due import why_not_due
from analysis.results.asking.families import Known, adjusted, level_of, shared
from analysis.results.asking.levels import MARGINS, Levels
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Side
from analysis.results.asking.slices import Slice, slices
from analysis.results.asking.verdicts import Claim, judged
from analysis.results.columns import Columns
from analysis.results.services.reading import Read, Which, read, read_columns
from analysis.results.sources import Cursor, Part, source_of, sources
from analysis.statistics.words import NoAnswer
from experiments.models import Experiment, UnitKind

EVER = Cursor(2**62, 2**62)
ELSEWHERE = (
    "A policy that learns allocated in some versions only: what was recorded while it did, or while it did not, is of "
    "another kind and not among these units. Answers are of the kind that the version in force records."
)


def analyse(
    experiment: Experiment, plan: Plan | None = None, *, is_rehearsal: bool | None = None, cursor: Cursor | None = None
) -> Analysis:
    """All questions of the plan (the experiment's own, if none is given), answered from the tally. Nothing is written.

    is_rehearsal: which units; of the present stage if None. cursor: from the record as it was up to there, as a report
    is reproduced. Questions that have no answer say why. All of it is of one moment.
    """
    which = Which(experiment, experiment.is_rehearsal if is_rehearsal is None else is_rehearsal, cursor)
    with snapshot():
        known = registered(experiment) if plan is None else None
        asked = known.current if known else plan or plan_of(experiment)
        found = read(which, asked)
    return _analysed(which, asked, found, _amended(known))


def _analysed(which: Which, plan: Plan, found: Read, amended: tuple[str, ...]) -> Analysis:
    tally, everybody = found.tally, found.everybody
    return Analysis(
        experiment=which.experiment.slug,
        title=which.experiment.title,
        is_rehearsal=which.is_rehearsal,
        at=tally.at if tally else None,
        digest=tally.digest if tally else "",
        measurements=tally.measurements if tally else 0,
        assignments=tally.assignments if tally else 0,
        n_units=everybody.n_units,
        n_values=tally.n_values if tally else _n_values(everybody.columns),
        plan=plan,
        arms=_arms(everybody, found.kept),
        answers=_answers(plan, found.kept, everybody),
        left_out=found.left_out,
        remarks=(*found.remarks, *_elsewhere(which), *amended),
    )


def _elsewhere(which: Which) -> tuple[str, ...]:
    """What else was recorded of an experiment whose policy began to learn, or stopped. No query in a first version."""
    experiment = which.experiment
    if experiment.version is None or experiment.version.number < 2 or experiment.unit_kind != UnitKind.VISITOR:
        return ()
    own, part = source_of(experiment), Part(experiment, which.is_rehearsal)
    others = [each for each in sources() if each is not own]
    return (ELSEWHERE,) if any(each.touched(part, Cursor(), EVER) for each in others) else ()


def _amended(known: Registered | None) -> tuple[str, ...]:
    if known is None or not known.amendments:
        return ()
    seen = known.amendments[-1].n
    return (f"The plan was amended after it was frozen, last when {seen:,} units were there: not what was promised.",)


def kept_setting(experiment: Experiment, plan: Plan, *, is_rehearsal: bool, cursor: Cursor | None = None) -> Setting:
    """The units that the plan keeps. cursor: from the record as it was up to there."""
    with snapshot():
        return read_columns(Which(experiment, is_rehearsal, cursor), plan)


def _arms(everybody: Setting, kept: Setting) -> tuple[ArmSeen, ...]:
    assigned, left, measured = everybody.sizes(), kept.sizes(), everybody.sizes(is_measured=True)
    return tuple(
        ArmSeen(arm.name, arm.is_control, arm.is_enabled, assigned[arm.name], left[arm.name], measured[arm.name])
        for arm in everybody.arms.values()
    )


def _answers(plan: Plan, kept: Setting, everybody: Setting) -> tuple[Answer, ...]:
    levels = {each.name: Levels(Prepared.of(each, kept)) for each in plan.questions}
    p_values = {name: _tested(plan, each) for name, each in levels.items()}
    known = _known(plan, levels)
    adjusted_p = adjusted(plan, p_values, known)
    together = shared(plan, lambda question, level: levels[question.name].at(level), known)
    return tuple(
        _answer(plan, each, (together[name], adjusted_p[name] if p_values[name] is not None else None), everybody)
        for name, each in levels.items()
    )


def _known(plan: Plan, levels: Mapping[str, Levels]) -> Known:
    """What the families' procedures take beside p-values."""
    found = {name: each.at(level_of(plan, each.question)).estimate for name, each in levels.items()}
    controlled: dict[str, SharedControl] = {}
    for family in plan.families:
        if family.correction == Correction.DUNNETT and all(found.get(name) for name in family.questions):
            controlled |= shared_in([levels[name].asked for name in family.questions])
    return Known({name: one.validity for name, one in found.items() if one is not None}, controlled)


def _tested(plan: Plan, asked: Levels) -> float | None:
    """In a family: of what is asked, margins included. Alone nothing is shared, and an interval says it."""
    level, found = level_of(plan, asked.question), asked.at(level_of(plan, asked.question)).estimate
    is_alone = plan.family_of(asked.question.name) is None and found is not None
    return None if is_alone and asked.question.aim in MARGINS else asked.p_value(level)


def _answer(plan: Plan, levels: Levels, in_family: tuple[Said, float | None], everybody: Setting) -> Answer:
    """in_family: the interval beside all others of its family, and the adjusted p-value."""
    asked, question, (beside_all, p) = levels.asked, levels.question, in_family
    level = level_of(plan, question)
    said = levels.at(level)
    whole = said if asked.setting is everybody else answer(Prepared.of(question, everybody), level=level)
    found = judged(
        question,
        asked.setting.measures.get(question.measure),
        Claim(said, beside_all, p, level, why_not_due(question, everybody)),
    )
    return Answer(
        question=question,
        said=said,
        shared=beside_all,
        everybody=whole,
        p_value=p,
        verdict=found.verdict,
        sentence=found.sentence,
        alone_p=levels.p_value(level) if question.role in (Role.PRIMARY, Role.SECONDARY) else None,
        groups=tuple(_group(each) for each in asked.contrast.shown) if asked.contrast else (),
        beside=_beside(asked, said, level),
        slices=_slices(plan, asked),
    )


def _slices(plan: Plan, asked: Prepared) -> tuple[Slice, ...]:
    """By every attribute that the plan names; exploring, so never more than the primary questions."""
    if asked.question.role != Role.PRIMARY or asked.contrast is None:
        return ()
    return tuple(
        each for attribute in plan.slices for each in slices(asked.question, asked.setting, attribute, level=plan.level)
    )


def _beside(asked: Prepared, said: Said, level: float) -> dict[str, tuple[str, Said]]:
    if said.estimate is None:
        return {}
    if weighs(asked.question, asked.setting):
        return {
            "weighted": ("By the stored chances, for one look", answer_by(ONE_LOOK, asked, level=level)),
            "naive": ("Plain means, as if chances had not moved", answer_by(PLAINLY, asked, level=level)),
        }
    if asked.question.method != Method.ANYTIME:
        return {}
    return {"fixed": ("For one look, planned beforehand", answer(asked, level=level, method=Method.FIXED))}


def _group(side: Side) -> GroupSeen:
    n = side.n
    try:
        mean = float(side.moments.mean[0]) if n else None
        return GroupSeen(side.name, n, mean, float(np.sqrt(side.moments.variance)) if n > 1 else None)
    except NoAnswer:  # numbers that cannot be computed with: the answer says so
        return GroupSeen(side.name, n, None, None)


def _n_values(columns: Columns) -> int:
    names: Sequence[str] = [name for name in columns.names if name.startswith("count:")]
    return int(sum(np.nansum(columns.column(name)) for name in names))
