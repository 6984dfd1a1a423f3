"""A guardrail sends a harmful policy back by itself, and a harmless one seldom, however often it looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from bandits.harm import Scale
from bandits.models import Decision, Switch
from bandits.policies import PolicyError
from bandits.ramps import Guardrail, Plan, Stage
from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.ramping import start_switch
from bandits.services.rewarding import Sent, reward_many
from bandits.tasks import look_after_ramp, look_after_ramps
from bandits.watching import Evidence, Seen, most_weight
from experiments.errors import BadValue
from experiments.models import Event, Experiment
from experiments.types import Json
from tests.bandits.switched import MINUTE, collect, look, make_logged, newest, proposed
from tests.proof import ONLY_IN_PROOF, PROOF
from tests.studies import NOON

START = NOON + 2 * MINUTE
QUARTER = Plan(stages=(Stage(0.25, 100_000),))
COMPLAINTS: Json = [
    {"name": "bought", "kind": "boolean", "role": "primary", "direction": "up"},
    {"name": "complaint", "kind": "boolean", "role": "guardrail", "direction": "down"},
]
WRONG: Json = {"policy": "epsilon_greedy", "epsilon": 1.0, "control": "plain", "control_share": 0.95}
LOOK = 25
RUNS = 200 if PROOF else 60


@dataclass(frozen=True)
class World:
    """The new policy plays the second arm where the old one plays the first."""

    rates: tuple[float, float]
    old: tuple[float, float] = (1.0, 0.0)
    guardrail: Guardrail = field(default_factory=Guardrail)
    is_down: bool = False
    n: int = 3000

    def looks(self, rng: np.random.Generator) -> Iterator[tuple[Evidence, bool]]:
        """What the guardrail has seen at each look, and whether it proves harm. Two stages, of one and three."""
        shares, scale = (0.05, 0.25), Scale(0, 1, self.is_down)
        evidence, new = Evidence.start(0.05), self.old[::-1]
        most = most_weight(Plan(tuple(Stage(share, self.n) for share in shares)))
        for share in shares:
            chance = (1 - share) * self.old[1] + share * new[1]
            for _ in range(self.n // len(shares) // LOOK):
                arms = (rng.random(LOOK) < chance).astype(int)
                harms = [scale.harm(float(rng.random() < self.rates[arm])) for arm in arms]
                drawn = [chance if arm else 1 - chance for arm in arms]
                seen = [
                    Seen(self.old[arm], new[arm], p, share, harm)
                    for arm, p, harm in zip(arms, drawn, harms, strict=True)
                ]
                evidence = evidence.plus(seen, self.guardrail, scale, most=most)
                yield evidence, evidence.proves_harm(self.guardrail, scale, most=most)

    def alarms(self, runs: int) -> float:
        """How often harm was proven at any look."""
        worlds = (self.looks(np.random.default_rng(run)) for run in range(runs))
        return float(np.mean([any(is_proven for _, is_proven in looks) for looks in worlds]))


@pytest.mark.parametrize(
    "world",
    [
        World((0.5, 0.3), n=6000),
        World((0.02, 0.15), is_down=True, n=6000),
        World((0.02, 0.2), is_down=True, guardrail=Guardrail("complaint", limit=0.05), n=6000),
        World((0.6, 0.3), guardrail=Guardrail(margin=0.1), n=6000),
    ],
)
def test_harm_is_proven(world: World) -> None:
    assert world.alarms(10) == 1


@pytest.mark.parametrize("world", [World((0.3, 0.5)), World((0.5, 0.45), guardrail=Guardrail(margin=0.1))])
def test_what_is_better_or_within_the_margin_stays(world: World) -> None:
    assert world.alarms(10) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "world",
    [
        World((0.5, 0.5), old=(0.95, 0.05)),
        pytest.param(World((0.1, 0.1), old=(0.7, 0.3)), marks=ONLY_IN_PROOF),
        pytest.param(World((0.04, 0.04), is_down=True), marks=ONLY_IN_PROOF),
        World((0.5, 0.4), guardrail=Guardrail(margin=0.1)),
        pytest.param(
            World((0.02, 0.05), is_down=True, guardrail=Guardrail("complaint", limit=0.05)), marks=ONLY_IN_PROOF
        ),
    ],
)
def test_false_alarms_over_all_looks_are_rarer_than_promised(world: World) -> None:
    assert world.alarms(RUNS) <= 0.05


@pytest.mark.slow
def test_each_end_of_the_interval_shown_holds_at_all_looks() -> None:
    missed = np.zeros(2)
    for run in range(RUNS):
        shown = [one.path[-1] for one, _ in World((0.5, 0.4)).looks(np.random.default_rng(run))]
        missed += [any(low > -0.1 for _, _, low, _ in shown), any(high < -0.1 for *_, high in shown)]
    assert (missed <= 0.05 * RUNS).all()


def test_any_grouping_of_what_was_seen_is_the_same() -> None:
    rng = np.random.default_rng(18)
    seen = [Seen(0.5, 0.9, 0.6, 0.25, float(rng.random() < 0.3)) for _ in range(60)]
    scale, guardrail = Scale(0, 1, is_down=False), Guardrail()
    whole = Evidence.start(0.05).plus(seen, guardrail, scale, most=4)
    parts = Evidence.start(0.05)
    for start in range(0, 60, 7):
        parts = Evidence.parse(parts.plus(seen[start : start + 7], guardrail, scale, most=4).to_json())

    assert parts.below.value == pytest.approx(whole.below.value, rel=1e-12)
    assert parts.path[-1] == pytest.approx(whole.path[-1], rel=1e-12)


def harmful(plan: Plan, measures: Json = None) -> Switch:
    """The first arm earns .8, the other .1; the new policy plays the worse one nearly always."""
    experiment = make_logged((0.1, 0.8), n=300, measures=measures)
    switch = proposed(experiment, WRONG, plan=plan, because="to see it fail")
    return start_switch(switch, now=START)


@pytest.mark.django_db
def test_the_worker_rolls_a_harmful_policy_back_and_says_why() -> None:
    switch = harmful(QUARTER)
    rng = np.random.default_rng(18)
    for step in range(40):
        now = START + step * MINUTE
        collect(switch.experiment, (0.1, 0.8), 50, rng=rng, now=now)
        switch = look(switch, now)
        if switch.status == "rolled back":
            break

    assert switch.status == "rolled back"
    assert switch.ended_for.startswith("The reward is worse under the new policy: by 0.")
    assert Experiment.objects.get().version == switch.version_back
    assert newest(switch.experiment).beside is None
    event = Event.objects.get(kind="switch.rolled_back")
    numbers = cast("dict[str, dict[str, float]]", event.payload)["numbers"]
    assert numbers["low"] < numbers["estimate"] < numbers["high"] < 0
    assert numbers["decisions"] == 50 * (step + 1)


@pytest.mark.django_db
def test_a_guardrail_measure_beyond_its_limit_rolls_back_though_the_reward_is_better() -> None:
    plan = Plan((Stage(0.5, 100_000),), (Guardrail("complaint", limit=0.1),))
    switch = harmful(plan, COMPLAINTS)
    rng = np.random.default_rng(18)
    worse = switch.experiment.arms.order_by("pk")[0].pk
    for step in range(20):
        now = START + step * MINUTE
        made = [one for one, _ in decide_many(Experiment.objects.get(), [Asked() for _ in range(50)], now=now)]
        sent = [
            Sent(one.uuid, 1, measures={"complaint": int(one.arm_id == worse and rng.random() < 0.6)}) for one in made
        ]
        reward_many(Experiment.objects.get(), sent, now=now)
        fold(Experiment.objects.get(), now=now)
        switch = look(switch, now)
        if switch.status == "rolled back":
            break

    assert switch.ended_for.startswith("“complaint” is beyond its limit of 0.1 under the new policy: 0.")


@pytest.mark.django_db
def test_the_reward_and_every_guardrail_with_a_direction_are_watched_if_nothing_is_said() -> None:
    switch = proposed(make_logged((0.1, 0.8), n=300, measures=COMPLAINTS))

    assert [one.measure for one in Plan.parse(switch.plan).guardrails or ()] == ["", "complaint"]


@pytest.mark.django_db
def test_a_guardrail_that_could_not_be_watched_is_refused() -> None:
    experiment = make_logged((0.1, 0.8), n=300)
    with pytest.raises(BadValue, match="There is no measure “tears”"):
        proposed(experiment, plan=Plan(guardrails=(Guardrail("tears"),)))
    assert not Switch.objects.exists()


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"stages": [{"share": 0.5}]}, "would never end"),
        ({"stages": [{"share": 1, "hours": 1}]}, "share must be a number from 0.001 to 0.999"),
        ({"stages": [{"share": 0.5, "hours": 1}, {"share": 0.2, "hours": 1}]}, "must grow"),
        ({"stages": "fast"}, "must be a list"),
        ({"speed": 3}, "plan.speed is not known here"),
        ({"alpha": 0.9}, "plan.alpha must be"),
        ({"guardrails": [{"margin": -1}]}, "margin must be"),
        ([], "plan must be a mapping"),
    ],
)
def test_what_is_no_plan_is_said(plan: Json, sentence: str) -> None:
    with pytest.raises(PolicyError, match=sentence):
        Plan.parse(plan)


@pytest.mark.django_db
def test_the_periodic_task_looks_after_each_ramp_once(monkeypatch: pytest.MonkeyPatch) -> None:
    switch = harmful(QUARTER)
    asked: list[int] = []
    monkeypatch.setattr(look_after_ramp, "apply_async", lambda args, **_: asked.append(args[0]))

    assert look_after_ramps() == 1
    assert asked == [switch.pk]
    assert look_after_ramp(switch.pk) == "ramping"
    assert Decision.objects.count() == 300
