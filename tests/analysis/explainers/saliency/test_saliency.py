"""Saliency finds the planted pixel, and adds up where it promises to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS
from analysis.explainers.bodies import Attribution, Saliency
from analysis.explainers.saliency.hiding import smooth_masks, windows
from analysis.explainers.saliency.slopes import integrated
from analysis.explainers.subjects import Background, Capability, Modality, Reals, Task
from tests.analysis.explainers.subjects import IMAGES, TABLE, Bright, Linear

METHODS = ("gradient", "gradient_times_input", "integrated_gradients", "smoothgrad", "occlusion", "rise")


def map_of(method: dict[str, object] | str, sample: Reals = IMAGES.rows[3]) -> Reals:
    body = EXPLAINERS.parse(method).fit(Bright(), IMAGES, seed=3)(sample, None).body  # type: ignore[arg-type]
    assert isinstance(body, Saliency)
    return np.array(body.values).reshape(body.height, body.width)


@pytest.mark.parametrize("method", METHODS)
def test_the_planted_pixel_is_found(method: str) -> None:
    sample = IMAGES.rows[3].copy()
    sample[2, 5] = 0.9

    found = map_of(method, sample)

    assert found.argmax() == 2 * 8 + 5


@pytest.mark.parametrize("method", ["gradient", "gradient_times_input", "integrated_gradients"])
def test_what_the_model_does_not_look_at_has_no_weight(method: str) -> None:
    assert np.count_nonzero(map_of(method)) == 1


def test_a_square_of_one_pixel_weighs_what_hiding_it_takes_away() -> None:
    black = map_of({"type": "occlusion", "patch": 1, "baseline": "zero"})

    assert black[2, 5] == pytest.approx(IMAGES.rows[3][2, 5])
    assert np.count_nonzero(black) == 1


def test_every_pixel_is_hidden_at_least_once_though_squares_jump() -> None:
    assert windows((8, 7), 3, 3).sum(axis=0).min() == 1


def test_masks_show_as_much_as_they_promise() -> None:
    masks = smooth_masks(np.random.default_rng(0), 4000, (8, 8), 4, 0.3)

    assert masks.min() >= 0
    assert masks.max() <= 1
    assert masks.mean() == pytest.approx(0.3, abs=0.01)


def test_midpoints_of_a_cubic_leave_the_gap_that_the_rule_has() -> None:
    """f = a² b at (2, 3) from 0: 8 and 4 by the integral, 1 / (4 steps²) less by the rule of midpoints."""

    def slope(at: Reals) -> Reals:
        return np.column_stack([2 * at[:, 0] * at[:, 1], at[:, 0] ** 2])

    weights = integrated(slope, np.array([2.0, 3.0]), np.zeros(2), 50)

    assert weights == pytest.approx([7.9992, 3.9996], abs=1e-12)


def test_integrated_gradients_of_a_linear_model_are_its_terms_seen_from_the_mean() -> None:
    explanation = EXPLAINERS.parse("integrated_gradients").fit(Linear(), TABLE, seed=0)(TABLE.rows[3], None)

    assert isinstance(explanation.body, Attribution)
    terms = np.array([2.0, -3.0, 0.5]) * (TABLE.rows[3] - TABLE.rows.mean(axis=0))
    assert [each.weight for each in explanation.body.weights] == pytest.approx(terms)
    assert explanation.fidelity == pytest.approx(1)
    assert explanation.body.base is not None
    assert explanation.prediction is not None
    assert explanation.body.base + terms.sum() == pytest.approx(explanation.prediction.value)


def test_too_few_steps_are_warned_of() -> None:
    steep = Linear(weights=(30.0, -3.0, 0.5), task=Task.BINARY)

    few, many = (
        EXPLAINERS.parse({"type": "integrated_gradients", "steps": steps}).fit(steep, TABLE, seed=0)(TABLE.rows[3], 1)
        for steps in (2, 2000)
    )

    assert any("add up" in warning for warning in few.warnings)
    assert not many.warnings
    assert many.fidelity is not None
    assert many.fidelity > 0.999


@dataclass(frozen=True)
class Coloured(Bright):
    """The green of one pixel."""

    capabilities: frozenset[Capability] = frozenset({Capability.GRADIENTS})
    modality: Modality = Modality.IMAGE

    def outputs(self, samples: Reals | tuple[str, ...]) -> Reals:
        return np.asarray(samples, dtype=float)[:, self.row, self.column, 1, np.newaxis]

    def gradients(self, samples: Reals, target: int) -> Reals:
        slopes = np.zeros_like(samples)
        slopes[:, self.row, self.column, 1] = 1
        return slopes


@pytest.mark.parametrize("method", METHODS)
def test_channels_of_a_pixel_are_one_weight(method: str) -> None:
    pictures = np.random.default_rng(5).random((6, 8, 8, 3))
    pictures[0, 2, 5, 1] = 0.95

    body = EXPLAINERS.parse(method).fit(Coloured(), Background(pictures), seed=3)(pictures[0], None).body

    assert isinstance(body, Saliency)
    assert np.argmax(body.values) == 2 * 8 + 5


def test_hiding_a_column_of_a_linear_model_takes_away_its_term() -> None:
    body = EXPLAINERS.parse("occlusion").fit(Linear(), TABLE, seed=0)(TABLE.rows[3], None).body

    assert isinstance(body, Attribution)
    terms = np.array([2.0, -3.0, 0.5]) * (TABLE.rows[3] - TABLE.rows.mean(axis=0))
    assert [each.weight for each in body.weights] == pytest.approx(terms)
