"""From the form to a world, its results, and the command that gives the same. Needs numpy."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from math import hypot

from bandits.policies.adaptive import AdaptivePolicy
from bandits.policies.simulation import (
    ChangePoints,
    ContextWorld,
    Delay,
    Drift,
    Environment,
    Regrets,
    Sine,
    Steady,
    Turning,
    Walk,
    World,
)
from bandits.regret_chart import key_of
from bandits.regret_pictures import as_svg
from bandits.simulating import Row, Trial, drawing, fitted, rows_of, tried
from machina_site.trying.forms import OWN, WorldForm

STRENGTH = 2  # how much features matter


@dataclass(frozen=True)
class Result:
    """What the page shows. saved: what the best loses less than even shares; None if those were not tried."""

    svg: str
    rows: list[Row]
    keys: dict[str, tuple[str, str]]
    best: Row
    saved: float | None
    trial: Trial

    @property
    def lines(self) -> list[tuple[Row, tuple[str, str]]]:
        """Each row with how its curve is drawn."""
        return [(row, self.keys[row.name]) for row in self.rows]

    @property
    def near(self) -> list[str]:
        """The policies that three standard errors do not tell apart from the best."""
        best, *others = self.rows
        return [row.name for row in others if row.regret - best.regret < 3 * hypot(row.error, best.error)]


def result_of(form: WorldForm, title: str) -> Result:
    """Every policy in the world of a valid form. ValueError, with a sentence, if one cannot be tried there."""
    typed = form.cleaned_data
    trial = Trial(typed["visitors"], typed["runs"])
    world = world_of(form)
    found: dict[str, Regrets] = {}
    for name in typed["policies"]:
        label, policy = policy_of(form, name, world, trial)
        found[label] = tried(policy, world, trial)
    rows = rows_of(found, trial)
    even = next((row for row in rows if row.name == "uniform"), None)
    saved = even.regret - rows[0].regret if even else None
    keys = {name: key_of(place) for place, name in enumerate(found)}
    return Result(as_svg(drawing(title, found, trial, along="visitors"), title), rows, keys, rows[0], saved, trial)


def world_of(form: WorldForm) -> World:
    """ValueError if the means do not go with the rewards."""
    typed = form.cleaned_data
    delay = Delay(typed["delay"], typed["delay_kind"])
    arms = form.suggested.arms
    if typed["contexts"]:
        return ContextWorld(
            len(arms), typed["dimension"], typed["contexts"], typed["deviation"], strength=STRENGTH, delay=delay
        )
    drift = _drift(typed["change"], typed["pace"], form.means())
    return Environment(form.means(), typed["rewards"], typed["deviation"], drift, delay, arms=arms)


def _drift(change: str, pace: float, means: tuple[float, ...]) -> Drift:
    spread = max(means) - min(means)
    kinds: dict[str, Drift] = {
        "turn": Turning(max(int(pace), 1)),
        "change": ChangePoints(max(pace, 1)),
        "walk": Walk(pace),
        "sine": Sine(max(pace, 1), spread),
    }
    return kinds.get(change, Steady())


def policy_of(form: WorldForm, name: str, world: World, trial: Trial) -> tuple[str, AdaptivePolicy]:
    """The policy and what it is called in the results."""
    own = form.suggested.own
    if name == OWN and own is not None:
        return f"{own.name}, as here", own
    return name, fitted(name, {}, world, trial.horizon)


def command_of(form: WorldForm) -> str:
    """The command that tries the same, for more runs than a page has time for."""
    is_typed = form.is_bound and form.is_valid()
    typed = form.cleaned_data if is_typed else form.initial
    options: dict[str, object] = {"horizon": typed["visitors"], "runs": 1000}
    if typed.get("contexts"):
        options |= {"contexts": typed["contexts"], "count": len(form.suggested.arms), "dimension": typed["dimension"]}
        options["strength"] = STRENGTH
    else:
        means = form.means() if is_typed else form.suggested.means
        options |= {"means": ",".join(f"{mean:g}" for mean in means), "rewards": typed["rewards"]}
        options |= _change_of(str(typed.get("change", "")), typed["pace"], means)
    if typed["delay"]:
        options |= {"delay": typed["delay"], "delay-kind": typed["delay_kind"]}
    written = " ".join(f"--{name} {shlex.quote(str(value))}" for name, value in options.items())
    return f"./machina manage simulate_bandit {written} --picture regret.svg"


def _change_of(change: str, pace: float, means: tuple[float, ...]) -> dict[str, object]:
    if not change:
        return {}
    given = f"{pace:g},{max(means) - min(means):g}" if change == "sine" else f"{pace:g}"
    return {{"turn": "turn-every", "change": "change-every"}.get(change, change): given}
