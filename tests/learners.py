"""Experiments that learn, and the programs that ask them."""

from __future__ import annotations

from experiments.models import Experiment, Status, Study
from experiments.types import Json
from tests.factories import make_experiment

PRIMARY: Json = [{"name": "bought", "kind": "boolean", "role": "primary", "direction": "up"}]


def make_learner(
    study: Study | None = None, *, slug: str = "", status: str = Status.RUNNING, measures: Json = PRIMARY, **say: Json
) -> Experiment:
    """Two arms, visitors, Thompson on a boolean; a minute for rewards. say: entries of the allocation."""
    allocation: Json = {"policy": "thompson_bernoulli", "reward_window_seconds": 60, **say}
    return make_experiment(
        study, slug=slug, status=status, unit_kind="visitor", steps=[], measures=measures, allocation=allocation
    )
