"""Components are found by kind and type, and say what they take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analysis.learning.components import (
    COMPONENTS,
    Component,
    ComponentError,
    Parameter,
    Requirement,
    Whole,
    component,
    find,
    load_components,
    register,
)


@pytest.fixture(autouse=True)
def _forget_what_is_registered_here() -> Iterator[None]:
    load_components()
    before = dict(COMPONENTS)
    yield
    COMPONENTS.clear()
    COMPONENTS.update(before)


def perceptron(*, dataset: object, hidden: int, seed: int) -> object:
    """A perceptron with one layer.

    Small, for tests.
    """
    return (dataset, hidden, seed)


DECLARED = {"hidden": Parameter(Whole(1, 9), "Units.", default=3)}


def test_the_decorator_leaves_the_factory_as_it_is_and_makes_it_known() -> None:
    made = component(
        "model", "tiny", requires={"dataset": Requirement("dataset")}, parameters=DECLARED, injects=("seed",)
    )(perceptron)

    found = find("model", "tiny")
    assert made is perceptron
    assert (found.factory, found.title, found.meaning) == (
        perceptron,
        "A perceptron with one layer",
        "Small, for tests.",
    )


def test_a_declaration_that_differs_from_the_factory_is_refused() -> None:
    with pytest.raises(ValueError, match=r"differ in \['hiden', 'hidden'\]|differ in \['hidden', 'hiden'\]"):
        register(
            Component(
                "model",
                "tiny",
                perceptron,
                requires={"dataset": Requirement("dataset")},
                parameters={"hiden": DECLARED["hidden"]},
                injects=("seed",),
            )
        )

    assert ("model", "tiny") not in COMPONENTS


def test_an_unknown_type_names_the_nearest() -> None:
    register(Component("loss", "cross", lambda: None, title="Cross"))

    with pytest.raises(ComponentError, match="Did you mean “cross”"):
        find("loss", "crros")


def test_a_type_of_another_kind_says_which() -> None:
    register(Component("loss", "cross", lambda: None, title="Cross"))

    with pytest.raises(ComponentError, match="write kind: loss"):
        find("model", "cross")


def test_a_dotted_path_is_refused_unless_its_package_is_allowed() -> None:
    with pytest.raises(ComponentError, match="not allowed here"):
        find("model", "os:system")
