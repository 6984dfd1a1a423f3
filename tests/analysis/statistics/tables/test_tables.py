"""Tables of counts: the field's figures, exact levels, empty rows named."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import cochrans_q

from analysis.statistics.estimates.proportions import Counted
from analysis.statistics.tables.independence import boschloo, chi_square, fisher, goodness_of_fit
from analysis.statistics.tables.within import cochran_q, mcnemar
from analysis.statistics.words import NoAnswer


def test_figures_are_the_field_s() -> None:
    table = np.array([[12, 5, 9], [4, 15, 8]])
    yes = np.random.default_rng(4).integers(0, 2, (40, 3))

    assert chi_square(table).p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-12)
    assert cochran_q(yes).p_value == pytest.approx(cochrans_q(yes).pvalue, rel=1e-9)
    assert fisher(Counted(3, 10), Counted(8, 10)).p_value == pytest.approx(0.0697785, rel=1e-5)


def test_boschloo_never_claims_less_than_fisher() -> None:
    for k in range(0, 9, 2):
        pair = Counted(2, 8), Counted(k, 8)
        assert boschloo(*pair).p_value <= fisher(*pair).p_value + 1e-9


def test_fisher_errs_no_more_than_it_says() -> None:
    n = 12
    chances = stats.binom.pmf(np.arange(n + 1), n, 0.3)
    errs = sum(
        chances[i] * chances[j]
        for i in range(n + 1)
        for j in range(n + 1)
        if fisher(Counted(i, n), Counted(j, n)).p_value <= 0.05
    )
    assert errs <= 0.05


def test_empty_rows_are_left_out_aloud_and_one_row_is_nothing_to_compare() -> None:
    assert chi_square([[5, 6], [0, 0], [7, 3]]).remarks[0] == "Empty rows and columns were left out."
    with pytest.raises(NoAnswer, match="not in both"):
        chi_square([[5, 6], [0, 0]])


def test_an_arm_without_weight_costs_no_degree_of_freedom() -> None:
    found = goodness_of_fit([560, 440, 0], [0.5, 0.5, 0.0])

    assert found.degrees == (1.0,)
    assert found.p_value == pytest.approx(1.4783e-4, rel=1e-3)
    with pytest.raises(NoAnswer, match="weight is 0"):
        goodness_of_fit([560, 440, 1], [0.5, 0.5, 0.0])


def test_nobody_changed_is_no_evidence() -> None:
    assert mcnemar(0, 0, 30).p_value == 1
    assert cochran_q([[1, 1], [0, 0]]).p_value == 1


def test_strength_of_association_has_an_interval_that_is_never_a_point() -> None:
    found = chi_square([[10, 10], [10, 10]]).estimate

    assert found is not None
    assert found.low == 0 < found.high
