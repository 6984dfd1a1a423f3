"""The pipeline of a setting is built once per run and its trainer is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from analysis.learning.components.errors import ComponentError
from analysis.learning.pipeline import Pipeline, assembled, assembly
from analysis.learning.running import PROCEDURES, Fold, Task
from analysis.learning.seeds import component_seed
from tests.analysis.learning.pipelines import MADE, Listener, Product, pipeline, small_components


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with small_components():
        yield


def test_each_component_is_made_once_and_shared() -> None:
    trainer = cast(Product, assembled(Task(setting={"components": pipeline()}, seed=7)))

    assert MADE == ["dataset", "splits", "model", "trainer"]
    model = cast(Product, trainer.given["model"])
    assert cast("dict[str, object]", trainer.given["splits"])["train"] is model.given["train"]


def test_defaults_are_filled_in_and_numbers_are_read() -> None:
    components = pipeline()
    components["net"]["config"] = {"hidden": [8], "rate": 1}

    model = cast(Product, assembly(Task(setting={"components": components}, seed=7)).product("net"))

    assert model.given["activation"] == "relu"
    assert isinstance(model.given["rate"], float)


def test_every_component_has_a_seed_of_its_own() -> None:
    whole = assembly(Task(setting={"components": pipeline()}, seed=7))

    seeds = [cast(Product, whole.product(name)).given["seed"] for name in ("net", "loop")]
    assert seeds == [component_seed(7, "net"), component_seed(7, "loop")]


def test_what_is_injected_stands_in_its_place() -> None:
    components = pipeline()
    components["rows"]["config"] = {"rows": {"inject": "epochs"}}

    assert assembly(Task(setting={"components": components}, seed=7, epochs=3)).product("rows") == "3 rows"


def test_a_requirement_of_many_is_a_mapping_and_an_absent_one_is_nothing() -> None:
    components = pipeline() | {name: {"kind": "metric", "type": "small"} for name in ("f1", "again")}

    trainer = cast(Product, assembled(Task(setting={"components": components}, seed=7)))

    assert trainer.given["metrics"] == {"f1": "f1", "again": "f1"}
    assert trainer.given["sampler"] is None


def test_a_subscription_to_nothing_says_what_there_is() -> None:
    components = pipeline()
    components["net"]["requirements"] = {"train": {"component": "parts", "subscription": "test"}}

    with pytest.raises(ValueError, match="gives train, validation; there is no “test”") as failed:
        assembled(Task(setting={"components": components}, seed=7))
    assert failed.value.__notes__ == ["while components.net was built"]


def test_the_trainer_is_run_and_its_result_returned() -> None:
    listener = Listener()
    task = Task(setting={"components": pipeline()}, seed=7, fold=Fold(2), epochs=3)

    result = PROCEDURES["pipeline"].run(task, listener)

    assert result == {"seed": component_seed(7, "loop"), "epochs": 3}
    assert listener.measurements == [(3, "validation", {"f1_macro": 0.5})]


def test_a_setting_with_a_fault_is_not_built() -> None:
    components = pipeline()
    del components["net"]["config"]

    assert Pipeline().faults({"components": components})[0][0] == "components.net.config"
    with pytest.raises(ComponentError, match="“hidden” is missing"):
        Pipeline().run(Task(setting={"components": components}, seed=7), Listener())
    assert MADE == []


def test_a_section_that_nobody_reads_is_a_fault() -> None:
    faults = Pipeline().faults({"components": pipeline(), "serach": {"kind": "grid"}})

    assert faults == [("serach", "A pipeline has no section “serach”. Did you mean “search”?")]


def test_the_identity_names_the_code_of_every_component() -> None:
    identity = Pipeline().identity({"components": pipeline()})

    assert list(identity) == ["loop", "net", "parts", "rows"]
    assert identity == Pipeline().identity({"components": pipeline()})
