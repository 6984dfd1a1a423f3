"""Which device a run computes on."""

from __future__ import annotations

import pytest

from analysis.learning.running import Task
from analysis.learning.torch_parts.devices import VARIABLE, choose_device, devices
from tests.analysis.learning.functions.listening import Listener
from tests.analysis.learning.torch_parts.pipelines import trainer


def test_the_cpu_is_always_there_and_the_last_resort() -> None:
    assert devices()[-1] == "cpu"


def test_a_worker_s_own_device_is_taken_where_the_document_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "cpu")

    assert choose_device("auto").type == "cpu"


def test_what_the_document_names_goes_before_the_worker_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "cuda:77")

    assert choose_device("cpu").type == "cpu"


def test_a_device_that_is_not_there_ends_the_run_before_anything_is_said() -> None:
    listener = Listener()

    with pytest.raises(ValueError, match=r"device is 'cuda:77', but here are only: .*cpu"):
        trainer(settings={"device": "cuda:77"}).train(Task({}, seed=1), listener)

    assert listener.said == []


def test_a_word_that_is_no_device_is_told_what_may_stand_there() -> None:
    with pytest.raises(ValueError, match="device must be auto, cpu, cuda, cuda:N or mps, not 'toaster'"):
        choose_device("toaster")
