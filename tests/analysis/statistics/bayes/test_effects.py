"""The normal posterior of an effect: priors weigh as they should, risks are exact far out."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy import integrate, stats

from analysis.statistics.bayes.effects import FLAT, EffectPrior, believed, compare_effect, positive_part, updated
from analysis.statistics.estimates.arms import Arm
from analysis.statistics.words import NoAnswer

CONTROL, TREATMENT = Arm(500, 10.0, 9.0), Arm(480, 10.6, 12.0)


@pytest.mark.parametrize("mean", [-30.0, -8.0, -1.01, -0.99, 0.0, 2.0, 50.0])
def test_the_expected_gain_is_the_integral(mean: float) -> None:
    known = integrate.quad(lambda x: x * stats.norm.pdf(x, mean, 1.0), 0, max(mean, 0) + 12, epsabs=0, limit=200)[0]

    assert positive_part(mean, 1.0) == pytest.approx(known, rel=1e-7)


def test_far_out_the_risk_is_small_but_not_below_nothing() -> None:
    assert positive_part(-2e4, 1.0) == 0.0
    for z in np.linspace(-37, 5, 200):
        assert positive_part(float(z), 1.0) > 0


def test_gain_less_loss_is_the_mean() -> None:
    found = compare_effect(CONTROL, TREATMENT)

    assert found.loss_control - found.loss_treatment == pytest.approx(found.estimate.value)
    assert found.lower_is_better().loss_treatment == found.loss_control


def test_a_prior_draws_towards_itself_as_much_as_it_is_sure() -> None:
    flat, wide, narrow = (
        compare_effect(CONTROL, TREATMENT, prior=prior).estimate
        for prior in (FLAT, EffectPrior(0, 10), EffectPrior(0, 0.01))
    )

    assert wide.value == pytest.approx(flat.value, rel=1e-3)
    assert 0 < narrow.value < 0.5 * flat.value
    assert narrow.high - narrow.low < flat.high - flat.low
    assert updated(3.0, 1.0, mean=0.0, sd=inf).mean == 3.0


def test_an_absolute_effect_has_the_prior_stretched_by_the_controls_value() -> None:
    relative = believed(CONTROL, Arm(480, 10.0, 9.0), prior=EffectPrior(0.05, 0.02), relative=True)
    absolute = believed(CONTROL, Arm(480, 10.0, 9.0), prior=EffectPrior(0.05, 0.02), relative=False)

    assert absolute.mean == pytest.approx(10 * relative.mean, rel=1e-9)
    assert absolute.quantile(0.9) == pytest.approx(10 * relative.quantile(0.9), rel=1e-9)


@pytest.mark.parametrize(
    ("control", "treatment"),
    [(Arm(0, 0.0, 0.0), TREATMENT), (Arm(5, 0.0, 1.0), TREATMENT), (Arm(5, 1.0, 0.0), Arm(5, 2.0, 0.0))],
)
def test_what_cannot_be_said_is_said_in_a_sentence(control: Arm, treatment: Arm) -> None:
    with pytest.raises(NoAnswer, match=r"\.$"):
        compare_effect(control, treatment)


def test_a_prior_without_width_is_refused() -> None:
    with pytest.raises(ValueError, match="sd of the prior"):
        EffectPrior(0.0, 0.0)
