"""Experiments with a log, for everything about switches."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from bandits.models import PolicyState, Switch
from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.guarding import look_after
from bandits.services.rewarding import Sent, reward_many
from bandits.services.switching import Proposal, propose_switch
from experiments.models import Arm, Experiment
from experiments.types import Json
from tests.learners import make_learner
from tests.studies import NOON

UNIFORM: Json = {"policy": "uniform", "reward_window_seconds": 60}
GREEDY: dict[str, Json] = {"policy": "epsilon_greedy", "epsilon": 0.1}
WORST: dict[str, Json] = {"policy": "epsilon_greedy", "epsilon": 1.0}
MINUTE = timedelta(minutes=1)


def make_logged(
    rates: tuple[float, float], *, n: int, seed: int = 18, measures: Json = None, **say: Json
) -> Experiment:
    """A running experiment of two arms, n decisions of its policy (uniform if nothing is said), rewarded and learnt."""
    say = {"policy": "uniform", **say}
    experiment = make_learner(**({"measures": measures} if measures else {}), **say)  # type: ignore[arg-type]  # JSON
    if n:
        collect(experiment, rates, n, rng=np.random.default_rng(seed), now=NOON)
    return experiment


def collect(
    experiment: Experiment, rates: tuple[float, float], n: int, *, rng: np.random.Generator, now: datetime
) -> None:
    """n decisions at once, each rewarded by its arm's rate, and learnt."""
    experiment = Experiment.objects.get(pk=experiment.pk)
    rate = dict(
        zip(Arm.objects.filter(experiment=experiment).order_by("pk").values_list("pk", flat=True), rates, strict=True)
    )
    made = [decision for decision, _ in decide_many(experiment, [Asked() for _ in range(n)], now=now)]
    reward_many(experiment, [Sent(one.uuid, int(rng.random() < rate[one.arm_id])) for one in made], now=now)
    fold(experiment, now=now)


def proposed(experiment: Experiment, allocation: Json = None, **say: object) -> Switch:
    """A candidate judged, a minute after noon."""
    proposal = Proposal(allocation=allocation or GREEDY, **say)  # type: ignore[arg-type]  # as the dataclass says
    return propose_switch(experiment, proposal, now=NOON + MINUTE)


def look(switch: Switch, now: datetime) -> Switch:
    """As the worker does every few seconds."""
    return look_after(switch.pk, now=now)


def newest(experiment: Experiment, *, is_rehearsal: bool = False) -> PolicyState:
    row = PolicyState.objects.of(experiment, is_rehearsal=is_rehearsal).newest()
    assert row is not None
    return row
