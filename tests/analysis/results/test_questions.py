"""What a plan can ask beyond differences: agreement, reliability, durations, Bayes factors, effect sizes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import exp, log

import numpy as np
import pytest
from scipy import stats

from analysis.registered.document import (
    Aim,
    Contrast,
    ContrastKind,
    Estimand,
    EstimandKind,
    Method,
    Prior,
    Question,
    Role,
)
from analysis.results.asking.setting import Setting
from analysis.results.asking.verdicts import Claim, Verdict, judged
from analysis.results.judgements import Judgement
from analysis.statistics.agreement.intraclass import intraclass
from analysis.statistics.agreement.kappa import cohen_kappa
from analysis.statistics.agreement.krippendorff import krippendorff_alpha
from analysis.statistics.agreement.reliability import cronbach_alpha
from analysis.statistics.words import Validity
from experiments.blueprint import FactorSpec, MeasureSpec
from tests.analysis.results.test_ways import ASKED, found, said, setting

VALUE = Contrast(ContrastKind.VALUE)
WORD = MeasureSpec("word", "choice", "secondary", "none", None, None)
RATINGS = [[4.0, 5.0, 2.0, 1.0, 3.0, 4.0], [5.0, 5.0, 2.0, 2.0, 3.0, 4.0], [4.0, 4.0, 1.0, 1.0, 4.0, 5.0]]


@dataclass(frozen=True)
class Kept:
    """Judgements at hand."""

    by_measure: dict[str, list[Judgement]] = field(default_factory=dict)

    def of(self, measure: str) -> list[Judgement]:
        return self.by_measure.get(measure, [])


def rated(ratings: list[list[float]], *, measure: str = "score") -> Setting:
    """Each unit rates all stimuli."""
    n = len(ratings)
    values = [
        Judgement(unit, f"s{case}", "", f"{value:g}", value)
        for unit, row in enumerate(ratings)
        for case, value in enumerate(row)
        if value == value
    ]
    asked = setting(np.nanmean(ratings, axis=1), np.ones(n), count__word=np.full(n, 6.0))
    measures = {**asked.measures, "word": WORD}
    return replace(asked, measures=measures, judgements=Kept({measure: values}))


def asks(kind: EstimandKind, coefficient: str, *items: str, measure: str = "score") -> Question:
    estimand = Estimand(kind, coefficient=coefficient, items=items)
    return Question("q", measure, Role.EXPLORATORY, VALUE, estimand, Method.FIXED)


def test_units_who_rate_the_same_stimuli_are_raters() -> None:
    ordinal = found(asks(EstimandKind.AGREEMENT, "krippendorff_ordinal"), rated(RATINGS))
    icc = found(asks(EstimandKind.AGREEMENT, "icc_agreement"), rated(RATINGS))

    assert ordinal.value == pytest.approx(krippendorff_alpha(RATINGS, scale="ordinal").value)
    assert ordinal.low < ordinal.value < ordinal.high
    assert icc.value == pytest.approx(intraclass(np.array(RATINGS).T)["ICC(A,1)"].value)
    assert (icc.validity, icc.remarks[-1]) == (Validity.APPROXIMATE, "3 raters (units) of 6 stimuli.")


def test_two_raters_have_a_kappa_and_three_have_not() -> None:
    two = found(asks(EstimandKind.AGREEMENT, "cohen_quadratic"), rated(RATINGS[:2]))

    by_hand = cohen_kappa(RATINGS[0], RATINGS[1], weights="quadratic", categories=[1.0, 2.0, 3.0, 4.0, 5.0])
    assert two.value == pytest.approx(by_hand.value)
    assert "there are 3" in said(asks(EstimandKind.AGREEMENT, "cohen"), rated(RATINGS)).why_not


def test_words_agree_too() -> None:
    one = found(asks(EstimandKind.AGREEMENT, "fleiss", measure="word"), rated(RATINGS, measure="word"))

    assert one.method == "fleiss-kappa"
    nominal = asks(EstimandKind.AGREEMENT, "krippendorff_nominal", measure="word")
    assert found(nominal, rated(RATINGS, measure="word")).value == pytest.approx(one.value, abs=0.1)


def test_gaps_are_said_and_too_many_gaps_are_a_sentence() -> None:
    gap = [[*RATINGS[0][:5], float("nan")], *RATINGS[1:]]
    one = found(asks(EstimandKind.AGREEMENT, "icc_1"), rated(gap))

    assert any("left out" in remark for remark in one.remarks)
    nothing = [[1.0, float("nan")], [float("nan"), 2.0]]
    assert "takes gaps" in said(asks(EstimandKind.AGREEMENT, "icc_1"), rated(nothing)).why_not
    assert "two raters or more" in said(asks(EstimandKind.AGREEMENT, "fleiss"), rated([[1.0, 2.0]])).why_not


def test_measures_of_a_unit_can_be_its_raters() -> None:
    asked = setting(np.array(RATINGS[0]), np.ones(6))
    kept = {
        name: [Judgement(unit, "", "", "", value) for unit, value in enumerate(row)]
        for name, row in zip(("score", "second"), RATINGS, strict=False)
    }
    number = MeasureSpec("second", "number", "secondary", "none", None, None)
    asked = replace(asked, measures={**asked.measures, "second": number}, judgements=Kept(kept))

    one = found(asks(EstimandKind.AGREEMENT, "cohen", "second"), asked)

    assert one.value == pytest.approx(cohen_kappa(RATINGS[0], RATINGS[1]).value)


def scale(n: int = 60) -> tuple[np.ndarray, Setting]:
    rng = np.random.default_rng(18)
    trait = rng.normal(0, 1, n)
    items = np.column_stack([3 + trait + rng.normal(0, 0.8, n) for _ in range(3)])
    asked = setting(items[:, 0], np.ones(n), low=0, high=6, mean__b=items[:, 1], mean__c=6 - items[:, 2])
    kinds = {name: MeasureSpec(name, "number", "secondary", "none", 0, 6) for name in "bc"}
    return items, replace(asked, measures={**asked.measures, **kinds})


def test_items_of_a_scale_are_measures_and_some_are_turned() -> None:
    items, asked = scale()
    question = asks(EstimandKind.RELIABILITY, "alpha", "b", "c")
    turned = replace(question, estimand=replace(question.estimand, turned=("c",)))

    one = found(turned, asked)

    assert one.value == pytest.approx(cronbach_alpha(items).value)
    assert any(remark.startswith("Without one item: score") for remark in one.remarks)
    assert found(question, asked).value < 0.3
    omega = found(replace(turned, estimand=replace(turned.estimand, coefficient="omega")), asked)
    assert omega.low < omega.value < omega.high
    assert "two items" in said(asks(EstimandKind.RELIABILITY, "alpha"), replace(asked, judgements=Kept())).why_not


def test_what_is_described_is_named_by_its_coefficient() -> None:
    _, asked = scale()
    question = asks(EstimandKind.RELIABILITY, "alpha", "b", "c")
    answer = said(question, asked)

    one = judged(question, replace(asked.measures["score"], title="Wellbeing"), Claim(answer, answer, None, 0.05))

    assert one.verdict == Verdict.DESCRIBED
    assert one.sentence.startswith("Cronbach's alpha of Wellbeing is ")


def lasting(n: int = 200) -> Setting:
    rng, arms = np.random.default_rng(18), np.tile([1.0, 2.0], n // 2)
    times = rng.exponential(np.where(arms == 2, 10, 20))
    cut = times > 25
    return setting(np.minimum(times, 25), arms, low=0, high=25, mean__done=(~cut).astype(float))


def test_durations_cut_short_by_a_time_out() -> None:
    question = replace(ASKED, method=Method.SURVIVAL)
    asked = lasting()
    median = replace(question, estimand=Estimand(EstimandKind.QUANTILE, p=0.5))
    hazard = replace(question, estimand=Estimand(EstimandKind.HAZARD_RATIO))

    one = found(hazard, asked)

    assert one.value == pytest.approx(log(2), abs=0.4)
    assert (one.low > 0, one.p_value is not None and one.p_value < 0.01) == (True, True)
    assert found(median, asked).high < 0
    assert found(question, asked).high < 0
    alone = found(replace(median, contrast=Contrast(ContrastKind.VALUE, arm="vivid")), asked)
    assert alone.low < 10 * log(2) < alone.high
    shorter = replace(asked.measures["score"], direction="down")
    answer = said(hazard, asked)
    assert judged(hazard, shorter, Claim(answer, answer, one.p_value, 0.05)).verdict == Verdict.BETTER


def test_a_measure_can_say_whose_event_came() -> None:
    asked = lasting()
    wide = replace(asked, measures={**asked.measures, "score": replace(asked.measures["score"], high=None)})
    seen = replace(ASKED, method=Method.SURVIVAL, estimand=Estimand(EstimandKind.HAZARD_RATIO, seen="done"))

    assert found(seen, wide).value == found(replace(seen, estimand=Estimand(EstimandKind.HAZARD_RATIO)), asked).value
    assert "nothing says" in said(replace(seen, estimand=replace(seen.estimand, seen="other")), wide).why_not


def test_a_median_that_was_not_reached_is_a_sentence() -> None:
    values = np.where(np.arange(40) < 10, 5.0, 25.0)
    question = replace(ASKED, method=Method.SURVIVAL, estimand=Estimand(EstimandKind.QUANTILE, p=0.5))

    assert "ask for mean times" in said(question, setting(values, np.tile([1.0, 2.0], 20), low=0, high=25)).why_not


@pytest.fixture
def two() -> Setting:
    rng, arms = np.random.default_rng(18), np.tile([1.0, 2.0], 100)
    return setting(rng.normal(50, 10, 200) + 6 * (arms == 2), arms, mean__bought=(rng.random(200) < 0.4).astype(float))


def test_a_bayes_factor_is_evidence_and_its_p_value_is_its_inverse(two: Setting) -> None:
    one = found(replace(ASKED, method=Method.BAYES_FACTOR), two)
    none = found(replace(ASKED, method=Method.BAYES_FACTOR, measure="bought"), two)

    assert (one.validity, one.method) == (Validity.POSTERIOR, "bayes-factor-jzs")
    assert any(remark.startswith("Bayes factor ") and "for a difference." in remark for remark in one.remarks)
    assert one.p_value is not None
    assert one.p_value < 0.05
    assert none.p_value == 1
    assert any("for no difference" in remark for remark in none.remarks)


def test_a_belief_states_its_prior_and_what_lies_within_the_margin(two: Setting) -> None:
    prior = Prior(0.0, 0.2, "a pilot")
    one = found(replace(ASKED, method=Method.BAYES, prior=prior, aim=Aim.EQUIVALENT, margin=1.0), two)

    assert one.remarks[-1] == "Prior: a relative effect of 0, standard deviation 0.2 (a pilot)."
    assert any("within 1 of no difference" in remark for remark in one.remarks)
    assert any(remark.startswith("The chance that “vivid” is better") for remark in one.remarks)


@pytest.mark.parametrize(
    ("coefficient", "method"), [("d", "cohen-d"), ("g", "hedges-g"), ("cliffs_delta", "cliff-delta")]
)
def test_effect_sizes_have_intervals_and_tests(two: Setting, coefficient: str, method: str) -> None:
    one = found(replace(ASKED, estimand=Estimand(EstimandKind.EFFECT_SIZE, coefficient=coefficient)), two)

    assert (one.method, one.low > 0) == (method, True)
    assert one.p_value is not None
    assert one.p_value < 0.01


def test_ratios_of_answers_are_logarithms_with_the_ratio_beside() -> None:
    arms = np.tile([1.0, 2.0], 100)
    answers = (np.random.default_rng(1).random(200) < np.where(arms == 2, 0.6, 0.3)).astype(float)
    asked = setting(answers, arms, mean__bought=answers)
    question = replace(ASKED, measure="bought")
    shares = [answers[arms == arm].mean() for arm in (1, 2)]

    risk = found(replace(question, estimand=Estimand(EstimandKind.EFFECT_SIZE, coefficient="risk_ratio")), asked)
    odds = found(replace(question, estimand=Estimand(EstimandKind.EFFECT_SIZE, coefficient="odds_ratio")), asked)

    assert exp(risk.value) == pytest.approx(shares[1] / shares[0])
    assert odds.value > risk.value > 0
    assert "the ratio of odds is" in odds.remarks[-1]
    number = replace(ASKED, estimand=Estimand(EstimandKind.EFFECT_SIZE, coefficient="h"))
    assert "yes or no" in said(number, setting(np.arange(200.0), arms)).why_not


def test_three_conditions_of_the_same_units_have_repeated_measures_and_friedmans_test() -> None:
    rng, n = np.random.default_rng(18), 30
    table = rng.normal(0, 1, (n, 1)) + rng.normal(0, 1, (n, 3)) + [0, 0.6, 1.2]
    plain = setting(table.mean(axis=1), np.ones(n))
    names = (*plain.columns.names, *(f'mean:score@{{"set":{k}}}' for k in range(3)))
    columns = replace(plain.columns, names=names, values=np.hstack([plain.columns.values, table]))
    asked = replace(plain, columns=columns, factors=(FactorSpec("set", "within", (0, 1, 2), ""),))
    question = replace(ASKED, contrast=Contrast(ContrastKind.OMNIBUS, factors=("set",)))

    ranks = found(replace(question, method=Method.RANKS), asked)

    assert ranks.p_value == pytest.approx(stats.friedmanchisquare(*table.T).pvalue)
    assert found(replace(question, method=Method.ANOVA), asked).method == "repeated"
    assert "two at a time" in said(replace(question, method=Method.ANYTIME), asked).why_not
