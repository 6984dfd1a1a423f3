"""Every example study can be imported, and every page of it shown in every language and arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from experiments.blueprint import Blueprint
from experiments.definition import normalise, sha256_of
from experiments.factorial import written
from experiments.schema import check
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump, load
from participants.displays import DISPLAYS, problems
from participants.flow.answer_model import AnswerModel
from participants.flow.page import Page, build_page
from participants.flow.timeline import Place, context_of, next_position, timeline

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted([*EXAMPLES.glob("*.yaml"), *EXAMPLES.glob("*/study.yaml")])
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(EXAMPLES)))
FOR_PEOPLE = [file for file in FILES if "unit_kind: visitor" not in file.read_text("utf-8")]
each_example = pytest.mark.parametrize("file", FOR_PEOPLE, ids=lambda file: str(file.relative_to(EXAMPLES)))


def document_of(file: Path) -> JsonObject:
    return cast(JsonObject, load(file.read_text(encoding="utf-8"))[0])


def rows(value: Json) -> Sequence[JsonObject]:
    return cast("Sequence[JsonObject]", value)


def blueprints(document: JsonObject) -> list[Blueprint]:
    languages = cast(JsonObject, document["study"]).get("languages", ["en"])
    return [Blueprint.parse({**normalise(each), "languages": languages}) for each in rows(document["experiments"])]


def pages(blueprint: Blueprint, arm: str, language: str, *, row: int = 0) -> list[Page]:
    """What somebody in that arm sees, answers left aside."""
    spec = blueprint.arms[arm]
    base: JsonObject = {"arm": {**spec.payload, **spec.levels}, "answers": {}, "attributes": {}, "session": {}}
    places = [p for stage in ("screening", "main") for p in shown(timeline(blueprint, stage, seed=5, row=row), base)]
    places = [with_stimulus(blueprint, place) for place in places]
    return [
        build_page(p, context_of(p, base), language=language, languages=blueprint.languages, chance="x") for p in places
    ]


def with_stimulus(blueprint: Blueprint, place: Place) -> Place:
    """The first of the set, where one is chosen when the page is due."""
    repeat = place.step.repeat
    return replace(place, case=blueprint.stimuli[repeat.over][0]) if place.chooser and repeat else place


def shown(places: tuple[Place, ...], base: JsonObject) -> list[Place]:
    found, position = [], next_position(places, 0, base)
    while position < len(places):
        found.append(places[position])
        position = next_position(places, position + 1, base)
    return found


def text_of(page: Page) -> str:
    """All that is on a page."""
    return repr([page.title, *(component.display for component in page.components)])


def test_there_are_the_examples_that_the_documentation_names() -> None:
    names = {str(file.relative_to(EXAMPLES)) for file in FILES}

    assert names >= {"minimal.yaml", "stroop.yaml", "screening.yaml", "trust_in_explanations/study.yaml"}


@each_file
def test_an_example_has_no_problem(file: Path) -> None:
    assert [str(p) for p in check(*load(file.read_text(encoding="utf-8")), kinds=list(DISPLAYS))] == []


@each_example
def test_every_component_of_an_example_has_right_props(file: Path) -> None:
    document = document_of(file)
    languages = cast("list[str]", cast(JsonObject, document["study"]).get("languages", ["en"]))
    for experiment in rows(document["experiments"]):
        for step in rows(experiment["steps"]):
            for component in rows(step["components"]):
                props = cast("Mapping[str, object]", component.get("props", {}))
                assert problems(str(component["kind"]), props, languages=languages) == [], step["name"]


@each_example
def test_every_page_of_an_example_can_be_shown_in_every_arm_and_language(file: Path) -> None:
    for blueprint in blueprints(document_of(file)):
        for arm in blueprint.arms:
            for language in blueprint.languages:
                for row in range(2):
                    made = pages(blueprint, arm, language, row=row)
                    assert len(made) >= 2
                    assert not any("{{" in text_of(page) for page in made)


@each_example
def test_every_question_of_an_example_can_be_answered(file: Path) -> None:
    for blueprint in blueprints(document_of(file)):
        for page in pages(blueprint, next(iter(blueprint.arms)), blueprint.languages[0]):
            assert all(component.name for component, _ in page.questions())


@each_file
def test_an_example_survives_export_and_import(file: Path) -> None:
    document = document_of(file)

    again = load(dump(document))[0]

    assert again == document
    assert sha256_of(again) == sha256_of(document)


def demo() -> Blueprint:
    return blueprints(document_of(EXAMPLES / "trust_in_explanations" / "study.yaml"))[0]


@pytest.mark.parametrize("arm", ["none", "attributions", "random"])
def test_the_demo_has_eight_cars_half_of_them_with_few_facts(arm: str) -> None:
    trials = [page for page in pages(demo(), arm, "en") if page.place.case_name]

    assert [page.title for page in trials] == [f"Car {n} of 8" for n in range(1, 9)]
    assert sorted(written(cast(int, page.place.within["features"])) for page in trials) == ["3"] * 4 + ["7"] * 4


def kinds_in(page: Page) -> set[str]:
    return {kind for kind in DISPLAYS if f"{DISPLAYS[kind].__name__}(" in text_of(page)}


def test_only_the_arms_with_an_explanation_show_bars() -> None:
    for arm, has_bars in (("none", False), ("attributions", True), ("random", True)):
        assert any("bar_chart" in kinds_in(page) for page in pages(demo(), arm, "en")) is has_bars


def test_the_demo_reads_german_throughout() -> None:
    made = " ".join(text_of(page) for page in pages(demo(), "attributions", "de"))

    assert "Gewicht" in made
    for english in ("Weight", "Which model", "How confident", "'en':"):
        assert english not in made


def test_the_answers_of_the_demo_name_its_arms_and_questions() -> None:
    text = (EXAMPLES / "trust_in_explanations" / "answers.yaml").read_text(encoding="utf-8")
    model = AnswerModel.parse(*load(text))
    blueprint = demo()
    asked = {c.name for arm in blueprint.arms for page in pages(blueprint, arm, "en") for c, _ in page.questions()}

    assert set(model.arms) == set(blueprint.arms)
    for answers in (model.default, *model.arms.values()):
        assert {name.split(".")[0] for name in answers} <= asked | {"duration"}
