"""The learning panel as its templates get it: sentences, percentages, nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bandits.panel import ArmSeen, Panel, Range, SegmentSeen, StateSeen
from machina_site.monitor.charts import label
from machina_site.monitor.learning_charts import (
    AllocationChart,
    Piece,
    Scale,
    Span,
    allocation_chart,
    colours,
    common_scale,
    histogram,
    lying,
)
from machina_site.monitor.wording import duration

NONE = "–"  # noqa: RUF001 - a dash is meant
LONG_AGO = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ArmLine:
    """An arm in words, and its bars."""

    name: str
    colour: int
    is_control: bool
    is_open: bool
    decisions: int
    share: str
    chance: str
    learnt: str
    mean: str
    valid: str
    weighted: str
    posterior: str
    chance_best: str
    loss: str
    valid_span: Span | None
    posterior_span: Span | None
    bins: tuple[Piece, ...]
    chances: str


@dataclass(frozen=True, slots=True)
class RewardLine:
    """A kind of reward: how many, and what it means."""

    name: str
    n: int
    meaning: str
    share: float


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state, its chances as a bar and one by one, in the arms' order; none where they depend on who comes."""

    number: int
    at: datetime
    folded: int
    note: str
    pieces: tuple[Piece, ...]
    chances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """The units of one context value: how they were shared out; each arm's mean and interval, in their order."""

    value: str
    decisions: int
    pieces: tuple[Piece, ...]
    words: str
    arms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LearningPage:
    """All of it."""

    panel: Panel
    ahead: str
    ahead_words: str
    regret: str
    regret_words: str
    in_force: str
    newer: str
    stale: str
    judged: str
    arms: tuple[ArmLine, ...]
    scale_low: str
    scale_high: str
    allocation: AllocationChart | None
    periods: tuple[tuple[str, tuple[int, ...]], ...]
    rewards: tuple[RewardLine, ...]
    arrival: str
    lag: str
    states: tuple[StateLine, ...]
    segments: tuple[SegmentLine, ...]


def learning_page(panel: Panel, *, now: datetime) -> LearningPage:
    """From numbers to words."""
    paint, scale = colours(panel), common_scale(panel)
    width = timedelta(seconds=panel.width)
    ahead, ahead_words = _ahead(panel)
    regret, regret_words = _regret(panel)
    return LearningPage(
        panel=panel,
        ahead=ahead,
        ahead_words=ahead_words,
        regret=regret,
        regret_words=regret_words,
        in_force=_in_force(panel),
        newer=f"{panel.newer:,}{'+' if panel.newer >= 10_000 else ''} newer, counted in a moment"
        if panel.newer
        else "",
        stale=_stale(panel, now),
        judged=_judged(panel),
        arms=tuple(_arm(arm, panel, paint[arm.name], scale) for arm in panel.arms),
        scale_low=shown(scale.low, panel),
        scale_high=shown(scale.high, panel),
        allocation=allocation_chart(panel),
        periods=tuple(
            (label(period.at, width), tuple(period.decisions.get(arm.name, 0) for arm in panel.arms))
            for period in reversed(panel.periods)
        ),
        rewards=_rewards(panel),
        arrival=_arrival(panel),
        lag=f"the oldest for {duration(panel.rewards.lag)}" if panel.rewards.unfolded else "all are learnt",
        states=tuple(_state(state, paint) for state in panel.states),
        segments=_segments(panel, paint),
    )


def shown(value: float | None, panel: Panel) -> str:
    """A mean: in percent where the reward is yes or no."""
    if value is None:
        return NONE
    return f"{100 * value:.1f} %" if panel.is_rate else f"{value:.4g}"


def _between(found: Range | None, panel: Panel) -> str:
    if found is None or (found.low is None and found.high is None):
        return NONE
    return f"{shown(found.low, panel)} to {shown(found.high, panel)}"


def _percent(part: float | None) -> str:
    if part is None:
        return NONE
    if 0 < part < 0.001 or 0.999 < part < 1:
        return "< 0.1 %" if part < 0.5 else "> 99.9 %"
    return f"{100 * part:.1f} %"


def _ahead(panel: Panel) -> tuple[str, str]:
    judged = [arm for arm in panel.arms if arm.chance_best is not None]
    if judged:
        best = max(judged, key=lambda arm: arm.chance_best or 0.0)
        return best.name, f"best with probability {_percent(best.chance_best)}"
    if panel.regret.best is None:
        return NONE, "too few rewards to say"
    return panel.regret.best, "by its mean so far"


def _regret(panel: Panel) -> tuple[str, str]:
    if panel.regret.best is None:
        return NONE, "too few rewards to say"
    high = "unknown" if panel.regret.high is None else f"{panel.regret.high:,.1f}"
    return f"{panel.regret.value:,.1f}", f"{panel.regret.low:,.1f} to {high}, valid whenever you look"


def _in_force(panel: Panel) -> str:
    if panel.halted:
        return "halted: nobody's policy decides"
    if panel.ramp is not None:
        return f"ramp: it decides {100 * panel.ramp:.0f} %"
    return panel.policy.replace("_", " ")


def _stale(panel: Panel, now: datetime) -> str:
    if not panel.newer or (panel.at is not None and now - panel.at < LONG_AGO):
        return ""
    made = (
        "which nobody has added up yet"
        if panel.at is None
        else f"added up {_rough((now - panel.at).total_seconds())} ago"
    )
    return f"{panel.newer:,} decisions are not in these figures, {made}. Is the worker running?"


def _judged(panel: Panel) -> str:
    if panel.is_contextual:
        return (
            "The policy looks at each unit, so the arms had different ones: each is judged by all decisions, by the "
            "chances they were made with, as if everybody had got it. The intervals hold for all arms at once with "
            "95 %, however often you look."
        )
    return (
        f"The wide bar holds for all arms at once with 95 %, however often you look and although the policy allocates; "
        f"it counts the first {panel.settled:,} decisions, of which nothing more can come. The narrow bar is what the "
        "policy believes now, of all it learnt: not safe to stop on."
    )


def _arm(arm: ArmSeen, panel: Panel, colour: int, scale: Scale) -> ArmLine:
    return ArmLine(
        name=arm.name,
        colour=colour,
        is_control=arm.is_control,
        is_open=arm.is_open,
        decisions=arm.decisions,
        share=_percent(arm.share),
        chance=_percent(arm.chance),
        learnt=f"{arm.learnt:,.0f}",
        mean=shown(arm.mean if arm.mean is not None else (arm.valid.value if arm.valid else None), panel),
        valid=_between(arm.valid, panel),
        weighted=_between(arm.weighted, panel),
        posterior=_between(arm.posterior, panel),
        chance_best=_percent(arm.chance_best),
        loss=_loss(arm.loss, panel),
        valid_span=scale.span(arm.valid),
        posterior_span=scale.span(arm.posterior),
        bins=histogram(arm.chances),
        chances=_chances_words(arm),
    )


def _loss(loss: float | None, panel: Panel) -> str:
    """In percentage points where the reward is yes or no; below a hundredth of one nobody minds."""
    if loss is None:
        return NONE
    if not panel.is_rate:
        return f"{loss:.2g}"
    return f"{100 * loss:.2g} pp" if loss >= 0.0001 else "< 0.01 pp"


def _chances_words(arm: ArmSeen) -> str:
    if not arm.decisions:
        return "never chosen"
    least, most = _percent(arm.least_chance), _percent(arm.most_chance)
    return f"always chosen with {least}" if least == most else f"chosen with chances from {least} to {most}"


def _rewards(panel: Panel) -> tuple[RewardLine, ...]:
    seen, total = panel.rewards, max(panel.decisions, 1)
    lines = (
        ("Sent", seen.sent, "came in time"),
        ("By default", seen.defaulted, "were due, and nothing had come"),
        ("Pending", seen.pending, "may still come"),
        ("Never came", seen.missing, "are overdue, without a default: they count nowhere"),
        ("Excluded", seen.excluded, "belong to bots and the like"),
    )
    return tuple(RewardLine(name, n, meaning, round(100 * n / total, 2)) for name, n, meaning in lines)


def _arrival(panel: Panel) -> str:
    half, slow = panel.rewards.median, panel.rewards.slow
    if not panel.rewards.sent:
        return "No reward has been sent yet."
    late = f"nine tenths within {_rough(slow)}" if slow else "a tenth takes longer than a week"
    return (
        f"Half of those that were sent came within {_rough(half)}, {late}." if half else "Most take more than a week."
    )


def _rough(seconds: float | None) -> str:
    """Steps of a few: 5 s, 10 min, 1 day."""
    if seconds is None:
        return NONE
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def _state(state: StateSeen, paint: dict[str, int]) -> StateLine:
    chances = state.chances or {}
    words = tuple(_percent(chances.get(name, 0.0)) if chances else NONE for name in paint)
    return StateLine(state.number, state.at, state.folded, state.note, lying(chances, paint), words)


def _segments(panel: Panel, paint: dict[str, int]) -> tuple[SegmentLine, ...]:
    values: dict[str, dict[str, SegmentSeen]] = {}
    for one in panel.segments:
        values.setdefault(one.value, {})[one.arm] = one
    return tuple(
        SegmentLine(
            value=value,
            decisions=sum(one.decisions for one in arms.values()),
            pieces=lying({name: one.share for name, one in arms.items()}, paint),
            words=", ".join(f"{name} {_percent(arms[name].share)}" for name in paint if name in arms),
            arms=tuple(_segment(arms.get(name), panel) for name in paint),
        )
        for value, arms in values.items()
    )


def _segment(one: SegmentSeen | None, panel: Panel) -> tuple[str, str]:
    if one is None or one.mean is None:
        return NONE, ""
    if one.low is None or one.high is None:
        return shown(one.mean, panel), ""
    return shown(one.mean, panel), _between(Range(one.mean, one.low, one.high), panel)
