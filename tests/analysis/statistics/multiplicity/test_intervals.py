"""Intervals for all questions at once: Dunnett's, and those that agree with what a procedure claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.statistics.moments import Moments
from analysis.statistics.multiplicity.dunnett import dunnett
from analysis.statistics.multiplicity.graphs import Graph
from analysis.statistics.multiplicity.simultaneous import Asked, simultaneous
from analysis.statistics.words import Estimate, NoAnswer, Validity
from tests.proof import PROOF

pytestmark = [pytest.mark.slow] if PROOF else []
LEVEL = 0.05
RNG = np.random.default_rng(133)
GRAPH = Graph.of([0.5, 0.5, 0.0], [[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]])
GROUPS = [RNG.normal(shift, 1, n) for shift, n in ((0, 12), (0.8, 9), (0.3, 15), (1.5, 7))]


def normal(values: np.ndarray, validity: Validity = Validity.FIXED) -> Callable[[int, float], Estimate]:
    """Estimates with a standard error of 1."""

    def at(each: int, level: float) -> Estimate:
        value, wide = float(values[each]), float(stats.norm.isf(level / 2))
        p = float(2 * stats.norm.sf(abs(value)))
        return Estimate(value, value - wide, value + wide, level, 100, "z", validity, p, 1.0)

    return at


def test_dunnett_is_scipy_s_and_better_than_its_chance() -> None:
    ours = dunnett(Moments.of(GROUPS[0]), [Moments.of(each) for each in GROUPS[1:]], level=LEVEL)
    theirs = stats.dunnett(*GROUPS[1:], control=GROUPS[0], rng=np.random.default_rng(1))
    ends = theirs.confidence_interval(1 - LEVEL)

    assert [one.p_value for one in ours] == pytest.approx(theirs.pvalue, abs=2e-4)
    assert [one.low for one in ours] == pytest.approx(ends.low, abs=2e-3)
    assert [one.high for one in ours] == pytest.approx(ends.high, abs=2e-3)


def test_dunnett_of_one_arm_is_student_s() -> None:
    (ours,) = dunnett(Moments.of(GROUPS[0]), [Moments.of(GROUPS[1])], level=LEVEL)
    theirs = stats.ttest_ind(GROUPS[1], GROUPS[0])
    ends = theirs.confidence_interval(1 - LEVEL)

    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-9)
    assert (ours.low, ours.high) == pytest.approx((ends.low, ends.high), abs=1e-7)


def test_far_in_the_tail_dunnett_s_p_is_small_and_never_below_0() -> None:
    (ours, _) = dunnett(
        Moments.of(RNG.normal(0, 1, 500)),
        [Moments.of(RNG.normal(3, 1, 500)), Moments.of(RNG.normal(0, 1, 500))],
        level=LEVEL,
    )

    assert ours.p_value is not None
    assert 0 <= ours.p_value < 1e-12


@pytest.mark.parametrize(
    ("groups", "said"),
    [([[1.0, 2.0], []], "empty"), ([[1.0], [2.0]], "one value"), ([[1.0, 1.0], [2.0, 2.0]], "No value differs")],
)
def test_dunnett_says_what_is_missing(groups: list[list[float]], said: str) -> None:
    with pytest.raises(NoAnswer, match=said):
        dunnett(Moments.of(groups[0]), [Moments.of(each) for each in groups[1:]], level=LEVEL)


@pytest.mark.parametrize("correction", ["bonferroni", "holm", "bh", "by", "hommel", "closed_simes", "sidak"])
def test_an_interval_leaves_0_out_only_where_there_is_a_claim(correction: str) -> None:
    for _ in range(40):
        found = simultaneous(Asked(4, normal(RNG.normal(0, 3, 4))), correction, level=LEVEL)
        for one in found:
            assert one.p_value is not None
            assert one.holds(0.0) or one.p_value <= LEVEL + 1e-12
            assert one.low <= one.high


@pytest.mark.parametrize("correction", ["bonferroni", "bh"])
def test_and_there_it_always_does(correction: str) -> None:
    for _ in range(40):
        for one in simultaneous(Asked(4, normal(RNG.normal(0, 3, 4))), correction, level=LEVEL):
            assert one.p_value is not None
            assert (one.p_value <= LEVEL) == (not one.holds(0.0))


@pytest.mark.parametrize("validity", [Validity.FIXED, Validity.ANYTIME])
@pytest.mark.parametrize("graph", [None, GRAPH])
def test_the_intervals_of_holm_and_graphs_all_hold_at_once(graph: Graph | None, validity: Validity) -> None:
    times, truth = (5_000 if PROOF else 150), np.array([0.0, 1.0, 3.0])
    missed = 0
    for _ in range(times):
        asked = Asked(3, normal(truth + RNG.normal(size=3), validity))
        found = simultaneous(asked, "holm" if graph is None else "graph", level=LEVEL, graph=graph)
        missed += not all(one.holds(effect) for one, effect in zip(found, truth, strict=True))

    assert missed / times <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / times)


def test_a_claim_of_holm_ends_at_0_and_the_rest_gets_narrower() -> None:
    big, small = simultaneous(Asked(2, normal(np.array([6.0, 0.5]))), "holm", level=LEVEL)
    alone = simultaneous(Asked(2, normal(np.array([6.0, 0.5]))), "bonferroni", level=LEVEL)[1]

    assert 0 < big.low < 1e-300
    assert big.high < 9
    assert small.high - small.low < alone.high - alone.low


def test_where_the_claim_needs_the_steps_a_remark_says_so() -> None:
    values = np.array([2.3, 2.1])
    found = simultaneous(Asked(2, normal(values)), "hochberg", level=LEVEL)

    assert all(one.p_value is not None and one.p_value <= LEVEL for one in found)
    assert "step-wise" in found[1].remarks[-1]


def test_without_a_correction_each_answer_is_as_it_is() -> None:
    at = normal(np.array([2.0]))

    assert simultaneous(Asked(1, at), "none", level=LEVEL) == [at(0, LEVEL)]


def test_what_was_not_tested_counts_and_claims_nothing() -> None:
    def at(each: int, level: float) -> Estimate:
        return replace(normal(np.array([2.3, 9.0]))(each, level), p_value=None if each else 0.02)

    found = simultaneous(Asked(2, at), "bonferroni", level=LEVEL)
    assert [one.p_value for one in found] == [0.04, 1.0]
