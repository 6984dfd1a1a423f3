"""The panel, read from the sums and the newest states, never from all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING

from bandits.learning import Learning
from bandits.models import Decision, LearningSummary, PolicyState, Reward
from bandits.panel import ArmSeen, Glance, Panel, Period, Range, RegretSeen, RewardsSeen, SegmentSeen, StateSeen
from bandits.policies import PolicyError
from bandits.services.states import Held, held_of
from bandits.summary import BINS, Segment, Summary, delay_quantile
from experiments.models import Experiment
from experiments.published import arm_name, blueprint_of

if TYPE_CHECKING:
    from analysis.statistics.adaptive_allocation import ArmEvidence
    from analysis.statistics.confidence_sequences import Estimate

LEVEL = 0.05
MOST_STATES = 10
MOST_COUNTED = 10_000
LATELY = 200


def panel_of(experiment: Experiment, *, is_rehearsal: bool, now: datetime, segment: str = "") -> Panel | None:
    """The panel; None while no state exists, since nothing was ever decided. Seven queries at most."""
    rows = list(PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).order_by("-number")[:MOST_STATES])
    if not rows:
        return None
    kept = LearningSummary.objects.filter(experiment=experiment, is_rehearsal=is_rehearsal).first()
    summary = Summary.parse(kept.content) if kept else Summary()
    held = held_of(rows[0], now=now)
    arms = _arms(held, summary)
    keys = tuple(sorted(summary.segments))
    key = segment if segment in summary.segments else (keys[0] if keys else None)
    low, high = held.learning.bounds
    return Panel(
        policy=held.learning.policy.name,
        is_contextual=held.learning.policy.contextual,
        reward=held.learning.goal.title,
        is_rate=_is_rate(held.learning),
        low=None if low == -inf else low,
        high=None if high == inf else high,
        is_rehearsal=is_rehearsal,
        at=kept.at if kept else None,
        since=None if summary.first is None else _time(summary.first),
        decisions=summary.decisions,
        newer=_newer(experiment, summary, is_rehearsal=is_rehearsal),
        settled=summary.settled.n,
        state=held.number,
        halted=held.halt is not None,
        ramp=held.beside.share if held.beside else None,
        arms=arms,
        rewards=_rewards(experiment, summary, is_rehearsal=is_rehearsal, now=now),
        regret=_regret(arms, held.learning.bounds),
        width=summary.width,
        periods=tuple(Period(_time(at), _named(counts)) for at, counts in sorted(summary.buckets.items())),
        states=tuple(_state(row, now=now) for row in rows),
        segment_keys=keys,
        segment_key=key,
        segments=() if key is None else _segments(summary.segments[key], held.learning),
    )


def summed_at(experiment: Experiment, *, is_rehearsal: bool) -> datetime | None:
    """When the sums last changed; what a page that follows them asks first."""
    rows = LearningSummary.objects.filter(experiment=experiment, is_rehearsal=is_rehearsal)
    return rows.values_list("at", flat=True).first()


def glances_of(experiments: Sequence[Experiment]) -> dict[int, Glance]:
    """By primary key; of the rehearsal while they rehearse. One query."""
    found = {experiment.pk: Glance(is_rehearsal=experiment.is_rehearsal) for experiment in experiments}
    for row in LearningSummary.objects.filter(experiment__in=found).order_by():
        summary, glance = Summary.parse(row.content), found[row.experiment_id]
        if row.is_rehearsal == glance.is_rehearsal and summary.decisions:
            decisions, rewards, shares = summary.decisions, summary.sent, _lately(summary)
            found[row.experiment_id] = replace(glance, decisions=decisions, rewards=rewards, shares=shares)
        elif row.is_rehearsal:
            found[row.experiment_id] = replace(glance, rehearsed=summary.decisions)
    return found


def _lately(summary: Summary) -> dict[str, float]:
    """The shares of the last periods, of some hundred decisions; the arms as they were made."""
    counts: dict[str, int] = {}
    for _, period in sorted(summary.buckets.items(), reverse=True):
        for arm, n in period.items():
            counts[arm] = counts.get(arm, 0) + n
        if sum(counts.values()) >= LATELY:
            break
    total = sum(counts.values())
    return {arm_name(pk): counts.get(str(pk), 0) / total for pk in sorted(int(arm) for arm in summary.chances)}


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(second, tz=UTC)


def _named(counts: Mapping[str, int]) -> dict[str, int]:
    return {arm_name(int(arm)): n for arm, n in counts.items()}


def _is_rate(learning: Learning) -> bool:
    primary = learning.goal.primary
    return learning.goal.mix is None and primary is not None and primary.kind == "boolean"


def _arms(held: Held, summary: Summary) -> tuple[ArmSeen, ...]:
    from bandits.policies.adaptive.posteriors import beliefs  # scipy: only when somebody looks

    specs = blueprint_of(held.version_id).arms
    is_open = {arm.name: arm.weight > 0 for arm in held.learning.arms}
    open_names = [name for name, is_in in is_open.items() if is_in]
    believed = beliefs(held.learning.policy, held.state, open_names, bounds=held.learning.bounds)
    counts, chances = _named(summary.by_arm()), _chances(held)
    names = list(dict.fromkeys([*is_open, *counts]))
    total, pk_of = sum(counts.values()), {**{arm_name(int(pk)): pk for pk in summary.chances}, **_texts(held.arms)}
    seen = []
    for name in names:
        pk, belief, sums = pk_of.get(name, ""), believed.get(name), held.state.of(name)
        least, most = summary.extremes.get(pk, (None, None))
        own, weighted = (_evidence(kept.get(pk)) for kept in (summary.settled.own, summary.settled.weighted))
        seen.append(
            ArmSeen(
                name=name,
                is_control=name in specs and specs[name].is_control,
                is_open=is_open.get(name, False),
                decisions=counts.get(name, 0),
                share=counts.get(name, 0) / total if total else 0.0,
                chance=None if chances is None else chances.get(name, 0.0),
                learnt=sums.n,
                mean=sums.mean if sums.n > 0 else None,
                posterior=Range(belief.mean, belief.low, belief.high) if belief else None,
                own=Range.of(_own_interval(own, held.learning)),
                weighted=Range.of(weighted.interval() if weighted else None),
                settled=own.n if own else (weighted.pulls if weighted else 0),
                chance_best=belief.chance_best if belief else None,
                loss=belief.loss if belief else None,
                chances=tuple(summary.chances.get(pk, [0] * BINS)),
                least_chance=least,
                most_chance=most,
            )
        )
    return tuple(seen)


def _texts(arms: Mapping[str, int]) -> dict[str, str]:
    return {name: str(pk) for name, pk in arms.items()}


def _evidence(kept: Mapping[str, object] | None) -> ArmEvidence | None:
    from analysis.statistics.adaptive_allocation import ArmEvidence

    return ArmEvidence.parse(dict(kept)) if kept else None


def _own_interval(own: ArmEvidence | None, learning: Learning) -> Estimate | None:
    """Of a rate from its counts alone, which is narrowest; of other rewards from the bounds that grew with them."""
    from analysis.statistics.confidence_sequences import Estimate
    from analysis.statistics.proportions import rate_interval

    if own is None or learning.policy.contextual:
        return None
    if not _is_rate(learning):
        return own.interval()
    found = rate_interval(round(own.rewards), own.pulls, level=own.level)
    return Estimate(found.rate if found.rate is not None else 0.5, found.low, found.high)


def _chances(held: Held) -> Mapping[str, float] | None:
    """Each arm's chance now; None if it depends on who comes."""
    policies = [learning.policy for learning in (held.learning, held.old) if learning]
    if held.halt is None and any(policy.contextual for policy in policies):
        return None
    try:
        return held.table.chances
    except PolicyError:
        return None


def _rewards(experiment: Experiment, summary: Summary, *, is_rehearsal: bool, now: datetime) -> RewardsSeen:
    unfolded = Reward.objects.of(experiment, is_rehearsal=is_rehearsal).unfolded().order_by("pk")
    waiting = unfolded[:MOST_COUNTED].count()
    oldest = unfolded.values_list("at", flat=True).first() if waiting else None
    known = summary.sent + summary.defaulted + summary.settled.missing
    return RewardsSeen(
        sent=summary.sent,
        defaulted=summary.defaulted,
        pending=max(summary.decisions - known - summary.settled.excluded, 0),
        missing=summary.settled.missing,
        excluded=summary.settled.excluded,
        unfolded=waiting,
        lag=max((now - oldest).total_seconds(), 0.0) if oldest else 0.0,
        median=delay_quantile(summary.delays, 0.5),
        slow=delay_quantile(summary.delays, 0.9),
    )


def _newer(experiment: Experiment, summary: Summary, *, is_rehearsal: bool) -> int:
    rows = Decision.objects.of(experiment, is_rehearsal=is_rehearsal).filter(pk__gt=summary.through_decision)
    return rows.order_by()[:MOST_COUNTED].count()


def _regret(arms: Sequence[ArmSeen], bounds: tuple[float, float]) -> RegretSeen:
    """Of all counted decisions, by the intervals that hold for all arms at once."""
    from analysis.statistics.adaptive_allocation import regret

    known = [arm for arm in arms if arm.decisions or arm.is_open]
    found = regret([arm.decisions for arm in known], [_as_estimate(arm.valid, bounds) for arm in known])
    best = None if found.best is None else known[found.best].name
    return RegretSeen(
        found.value, found.low, None if found.high == inf else found.high, best, sum(arm.decisions for arm in known)
    )


def _as_estimate(found: Range | None, bounds: tuple[float, float]) -> Estimate:
    """An arm that nothing is known of may be anything; it is not taken for the one in front."""
    from analysis.statistics.confidence_sequences import Estimate

    low, high = bounds
    if found is None:
        return Estimate(low if low > -inf else 0.0, low, high)
    return Estimate(found.value, -inf if found.low is None else found.low, inf if found.high is None else found.high)


def _state(row: PolicyState, *, now: datetime) -> StateSeen:
    if row.is_thinned:
        return StateSeen(row.number, row.created_at, row.folded, "thinned", None)
    held = held_of(row, now=now)
    note = "halted" if held.halt else f"ramp {held.beside.share:.0%}" if held.beside else ""
    return StateSeen(row.number, row.created_at, row.folded, "rebuilt" if row.is_rebuilt else note, _chances(held))


def _segments(values: Mapping[str, Mapping[str, Segment]], learning: Learning) -> tuple[SegmentSeen, ...]:
    """The values with the most decisions first, then the arms by name."""
    size = {value: sum(one.decisions for one in arms.values()) for value, arms in values.items()}
    seen = []
    for value in sorted(values, key=lambda one: (-size[one], one)):
        for arm, one in sorted(_by_name(values[value]).items()):
            mean, low, high = _segment_interval(one, learning)
            share = one.decisions / size[value] if size[value] else 0.0
            seen.append(SegmentSeen(value, arm, one.decisions, share, one.n, mean, low, high))
    return tuple(seen)


def _by_name(arms: Mapping[str, Segment]) -> dict[str, Segment]:
    return {arm_name(int(pk)): one for pk, one in arms.items()}


def _segment_interval(one: Segment, learning: Learning) -> tuple[float | None, float | None, float | None]:
    """Each alone with 95 %; none under a policy that looks at units, whose choice inside a segment is no fair draw."""
    from analysis.statistics.confidence_sequences import asymptotic
    from analysis.statistics.proportions import rate_interval

    if not one.n:
        return None, None, None
    mean = one.total / one.n
    if learning.policy.contextual:
        return mean, None, None
    if _is_rate(learning):
        rate = rate_interval(round(one.total), one.n, level=LEVEL)
        return mean, rate.low, rate.high
    found = asymptotic(mean, max(one.squares / one.n - mean * mean, 0.0), one.n, level=LEVEL)
    ends = [None if abs(end) == inf else end for end in (found.low, found.high)]
    return mean, ends[0], ends[1]
