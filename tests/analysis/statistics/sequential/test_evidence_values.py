"""E-values: fair games stay fair however they are put together."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy.integrate import quad

from analysis.statistics.sequential.evidence_values import Process, average, from_p, of_estimate, product, to_p
from analysis.statistics.words import Estimate, Validity


@pytest.mark.parametrize("kappa", [None, 0.1, 0.5, 0.9])
def test_an_e_value_made_of_a_p_value_is_worth_at_most_one_on_average(kappa: float | None) -> None:
    logs = quad(lambda s: from_p(float(np.exp(-s)), kappa=kappa) * np.exp(-s), 0, 500, limit=500)[0]

    assert logs == pytest.approx(1.0, abs=0.005)


def test_the_mixed_calibrator_is_smooth_up_to_one() -> None:
    assert from_p(1 - 1.0001e-4) == pytest.approx(from_p(1 - 0.9999e-4), abs=1e-6)
    assert from_p(0.0) == inf


def test_a_process_remembers_its_most_and_goes_on_from_where_it_is() -> None:
    found = Process().update(4.0, 6.0, 0.1).update(2.0)

    assert (found.now, found.most) == pytest.approx((4.8, 24.0))
    assert found.rejects(0.05)
    assert found.p_value == pytest.approx(1 / 24)
    assert not Process().update(3.0).rejects(0.05)


def test_a_fair_game_ever_reaches_twenty_at_most_one_time_in_twenty() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2_000, 300))
    capital = np.cumsum(0.3 * x - 0.3**2 / 2, axis=1)

    assert (capital >= np.log(20)).any(axis=1).mean() <= 0.05


def test_an_answer_is_worth_one_over_its_p_value_if_that_holds_at_every_look_and_less_if_not() -> None:
    always, once = (
        Estimate(1.0, 0.5, 1.5, 0.05, 40, "any", validity, 0.01) for validity in (Validity.ANYTIME, Validity.FIXED)
    )

    assert of_estimate(always) == pytest.approx(100)
    assert of_estimate(once) == pytest.approx(from_p(0.01))
    assert of_estimate(Estimate(1.0, 0.5, 1.5, 0.05, 40, "any", Validity.ANYTIME)) == 1.0


def test_a_lost_stake_stays_lost_and_an_infinite_one_infinite() -> None:
    assert product([0.0, inf]) == 0.0
    assert product([inf, 2.0]) == inf
    assert product([1e200, 1e200]) == inf
    assert average([inf, 1.0]) == inf
    assert to_p(inf) == 0.0


@pytest.mark.parametrize("values", [[-1.0], [float("nan")]])
def test_what_is_no_e_value_is_refused(values: list[float]) -> None:
    for combine in (product, average):
        with pytest.raises(ValueError, match="e-values must be"):
            combine(values)


def test_weights_that_do_not_fit_are_refused() -> None:
    for weights in ([1.0], [1.0, -1.0], [0.0, 0.0]):
        with pytest.raises(ValueError, match="weights"):
            average([1.0, 2.0], weights)
    with pytest.raises(ValueError, match="values"):
        average([])
    for p, kappa in ((1.5, None), (0.5, 1.0)):
        with pytest.raises(ValueError, match="kappa"):
            from_p(p, kappa=kappa)
