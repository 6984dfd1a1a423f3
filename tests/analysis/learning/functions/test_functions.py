"""Functions over specifications: what is called how, what is kept, and what goes on where it was killed."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from analysis.learning.functions import FunctionProcedure, NotFound, NotPlain, find, path_of
from analysis.learning.functions.plain import Plain, restored
from analysis.learning.running import Interrupted, Saved, State, Task
from experiments.types import JsonObject
from tests.analysis.learning.functions.listening import Listener

HERE = "tests.analysis.learning.functions.specimens"
PROCEDURE = FunctionProcedure(lambda path: path.startswith(HERE))


def setting(name: str, **specification: int) -> JsonObject:
    return {"function": f"{HERE}:{name}", "specification": specification}


def run(name: str, listener: Listener | None = None, resume: Saved | None = None, **specification: int) -> JsonObject:
    return PROCEDURE.run(Task(setting(name, **specification), seed=5, resume=resume), listener or Listener())


def test_a_function_takes_the_whole_specification_or_its_keys() -> None:
    assert run("whole", x=1, y=2) == {"value": {"sum": 3}}
    assert run("by_key", x=3) == {"value": {"product": 6}}


def test_all_chance_comes_from_the_runs_seed() -> None:
    listener = Listener()

    first = run("with_chance", listener)

    assert run("with_chance") == first
    assert b"seed 5" in listener.artifacts["log.txt"]
    assert ("measured", 2, "run", {"loss": 0.5}) in listener.said


def test_a_function_leaves_the_worlds_chance_as_it_was() -> None:
    np.random.seed(1)
    expected = np.random.RandomState(1).rand()

    run("with_chance")

    assert np.random.rand() == expected


def test_an_instance_serves_one_run() -> None:
    assert [run("Classy", x=1), run("Classy", x=1)] == [{"value": 1}, {"value": 1}]


def test_an_error_is_the_runs_own() -> None:
    with pytest.raises(ArithmeticError, match="7 is too much"):
        run("failing", x=7)


def test_a_generator_gives_a_series_of_outputs() -> None:
    result = run("series", n=2)

    assert result["outputs"] == [
        {"specification": {"n": 2, "iterations": 0}, "value": 0},
        {"specification": {"n": 2, "iterations": 1}, "value": 1},
    ]


def test_large_arrays_lie_beside_the_result() -> None:
    listener = Listener()

    result = run("large", listener, n=5_000)

    arrays = dict(np.load(io.BytesIO(listener.artifacts["result.npz"]), allow_pickle=False))
    again = restored(json.loads(json.dumps(result)), arrays)
    assert isinstance(again, dict)
    assert np.array_equal(again["value"]["weights"], np.arange(5_000))
    assert np.isnan(again["value"]["loss"])


@pytest.mark.parametrize("stops_after", range(1, 8))
def test_killed_after_any_checkpoint_it_ends_bit_for_bit_like_one_that_was_not(stops_after: int) -> None:
    whole, killed = Listener(), Listener(stops_after)
    uninterrupted = run("Walk", whole, steps=9)

    with pytest.raises(Interrupted):
        run("Walk", killed, steps=9)
    resumed = run("Walk", resume=through_the_disk(killed.saved[-1]), steps=9)

    assert resumed == uninterrupted
    assert len(uninterrupted["outputs"]) == 4  # type: ignore[arg-type]


def through_the_disk(saved: Saved) -> Saved:
    """As a checkpoint store gives it back: arrays by name, values through JSON."""
    written = io.BytesIO()
    np.savez(written, allow_pickle=False, **saved.state.arrays)
    written.seek(0)
    values = json.loads(json.dumps(saved.state.values, allow_nan=False))
    return Saved(saved.epoch, State(dict(np.load(written, allow_pickle=False)), values))


def test_what_no_checkpoint_can_keep_is_refused_by_its_name() -> None:
    with pytest.raises(NotPlain, match=r"self\.made is of type generator.*prepare"):
        run("Unkeepable")

    assert run("Prepared") == {"value": {"done": True}}


@pytest.mark.parametrize(
    ("value", "place"),
    [({"a": [object()]}, r"result\.a\[0\]"), (np.array([None]), "array of object"), ({(1, 2): 3}, "key")],
)
def test_what_is_not_plain_is_refused_with_its_place(value: object, place: str) -> None:
    with pytest.raises(NotPlain, match=place):
        Plain().of(value)


def test_what_contains_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(NotPlain, match="contain itself"):
        Plain().of(endless)


def test_the_path_of_what_contains_itself_is_told_by_its_beginning() -> None:
    endless: dict[str, object] = {}
    endless["me"] = endless

    with pytest.raises(NotPlain, match=r"^result\.me\.me\.me …: lists within lists"):
        Plain().of(endless)


def test_all_faults_of_a_setting_are_told_at_once() -> None:
    faults = PROCEDURE.faults({"function": f"{HERE}:by_key", "specification": {"z": 1}, "more": 2})

    assert [path for path, _ in faults] == ["more", "specification.z", "specification.x"]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        ("os:system", "may not be called here"),
        (f"{HERE}:nothing", "no such name. The module has"),
        (f"{HERE}:FACTOR", "not a function"),
        (f"{HERE}:later", "asynchronous"),
        (f"{HERE}.nowhere:f", "no module"),
        (3, "Say which function"),
    ],
)
def test_a_function_that_cannot_be_called_is_refused(function: str, sentence: str) -> None:
    (path, said), *_ = PROCEDURE.faults({"function": function, "specification": {}})

    assert path == "function"
    assert sentence in said


def test_what_is_not_allowed_is_not_called_either() -> None:
    with pytest.raises(PermissionError):
        PROCEDURE.run(Task({"function": "os:getpid", "specification": {}}, seed=1), Listener())


def test_only_what_workers_can_import_has_a_path() -> None:
    assert path_of(find(f"{HERE}:whole")) == f"{HERE}:whole"
    with pytest.raises(NotFound, match="top of a module"):
        path_of(lambda: None)
