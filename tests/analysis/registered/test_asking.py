"""What an analysis plan may ask, of what: every name and coefficient that does not fit is refused with its path."""

from __future__ import annotations

import json

import pytest

from analysis.registered.document import default_plan, parse
from experiments.definition import normalise
from experiments.errors import Invalid
from experiments.types import Json
from tests.analysis.registered.test_document import BARE, DEFINITION, QUESTION, plan_of, problems

STEPS: list[Json] = [
    {"name": "you", "components": [{"kind": "number", "name": "age", "label": "Age", "attribute": "age"}]},
]


@pytest.mark.parametrize(
    ("more", "path", "said"),
    [
        ({"covariates": ["agee"]}, "questions[0].covariates[0]", "nobody has it"),
        ({"covariates": ["seconds"]}, "questions[0].covariates[0]", "is a measure"),
    ],
)
def test_a_misspelt_covariate_is_refused(more: dict[str, Json], path: str, said: str) -> None:
    definition = normalise({**BARE, "steps": STEPS})

    assert said in str(problems(plan_of({**QUESTION, **more}), definition)[path])
    assert parse(plan_of({**QUESTION, "covariates": ["age"]}, slices=["age"]), definition).slices == ("age",)


def test_a_misspelt_slice_names_the_nearest_attribute() -> None:
    document = plan_of(QUESTION, slices=["aeg"])
    with pytest.raises(Invalid) as refused:
        parse(document, normalise({**BARE, "steps": STEPS}))

    assert refused.value.hint == "Did you mean “age”?"
    assert parse(document, normalise({**BARE, "unit_kind": "visitor"})).slices == ("aeg",)
    strata: dict[str, Json] = {"policy": "stratified_blocks", "strata": ["age"]}
    visitors = normalise({**BARE, "unit_kind": "visitor", "allocation": strata})
    assert "does not speak of" in str(problems(document, visitors)["slices[0]"])


def test_dunnetts_comparison_is_of_one_look_at_arms_with_one_control() -> None:
    coffee: dict[str, Json] = {"kind": "arm", "arm": "coffee", "control": "water"}
    two = [{**QUESTION, "method": "fixed"}, {**QUESTION, "name": "coffee", "contrast": coffee, "method": "fixed"}]
    family: dict[str, Json] = {"name": "main", "questions": ["tea", "coffee"], "correction": "dunnett"}

    def document(*questions: dict[str, Json]) -> dict[str, Json]:
        return {"questions": [*questions], "families": [family], "looks": {"kind": "once"}}

    assert len(parse(document(*two), DEFINITION).questions) == 2
    late = problems(document(two[0], {**two[1], "method": "ranks"}))
    assert "is of one look" in str(late["families[0].correction"])
    other = problems(document(two[0], {**two[1], "contrast": {**coffee, "control": "tea"}}))
    assert "one control in one measure" in str(other["families[0].correction"])


def asks(estimand: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {
        "name": "q",
        "measure": "liking",
        "role": "exploratory",
        "contrast": {"kind": "value"},
        "method": "fixed",
        "estimand": estimand,
        **more,
    }


ALPHA: dict[str, Json] = {"kind": "reliability", "coefficient": "alpha", "items": ["seconds"]}


@pytest.mark.parametrize(
    ("question", "path", "words"),
    [
        (asks({"kind": "agreement"}), "estimand.coefficient", "needs one"),
        (asks({"kind": "agreement", "coefficient": "alpha"}), "estimand.coefficient", "needs one"),
        (asks({"kind": "absolute", "coefficient": "alpha"}), "estimand.coefficient", "has none"),
        (asks(ALPHA, method="anytime"), "method", "by one method"),
        (asks({**ALPHA, "items": ["secnds"]}), "estimand.items[0]", "no measure"),
        (asks({**ALPHA, "items": ["cup"]}), "estimand.items[0]", "no number"),
        (asks({**ALPHA, "turned": ["seconds"]}), "estimand.turned[0]", "no range"),
        (asks({**ALPHA, "turned": ["again"]}), "estimand.turned[0]", "no item"),
        (asks({"kind": "absolute", "seen": "again"}), "estimand.seen", "cut short"),
        (asks({"kind": "absolute", "seen": "seconds"}, method="survival"), "estimand.seen", "yes nor no"),
        (asks({"kind": "hazard_ratio"}, method="survival"), "contrast.kind", "two groups"),
        (asks({"kind": "effect_size", "coefficient": "g"}), "contrast.kind", "not of this contrast"),
        (asks({"kind": "agreement", "coefficient": "icc_1"}, measure="cup"), "measure", "no number"),
    ],
)
def test_what_a_coefficient_needs_is_said_with_its_path(question: dict[str, Json], path: str, words: str) -> None:
    assert words in str(problems(plan_of(question))[f"questions[0].{path}"])


def test_plans_that_ask_nothing_new_keep_their_hash_and_new_ones_come_back_as_they_went() -> None:
    plain, scale = default_plan(DEFINITION), parse(plan_of(asks(ALPHA)), DEFINITION)

    assert "coefficient" not in json.dumps(plain.as_json())
    assert parse(scale.as_json(), DEFINITION) == scale
    assert parse(plan_of(asks({"kind": "agreement", "coefficient": "fleiss"}, measure="cup")), DEFINITION).questions
