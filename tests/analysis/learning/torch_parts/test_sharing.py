"""Several processes that share one model (torchrun, gloo) compute what one would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import psutil
import pytest
import yaml

from analysis.learning.pipeline import Pipeline
from analysis.learning.running import Interrupted, Saved, State, Task
from experiments.types import JsonObject
from tests.analysis.learning.functions.listening import Listener

pytestmark = pytest.mark.slow
DOCUMENT = """
components:
  digits: {kind: dataset, type: sklearn_digits}
  parts: {kind: splits, type: split, requirements: [{name: splits, component: digits}],
          config: {parts: {train: 65, validation: 33, others: rest}}}
  scaled: {kind: splits, type: scale, requirements: [{name: splits, component: parts}], config: {divide: 16}}
  batches: {kind: loaders, type: batches, requirements: [{name: splits, component: scaled}], config: {size: 32}}
  network: {kind: model, type: torch_mlp, config: {hidden: [16]}}
  adam: {kind: optimiser, type: torch_adam, config: {lr: 0.01}}
  trainer: {kind: trainer, type: torch,
            config: {precision: float64, device: cpu, metrics: [f1_macro], evaluate: [train, validation]}}
"""  # 65 rows: the last batch of an epoch has one row, and one of two processes none


def setting(*, processes: int, **more: Any) -> JsonObject:
    document = yaml.safe_load(DOCUMENT)
    document["components"]["trainer"]["config"]["processes"] = processes
    for name, config in more.items():
        document["components"][name]["config"].update(config)
    return cast("JsonObject", document)


def run(made: JsonObject, listener: Listener, resume: Saved | None = None) -> dict[str, Any]:
    return dict(Pipeline().run(Task(made, seed=5, epochs=2, resume=resume), listener))


def test_two_processes_end_where_one_does() -> None:
    alone, shared = Listener(), Listener()
    one = run(setting(processes=1), alone)

    two = run(setting(processes=2), shared)

    assert_close(shared.saved[-1].state, alone.saved[-1].state)
    assert two["measured"]["validation"] == pytest.approx(one["measured"]["validation"])
    assert [said for said in shared.said if said[0] == "measured"] == [
        (*said[:3], pytest.approx(cast("Mapping[str, float]", said[3]))) for said in alone.said if said[0] == "measured"
    ]
    assert (two["computed"]["processes"], [saved.epoch for saved in shared.saved]) == (2, [1, 2])


def test_taken_up_again_they_end_bit_for_bit_as_if_they_had_never_stopped() -> None:
    dropped = setting(processes=2, network={"dropout": 0.3})
    whole, cut, rest = Listener(), Listener(stops_after=1), Listener()
    run(dropped, whole)

    with pytest.raises(Interrupted):
        run(dropped, cut)
    assert sharers() == []
    run(dropped, rest, cut.saved[-1])

    last, other = rest.saved[-1].state, whole.saved[-1].state
    assert all(np.array_equal(array, other.arrays[name]) for name, array in last.arrays.items())


def test_when_one_of_them_fails_the_run_fails_with_its_last_words() -> None:
    listener = Listener()

    with pytest.raises(RuntimeError, match="There is no split “learn”"):
        run(setting(processes=2, trainer={"train": "learn"}), listener)

    assert (listener.saved, sharers()) == ([], [])


def sharers() -> list[int]:
    """Processes of ours that still share a model."""
    children = psutil.Process().children(recursive=True)
    return [child.pid for child in children if "analysis.learning.torch_parts.sharer" in child.cmdline()]


def assert_close(state: State, other: State) -> None:
    weights = {name for name in other.arrays if name.startswith("model.")}
    assert weights
    for name in weights:
        ours, theirs = state.arrays[name].astype(float), other.arrays[name].astype(float)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12, err_msg=name)
