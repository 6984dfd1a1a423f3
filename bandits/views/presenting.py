"""What the templates of switches get: sentences, percentages, nothing to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bandits.forms.switch import length
from bandits.learning import learning_of
from bandits.models import Switch
from bandits.ramps import Guardrail, Plan
from bandits.services.ramping import decided_in_stage
from bandits.switch_pictures import Band, Step, band
from bandits.verdict import Verdict
from bandits.watching import Watch
from experiments.blueprint import json_object

CHIPS = {
    Switch.Status.PROPOSED: "is-paused",
    Switch.Status.REFUSED: "is-alarm",
    Switch.Status.RAMPING: "is-running",
    Switch.Status.LIVE: "is-running",
    Switch.Status.ROLLED_BACK: "is-alarm",
    Switch.Status.STOPPED: "",
}


@dataclass(frozen=True, slots=True)
class GuardrailShown:
    """name: of the measure. rule: what sends the policy back. found: the estimate with its interval, in words."""

    name: str
    rule: str
    decisions: int
    found: str
    picture: Band | None


@dataclass(frozen=True, slots=True)
class SwitchSeen:
    """One switch, as the page shows it."""

    switch: Switch
    chip: str
    old: str
    new: str
    parameters: str
    verdict: Verdict
    level: str
    low: float
    width: float
    middle: float
    zero: float
    steps: tuple[Step, ...]
    guardrails: tuple[GuardrailShown, ...]


def seen(switch: Switch, *, now: datetime) -> SwitchSeen:
    """From the row to words. At most two queries."""
    verdict, plan = Verdict.parse(switch.numbers), Plan.parse(switch.plan)
    place = _places(verdict)
    return SwitchSeen(
        switch=switch,
        chip=CHIPS[Switch.Status(switch.status)],
        old=learning_of(switch.version_from_id).policy.name,
        new=str(json_object(switch.allocation).get("policy")),
        parameters=_parameters(switch),
        verdict=verdict,
        level=f"{100 * verdict.level:.4g}",
        low=place[0],
        width=place[1] - place[0],
        middle=place[2],
        zero=place[3],
        steps=_steps(switch, plan, now=now),
        guardrails=_guardrails(switch, plan),
    )


def _places(verdict: Verdict) -> tuple[float, float, float, float]:
    """Lower bound, upper bound, estimate and zero on a line from 0 to 100."""
    low, high = min(verdict.lower, 0.0), max(verdict.upper, 0.0)
    room = (high - low or 1.0) * 0.1
    scale = 100 / (high - low + 2 * room)
    lower, upper, middle, zero = (
        round((value - low + room) * scale, 2) for value in (verdict.lower, verdict.upper, verdict.difference, 0.0)
    )
    return lower, upper, middle, zero


def _parameters(switch: Switch) -> str:
    """What differs from the defaults of the new policy."""
    learning = learning_of(switch.version_from_id)
    old, new = learning.allocation, json_object(switch.allocation)
    changed = {name: value for name, value in new.items() if old.get(name) != value and name != "policy"}
    return ", ".join(f"{name} {value}" for name, value in changed.items())


def _steps(switch: Switch, plan: Plan, *, now: datetime) -> tuple[Step, ...]:
    is_ramping, is_live = switch.status == Switch.Status.RAMPING, switch.status == Switch.Status.LIVE
    steps = []
    for place, stage in enumerate(plan.stages):
        was = is_live or (switch.started_at is not None and place < switch.stage)
        is_now = place == switch.stage and switch.started_at is not None and not is_live
        done = 100.0 if was else _done(switch, now=now) if is_now and is_ramping else 0.0
        state = "done" if was else "now" if is_now else "ahead"
        steps.append(Step(100 * stage.share, length(stage), state, done))
    return (*steps, Step(100.0, "alone", "done" if is_live else "ahead", 100.0 if is_live else 0.0))


def _done(switch: Switch, *, now: datetime) -> float:
    """Percent of the stage: of its decisions and its time, whichever is further behind."""
    stage = Plan.parse(switch.plan).stages[switch.stage]
    parts = []
    if stage.decisions:
        parts.append(decided_in_stage(switch) / stage.decisions)
    if stage.hours and switch.stage_since:
        parts.append((now - switch.stage_since) / stage.lasts)
    return round(100 * min(1.0, *parts), 1) if parts else 100.0


def _guardrails(switch: Switch, plan: Plan) -> tuple[GuardrailShown, ...]:
    paths: Sequence[Sequence[Sequence[float]]] = [()] * len(plan.guardrails or ())
    if switch.watch:
        paths = [one.path for one in Watch.of(switch, plan).evidence]
    return tuple(_guardrail(one, path) for one, path in zip(plan.guardrails or (), paths, strict=True))


def _guardrail(guardrail: Guardrail, path: Sequence[Sequence[float]]) -> GuardrailShown:
    if guardrail.limit is not None:
        rule = f"under the new policy, beyond {guardrail.limit:g}"
    else:
        rule = "worse than under the old policy" + (f" by more than {guardrail.margin:g}" if guardrail.margin else "")
    found, n = "nothing seen yet", 0
    if path:
        n = int(path[-1][0])
        sign = "" if guardrail.limit is not None else "+"
        found = "{:{sign}.4g} ({:{sign}.4g} to {:{sign}.4g})".format(*path[-1][1:], sign=sign)
    picture = band(path, mark=guardrail.limit or 0.0)
    return GuardrailShown(guardrail.measure or "the reward", rule, n, found, picture)
