"""One experiment's plan: whatever is typed, figures or a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf, isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.planning.plan import assumed_of, plan, study_of
from analysis.planning.simulating.fixed import play
from analysis.planning.wanted import Facts, Wanted, suggested
from analysis.statistics.words import NoAnswer

SCORE = Facts("score", "number", ("plain", "vivid"), (1, 1), low=0, high=100, mean=50, sd=14)
BOUGHT = Facts("bought", "yes_no", ("plain", "vivid", "loud"), (2, 1, 1), low=0, high=1, mean=0.1, sd=0.3)
ERRORS = Facts("errors", "count", ("plain", "vivid"), (1, 1), low=0, mean=3.0, sd=1.7, direction="down")
WITHIN = replace(SCORE, within=True)
ALL = {"score": SCORE, "bought": BOUGHT, "errors": ERRORS, "within": WITHIN}


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_is_suggested_can_be_planned_and_is_found_as_often_as_it_says(name: str) -> None:
    facts = ALL[name]
    planned = plan(facts, suggested(facts))
    found = play(assumed_of(facts, planned.wanted), study_of(planned), runs=3_000, rng=np.random.default_rng(18))

    assert planned.answer.power >= 0.8
    assert found.right / found.runs == pytest.approx(planned.answer.power, abs=0.05)
    assert planned.sentence.endswith("%.")


def test_a_smaller_budget_finds_only_larger_effects() -> None:
    wanted = suggested(SCORE, reward=2.0, fee=0.4)
    rich, poor = (plan(SCORE, replace(wanted, budget=budget)).bought for budget in (400, 100))

    assert rich is not None
    assert poor is not None
    assert rich.values > poor.values
    assert rich.power > poor.power
    assert rich.effect is not None
    assert poor.effect is not None
    assert rich.effect < poor.effect


def test_several_arms_share_the_error_and_the_control_has_its_weight() -> None:
    planned = plan(BOUGHT, suggested(BOUGHT))

    assert planned.values == pytest.approx(2 * planned.answer.n, abs=1)
    assert "share the error allowed" in " ".join(planned.remarks)
    assert planned.shares is not None
    assert planned.shares.shares[0] > planned.shares.shares[1]


def test_people_that_are_given_answer_with_the_chance() -> None:
    planned = plan(SCORE, replace(suggested(SCORE), people=40))

    assert planned.values == 40
    assert planned.answer.power < 0.8


def test_answers_of_one_person_count_once() -> None:
    wanted = suggested(SCORE)
    alike = plan(SCORE, replace(wanted, trials=20, icc=1.0))
    fresh = plan(SCORE, replace(wanted, trials=20, icc=0.0))

    assert alike.values == plan(SCORE, wanted).values
    assert fresh.values < alike.values / 3


NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-10, 10_000) | st.sampled_from([0, 1e-9, 1e12])
NAMES = st.sampled_from([one.name for one in Wanted.declared() if not one.metadata.get("options")])


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(ALL)),
    typed=st.dictionaries(NAMES, NUMBERS, max_size=5),
    way=st.sampled_from(["once", "pocock"]),
)
def test_whatever_is_typed_there_are_figures_or_a_sentence(name: str, typed: dict[str, float], way: str) -> None:
    facts = ALL[name]
    base = suggested(facts)
    given_values = {one.name: getattr(base, one.name) for one in Wanted.declared()}
    try:
        planned = plan(facts, Wanted.read({**given_values, "watch": way, **typed}))
    except ValueError as error:
        assert str(error)  # noqa: PT017 (either is right)
        return

    text = json.dumps(planned.as_json())
    assert "NaN" not in text
    assert "Infinity" not in text
    assert isfinite(planned.answer.power)
    assert 0 <= planned.answer.power <= 1


def test_nothing_to_compare_is_said() -> None:
    with pytest.raises(NoAnswer, match="fewer than two"):
        plan(replace(SCORE, arms=("alone",), weights=(1,)), Wanted(effect=1))
    assert SCORE.width == 100
    assert replace(SCORE, high=inf).usual_effect == 7


@pytest.mark.parametrize(("name", "way"), [("score", "exact bets"), ("bought", "exact bets"), ("errors", "asymptotic")])
def test_whoever_looks_at_any_time_hears_how_results_look(name: str, way: str) -> None:
    facts = ALL[name]
    planned = plan(facts, replace(suggested(facts), watch="anytime"))

    assert any(way in remark for remark in planned.remarks)
    assert not any("exact bets" in remark for remark in plan(facts, suggested(facts)).remarks)


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("watch", ["anytime", "pocock"])
def test_what_is_planned_to_be_watched_is_found_as_often_as_it_says(name: str, watch: str) -> None:
    """By the formulas of results, in arrays. That they are those: test_planned_by_the_door_of_results.py."""
    facts = replace(ALL[name], watch=watch, looks=4)
    planned = plan(facts, suggested(facts))
    found = play(assumed_of(facts, planned.wanted), study_of(planned), runs=800, rng=np.random.default_rng(18))

    assert planned.answer.power >= 0.8
    assert found.right / found.runs == pytest.approx(planned.answer.power, abs=0.05)


def test_values_that_the_analysis_plan_adds_up_have_no_ends_to_bet_on() -> None:
    facts = replace(SCORE, watch="anytime", by_bets=False)
    planned = plan(facts, suggested(facts))

    assert any("asymptotic" in remark for remark in planned.remarks)
    assert not study_of(planned).by_bets


def test_questions_that_share_the_error_allowed_take_more_people() -> None:
    alone, shared = (plan(facts, suggested(facts)) for facts in (SCORE, replace(SCORE, asked=4)))

    assert shared.values > alone.values
    assert study_of(shared).own_level == pytest.approx(0.05 / 4)
    assert any("asks 4 questions" in remark for remark in shared.remarks)
