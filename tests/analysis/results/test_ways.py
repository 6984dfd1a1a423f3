"""The ways to an answer: each method a plan may name, asked of columns."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.registered.document import (
    Contrast,
    ContrastKind,
    Estimand,
    EstimandKind,
    Looks,
    LooksKind,
    Method,
    Prior,
    Question,
    Role,
)
from analysis.results.asking.answering import answer
from analysis.results.asking.asked import Prepared, Said
from analysis.results.asking.setting import Setting
from analysis.results.columns import ARM, AT, PROPENSITY, Array, Columns
from analysis.statistics.words import Estimate, Validity
from experiments.blueprint import ArmSpec, MeasureSpec

LEVEL = 0.05
ASKED = Question(
    "q", "score", Role.PRIMARY, Contrast(ContrastKind.ARM, arm="vivid", control="plain"), method=Method.FIXED
)


def setting(
    values: Array, arms: Array, *, low: float | None = None, high: float | None = None, **columns: Array
) -> Setting:
    """Units in the order of their assignment. arms: 1 plain, 2 vivid, 3 loud. columns: by name, ':' written as '__'."""
    n = len(values)
    known = {ARM: arms, AT: np.arange(n), PROPENSITY: np.full(n, 0.5), "mean:score": values, "count:score": np.ones(n)}
    known |= {name.replace("__", ":"): column for name, column in columns.items()}
    specs = {pk: ArmSpec(name, {}, {}, 1, None, pk == 1, True) for pk, name in enumerate(("plain", "vivid", "loud"), 1)}
    kinds = {
        "score": MeasureSpec("score", "number", "primary", "up", low, high),
        "bought": MeasureSpec("bought", "boolean", "primary", "up", None, None),
    }
    table = Columns(np.arange(n), tuple(known), np.column_stack([np.asarray(each, float) for each in known.values()]))
    return Setting(table, specs, kinds)


def said(question: Question, asked: Setting, level: float = LEVEL) -> Said:
    return answer(Prepared.of(question, asked), level=level)


def found(question: Question, asked: Setting, level: float = LEVEL) -> Estimate:
    one = said(question, asked, level).estimate
    assert one is not None
    return one


@pytest.fixture
def two() -> tuple[Array, Array]:
    rng = np.random.default_rng(18)
    arms = np.tile([1.0, 2.0], 200)
    return rng.normal(50, 10, 400) + 4 * (arms == 2), arms


def test_what_was_foretold_before_is_taken_out(two: tuple[Array, Array]) -> None:
    values, arms = two
    before = values + np.random.default_rng(1).normal(0, 3, 400)
    asked = setting(values, arms, attribute__age=before)

    plain, adjusted = found(ASKED, asked), found(replace(ASKED, covariates=("age",)), asked)

    assert adjusted.high - adjusted.low < (plain.high - plain.low) / 2
    assert found(replace(ASKED, covariates=("age",), method=Method.ANYTIME), asked).validity == Validity.ASYMPTOTIC


def test_a_constant_covariate_changes_nothing(two: tuple[Array, Array]) -> None:
    asked = setting(*two, attribute__age=np.full(400, 7.0))

    adjusted = found(replace(ASKED, covariates=("age",)), asked)

    assert adjusted.value == pytest.approx(found(ASKED, asked).value)


def test_a_ratio_is_of_sums_over_units(two: tuple[Array, Array]) -> None:
    values, arms = two
    below = np.random.default_rng(2).integers(1, 5, 400).astype(float)
    asked = setting(values, arms, mean__visits=below, count__visits=np.ones(400))
    question = replace(ASKED, estimand=Estimand(EstimandKind.RATIO, per="visits"))

    one = found(question, asked)

    sums = [values[arms == arm].sum() / below[arms == arm].sum() for arm in (1, 2)]
    assert one.value == pytest.approx(sums[1] - sums[0])
    always = found(replace(question, method=Method.ANYTIME), asked)
    assert always.low < one.low < one.high < always.high


def test_a_quantile_holds_whatever_the_distribution(two: tuple[Array, Array]) -> None:
    values, arms = two
    question = replace(ASKED, estimand=Estimand(EstimandKind.QUANTILE, p=0.5), method=Method.ANYTIME)

    one = found(question, setting(values, arms))

    assert one.value == pytest.approx(np.median(values[arms == 2]) - np.median(values[arms == 1]))
    assert one.validity == Validity.ANYTIME


def test_a_planned_look_sees_only_who_was_there_when_it_was_due(two: tuple[Array, Array]) -> None:
    values, arms = two
    looks = Looks(LooksKind.PLANNED, (0.5, 1.0), units=400)
    question = replace(ASKED, method=Method.GROUP_SEQUENTIAL)
    whole = replace(setting(values, arms), looks=looks)
    first = replace(whole, columns=whole.columns.where(np.arange(400) < 230))

    early, half = found(question, first), found(question, replace(setting(values[:200], arms[:200]), looks=looks))

    assert (early.value, early.low, early.high) == (half.value, half.low, half.high)
    nobody = replace(setting(values[:50], arms[:50]), looks=looks)
    assert said(question, nobody).why_not == "The first planned look is due after 200 measured units; there are 50."


def test_beliefs_come_with_the_chance_to_win_and_what_one_loses(two: tuple[Array, Array]) -> None:
    one = found(replace(ASKED, method=Method.BAYES), setting(*two))
    drawn = found(replace(ASKED, method=Method.BAYES, prior=Prior(0.0, 0.01)), setting(*two))

    assert one.validity == Validity.POSTERIOR
    assert "chance" in one.remarks[0]
    assert 0 < drawn.value < one.value


def test_rates_are_believed_by_their_own_posteriors() -> None:
    answers = np.array([0.0, 1.0] * 100 + [1.0] * 20)
    arms = np.array([1.0, 2.0] * 110)

    assert found(replace(ASKED, method=Method.BAYES), setting(answers, arms)).method == "bayes-beta"


def test_a_method_that_is_not_there_is_said(two: tuple[Array, Array]) -> None:
    question = replace(ASKED, estimand=Estimand(EstimandKind.QUANTILE, p=0.5), method=Method.BAYES)

    assert "ask with another" in said(question, setting(*two)).why_not


def thompson(rng: np.random.Generator, n: int, rates: tuple[float, float]) -> tuple[Array, Array, Array]:
    """Values, arms and chances of a bandit that follows whoever is ahead, and keeps a tenth for the other."""
    values, arms, chances = np.empty(n), np.empty(n), np.empty(n)
    wins, pulls = np.ones(2), np.full(2, 2.0)
    for place in range(n):
        ahead = int(np.argmax(wins / pulls))
        arm = ahead if rng.random() < 0.9 else 1 - ahead
        values[place] = rng.random() < rates[arm]
        arms[place], chances[place] = arm + 1, 0.9 if arm == ahead else 0.1
        wins[arm] += values[place]
        pulls[arm] += 1
    return values, arms, chances


def test_after_a_bandit_the_answer_weighs_by_the_stored_chances_and_holds() -> None:
    rng, missed = np.random.default_rng(18), 0
    for _ in range(60):
        values, arms, chances = thompson(rng, 200, (0.5, 0.5))
        asked = replace(setting(values, arms, low=0, high=1, **{PROPENSITY: chances}), is_adaptive=True)
        one = found(replace(ASKED, method=Method.ANYTIME), asked)
        missed += not one.holds(0.0)

    assert missed <= 3
    assert one.method == "adaptive-betting"


def test_units_in_a_third_arm_speak_too() -> None:
    rng = np.random.default_rng(3)
    arms = rng.choice([1.0, 2.0, 3.0], 3000, p=[0.2, 0.3, 0.5])
    chances = np.select([arms == 1, arms == 2], [0.2, 0.3], 0.5)
    values = np.clip(rng.normal(0.3 + 0.4 * (arms == 2), 0.1), 0, 1)
    asked = replace(setting(values, arms, low=0, high=1, **{PROPENSITY: chances}), is_adaptive=True)

    one = found(replace(ASKED, method=Method.ANYTIME), asked)

    assert one.value == pytest.approx(0.4, abs=0.03)
    assert 0 < one.low < one.high < 0.7


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0], [0.0] * 60, [np.nan] * 10, [1e300, -1e300] * 40])
@pytest.mark.parametrize("method", [Method.ANYTIME, Method.FIXED, Method.BAYES])
@pytest.mark.parametrize("kind", list(EstimandKind))
def test_poor_numbers_get_a_sentence_or_an_honest_interval(
    values: list[float], method: Method, kind: EstimandKind
) -> None:
    arms = np.resize([1.0, 2.0], len(values))
    question = replace(ASKED, method=method, estimand=Estimand(kind, per="score", p=0.5))
    asked = setting(np.array(values), arms)

    with np.errstate(over="ignore", invalid="ignore"):
        one = said(question, asked)

    if one.estimate is None:
        assert one.why_not.endswith((".", "?"))
    else:
        assert -inf <= one.estimate.low <= one.estimate.value <= one.estimate.high <= inf
        assert len(set(values)) > 1 or one.estimate.p_value in (None, 1.0)


def test_welch_is_welch(two: tuple[Array, Array]) -> None:
    values, arms = two
    expected = stats.ttest_ind(values[arms == 2], values[arms == 1], equal_var=False).pvalue

    assert found(ASKED, setting(values, arms)).p_value == pytest.approx(expected, rel=1e-9)


def choosing(method: Method, kind: ContrastKind = ContrastKind.ARM, **columns: object) -> Question:
    contrast = ASKED.contrast if kind == ContrastKind.ARM else Contrast(kind)
    return replace(ASKED, method=method, contrast=contrast, **columns)  # type: ignore[arg-type]  # columns by name


def test_ranks_are_mann_whitneys(two: tuple[Array, Array]) -> None:
    values, arms = two
    expected = stats.mannwhitneyu(values[arms == 2], values[arms == 1]).pvalue

    assert found(choosing(Method.RANKS), setting(values, arms)).p_value == pytest.approx(expected, rel=1e-6)


def test_yes_and_no_are_tested_exactly() -> None:
    answers, arms = np.array([0, 0, 0, 1, 0, 1, 1, 1, 1, 1.0]), np.array([1.0] * 5 + [2.0] * 5)
    expected = stats.fisher_exact(np.array([[4, 1], [0, 5]])).pvalue

    assert found(choosing(Method.EXACT), setting(answers, arms)).p_value == pytest.approx(expected)


def test_groups_are_told_apart_by_welchs_analysis_of_variance(two: tuple[Array, Array]) -> None:
    values, arms = two
    arms = np.where(np.arange(400) % 5 == 0, 3.0, arms)
    asked = setting(values, arms)
    expected = stats.kruskal(*(values[arms == arm] for arm in (1, 2, 3))).pvalue

    one = found(choosing(Method.ANOVA, ContrastKind.OMNIBUS), asked)
    ranked = found(choosing(Method.RANKS, ContrastKind.OMNIBUS), asked)

    assert ranked.p_value == pytest.approx(expected)
    assert one.remarks[-1].startswith("F(2, ")
    assert 0 <= one.low <= one.value


def test_a_choice_is_a_table_of_options() -> None:
    arms = np.tile([1.0, 2.0], 50)
    soup = (np.arange(100) % 10 < 6 * (arms - 1) + 1).astype(float)
    shares: dict[str, Any] = {"share__liked=soup": soup, "share__liked=bread": 1 - soup, "count__liked": np.ones(100)}
    asked = setting(np.ones(100), arms, **shares)
    liked = {"liked": MeasureSpec("liked", "choice", "primary", "none", None, None)}
    asked = replace(asked, measures=liked, arms={pk: asked.arms[pk] for pk in (1, 2)})

    one = found(replace(choosing(Method.EXACT, ContrastKind.OMNIBUS), measure="liked"), asked)

    assert one.p_value is not None
    assert one.p_value < 0.01


def test_separation_is_said(two: tuple[Array, Array]) -> None:
    _, arms = two
    asked = setting((arms == 2).astype(float), arms)

    assert said(choosing(Method.LOGISTIC), asked).why_not


def test_durations_end_at_the_declared_end() -> None:
    rng = np.random.default_rng(4)
    arms = np.tile([1.0, 2.0], 150)
    times = np.minimum(rng.exponential(10 * arms), 30)

    one = found(choosing(Method.SURVIVAL), setting(times, arms, low=0, high=30))

    assert one.value > 0
    assert "Log-rank" in one.remarks[-1]
