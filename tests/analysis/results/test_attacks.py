"""Ways to a false claim that somebody might try, or stumble into: each comes to an honest answer or a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from django.utils import timezone
from scipy import stats

from analysis.registered.document import (
    Contrast,
    ContrastKind,
    Estimand,
    EstimandKind,
    Looks,
    LooksKind,
    Method,
    Plan,
    Question,
    Role,
)
from analysis.registered.document import Winsor as Cut
from analysis.registered.reads import plan_of
from analysis.registered.services.writing import amend_plan
from analysis.results.asking.due import why_not_due
from analysis.results.asking.novelty import novelty
from analysis.results.services.analysing import analyse
from analysis.statistics.words import Validity
from experiments.blueprint import ArmSpec, FactorSpec
from experiments.models import Experiment
from tests.analysis.results.conftest import measured
from tests.analysis.results.test_ways import ASKED, found, said, setting

ALWAYS = replace(ASKED, method=Method.ANYTIME)


def test_an_arm_that_came_later_is_compared_with_those_who_could_have_had_it() -> None:
    rng, missed = np.random.default_rng(18), 0
    for _ in range(40):
        arms = np.concatenate([rng.choice([1.0, 3.0], 400), rng.choice([1.0, 2.0], 400)])
        asked = replace(setting(rng.normal(10, 1, 800), arms), is_adaptive=True)
        missed += not found(ALWAYS, asked).holds(0.0)

    assert missed <= 2


def test_an_arm_that_was_dropped_is_not_taken_to_be_known_ever_better() -> None:
    rng, missed = np.random.default_rng(18), 0
    for _ in range(40):
        arms = np.concatenate([rng.choice([1.0, 2.0], 400), rng.choice([1.0, 3.0], 4000)])
        asked = replace(setting(rng.normal(10, 1, 4400), arms), is_adaptive=True)
        missed += not found(ALWAYS, asked).holds(0.0)

    assert missed <= 2


def test_arms_that_were_never_there_together_are_not_compared() -> None:
    arms = np.repeat([1.0, 2.0], 200)
    asked = replace(setting(np.random.default_rng(1).normal(10, 1, 400), arms), is_adaptive=True)

    assert "same time" in said(ALWAYS, asked).why_not


def test_units_without_a_stored_chance_are_not_passed_over() -> None:
    chances = np.where(np.arange(400) % 5, 0.5, np.nan)
    asked = setting(np.ones(400), np.tile([1.0, 2.0], 200), propensity=chances)

    assert "no chance is stored" in said(ALWAYS, replace(asked, is_adaptive=True)).why_not


@pytest.mark.parametrize(
    "question",
    [
        replace(ALWAYS, contrast=Contrast(ContrastKind.OMNIBUS)),
        replace(ALWAYS, estimand=Estimand(EstimandKind.RATIO, per="score")),
        replace(ASKED, estimand=Estimand(EstimandKind.QUANTILE, p=0.5)),
    ],
)
def test_after_a_bandit_no_plain_mean_stands_alone(question: Question) -> None:
    rng = np.random.default_rng(2)
    asked = replace(setting(rng.normal(0, 1, 300), np.tile([1.0, 2.0, 3.0], 100)), is_adaptive=True)

    assert "A policy that learns" in said(question, asked).why_not


def test_the_mean_of_a_bandits_arm_carries_its_warning() -> None:
    asked = replace(setting(np.random.default_rng(2).normal(0, 1, 90), np.tile([1.0, 2.0, 3.0], 30)), is_adaptive=True)
    question = replace(ALWAYS, contrast=Contrast(ContrastKind.VALUE, arm="vivid"), role=Role.EXPLORATORY)

    assert "A policy that learns" in found(question, asked).remarks[-1]


def test_a_planned_look_waits_for_measurements_and_not_for_assignments() -> None:
    rng, arms = np.random.default_rng(18), np.tile([1.0, 2.0], 50)
    looks, question = Looks(LooksKind.PLANNED, (0.5, 1.0), units=100), replace(ASKED, method=Method.GROUP_SEQUENTIAL)
    values = rng.normal(0, 1, 100)

    def after(n: int) -> object:
        known = np.where(np.arange(100) < n, values, np.nan)
        return said(question, replace(setting(known, arms), looks=looks))

    assert all("measured units" in after(n).why_not for n in (10, 30, 49))  # type: ignore[attr-defined]
    assert after(50) == after(70) == after(99)
    assert after(99) != after(100)


def test_one_look_is_due_when_the_experiment_is_over_and_as_large_as_planned() -> None:
    asked = setting(np.arange(40.0), np.tile([1.0, 2.0], 20))
    short = replace(asked, looks=Looks(LooksKind.ONCE, units=100))

    assert "one look only" in why_not_due(ASKED, replace(asked, is_over=False))
    assert "ended with 40" in why_not_due(ASKED, short)
    assert not why_not_due(ASKED, asked)
    assert not why_not_due(ALWAYS, replace(asked, is_over=False))


def test_what_is_cut_by_the_data_has_no_exact_promise() -> None:
    asked = setting(np.random.default_rng(1).uniform(0, 1, 200), np.tile([1.0, 2.0], 100), low=0, high=1)

    assert found(ALWAYS, asked).validity == Validity.ANYTIME
    assert found(replace(ALWAYS, winsor=Cut(0.05, 0.95)), asked).validity == Validity.ASYMPTOTIC


def test_rare_answers_are_tested_by_scores() -> None:
    answers, arms = np.zeros(100), np.repeat([1.0, 2.0], 50)
    answers[50:56] = 1
    question = replace(ASKED, measure="bought")

    one = found(question, setting(answers, arms, mean__bought=answers))

    assert (one.method, round(one.low, 3), round(one.high, 3)) == ("miettinen-nurminen", 0.044, 0.239)
    relative = replace(question, estimand=Estimand(EstimandKind.RELATIVE))
    assert "No unit of the control" in said(relative, setting(answers, arms, mean__bought=answers)).why_not
    answers[:3] = 1
    assert found(relative, setting(answers, arms, mean__bought=answers)).value == pytest.approx(1.0)


def test_a_weighted_contrast_of_few_units_is_referred_to_students_t() -> None:
    rng, missed = np.random.default_rng(18), 0
    question = replace(ASKED, contrast=Contrast(ContrastKind.INTERACTION, factors=("a", "b")))
    factors = tuple(FactorSpec(name, "between", (0, 1), "") for name in "ab")
    arms = {k + 1: ArmSpec(f"arm {k}", {"a": k // 2, "b": k % 2}, {}, 1, None, k == 0, True) for k in range(4)}
    for _ in range(400):
        asked = setting(rng.normal(0, 1, 12), np.tile([1.0, 2.0, 3.0, 4.0], 3))
        missed += not found(question, replace(asked, arms=arms, factors=factors)).holds(0.0)

    assert missed <= stats.binom.ppf(0.999, 400, 0.05)


def test_weights_that_change_while_everything_rises_make_no_difference() -> None:
    rng, missed = np.random.default_rng(18), 0
    version = np.repeat([7.0, 8.0], 300)
    for _ in range(40):
        arms = np.where(rng.random(600) < np.where(version == 7, 0.15, 0.6), 2.0, 1.0)
        asked = setting(rng.normal(10, 1, 600) + 3 * (version == 8), arms, version=version)
        asked = replace(asked, shares={7: {"plain": 85, "vivid": 15}, 8: {"plain": 4, "vivid": 6}})
        missed += not found(ALWAYS, asked).holds(0.0)

    assert missed <= 2


def test_who_came_before_an_arm_was_there_is_not_held_against_it() -> None:
    rng, version = np.random.default_rng(18), np.repeat([7.0, 8.0], 300)
    arms = np.where(version == 7, 1.0, np.tile([1.0, 2.0], 300))
    asked = replace(setting(rng.normal(10, 1, 600) + 3 * (version == 8), arms, version=version))
    asked = replace(asked, shares={7: {"plain": 1}, 8: {"plain": 1, "vivid": 1}})

    one = found(ALWAYS, asked)

    assert (one.n, one.holds(0.0)) == (300, True)
    never = replace(asked, shares={7: {"plain": 1}, 8: {"vivid": 1}})
    assert "never handed out" in said(ALWAYS, never).why_not


def test_a_primary_question_of_several_arms_has_no_effect_that_could_wear_off() -> None:
    question = replace(ALWAYS, contrast=Contrast(ContrastKind.OMNIBUS))
    asked = setting(np.random.default_rng(1).normal(0, 1, 300), np.tile([1.0, 2.0, 3.0], 100))

    assert not list(novelty(Plan((question,), ()), asked, waits=np.zeros(300)))


@pytest.mark.parametrize("method", [Method.GROUP_SEQUENTIAL, Method.RANKS, Method.LOGISTIC])
def test_what_is_not_relative_is_not_called_a_share(method: Method) -> None:
    asked = setting(np.arange(80.0), np.tile([1.0, 2.0], 40))
    question = replace(ASKED, method=method, estimand=Estimand(EstimandKind.RELATIVE))
    looks = Looks(LooksKind.PLANNED, (0.5, 1.0), units=80)

    assert "relative difference" in said(question, replace(asked, looks=looks)).why_not


@pytest.mark.parametrize(
    "question",
    [
        replace(ASKED, method=Method.GROUP_SEQUENTIAL, contrast=Contrast(ContrastKind.OMNIBUS)),
        replace(ASKED, method=Method.SURVIVAL),
    ],
)
def test_what_a_method_cannot_take_is_a_sentence(question: Question) -> None:
    values = np.where(np.arange(30) % 2, -1.0, -2.0)
    asked = setting(values, np.tile([1.0, 2.0, 3.0], 10))

    assert said(question, replace(asked, looks=Looks(LooksKind.PLANNED, (1.0,), units=30))).why_not.endswith(".")


def test_what_the_arm_may_have_changed_is_not_taken_out() -> None:
    asked = setting(np.arange(80.0), np.tile([1.0, 2.0], 40), mean__bought=np.ones(80))

    assert "before the arm was given" in said(replace(ASKED, covariates=("bought",)), asked).why_not


@pytest.mark.django_db
def test_an_amended_plan_says_so_above_its_answers(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [1, 2], "vivid": [3, 4]})
    document = {**plan_of(experiment).as_json(), "note": "we saw something"}
    assert not any("amended" in each for each in analyse(experiment).remarks)

    amend_plan(experiment, document, reason="we looked", by=None, now=timezone.now())

    assert "amended after it was frozen, last when 4 units" in analyse(experiment).remarks[-1]
