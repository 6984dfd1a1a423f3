"""Conditions as data: who is shown a page, and who is screened out."""

from __future__ import annotations

import pytest

from experiments import schema_document
from experiments.types import Json, JsonObject
from participants.flow.conditions import OPERATORS, holds

HERE: JsonObject = {
    "arm": {"explanation": "none", "features": 8},
    "answers": {"age": "17", "agreed": True, "remark": None, "hobbies": ["tea", "chess"]},
}


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"arm.explanation": "none"},
        {"arm.explanation": ["none", "random"]},
        {"arm.explanation": {"not": "random"}},
        {"arm.explanation": {"not": ["random", "attributions"]}},
        {"arm.explanation": {"in": ["none"]}},
        {"arm.features": 8, "arm.explanation": "none"},
        {"arm.features": "8"},
        {"answers.age": {"<": 18}},
        {"answers.age": {">=": 17, "<=": 17}},
        {"answers.agreed": True},
        {"answers.agreed": {"exists": True}},
        {"answers.hobbies.1": "chess"},
        {"answers.remark": {"exists": False}},
        {"answers.nobody": {"exists": False}},
        {"answers.nobody": {"not": "x"}},
        {"all": [{"arm.features": 8}, {"answers.agreed": True}]},
        {"any": [{"arm.features": 3}, {"answers.agreed": True}]},
        {"not": {"arm.features": 3}},
    ],
)
def test_it_holds(condition: JsonObject) -> None:
    assert holds(condition, HERE)


@pytest.mark.parametrize(
    "condition",
    [
        {"arm.explanation": "random"},
        {"arm.explanation": {"not": "none"}},
        {"arm.features": 8, "arm.explanation": "random"},
        {"answers.age": {"<": 18, ">": 17}},
        {"answers.age": {">": "old"}},
        {"arm.explanation": {"<": 18}},
        {"answers.agreed": "true"},
        {"answers.agreed": 1},
        {"answers.nobody": None},
        {"answers.nobody": {"<": 18}},
        {"answers.remark": {"exists": True}},
        {"all": [{"arm.features": 8}, {"answers.agreed": False}]},
        {"any": [{"arm.features": 3}, {"answers.agreed": False}]},
        {"any": []},
        {"not": {"arm.features": 8}},
    ],
)
def test_it_does_not_hold(condition: JsonObject) -> None:
    assert not holds(condition, HERE)


def test_without_a_condition_everybody_is_meant() -> None:
    assert holds(None, HERE)


def test_a_study_file_may_use_just_the_operators_that_there_are() -> None:
    used: set[Json] = set(schema_document.OPERATORS)

    assert used == set(OPERATORS)
