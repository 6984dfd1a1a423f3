"""A pipeline is wired before anything is queued: everything that is wrong with it is said at once, with its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analysis.learning.components.errors import ComponentError
from analysis.learning.components.graph import read_graph, sketch
from experiments.problems import path_text
from experiments.types import Json
from tests.analysis.learning.pipelines import pipeline, small_components


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with small_components():
        yield


def said(components: Json) -> dict[str, str]:
    return {path_text(path): f"{message} {hint}" for path, message, hint in sketch(components).findings}


def test_a_requirement_that_is_not_written_is_given_the_only_component_that_fits() -> None:
    graph = read_graph(pipeline())

    wires = {
        (node.name, wire.name): (wire.component, wire.is_automatic)
        for node in graph.nodes.values()
        for wire in node.wires
    }
    assert wires == {
        ("parts", "dataset"): ("rows", True),
        ("net", "train"): ("parts", False),
        ("loop", "model"): ("net", True),
        ("loop", "splits"): ("parts", True),
    }
    assert graph.order() == ["rows", "parts", "net", "loop"]


def test_requirements_may_be_written_as_a_mapping() -> None:
    components = pipeline()
    components["net"]["requirements"] = {"train": {"component": "parts", "subscription": "train"}}
    components["parts"]["requirements"] = {"dataset": "rows"}

    assert said(components) == {}


def test_a_requirement_of_many_may_be_written_as_a_list() -> None:
    components = pipeline()
    components |= {name: {"kind": "metric", "type": "small"} for name in ("f1", "again", "third")}
    components["loop"]["requirements"] = {"metrics": ["again", "f1"]}

    wires = read_graph(components).nodes["loop"].wires
    assert [(wire.key, wire.component) for wire in wires if wire.name == "metrics"] == [
        ("again", "again"),
        ("f1", "f1"),
    ]

    components["loop"]["requirements"] = {"metrics": ["again", "f2"]}
    assert said(components)["components.loop.requirements.metrics[1]"].startswith("There is no component “f2”.")


def test_two_that_would_do_must_be_told_apart() -> None:
    components = pipeline()
    components["others"] = {"kind": "dataset", "type": "small"}

    found = said(components)

    assert found == {
        "components.parts": "“parts” needs a dataset as “dataset”, and “rows”, “others” would all do. "
        "Add requirements: {dataset: rows}."
    }


def test_every_error_is_said_at_once() -> None:
    components = pipeline()
    components["rows"]["config"] = {"row": 5}
    components["parts"]["requirements"] = [
        {"name": "dataset", "component": "row"},
        {"name": "data", "component": "rows"},
    ]
    components["net"]["config"] = {"hidden": [8, "x"], "rate": 2}
    components["loop"]["typ"] = "small"

    found = said(components)

    assert found == {
        "components.rows.config.row": "There is no parameter “row” here. Did you mean “rows”?",
        "components.parts.requirements[0].component": "There is no component “row”. Did you mean “rows”?",
        "components.parts.requirements[1].name": "A splits of type small does not ask for “data”. "
        "Did you mean “dataset”?",
        "components.net.config.hidden[1]": "“x” cannot stand here. Write a whole number of at least 1.",
        "components.net.config.rate": "2 cannot stand here. Write a number from 0 to 1 (not 0 itself).",
        "components.loop.typ": "A component has no key “typ”. Did you mean “type”?",
    }


def test_a_circle_is_named() -> None:
    components = pipeline()
    components["rows"] = {"kind": "model", "type": "small", "config": {"hidden": [1]}, "requirements": {"train": "net"}}
    components["net"]["requirements"] = {"train": "rows"}

    found = said(components)

    assert "These wait for each other: “rows” needs “net” needs “rows”. " in " ".join(found.values())


def test_a_component_of_the_wrong_kind_is_refused_with_a_way_on() -> None:
    components = pipeline()
    components["net"]["requirements"] = {"train": "parts"}

    assert said(components) == {
        "components.net.requirements.train": "“train” must be a dataset, but “parts” is a splits. "
        "Pick one of its parts: add subscription: name (of a dataset)."
    }


def test_what_has_no_parts_cannot_be_subscribed_to() -> None:
    components = pipeline()
    components["parts"]["requirements"] = {"dataset": {"component": "rows", "subscription": "train"}}

    assert said(components) == {
        "components.parts.requirements.dataset.component": "“rows” is a dataset, which has no parts to subscribe to. "
        "Remove subscription."
    }


@pytest.mark.parametrize("trainers", [0, 2])
def test_there_is_one_trainer(trainers: int) -> None:
    components = pipeline()
    loop = components.pop("loop")
    components |= {f"loop{number}": loop for number in range(trainers)}

    assert len(said(components)) == 1
    with pytest.raises(ComponentError, match="trainer"):
        read_graph(components)


def test_rules_between_parameters_are_asked_when_each_is_in_order() -> None:
    components = pipeline()
    components["net"]["config"] = {"hidden": [8, 8], "activation": "tanh"}

    assert said(components) == {"components.net.config.activation": "tanh goes with one layer. Write relu."}


def test_each_value_of_a_sweep_is_checked_where_it_stands() -> None:
    components = pipeline()
    components["net"]["config"] = {
        "hidden": [{"sweep": [8, 0]}],
        "rate": {"log_range": {"from": 0.001, "to": 10, "count": 5}},
        "activation": {"sweep": ["relu", "relo"]},
    }

    assert list(said(components)) == [
        "components.net.config.hidden[0].sweep[1]",
        "components.net.config.rate.log_range",
        "components.net.config.activation.sweep[1]",
    ]


def test_a_swept_kind_or_type_or_wire_is_checked_in_every_form() -> None:
    components = pipeline()
    components["net"]["type"] = {"sweep": ["small", "smal"]}
    components["others"] = {"kind": "dataset", "type": "small"}
    components["parts"]["requirements"] = [{"name": "dataset", "component": {"sweep": ["rows", "others", "other"]}}]

    assert list(said(components)) == [
        "components.net.type.sweep[1]",
        "components.parts.requirements[0].component.sweep[2]",
    ]


def test_a_draw_of_numbers_with_a_point_is_no_whole_number() -> None:
    components = pipeline()
    components["rows"]["config"] = {"rows": {"random": {"uniform": {"from": 1, "to": 10}}}}

    assert list(said(components)) == ["components.rows.config.rows.random.uniform"]

    components["rows"]["config"] = {"rows": {"random": {"int": {"from": 1, "to": 10}}}}
    assert said(components) == {}


def test_what_a_run_does_not_give_cannot_be_injected() -> None:
    components = pipeline()
    components["rows"]["config"] = {"rows": {"inject": "sed"}}

    assert said(components) == {"components.rows.config.rows.inject": "A run does not give “sed”. Did you mean “seed”?"}


def test_a_component_that_nothing_uses_is_remarked_upon_but_allowed() -> None:
    components = pipeline()
    components["spare"] = {"kind": "metric", "type": "small"}
    components["loop"]["requirements"] = {"metrics": None}

    drawn = sketch(components)

    assert drawn.findings == []
    assert [path_text(path) for path, _, _ in drawn.remarks] == ["components.spare"]


@pytest.mark.parametrize(
    "components", [None, [], {}, "x", {"a": None}, {"a": {"kind": []}}, {"1": {"kind": "dataset"}}]
)
def test_whatever_stands_there_is_answered_with_a_sentence(components: Json) -> None:
    assert said(components)
