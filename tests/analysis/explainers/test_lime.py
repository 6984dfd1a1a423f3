"""LIME: its kernel, its regression, and that it recovers what is linear already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.explainers.attribution.lime_image import LimeImage
from analysis.explainers.attribution.lime_table import LimeTabular
from analysis.explainers.attribution.lime_text import LimeText
from analysis.explainers.attribution.surrogate import imitation, kernel, masks_of
from analysis.explainers.bodies import Attribution, Saliency, Tokens
from analysis.explainers.kinds import NoExplanation
from analysis.explainers.subjects import Background
from analysis.learning.data.features import Feature, FeatureKind
from tests.analysis.explainers.subjects import IMAGES, TABLE, TEXTS, Bright, Linear, Words
from tests.analysis.explainers.test_shapley import Formula, values

FACT: dict[str, Any] = json.loads((Path(__file__).parent / "reference" / "attributions.json").read_text())["X05"]
NEAR = np.array(FACT["given"]["tabular"]["z"])
SAID = 1 + 2 * NEAR[:, 0] - 3 * NEAR[:, 1] + NEAR[:, 0] * NEAR[:, 1]
COUNTS = kernel(np.linalg.norm(NEAR - NEAR[0], axis=1), 0.75 * np.sqrt(2))


def test_near_samples_count_more() -> None:
    """X05."""
    assert pytest.approx(FACT["expect"]["kernel_weights"], abs=1e-9) == COUNTS
    assert kernel(np.array([1.0]), 0.75 * 2)[0] == pytest.approx(FACT["expect"]["kernel_d1_n4"], abs=1e-9)


@pytest.mark.parametrize("alpha", [0, 1])
def test_the_regression_is_weighted_ridge_with_a_free_intercept(alpha: int) -> None:
    """X05."""
    found = imitation(NEAR, SAID, COUNTS, alpha=alpha, most=2)

    assert found.weights == pytest.approx(FACT["expect"][f"coef_alpha{alpha}"], abs=1e-9)
    assert found.intercept == pytest.approx(FACT["expect"][f"intercept_alpha{alpha}"], abs=1e-9)
    if alpha == 1:
        assert found.fidelity == pytest.approx(FACT["expect"]["local_fidelity_weighted_r2_alpha1"], abs=1e-9)


def test_forward_selection_keeps_the_columns_that_matter() -> None:
    design = np.random.default_rng(2).normal(size=(80, 6))
    found = imitation(design, 5 * design[:, 4] - 3 * design[:, 1] + 0.01 * design[:, 0], np.ones(80), alpha=0, most=2)

    assert np.flatnonzero(found.weights).tolist() == [1, 4]
    assert found.fidelity == pytest.approx(1.0, abs=1e-3)


def test_a_text_of_added_words_is_recovered_exactly() -> None:
    """X05."""
    found = LimeText().fit(Words(), TEXTS, seed=1)("good film but awful", 1)

    assert isinstance(found.body, Tokens)
    weights = {token.text: token.weight for token in found.body.tokens}
    assert weights == pytest.approx(FACT["expect"]["text_weights"], abs=1e-9)
    assert found.body.base == pytest.approx(FACT["expect"]["text_intercept"], abs=1e-9)
    assert found.fidelity == pytest.approx(1.0, abs=1e-9)


def test_a_word_that_comes_twice_is_left_out_everywhere_or_place_by_place() -> None:
    for masks, expected in (("words", [0.3, 0.0, 0.3]), ("places", [0.15, 0.0, 0.15])):
        found = LimeText(masks=masks, width=100.0).fit(Words(), TEXTS, seed=1)("good so good", 1)
        assert isinstance(found.body, Tokens)
        assert [token.weight for token in found.body.tokens] == pytest.approx(expected, abs=2e-3), masks
        assert [(token.start, token.end) for token in found.body.tokens] == [(0, 4), (5, 7), (8, 12)]


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(NoExplanation, match="no word"):
        LimeText().fit(Words(), TEXTS, seed=1)("…!", None)


def test_a_long_text_is_drawn_and_says_which_words_matter() -> None:
    text = "a good " + " ".join(f"w{place}" for place in range(20)) + " awful"
    found = LimeText(samples=400, alpha=0.01, features=2).fit(Words(), TEXTS, seed=1)(text, 1)

    assert isinstance(found.body, Tokens)
    assert {token.text for token in found.body.tokens if token.weight} == {"good", "awful"}


def test_all_masks_are_tried_where_there_are_at_most_ten_parts() -> None:
    rng = np.random.default_rng(1)

    assert len(np.unique(masks_of(10, 5, rng), axis=0)) == 1024
    assert masks_of(10, 5, rng)[0].all()
    assert masks_of(11, 50, rng).shape == (50, 11)
    assert masks_of(11, 50, rng)[0].all()


def test_a_linear_model_is_recovered_in_standard_deviations() -> None:
    found = LimeTabular(numbers="gaussian", alpha=0.0, samples=60).fit(Linear(), TABLE, seed=1)(TABLE.rows[3], None)

    assert values(found) == pytest.approx(np.array(Linear().weights) * TABLE.rows.std(axis=0), abs=1e-9)
    assert found.fidelity == pytest.approx(1.0, abs=1e-9)


def test_quarters_say_what_being_in_them_adds() -> None:
    background = Background(np.linspace(0, 1, 41)[:, np.newaxis])
    found = LimeTabular(samples=2000).fit(Formula(lambda x: np.where(x[:, 0] > 0.75, 4.0, 0.0)), background, seed=1)(
        np.array([0.9]), None
    )

    assert values(found) == pytest.approx([4.0], abs=0.02)


def test_a_category_says_what_having_it_adds() -> None:
    feature = Feature(name="city", kind=FeatureKind.CATEGORY, categories=("Ulm", "Bonn", "Köln"))
    background = Background(np.arange(30.0)[:, np.newaxis] % 3, (feature,))
    found = LimeTabular(samples=500).fit(Formula(lambda x: np.where(x[:, 0] == 1, 1.0, 0.0)), background, seed=1)(
        np.array([1.0]), None
    )

    assert isinstance(found.body, Attribution)
    assert found.body.weights[0].value == "Bonn"
    assert values(found) == pytest.approx([1.0], abs=0.02)


def test_only_the_square_that_holds_the_pixel_gets_a_weight() -> None:
    image = IMAGES.rows[3]
    found = LimeImage(patch=4, baseline="zero").fit(Bright(2, 5), IMAGES, seed=1)(image, None)

    assert isinstance(found.body, Saliency)
    shown = np.array(found.body.values).reshape(8, 8)
    assert shown[:4, 4:] == pytest.approx(np.full((4, 4), image[2, 5]), abs=1e-9)
    assert np.abs(np.delete(shown.reshape(-1), [r * 8 + c for r in range(4) for c in range(4, 8)])).max() < 1e-9


def test_more_squares_than_can_be_weighed_are_refused() -> None:
    with pytest.raises(NoExplanation, match="choose a patch above 1"):
        LimeImage(patch=1).fit(Bright(), IMAGES, seed=1)(np.zeros((40, 40)), None)


def test_a_colour_image_is_hidden_in_all_its_channels() -> None:
    class Red(Bright):
        def outputs(self, samples: object) -> np.ndarray[Any, Any]:
            return np.asarray(samples)[:, 2, 5, :1]

    image = np.random.default_rng(3).random((8, 8, 3))
    found = LimeImage(patch=4, baseline="zero").fit(Red(), Background(image[np.newaxis]), seed=1)(image, None)

    assert isinstance(found.body, Saliency)
    assert found.body.values[5] == pytest.approx(image[2, 5, 0], abs=1e-9)
