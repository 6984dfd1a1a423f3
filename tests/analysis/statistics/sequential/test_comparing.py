"""Two arms compared: at every look right, for every kind of measure, and with a sentence where nothing can be said."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from analysis.statistics.confidence_sequences import asymptotic
from analysis.statistics.moments import Moments
from analysis.statistics.sequential.asymptotics import ENOUGH
from analysis.statistics.sequential.bounded_comparison import log_evidence
from analysis.statistics.sequential.bounded_evidence import BoundedEvidence, log_sum
from analysis.statistics.sequential.comparing import compare, estimate_mean, evidence
from analysis.statistics.sequential.projecting import log_stakes
from analysis.statistics.words import NoAnswer, Validity
from tests.analysis.statistics.sequential.watching import (
    EXPERIMENTS,
    LEVEL,
    PARTICIPANTS,
    Draw,
    Looks,
    at_most,
)
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []

COUNTS = BoundedEvidence.of_counts
HARD: dict[str, tuple[float, Draw]] = {
    "even answers": (0.5, lambda rng, shape: (rng.random(shape) < 0.5).astype(float)),
    "rare answers": (0.03, lambda rng, shape: (rng.random(shape) < 0.03).astype(float)),
    "skewed": (0.1, lambda rng, shape: rng.beta(0.2, 1.8, shape)),
    "narrow": (0.7, lambda rng, shape: rng.beta(70, 30, shape)),
}


@pytest.mark.parametrize("name", HARD)
def test_watched_after_every_participant_the_truth_is_refused_at_most_as_often_as_the_level(name: str) -> None:
    """A difference is refused only if all its pairs are, the true one too: so that one's evidence is watched."""
    mean, draw = HARD[name]
    rng, missed = np.random.default_rng(132), 0
    treated = rng.random((EXPERIMENTS, PARTICIPANTS)) < 0.3
    for arms in treated:
        values, in_treatment = draw(rng, (2, PARTICIPANTS)), np.cumsum(arms)
        control = Looks.at(values[0], np.arange(1, PARTICIPANTS + 1) - in_treatment)
        treatment = Looks.at(values[1], in_treatment)
        missed += bool((log_sum(log_stakes(control, mean, treatment, mean)) >= log(1 / LEVEL)).any())

    assert missed / EXPERIMENTS <= at_most(LEVEL)


def test_though_a_greedy_rule_hands_out_the_arms_by_what_it_saw_the_truth_stays() -> None:
    """The capital grows on nobody's choice of whose turn it is."""
    rng, missed, rate = np.random.default_rng(5), 0, 0.4
    for _ in range(EXPERIMENTS // 2):
        arms, ever = [COUNTS(int(rng.random() < rate), 1) for _ in range(2)], False
        for _ in range(40):
            arm = int(np.argmax([one.part for one in arms])) if rng.random() < 0.8 else int(rng.integers(2))
            arms[arm] = arms[arm] + COUNTS(int(rng.random() < rate), 1)
            ever = ever or float(log_sum(log_stakes(arms[0], rate, arms[1], rate))) >= log(1 / LEVEL)
        missed += ever

    assert missed / (EXPERIMENTS // 2) <= at_most(LEVEL, EXPERIMENTS // 2)


def test_a_difference_is_kept_exactly_while_no_pair_that_has_it_is_refused() -> None:
    control, treatment = COUNTS(12, 40), COUNTS(29, 40)
    found, goal = compare(control, treatment, level=0.1), log(10)
    grid = np.linspace(0, 1, 401)

    def least(difference: float) -> float:
        inside = [c for c in grid if 0 <= c + difference <= 1]
        logs = [log_sum(log_stakes(control, c, treatment, c + difference)) for c in inside]
        return float(min(logs))

    assert least(found.low - 0.002) > goal > least(found.low + 0.002)
    assert least(found.high + 0.002) > goal > least(found.high - 0.002)


def test_the_p_value_is_below_the_level_where_the_interval_leaves_zero() -> None:
    for wins in range(10, 31):
        for relative in (False, True):
            found = compare(COUNTS(10, 40), COUNTS(wins, 40), relative=relative)
            assert found.p_value is not None
            assert (found.p_value < found.level) == (found.low > 0)


def test_however_large_a_difference_its_p_value_is_not_nothing() -> None:
    rng = np.random.default_rng(12)
    far = compare(Moments.of(rng.normal(0, 1, 5_000)), Moments.of(rng.normal(9, 1, 5_000)))

    assert 0 < (far.p_value or 0.0) < 1e-200
    assert 0 < (compare(COUNTS(0, 10_000), COUNTS(10_000, 10_000)).p_value or 0.0) < 1e-200


def test_answers_are_compared_the_same_from_moments_and_from_counts() -> None:
    yes, no = Moments.of([1, 0, 1, 1, 0, 1, 1, 1]), Moments.of([0, 0, 1, 0, 0, 1])

    assert compare(no, yes, kind="boolean") == compare(COUNTS(2, 6), COUNTS(6, 8))
    assert compare(no, yes, kind="boolean").validity is Validity.ANYTIME


def test_moments_that_are_not_of_answers_are_refused() -> None:
    with pytest.raises(NoAnswer, match="yes or no"):
        evidence(Moments.of([0.5, 1.0, 0.0]), "boolean")


def test_a_stretched_and_moved_range_gives_the_same_difference_stretched() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.beta(2, 3, 60), rng.beta(3, 3, 50)
    unit = compare(BoundedEvidence.of(x), BoundedEvidence.of(y))
    wide = compare(BoundedEvidence.of(5 + 100 * x, 5, 105), BoundedEvidence.of(5 + 100 * y, 5, 105))

    assert (wide.low, wide.value, wide.high) == pytest.approx((100 * unit.low, 100 * unit.value, 100 * unit.high))
    assert wide.p_value == pytest.approx(unit.p_value)


def test_a_relative_difference_of_negative_values_is_that_of_the_mirrored_ones_turned() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.uniform(2, 9, 300), rng.uniform(4, 10, 300)
    plain = compare(BoundedEvidence.of(x, 0, 10), BoundedEvidence.of(y, 0, 10), relative=True)
    mirrored = compare(BoundedEvidence.of(-x, -10, 0), BoundedEvidence.of(-y, -10, 0), relative=True)

    assert (mirrored.low, mirrored.value, mirrored.high) == pytest.approx((-plain.high, -plain.value, -plain.low))


def test_where_the_controls_mean_may_be_zero_a_relative_difference_is_open_and_says_so() -> None:
    found = compare(COUNTS(1, 30), COUNTS(9, 30), relative=True)
    crossing = compare(
        BoundedEvidence.of([1.0, -1.0, 2.0], -5, 5), BoundedEvidence.of([1.0, 2.0], -5, 5), relative=True
    )

    assert (found.low > -1, found.high) == (True, inf)
    assert (crossing.low, crossing.high) == (-inf, inf)
    assert "may still be 0" in found.remarks[0]
    assert "may still be 0" in crossing.remarks[0]


def test_evidence_adds_up_in_any_order_and_can_be_taken_away_again() -> None:
    values = np.random.default_rng(6).random(50)
    whole = BoundedEvidence.of(values)
    parts = BoundedEvidence.of(values[30:]) + BoundedEvidence.of(values[:30])
    kept = BoundedEvidence.parse((whole - BoundedEvidence.of(values[:20])).to_json())

    assert estimate_mean(parts).low == pytest.approx(estimate_mean(whole).low)
    assert estimate_mean(kept).high == pytest.approx(estimate_mean(BoundedEvidence.of(values[20:])).high)
    assert (whole - whole).n == 0


def test_a_mean_is_kept_while_nobody_has_won_enough_against_it() -> None:
    one = BoundedEvidence.of(np.random.default_rng(7).beta(2, 5, 80))
    found = estimate_mean(one, level=0.1)

    assert log_evidence(one, found.low) == pytest.approx(log(10), abs=1e-4)
    assert log_evidence(one, found.high) == pytest.approx(log(10), abs=1e-4)
    assert log_evidence(one, found.value) < 0


def test_one_value_or_equal_values_leave_every_end_that_is_possible() -> None:
    assert (estimate_mean(COUNTS(1, 1)).low, estimate_mean(COUNTS(1, 1)).high) == pytest.approx((0.0, 1.0))
    assert compare(COUNTS(0, 1), COUNTS(1, 1)).low == -1.0
    equal = compare(COUNTS(40, 40), COUNTS(40, 40))
    assert (equal.low, equal.value, equal.p_value) == pytest.approx((-equal.high, 0.0, 1.0))


def test_without_declared_ends_the_sequence_is_the_asymptotic_one_tuned_to_a_thousand() -> None:
    rng = np.random.default_rng(8)
    control, treatment = Moments.of(rng.normal(5, 2, 300)), Moments.of(rng.normal(5.5, 2, 300))
    found = compare(control, treatment)
    variance = (control.variance + treatment.variance) / 300
    known = asymptotic(found.value, 600 * variance, 600, tuning_n=1000)

    assert (found.low, found.high) == pytest.approx((known.low, known.high))
    assert found.validity is Validity.ASYMPTOTIC


def test_a_much_smaller_arm_needs_more_values_before_anything_is_claimed() -> None:
    rng = np.random.default_rng(11)
    many = Moments.of(rng.normal(5, 2, 720))
    few, enough = (compare(many, Moments.of(rng.normal(9, 2, n))) for n in (79, 90))

    assert (few.low, few.high) == (-inf, inf)
    assert "Fewer than 91" in few.remarks[0]
    assert enough.low > 0


def test_a_relative_difference_without_ends_holds_what_the_absolute_one_holds_of_zero() -> None:
    rng = np.random.default_rng(9)
    for shift in np.linspace(-0.8, 0.8, 9):
        control, treatment = Moments.of(rng.normal(5, 2, 300)), Moments.of(rng.normal(5 + shift, 2, 280))
        absolute, relative = (compare(control, treatment, relative=relative) for relative in (False, True))
        assert absolute.holds(0.0) == relative.holds(0.0)


def test_of_few_values_without_ends_nothing_is_claimed() -> None:
    values = np.random.default_rng(10).normal(size=ENOUGH - 1)
    found = compare(Moments.of(values), Moments.of(values + 100))

    assert (found.low, found.high, found.p_value) == (-inf, inf, 1.0)
    assert "Fewer than 30" in found.remarks[0]


@pytest.mark.parametrize("relative", [False, True])
def test_what_cannot_be_said_is_said_in_a_sentence(relative: bool) -> None:
    nothing, same, varied = Moments.none(), Moments.of(np.ones(50)), Moments.of(np.arange(50))
    for control, treatment in ((nothing, varied), (varied, nothing), (same, varied), (varied, same), (same, same)):
        with pytest.raises(NoAnswer, match=r"\.$"):
            compare(control, treatment, relative=relative)
    with pytest.raises(NoAnswer, match="control has no value"):
        compare(BoundedEvidence.start(), COUNTS(1, 2), relative=relative)


def test_a_relative_difference_to_nothing_is_refused() -> None:
    for control, treatment in ((COUNTS(0, 9), COUNTS(3, 9)), (Moments.of([-1.0, 1.0]), Moments.of([1.0, 3.0]))):
        with pytest.raises(NoAnswer, match="mean is 0"):
            compare(control, treatment, relative=True)


@pytest.mark.parametrize("value", [float("nan"), inf, 1.5, -0.1])
def test_a_value_outside_its_declared_range_is_refused(value: float) -> None:
    with pytest.raises(NoAnswer, match="declared range"):
        BoundedEvidence.of([0.5, value])


def test_arms_with_different_ranges_are_refused() -> None:
    with pytest.raises(ValueError, match="range"):
        compare(BoundedEvidence.of([0.5]), BoundedEvidence.of([0.5], 0, 2))
    with pytest.raises(ValueError, match="Ranges differ"):
        BoundedEvidence.start() + BoundedEvidence.start(0, 2)
    with pytest.raises(ValueError, match="same way"):
        compare(BoundedEvidence.of([0.5]), Moments.of([0.5, 1.0]))
