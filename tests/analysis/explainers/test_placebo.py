"""A placebo has its twin's layout and says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.explainers import EXPLAINERS, NoExplanation
from analysis.explainers.attribution.placebo import Placebo
from analysis.explainers.bodies import Attribution, Saliency, Tokens
from tests.analysis.explainers.subjects import IMAGES, ORCHARD, SUBJECTS, TABLE, TEXTS, Bright, Linear, Words
from tests.analysis.explainers.test_shapley import values


@pytest.mark.parametrize("twin", ["exact_shapley", "linear_shap", "tree_shap"])
def test_it_goes_from_the_same_base_to_the_same_prediction(twin: str) -> None:
    model = ORCHARD if twin == "tree_shap" else Linear()
    real, placebo = (
        explainer.fit(model, TABLE, seed=1)
        for explainer in (EXPLAINERS.parse(twin), Placebo(twin=EXPLAINERS.parse(twin)))
    )

    for row in TABLE.rows[:8]:
        one, other = real(row, None), placebo(row, None)
        assert isinstance(one.body, Attribution)
        assert isinstance(other.body, Attribution)
        assert other.body.base == one.body.base
        assert values(other).sum() == pytest.approx(values(one).sum(), abs=1e-9)
        assert np.abs(values(other)).sum() == pytest.approx(np.abs(values(one)).sum(), abs=1e-9)
        assert np.count_nonzero(values(other)) == np.count_nonzero(np.abs(values(one)) > 1e-12)
        assert [w.value for w in other.body.weights] == [w.value for w in one.body.weights]


def test_it_takes_the_layout_of_words_and_of_squares() -> None:
    text = "good film but awful film"
    words = EXPLAINERS.parse({"type": "placebo", "twin": "lime_text"}).fit(Words(), TEXTS, seed=1)(text, 1)
    twin = EXPLAINERS.parse({"type": "lime_image", "patch": 4, "samples": 50})
    image = Placebo(twin=twin).fit(Bright(), IMAGES, seed=1)(IMAGES.rows[0], None)

    assert isinstance(words.body, Tokens)
    assert [token.text for token in words.body.tokens] == text.split()
    assert words.body.tokens[1].weight == words.body.tokens[4].weight
    assert isinstance(image.body, Saliency)
    assert len(set(np.array(image.body.values).reshape(8, 8)[:4, :4].reshape(-1))) == 1


def test_without_a_twin_the_sizes_add_up_to_one() -> None:
    for name, (model, background, sample) in SUBJECTS.items():
        body = Placebo().fit(model, background, seed=1)(sample, None).body
        if isinstance(body, Attribution):
            assert sum(abs(weight.weight) for weight in body.weights) == pytest.approx(1.0), name
        if isinstance(body, Tokens):
            assert sum({token.text: abs(token.weight) for token in body.tokens}.values()) == pytest.approx(1.0)
        if isinstance(body, Saliency):
            assert np.abs(body.values).sum() / 16 == pytest.approx(1.0)


def test_its_weights_know_nothing_of_the_real_ones() -> None:
    rows = np.random.default_rng(5).normal(size=(400, 3))
    real, placebo = (
        explainer.fit(Linear(), TABLE, seed=1)
        for explainer in (EXPLAINERS.parse("linear_shap"), Placebo(concentration=5.0))
    )
    ones, others = (np.array([values(explain(row, None)) for row in rows]) for explain in (real, placebo))

    assert abs(np.corrcoef(np.abs(ones).ravel(), np.abs(others).ravel())[0, 1]) < 0.1
    assert abs(np.sign(others).mean()) < 0.1
    assert np.abs(np.abs(others).mean(axis=0) - 1 / 3).max() < 0.03


def test_it_suits_what_its_twin_suits() -> None:
    with pytest.raises(NoExplanation, match="Its twin linear_shap: It needs a model that offers coefficients"):
        EXPLAINERS.parse({"type": "placebo", "twin": "linear_shap"}).fit(ORCHARD, TABLE, seed=1)
    with pytest.raises(NoExplanation, match="must give weights, and none gives nothing"):
        EXPLAINERS.parse({"type": "placebo", "twin": "none"}).fit(ORCHARD, TABLE, seed=1)


def test_it_tells_its_twin_with_all_parameters() -> None:
    found = EXPLAINERS.parse({"type": "placebo", "twin": "tree_shap"}).fit(ORCHARD, TABLE, seed=1)(TABLE.rows[0], None)

    assert found.parameters["twin"] == {"type": "tree_shap", "value_function": "interventional"}
    assert EXPLAINERS.parse({"type": "placebo", **found.parameters}) == Placebo(twin=EXPLAINERS.parse("tree_shap"))
