"""What an analysis is asked of: the tally's sums, and the units of those questions that must see each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.balance import moves
from analysis.registered.document import Exclusion, Plan
from analysis.results import exclusions
from analysis.results.asking.additive import seen_whole
from analysis.results.asking.analysis import LeftOut
from analysis.results.asking.setting import Setting
from analysis.results.columns import ARM, AT, VERSION, Columns, Keys
from analysis.results.judgements import Judgements
from analysis.results.models import Tally
from analysis.results.reads import columns_as_of, columns_of, columns_seen, sums_of, sums_without, tally_of
from analysis.results.services.summing import definition_in_force
from analysis.results.sources import Cursor, source_of
from experiments.blueprint import ArmSpec, Blueprint
from experiments.models import Experiment
from experiments.published import blueprint_of
from experiments.reads import arms_of
from experiments.schema_learning import POLICIES

NOT_COUNTED = "Nothing has been counted by the worker yet: this was read from the record itself."


@dataclass(frozen=True, slots=True)
class Read:
    """tally: None where the record itself was read. kept: without those whom the plan leaves out."""

    tally: Tally | None
    everybody: Setting
    kept: Setting
    left_out: tuple[LeftOut, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Which:
    """Which units: of an experiment, real or rehearsal; cursor: of the record as it was up to there."""

    experiment: Experiment
    is_rehearsal: bool
    cursor: Cursor | None = None


def read(which: Which, plan: Plan) -> Read:
    """Sums wherever they do, so that memory does not grow with units; the rest as columns. Call it in `snapshot()`."""
    tally = None if which.cursor else tally_of(which.experiment, is_rehearsal=which.is_rehearsal)
    sums = None if tally is None else sums_of(tally)
    if tally is None or sums is None:
        return _by_columns(which, plan, tally)
    setting = replace(_described(which.experiment, plan, sums.versions), sums=sums)
    if any(arm.quota and sums.n_units([pk]) >= arm.quota for pk, arm in setting.arms.items()):
        return _by_columns(which, plan, tally)  # when an arm was full is known of units only
    setting = replace(setting, judgements=_judgements(which, tally))
    seen = seen_whole(plan, setting)
    columns = columns_seen(tally, seen) if seen else Columns.none()
    everybody, reasons = replace(setting, columns=columns), _reasons(which.experiment, plan)
    out = np.array(sorted({key for why in reasons for key in why}), dtype=np.int64)
    if not len(out):
        return Read(tally, everybody, everybody, _told(plan, reasons, out))
    rest, found = sums_without(tally, sums.needs, out)
    kept = replace(everybody, columns=columns.where(~np.isin(columns.keys, out)), sums=rest)
    return Read(tally, everybody, kept if len(found) else everybody, _told(plan, reasons, found))


def read_columns(which: Which, plan: Plan) -> Setting:
    """All columns of the units that the plan keeps. Call it in `snapshot()`."""
    return _by_columns(
        which, plan, None if which.cursor else tally_of(which.experiment, is_rehearsal=which.is_rehearsal)
    ).kept


def setting_of(experiment: Experiment, columns: Columns, plan: Plan) -> Setting:
    """Columns with what the definition in force says of them; of a first draft its tables. Two queries at most, and one
    for each version that this process has not read yet."""
    known = columns.column(VERSION)
    versions = [int(pk) for pk in np.unique(known[~np.isnan(known)])]
    setting = _described(experiment, plan, versions)
    return replace(setting, columns=columns, closed=_closed(columns, setting.arms))


def _closed(columns: Columns, arms: Mapping[int, ArmSpec]) -> dict[str, float]:
    """Of each arm with as many units as its quota allows: when the last of them came."""
    given, at = columns.column(ARM), columns.column(AT)
    own = {arm.name: (arm.quota, at[given == pk]) for pk, arm in arms.items()}
    return {name: float(times.max()) for name, (quota, times) in own.items() if quota and len(times) >= quota}


def _judgements(which: Which, tally: Tally | None) -> Judgements:
    """Up to where units were counted, so that both say the same of the same record."""
    counted = Cursor(tally.measurements, tally.assignments) if tally else Cursor(2**62, 2**62)
    return Judgements(which.experiment, which.is_rehearsal, which.cursor or counted)


def _described(experiment: Experiment, plan: Plan, versions: list[int]) -> Setting:
    """versions: what held when the units came."""
    known = definition_in_force(experiment)
    arms = {arm.pk: known.arms[arm.name] for arm in arms_of(experiment) if arm.name in known.arms}
    held = {pk: blueprint_of(pk) for pk in versions}
    learns = moves(experiment) or any(each.allocation.get("policy") in POLICIES for each in held.values())
    shares = {pk: _weights(each) for pk, each in held.items()}
    nobody, is_over = Columns.none(), experiment.is_over
    return Setting(nobody, arms, known.measures, known.factors, plan.seed, plan.looks, learns, is_over, shares)


def _weights(version: Blueprint) -> dict[str, float]:
    return {name: arm.weight for name, arm in version.arms.items() if arm.is_enabled}


def _by_columns(which: Which, plan: Plan, tally: Tally | None) -> Read:
    remarks: tuple[str, ...] = ()
    if tally is not None:
        columns = columns_of(tally)
    else:
        up_to = which.cursor or source_of(which.experiment).settled() or Cursor()
        columns = columns_as_of(which.experiment, up_to, is_rehearsal=which.is_rehearsal)
        remarks = (NOT_COUNTED,) if len(columns) and which.cursor is None else ()
    everybody = replace(setting_of(which.experiment, columns, plan), judgements=_judgements(which, tally))
    reasons = _reasons(which.experiment, plan)
    is_out = np.isin(columns.keys, [key for why in reasons for key in why])
    left_out = _told(plan, reasons, columns.keys[is_out])
    return Read(tally, everybody, everybody.where(~is_out) if left_out else everybody, left_out, remarks)


def _reasons(experiment: Experiment, plan: Plan) -> list[dict[int, str]]:
    """Of each exclusion of the plan whom it leaves out, and why."""
    return [dict(_why(experiment, each)) for each in plan.exclusions]


def _why(experiment: Experiment, exclusion: Exclusion) -> dict[int, str]:
    rule = exclusions.RULES.get(exclusion.rule)
    return {} if rule is None else dict(rule(experiment, exclusion.settings))


def _told(plan: Plan, reasons: list[dict[int, str]], found: Keys) -> tuple[LeftOut, ...]:
    """found: who of them was assigned."""
    told = []
    for exclusion, why in zip(plan.exclusions, reasons, strict=True):
        out = Counter(why[int(key)] for key in found if int(key) in why)
        title = exclusions.TITLES.get(exclusion.rule, exclusion.rule)
        told.append(LeftOut(exclusion.rule, title, out.total(), dict(out.most_common())))
    return tuple(told)
