"""Searching over standardised features changes nothing but the sizes of the steps."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.safety.coordinates import Inside, standard_scores
from tests.analysis.safety.problems import half_plane

RNG = np.random.default_rng(3)
FEATURES = RNG.normal(loc=[500.0, 0.0, 7.0], scale=[100.0, 1e-3, 1.0], size=(40, 3))


@pytest.mark.parametrize("columns", [1, 3])
def test_there_and_back_is_the_same_theta(columns: int) -> None:
    coordinates = standard_scores(FEATURES, columns=columns)
    theta = RNG.normal(size=4 * columns)

    assert coordinates.outward(coordinates.inward(theta)) == pytest.approx(theta)


@pytest.mark.parametrize("columns", [1, 3])
def test_the_inner_parameters_are_those_over_standardised_features(columns: int) -> None:
    inner = RNG.normal(size=(4, columns))
    standard = (FEATURES - FEATURES.mean(axis=0)) / FEATURES.std(axis=0)

    theta = standard_scores(FEATURES, columns=columns).outward(inner.reshape(-1)).reshape(4, columns)

    assert theta[0] + FEATURES @ theta[1:] == pytest.approx(inner[0] + standard @ inner[1:])


def test_a_feature_that_never_varies_keeps_its_scale() -> None:
    coordinates = standard_scores(np.column_stack([FEATURES[:, 0], np.full(40, 3.0)]))

    assert coordinates.scale[1] == 1


@pytest.mark.parametrize("columns", [1, 3])
def test_gradients_are_pulled_by_the_transpose(columns: int) -> None:
    coordinates = standard_scores(FEATURES, columns=columns)
    size = 4 * columns
    outward = np.array([coordinates.outward(unit) for unit in np.eye(size)])
    gradient = RNG.normal(size=size)

    assert coordinates.pulled(gradient) == pytest.approx(outward @ gradient)


def test_a_problem_seen_inside_has_the_same_looks_and_its_own_slopes() -> None:
    coordinates = standard_scores(FEATURES[:, :1])
    inner = np.array([0.3, -0.2])
    problem, step = Inside(half_plane(), coordinates), 1e-6

    look, gradient, jacobian = problem.slopes(inner)
    assert look == half_plane().look(coordinates.outward(inner))
    for place, unit in enumerate(np.eye(2)):
        after, before = problem.look(inner + step * unit), problem.look(inner - step * unit)
        assert gradient[place] == pytest.approx((after.objective - before.objective) / (2 * step), rel=1e-5)
        assert jacobian[0, place] == pytest.approx((after.bounds[0] - before.bounds[0]) / (2 * step), rel=1e-5)
