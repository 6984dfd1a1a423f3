"""Answers: the right units on both sides, claims that the numbers bear, a sentence where there is none."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from django.utils import timezone
from scipy import stats

from analysis.registered.document import Exclusion, Method, Plan, parse
from analysis.registered.reads import plan_of
from analysis.results import exclusions
from analysis.results.asking.analysis import Analysis
from analysis.results.asking.document import to_json
from analysis.results.asking.verdicts import Verdict
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold
from analysis.results.services.looking import Look
from analysis.results.telling import told
from analysis.statistics.anova.split_plot import split_plot
from analysis.statistics.words import Validity
from experiments.models import Experiment
from experiments.types import Json, JsonObject
from tests.analysis.results.conftest import ARMS_OF_SOUP, MEASURES, assigned, measure, measured
from tests.factories import make_experiment

pytestmark = pytest.mark.django_db
rng = np.random.default_rng(18)


def analysed(experiment: Experiment, plan: Plan | None = None) -> Analysis:
    fold(experiment, now=timezone.now())
    return analyse(experiment, plan)


def question_of(analysis: Analysis, measure: str) -> str:
    return next(each.question.name for each in analysis.answers if each.question.measure == measure)


def test_nothing_measured_is_said_in_a_sentence(experiment: Experiment) -> None:
    assigned(experiment, "plain", "vivid")

    found = analysed(experiment)

    assert {each.verdict for each in found.answers} == {Verdict.NONE}
    assert all(each.sentence.endswith("yet.") or each.sentence for each in found.answers)


def test_of_a_draft_that_nobody_has_met_nothing_is_said_to_be_missing(db: None) -> None:
    found = analyse(make_experiment(slug="draft", status="draft", measures=MEASURES, arms=ARMS_OF_SOUP))

    assert found.answers
    assert not any("measures no" in each.sentence for each in found.answers)
    assert {each.name for each in found.arms} == {"plain", "vivid"}


def test_a_terminal_reads_what_the_experiment_is_for_first(experiment: Experiment) -> None:
    own = plan_of(experiment)
    turned = Plan(own.questions[::-1], own.families, looks=own.looks)

    told_first = told(analyse(experiment, turned), {"score": "Taste"})

    places = [told_first.index(role) for role in ("PRIMARY", "SECONDARY", "GUARDRAIL", "EXPLORATORY")]
    assert places == sorted(places)
    assert "  Taste: " in told_first


def test_before_anything_is_counted_the_record_itself_is_read(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1, 2], "vivid": [3, 4]})

    found = analyse(experiment)

    assert found.at is None
    assert found.n_units == 4
    assert "worker" in found.remarks[0]


def test_a_large_difference_is_claimed_and_bounded_exactly(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})

    found = analysed(experiment)
    answer = found.answer(question_of(found, "score"))

    assert answer.verdict == Verdict.BETTER
    assert answer.estimate is not None
    assert answer.estimate.validity == Validity.ANYTIME
    assert answer.estimate.low > 0
    assert [(group.name, group.n) for group in answer.groups] == [("plain", 24), ("vivid", 24)]
    assert answer.sentence.startswith("“vivid” is better")


def test_no_difference_is_still_open(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [10, 50, 90], "vivid": [20, 40, 80]})

    found = analysed(experiment)
    answer = found.answer(question_of(found, "score"))

    assert answer.verdict == Verdict.OPEN
    assert answer.sentence.startswith("Still compatible with no difference")


def test_a_guardrail_says_when_it_is_not_known_yet(experiment: Experiment) -> None:
    measured(experiment, "seconds", {"plain": [10, 11], "vivid": [12, 13]})

    found = analysed(experiment)
    answer = found.answer(question_of(found, "seconds"))

    assert answer.verdict == Verdict.OPEN
    assert answer.sentence.startswith("Not yet known")


def test_lower_is_better_without_anybody_turning_signs(experiment: Experiment) -> None:
    measured(experiment, "seconds", {"plain": rng.normal(60, 3, 60).tolist(), "vivid": rng.normal(30, 3, 60).tolist()})

    found = analysed(experiment)

    assert found.answer(question_of(found, "seconds")).verdict == Verdict.NO_WORSE


def test_the_fixed_look_beside_it_is_welch(experiment: Experiment) -> None:
    plain, vivid = rng.uniform(0, 80, 30).tolist(), rng.uniform(10, 100, 30).tolist()
    measured(experiment, "score", {"plain": plain, "vivid": vivid})

    found = analysed(experiment)
    _, beside = found.answer(question_of(found, "score")).beside["fixed"]

    assert beside.estimate is not None
    assert beside.estimate.p_value == pytest.approx(stats.ttest_ind(plain, vivid, equal_var=False).pvalue, rel=1e-9)


def test_many_trials_of_one_unit_are_one_unit(experiment: Experiment) -> None:
    units = assigned(experiment, "plain", "vivid")
    for unit, level in zip(units, (10, 90), strict=True):
        measure(experiment, unit, "score", *[level] * 40)

    found = analysed(experiment)
    answer = found.answer(question_of(found, "score"))

    assert answer.estimate is not None
    assert answer.estimate.n == 2
    assert answer.verdict == Verdict.OPEN


def test_both_analyses_stand_side_by_side(experiment: Experiment) -> None:
    units = measured(experiment, "score", {"plain": [20] * 5, "vivid": [60] * 4 + [0]})
    exclusions.register("test_rule", lambda *_: {units[-1].pk: "too fast"}, title="Whoever was too fast")
    plan = plan_of(experiment)

    found = analysed(experiment, Plan(plan.questions, plan.families, (Exclusion("test_rule"),)))
    answer = found.answer(question_of(found, "score"))

    assert found.left_out[0].n == 1
    assert found.left_out[0].reasons == {"too fast": 1}
    assert answer.said.estimate is not None
    assert answer.everybody.estimate is not None
    assert answer.said.estimate.value == pytest.approx(40)
    assert answer.everybody.estimate.value == pytest.approx(28)
    assert [arm.kept for arm in found.arms] == [5, 4]


def test_it_is_json_without_nan(experiment: Experiment) -> None:
    import json

    measured(experiment, "score", {"plain": [1], "vivid": [3]})
    measured(experiment, "seconds", {"plain": [5, 5], "vivid": [5, 5]})

    text = json.dumps(to_json(analysed(experiment)), allow_nan=False)

    assert "Infinity" not in text


@pytest.fixture
def within(db: None) -> Experiment:
    factors: list[Json] = [
        {"name": "frame", "levels": ["plain", "vivid"]},
        {"name": "set", "scope": "within", "levels": ["easy", "hard"]},
    ]
    measures: list[Json] = [{"name": "score", "kind": "number", "role": "primary", "low": 0, "high": 100}]
    steps: list[Json] = [{"name": "stew", "components": [{"kind": "text", "props": {"body": "Stew"}}]}]
    return make_experiment(slug="stew", factors=factors, measures=measures, steps=steps)  # a program measures


def test_within_levels_are_compared_inside_each_unit(within: Experiment) -> None:
    units = assigned(within, *["plain", "vivid"] * 30)
    for number, unit in enumerate(units):
        measure(within, unit, "score", number, context={"within": {"set": "easy"}})
        measure(within, unit, "score", number + 30, context={"within": {"set": "hard"}})

    found = analysed(within)
    answer = next(each for each in found.answers if each.question.contrast.kind == "within")

    assert answer.estimate is not None
    assert answer.estimate.value == pytest.approx(30)
    assert answer.estimate.low > 0
    assert answer.estimate.n == 60


def test_cells_come_in_the_order_in_which_levels_were_written(db: None) -> None:
    factors: list[Json] = [
        {"name": "frame", "levels": ["plain", "vivid"]},
        {"name": "price", "scope": "within", "levels": ["low", "high"]},
    ]
    stew = make_experiment(slug="price", factors=factors, measures=MEASURES)
    for unit in assigned(stew, "plain", "vivid"):
        for level in ("high", "low"):
            measure(stew, unit, "score", 5, context={"within": {"price": level}})

    assert Look.at(stew, is_rehearsal=False).cells("score").labels == ("low", "high")


def test_an_interaction_is_the_difference_of_differences(within: Experiment) -> None:
    units = assigned(within, *["plain", "vivid"] * 40)
    for number, unit in enumerate(units):
        measure(within, unit, "score", 10 + number % 7, context={"within": {"set": "easy"}})
        measure(within, unit, "score", 20 + number % 7 + 30 * (number % 2), context={"within": {"set": "hard"}})

    found = analysed(within)
    answer = next(each for each in found.answers if each.question.contrast.kind == "interaction")

    assert answer.estimate is not None
    assert answer.estimate.value == pytest.approx(30)


def test_groups_and_three_conditions_go_together_by_analysis_of_variance(db: None) -> None:
    factors: list[Json] = [
        {"name": "frame", "levels": ["plain", "vivid"]},
        {"name": "set", "scope": "within", "levels": ["easy", "fair", "hard"]},
    ]
    measures: list[Json] = [{"name": "score", "kind": "number", "role": "primary"}]
    steps: list[Json] = [{"name": "stew", "components": [{"kind": "text", "props": {"body": "Stew"}}]}]
    stew = make_experiment(slug="three", factors=factors, measures=measures, steps=steps)
    table = rng.normal(size=(40, 3))
    table[1::2, 2] += 3
    for unit, row in zip(assigned(stew, *["plain", "vivid"] * 20), table, strict=True):
        for level, value in zip(("easy", "fair", "hard"), row, strict=True):
            measure(stew, unit, "score", value, context={"within": {"set": level}})
    plan = plan_of(stew)
    asked = next(each for each in plan.questions if each.contrast.kind == "interaction")

    found = analysed(stew, Plan((replace(asked, method=Method.ANOVA),), ()))

    estimate = found.answers[0].estimate
    assert estimate is not None
    assert estimate.p_value == pytest.approx(split_plot(table, ["plain", "vivid"] * 20)[-1].tested.p_value)


def test_two_factors_are_each_held_over_the_other(db: None) -> None:
    factors: list[Json] = [{"name": "frame", "levels": ["plain", "vivid"]}, {"name": "size", "levels": ["s", "l"]}]
    measures: list[Json] = [{"name": "score", "kind": "number", "role": "primary"}]
    experiment = make_experiment(slug="cake", factors=factors, measures=measures)
    names = [arm.name for arm in experiment.arms.all()]
    effects = {name: 10 * ("vivid" in name) + 3 * ("/ l" in name) for name in names}
    units = assigned(experiment, *names * 30)
    for unit in units:
        measure(experiment, unit, "score", effects[unit.assignment.arm.name] + rng.normal())

    found = analysed(experiment)
    by_factor = {each.question.contrast.factor: each for each in found.answers if each.question.contrast.factor}

    frame, size = (by_factor[name].estimate for name in ("frame", "size"))
    assert frame is not None
    assert size is not None
    assert frame.value == pytest.approx(10, abs=1)
    assert size.value == pytest.approx(3, abs=1)
    assert frame.low > -inf


def test_primary_questions_are_sliced_by_what_the_plan_names(experiment: Experiment) -> None:
    for country in ("Chad", "Fiji"):
        for unit, value in zip(assigned(experiment, *["plain", "vivid"] * 20, country=country), range(40), strict=True):
            measure(experiment, unit, "score", 30 + value % 7 + 20 * (value % 2) * (country == "Fiji"))
    plan = plan_of(experiment)

    found = analysed(experiment, Plan(plan.questions, plan.families, slices=("country",)))
    slices = {each.value: each for each in found.answer(question_of(found, "score")).slices}

    assert {name: each.n for name, each in slices.items()} == {"Chad": 40, "Fiji": 40}
    assert slices["Fiji"].said.estimate is not None
    assert slices["Fiji"].said.estimate.value == pytest.approx(20, abs=1)


def test_judgements_of_stimuli_agree_by_the_record_up_to_where_it_was_counted(experiment: Experiment) -> None:
    document: JsonObject = {
        "questions": [
            {
                "name": "judges",
                "measure": "score",
                "role": "exploratory",
                "contrast": {"kind": "value"},
                "method": "fixed",
                "estimand": {"kind": "agreement", "coefficient": "icc_agreement"},
            }
        ],
        "families": [],
    }
    units = assigned(experiment, "plain", "vivid", "plain")
    for bias, unit in enumerate(units):
        for case, value in (("a", 10), ("b", 40), ("c", 80)):
            measure(experiment, unit, "score", value + bias, context={"case": case})
    found = analysed(experiment, parse(document))
    measure(experiment, units[0], "score", 99, context={"case": "a"})

    (answer,) = found.answers

    assert answer.sentence.startswith("Intraclass correlation, agreement of ")
    assert answer.estimate is not None
    assert answer.estimate.value > 0.99
    assert analyse(experiment, parse(document)).answers[0].estimate == answer.estimate
