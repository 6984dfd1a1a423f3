"""Ask everything that an experiment's plan asks, of its tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.balance import moves
from analysis.registered.document import Correction, Method, Plan, Role
from analysis.registered.reads import Registered, definition_of, plan_of, registered
from analysis.results import exclusions
from analysis.results.asking.analysis import Analysis, Answer, ArmSeen, GroupSeen, LeftOut
from analysis.results.asking.answering import ONE_LOOK, PLAINLY, answer, answer_by, weighs
from analysis.results.asking.asked import Prepared, Said
from analysis.results.asking.controlled import SharedControl, shared_in
from analysis.results.asking.due import why_not_due
from analysis.results.asking.families import Known, adjusted, level_of, shared
from analysis.results.asking.levels import MARGINS, Levels
from analysis.results.asking.setting import Setting
from analysis.results.asking.sides import Side
from analysis.results.asking.slices import Slice, slices
from analysis.results.asking.verdicts import Claim, judged
from analysis.results.columns import ARM, AT, VERSION, Columns
from analysis.results.judgements import Judgements
from analysis.results.models import Tally
from analysis.results.reads import columns_as_of, columns_of, tally_of
from analysis.results.sources import Cursor, source_of
from experiments.blueprint import ArmSpec, Blueprint
from experiments.models import Experiment, Status
from experiments.published import blueprint_of
from experiments.reads import arms_of
from experiments.schema_learning import POLICIES

OVER = (Status.COMPLETED, Status.ARCHIVED)
NOT_COUNTED = "Nothing has been counted by the worker yet: this was read from the record itself."


def analyse(
    experiment: Experiment, plan: Plan | None = None, *, is_rehearsal: bool | None = None, cursor: Cursor | None = None
) -> Analysis:
    """All questions of the plan (the experiment's own, if none is given), answered from the tally. Nothing is written.

    is_rehearsal: which units; of the present stage if None. cursor: from the record as it was up to there, as a report
    is reproduced. Questions that have no answer say why.
    """
    known = registered(experiment) if plan is None else None
    asked = known.current if known else plan or plan_of(experiment)
    rehearsal = experiment.is_rehearsal if is_rehearsal is None else is_rehearsal
    tally, columns, remarks = _columns(experiment, rehearsal, cursor)
    judgements = _judgements(experiment, rehearsal, cursor, tally)
    everybody = replace(setting_of(experiment, columns, asked), judgements=judgements)
    left_out, mask = _left_out(experiment, asked, columns)
    kept = everybody.where(mask) if left_out else everybody
    return Analysis(
        experiment=experiment.slug,
        title=experiment.title,
        is_rehearsal=rehearsal,
        at=tally.at if tally else None,
        digest=tally.digest if tally else "",
        measurements=tally.measurements if tally else 0,
        assignments=tally.assignments if tally else 0,
        n_units=len(columns),
        n_values=tally.n_values if tally else _n_values(columns),
        plan=asked,
        arms=_arms(everybody, kept),
        answers=_answers(asked, kept, everybody),
        left_out=left_out,
        remarks=(*remarks, *_amended(known)),
    )


def _amended(known: Registered | None) -> tuple[str, ...]:
    if known is None or not known.amendments:
        return ()
    seen = known.amendments[-1].n
    return (f"The plan was amended after it was frozen, last when {seen:,} units were there: not what was promised.",)


def setting_of(experiment: Experiment, columns: Columns, plan: Plan) -> Setting:
    """Columns with what the definition in force says of them; of a first draft its tables. Two queries at most, and one
    for each version that this process has not read yet."""
    known = _blueprint(experiment)
    arms = {arm.pk: known.arms[arm.name] for arm in arms_of(experiment) if arm.name in known.arms}
    versions = _versions(columns)
    learns = moves(experiment) or any(each.allocation.get("policy") in POLICIES for each in versions.values())
    is_over = experiment.status in OVER
    shares = {
        pk: {name: arm.weight for name, arm in each.arms.items() if arm.is_enabled} for pk, each in versions.items()
    }
    closed = _closed(columns, arms)
    return Setting(columns, arms, known.measures, known.factors, plan.seed, plan.looks, learns, is_over, shares, closed)


def _closed(columns: Columns, arms: Mapping[int, ArmSpec]) -> dict[str, float]:
    """Of each arm with as many units as its quota allows: when the last of them came."""
    given, at = columns.column(ARM), columns.column(AT)
    own = {arm.name: (arm.quota, at[given == pk]) for pk, arm in arms.items()}
    return {name: float(times.max()) for name, (quota, times) in own.items() if quota and len(times) >= quota}


def _versions(columns: Columns) -> dict[int, Blueprint]:
    """What held when the units came, by key of its version."""
    known = columns.column(VERSION)
    return {int(pk): blueprint_of(int(pk)) for pk in np.unique(known[~np.isnan(known)])}


def kept_setting(experiment: Experiment, plan: Plan, *, is_rehearsal: bool, cursor: Cursor | None = None) -> Setting:
    """The units that the plan keeps. cursor: from the record as it was up to there."""
    tally, columns, _ = _columns(experiment, is_rehearsal, cursor)
    left_out, mask = _left_out(experiment, plan, columns)
    judgements = _judgements(experiment, is_rehearsal, cursor, tally)
    setting = replace(setting_of(experiment, columns, plan), judgements=judgements)
    return setting.where(mask) if left_out else setting


def _blueprint(experiment: Experiment) -> Blueprint:
    return blueprint_of(experiment.version_id) if experiment.version_id else Blueprint.parse(definition_of(experiment))


def _columns(
    experiment: Experiment, is_rehearsal: bool, cursor: Cursor | None
) -> tuple[Tally | None, Columns, tuple[str, ...]]:
    if cursor is not None:
        return None, columns_as_of(experiment, cursor, is_rehearsal=is_rehearsal), ()
    tally = tally_of(experiment, is_rehearsal=is_rehearsal)
    if tally is not None:
        return tally, columns_of(tally), ()
    up_to = source_of(experiment).settled() or Cursor()
    columns = columns_as_of(experiment, up_to, is_rehearsal=is_rehearsal)
    return None, columns, (NOT_COUNTED,) if len(columns) else ()


def _judgements(experiment: Experiment, is_rehearsal: bool, cursor: Cursor | None, tally: Tally | None) -> Judgements:
    """Up to where units were counted, so that both say the same of the same record."""
    counted = Cursor(tally.measurements, tally.assignments) if tally else Cursor(2**62, 2**62)
    return Judgements(experiment, is_rehearsal, cursor or counted)


def _left_out(
    experiment: Experiment, plan: Plan, columns: Columns
) -> tuple[tuple[LeftOut, ...], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """What each rule of the plan leaves out, and who is kept, shape (n,)."""
    kept = np.ones(len(columns), dtype=bool)
    found = []
    for exclusion in plan.exclusions:
        rule = exclusions.RULES.get(exclusion.rule)
        why = {} if rule is None else rule(experiment, exclusion.settings)
        out = np.isin(columns.keys, list(why))
        kept &= ~out
        reasons = Counter(why[int(key)] for key in columns.keys[out])
        title = exclusions.TITLES.get(exclusion.rule, exclusion.rule)
        found.append(LeftOut(exclusion.rule, title, int(out.sum()), dict(reasons.most_common())))
    return tuple(found), kept


def _arms(everybody: Setting, kept: Setting) -> tuple[ArmSeen, ...]:
    counts = [name for name in everybody.columns.names if name.startswith("count:")]
    measured = np.zeros(len(everybody.columns), dtype=bool)
    for name in counts:
        measured |= everybody.columns.column(name) > 0
    return tuple(
        ArmSeen(
            name=arm.name,
            is_control=arm.is_control,
            is_enabled=arm.is_enabled,
            assigned=int(everybody.in_arms([arm.name]).sum()),
            kept=int(kept.in_arms([arm.name]).sum()),
            measured=int((everybody.in_arms([arm.name]) & measured).sum()),
        )
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
    n = len(side.values)
    mean = float(side.moments.mean[0]) if n else None
    return GroupSeen(side.name, n, mean, float(np.sqrt(side.moments.variance)) if n > 1 else None)


def _n_values(columns: Columns) -> int:
    names: Sequence[str] = [name for name in columns.names if name.startswith("count:")]
    return int(sum(np.nansum(columns.column(name)) for name in names))
