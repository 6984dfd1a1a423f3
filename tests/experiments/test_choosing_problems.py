"""What a study file may not say of blocks that choose their stimuli: each problem at its path."""

from __future__ import annotations

from typing import cast

import pytest

from experiments.checking import problems_of
from experiments.definition import normalise
from experiments.types import Json, JsonObject
from tests.participants.test_choosing_stimuli import GRID, LOOK, MODEL, choose, look, study
from tests.studies import document

HERE = "experiments[0].steps[0].repeat"
STAIRS: dict[str, Json] = {"x": "contrast"}
LAPSES: Json = [0, 0.01, 0.02]


def said(repeat: dict[str, Json], **step: Json) -> dict[str, str]:
    """{path: message}."""
    steps: Json = {**look(), "repeat": repeat, **step}
    return {each.path: each.message for each in problems_of(document(**study(steps)))}


def of(**more: Json) -> dict[str, str]:
    return said({"over": "sides", "choose": choose(**more)})


def test_a_block_that_makes_sense_has_no_problem() -> None:
    assert of() == {}
    assert of(by="staircase", staircase=STAIRS, stop={"reversals": 8}, record={"reversal_mean": "threshold"}) == {}


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ({"model": {**MODEL, "x": "contrst"}}, "model.x", "has no number “contrst”"),
        ({"model": {**MODEL, "guess": 0.6, "lapse": 0.4}}, "model", "no room"),
        ({"model": {**MODEL, "threshold": [0, 1]}}, "model.threshold", "above 0"),
        ({"model": {**MODEL, "threshold": {**cast(JsonObject, GRID), "from": 0}}}, "model.threshold", "log scale"),
        ({"model": {**MODEL, "features": ["contrast"]}}, "model.features", "takes no “features”"),
        ({"model": {"kind": "normal", "features": ["contrast"]}}, "model", "needs “noise_sd”"),
        ({"model": {"kind": "quest"}}, "model.kind", "is not one of"),
        ({"levels": {"contrast": {"from": 1, "to": 2, "steps": 201}}}, "levels", "from 2 to 200"),
        ({"levels": {"contrast": list(range(1, 300))}}, "levels", "598 stimuli"),
        ({"answer": "sid"}, "answer", "No page of this block asks"),
        ({"stop": {"reversals": 4}}, "stop.reversals", "Only a staircase"),
        ({"stop": {"sd": 1, "about": "slop"}}, "stop.about", "no parameter"),
        ({"cost": "seconds"}, "cost", "no number “seconds”"),
        ({"by": "random", "random": 0.5}, "random", "not of random"),
        ({"tasks": {"of": "task"}}, "tasks.of", "has no text “task”"),
        ({"record": {"thresold": "threshold"}}, "record.thresold", "estimates no"),
        ({"record": {"threshold": "nothing"}}, "record.threshold", "no measure"),
        ({"by": "staircase"}, "", "needs to know what it climbs"),
        ({"trials": 0}, "trials", "out of range"),
        ({"at_least": 7}, "at_least", "after 6 trials anyway"),
        ({"levels": {"contrast": ["faint"]}}, "levels", "A number is needed"),
        ({"levels": {"contrast": [1, 1e300]}}, "levels", "beyond 1,000,000,000"),
        (
            {"model": {**MODEL, "slope": {"from": 1, "to": 9, "steps": 200}, "guess": LAPSES, "lapse": LAPSES}},
            "model",
            "curves",
        ),
        ({"model": {"kind": "logistic", "features": ["contrast"], "prior_sd": 1e5}}, "model", "not meant"),
        ({"model": {"kind": "bernoulli", "a": 1e-9}}, "model.a", "from 0.01"),
    ],
)
def test_each_problem_is_said_at_its_path(more: dict[str, Json], path: str, words: str) -> None:
    found = of(**more)

    assert words in found[f"{HERE}.choose.{path}".removesuffix(".")]


def test_information_needs_a_model_and_an_answer_that_can_be_scored() -> None:
    bare = {key: value for key, value in choose().items() if key != "model"}
    unscored = {**LOOK, "correct": None}

    assert "needs a model" in said({"over": "sides", "choose": bare})[f"{HERE}.choose"]
    assert "is right" in said({"over": "sides", "choose": choose()}, components=[unscored])[f"{HERE}.choose.answer"]


def test_a_question_that_teaches_is_asked_once_and_not_until_it_is_right() -> None:
    tried = said({"over": "sides", "choose": choose()}, components=[{**LOOK, "check": "comprehension"}], attempts=2)

    assert "nobody is wrong" in tried[f"{HERE}.choose.answer"]


@pytest.mark.parametrize("sides", [[{"id": "one", "more": "left"}], [{"id": "a", "more": "left"}] * 2])
def test_one_stimulus_is_enough_and_two_of_one_name_are_refused(sides: list[Json]) -> None:
    found = problems_of(document(**study(stimuli={"sides": sides})))

    assert ["is used twice" in each.message for each in found] == [True] * (len(sides) - 1)


def test_what_settles_an_order_beforehand_has_no_place_beside_it() -> None:
    found = said({"over": "sides", "order": "shuffle", "sample": 1, "choose": choose()})

    assert {f"{HERE}.order", f"{HERE}.sample"} <= set(found)


def test_a_definition_that_chooses_nothing_is_stored_as_it_always_was() -> None:
    experiment = cast("list[JsonObject]", document(**study({**look(), "repeat": {"over": "sides"}}))["experiments"])[0]
    steps = cast("list[JsonObject]", normalise(experiment)["steps"])

    assert "choose" not in cast(JsonObject, steps[0]["repeat"])
