"""The analysis plan: what it refuses, what it is without anybody's doing, and that it comes back as it went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from analysis.registered.document import Aim, ContrastKind, Correction, Method, Plan, Role, default_plan, parse
from analysis.registered.document.schema import schema_text
from experiments.definition import normalise
from experiments.errors import Invalid
from experiments.types import Json, JsonObject

ROOT = Path(__file__).parents[3]
BARE: dict[str, Json] = {
    "slug": "tea",
    "title": "Tea",
    "factors": [{"name": "drink", "levels": ["water", "tea", "coffee"]}],
    "arms": [{"levels": {"drink": "water"}, "is_control": True}],
    "measures": [
        {"name": "liking", "kind": "number", "role": "primary", "direction": "up", "low": 0, "high": 100},
        {"name": "seconds", "kind": "number", "role": "guardrail", "direction": "down"},
        {"name": "again", "kind": "boolean"},
        {"name": "why", "kind": "text"},
        {"name": "awake", "kind": "boolean", "role": "attention"},
        {"name": "cup", "kind": "choice"},
    ],
    "steps": [],
}
DEFINITION: JsonObject = normalise(BARE)
QUESTION: dict[str, Json] = {
    "name": "tea",
    "measure": "liking",
    "role": "primary",
    "contrast": {"kind": "arm", "arm": "tea", "control": "water"},
}


def plan_of(*questions: dict[str, Json], **more: Json) -> dict[str, Json]:
    names: list[Json] = [each["name"] for each in questions if each.get("role", "primary") in ("primary", "secondary")]
    families: list[Json] = [{"name": "main", "questions": names, "correction": "holm"}] if names else []
    return {"questions": [*questions], "families": families, **more}


def problems(document: Json, definition: JsonObject | None = DEFINITION) -> dict[object, object]:
    with pytest.raises(Invalid) as refused:
        parse(document, definition)
    return {each["path"]: each["message"] for each in refused.value.errors}


def test_the_default_asks_each_arm_against_the_control_of_each_number() -> None:
    plan = default_plan(DEFINITION)

    assert [question.name for question in plan.of_role(Role.PRIMARY)] == [
        "liking: “tea” against “water”",
        "liking: “coffee” against “water”",
    ]
    assert {question.measure for question in plan.questions} == {"liking", "seconds", "again", "cup"}


def test_a_guardrail_shares_no_level_and_asks_whether_an_arm_is_no_worse() -> None:
    plan = default_plan(DEFINITION)
    guardrails = plan.of_role(Role.GUARDRAIL)

    assert {(each.aim, each.margin, plan.family_of(each.name)) for each in guardrails} == {
        (Aim.NON_INFERIOR, 0.05, None)
    }


def test_the_default_holds_primary_questions_by_holm_and_secondary_ones_apart() -> None:
    families = {family.name: family for family in default_plan(DEFINITION).families}

    assert families["primary"].correction == Correction.HOLM
    assert families["secondary"].correction == Correction.BH


def test_several_factors_are_asked_about_by_their_levels_and_together() -> None:
    factors: list[Json] = [
        {"name": "drink", "levels": ["tea", "coffee"]},
        {"name": "hot", "levels": [True, False]},
        {"name": "cup", "levels": ["small", "large"], "scope": "within"},
    ]
    plan = default_plan(normalise({**BARE, "factors": factors, "arms": []}))

    assert [(each.contrast.kind, each.contrast.factor) for each in plan.of_role(Role.PRIMARY)] == [
        (ContrastKind.FACTOR, "drink"),
        (ContrastKind.FACTOR, "hot"),
        (ContrastKind.WITHIN, "cup"),
    ]
    explored = [each.contrast.factors for each in plan.of_role(Role.EXPLORATORY) if each.measure == "liking"]
    assert explored == [("drink", "hot"), ("drink", "cup"), ("hot", "cup")]


def test_levels_within_units_are_asked_only_of_measures_taken_under_them() -> None:
    cup: Json = {"name": "cup", "levels": ["small", "large"], "scope": "within"}
    repeat: Json = {"over": "drinks", "as": "case", "within": ["cup"]}
    steps: list[Json] = [
        {"name": "sip", "repeat": repeat, "components": [{"kind": "slider", "name": "liking", "measure": "liking"}]},
        {"name": "end", "components": [{"kind": "slider", "name": "seconds", "measure": "seconds"}]},
    ]
    stimuli: Json = {"drinks": [{"id": "tea"}, {"id": "milk"}]}
    factors = [*cast("list[Json]", BARE["factors"]), cup]
    plan = default_plan(normalise({**BARE, "factors": factors, "stimuli": stimuli, "steps": steps}))

    asked = {each.measure for each in plan.questions if each.contrast.kind == ContrastKind.WITHIN}
    assert "liking" in asked
    assert "seconds" not in asked  # one page, once: nobody meets it at either level
    assert "again" in asked  # no page asks it: programs report it, with levels or without


def test_an_experiment_of_one_arm_claims_nothing() -> None:
    plan = default_plan(normalise({**BARE, "factors": [], "arms": []}))

    assert plan.families == ()
    assert {question.role for question in plan.questions} == {Role.EXPLORATORY}


def test_every_default_plan_passes_its_own_check_and_comes_back_as_it_went() -> None:
    for definition in (DEFINITION, normalise({**BARE, "factors": [], "arms": []})):
        plan = default_plan(definition)

        assert parse(plan.as_json(), definition) == plan
        assert parse(json.loads(json.dumps(plan.as_json()))).sha256 == plan.sha256


def test_the_digest_moves_with_any_word() -> None:
    first, second = (parse(plan_of(QUESTION, note=note)) for note in ("tea is better", "tea is best"))

    assert first.sha256 != second.sha256


def test_a_short_document_means_the_defaults() -> None:
    (question,) = parse(plan_of(QUESTION), DEFINITION).questions

    assert (question.method, question.aim, question.aggregate) == (Method.ANYTIME, Aim.DIFFERENT, "mean")
    assert parse({"questions": [], "families": []}) == Plan((), ())


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"measure": "like"}, "questions[0].measure", "no measure “like”"),
        ({"measure": "why"}, "questions[0].measure", "no number"),
        (
            {"contrast": {"kind": "arm", "arm": "milk", "control": "water"}},
            "questions[0].contrast.arm",
            "no arm “milk”",
        ),
        ({"contrast": {"kind": "arm", "arm": "tea"}}, "questions[0].contrast.control", "needs “control”"),
        ({"contrast": {"kind": "arm", "arm": "tea", "control": "tea"}}, "questions[0].contrast.control", "itself"),
        (
            {"contrast": {"kind": "within", "factor": "drink", "level": "tea", "baseline": "water"}},
            "questions[0].contrast.kind",
            "between units",
        ),
        (
            {"contrast": {"kind": "factor", "factor": "drink", "level": "milk", "baseline": "water"}},
            "questions[0].contrast.level",
            "no level “milk”",
        ),
        ({"aim": "non_inferior"}, "questions[0].margin", "a margin is needed"),
        ({"margin": 3}, "questions[0].margin", "means nothing"),
        ({"aim": "non_inferior", "margin": -1}, "questions[0].margin", "out of range"),
        ({"estimand": {"kind": "quantile"}}, "questions[0].estimand.p", "has a p"),
        ({"estimand": {"kind": "ratio"}}, "questions[0].estimand.per", "a measure below"),
        ({"method": "fixed"}, "questions[0].method", "one look only"),
        ({"method": "group_sequential"}, "questions[0].method", "planned looks"),
        ({"winsor": {"low": 0.9, "high": 0.1}}, "questions[0].winsor.high", "lower one"),
        ({"rol": "primary"}, "questions[0].rol", "not known"),
        ({"role": "guardrail"}, "questions[0]", "shares no level"),
        ({"contrast": {"kind": "value"}}, "questions[0].role", "nothing can be claimed"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_path(change: dict[str, Json], path: str, said: str) -> None:
    document = {**plan_of(QUESTION), "questions": [{**QUESTION, **change}]}

    assert said in str(problems(document)[path])


def test_everything_wrong_is_said_at_once() -> None:
    document = plan_of({**QUESTION, "measure": "like"}, looks={"parts": [0.5]})
    document["questions"] = [{**QUESTION, "measure": "like"}, QUESTION]

    assert {"questions[0].measure", "questions[1].name", "looks.parts"} <= problems(document).keys()


def family(**more: Json) -> dict[str, Json]:
    names: list[Json] = ["tea", "again"]
    questions: list[Json] = [QUESTION, {**QUESTION, "name": "again", "measure": "again", "role": "secondary"}]
    return {"questions": questions, "families": [{"name": "all", "questions": names, "correction": "holm", **more}]}


def test_primary_and_secondary_questions_share_a_level_through_a_graph_only() -> None:
    gate: Json = {"weights": {"tea": 1}, "edges": [{"source": "tea", "target": "again", "weight": 1}]}

    assert "share one level" in str(problems(family())["families[0].questions"])
    assert parse(family(correction="graph", graph=gate), DEFINITION).families[0].graph is not None


@pytest.mark.parametrize(
    ("graph", "path"),
    [
        ({"weights": {"tea": 0.7, "again": 0.4}}, "families[0].graph.weights"),
        ({"weights": {"milk": 0.1}}, "families[0].graph.weights.milk"),
        (
            {"weights": {"tea": 1}, "edges": [{"source": "tea", "target": "tea", "weight": 1}]},
            "families[0].graph.edges[0]",
        ),
        (
            {"weights": {"tea": 1}, "edges": [{"source": "tea", "target": "milk", "weight": 1}]},
            "families[0].graph.edges[0].target",
        ),
    ],
)
def test_a_graph_that_gives_out_more_than_there_is_is_refused(graph: Json, path: str) -> None:
    assert path in problems(family(correction="graph", graph=graph))


def test_false_discovery_rates_do_not_hold_primary_questions() -> None:
    document = plan_of(QUESTION, {**QUESTION, "name": "coffee"})
    document["families"] = [{"name": "main", "questions": ["tea", "coffee"], "correction": "bh"}]

    assert "does not hold" in str(problems(document)["families[0].correction"])


def test_families_cannot_spend_more_than_the_plan_allows() -> None:
    document = plan_of(QUESTION, {**QUESTION, "name": "coffee"})
    document["families"] = [{"name": name, "questions": [name], "correction": "none"} for name in ("tea", "coffee")]

    assert "spend 0.1" in str(problems(document)["families"])


def test_a_question_that_claims_stands_in_exactly_one_family() -> None:
    assert "no family" in str(problems({"questions": [QUESTION], "families": []})["questions[0]"])


def test_the_schema_for_editors_is_the_one_that_is_checked() -> None:
    assert (ROOT / "docs" / "analysis-plan.schema.json").read_text() == schema_text()
