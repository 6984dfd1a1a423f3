"""Networks of numpy: their slopes are those of their loss, and they learn."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.learning.models.activations import ACTIVATIONS
from analysis.learning.models.network import Network, Weights
from analysis.learning.models.optimisers import Adam, Descent, Optimiser, clip
from analysis.learning.models.targets import Aim, Classes, Numbers


def loss(network: Network, weights: Weights, aim: Aim, samples: np.ndarray, coded: np.ndarray) -> float:
    return float(aim.losses(network.outputs(weights, samples), coded).mean())


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("aim", [Classes((0, 1, 2)), Numbers(2)], ids=["classes", "numbers"])
def test_gradients_are_the_slopes_of_the_loss(activation: str, aim: Aim) -> None:
    rng = np.random.default_rng(1)
    network = Network((5, 4), activation)
    weights = network.initial(3, aim.outputs, rng)
    samples = rng.normal(size=(7, 3))
    coded = rng.integers(0, 3, 7) if isinstance(aim, Classes) else rng.normal(size=(7, 2))
    layers, masks = network.forward(weights, samples, None)

    found = network.gradients(weights, layers, aim.slope(layers[-1], coded) / 7, masks)

    for name, gradient in found.items():
        for place in list(np.ndindex(gradient.shape))[:4]:
            held = weights[name][place]
            weights[name][place] = held + 1e-6
            above = loss(network, weights, aim, samples, coded)
            weights[name][place] = held - 1e-6
            below = loss(network, weights, aim, samples, coded)
            weights[name][place] = held
            assert gradient[place] == pytest.approx((above - below) / 2e-6, abs=1e-6)


def test_gradients_pass_through_dropout_as_the_outputs_did() -> None:
    rng, aim, network = np.random.default_rng(1), Numbers(1), Network((30,), "tanh", dropout=0.5)
    weights = network.initial(3, 1, rng)
    samples, coded = rng.normal(size=(4, 3)), rng.normal(size=(4, 1))

    def left_out() -> float:
        layers, _ = network.forward(weights, samples, np.random.default_rng(9))
        return float(aim.losses(layers[-1], coded).mean())

    layers, masks = network.forward(weights, samples, np.random.default_rng(9))
    gradient = network.gradients(weights, layers, aim.slope(layers[-1], coded) / 4, masks)["weights.0"][0, 0]
    before = left_out()
    weights["weights.0"][0, 0] += 1e-6

    assert gradient == pytest.approx((left_out() - before) / 1e-6, abs=1e-4)


def test_descent_with_momentum_follows_its_formula() -> None:
    weights, gradients = {"weights.0": np.array([1.0])}, {"weights.0": np.array([2.0])}
    optimiser = Descent(learning_rate=0.1, momentum=0.5)
    memory = optimiser.memory(weights)

    for number in (1, 2):
        optimiser.step(weights, gradients, memory, number)

    assert weights["weights.0"] == pytest.approx([1 - 0.1 * 2 - 0.1 * (0.5 * 2 + 2)])


def test_the_first_step_of_adam_is_as_long_as_its_rate() -> None:
    weights = {"weights.0": np.array([1.0, 1.0])}
    optimiser = Adam(learning_rate=0.1)

    optimiser.step(weights, {"weights.0": np.array([1e-3, -5.0])}, optimiser.memory(weights), 1)

    assert weights["weights.0"] == pytest.approx([0.9, 1.1], abs=1e-5)


@pytest.mark.parametrize("optimiser", [Descent(0.1, 0.9, True, 1e-4), Adam(0.01, weight_decay=1e-4)])
def test_a_network_learns_what_no_line_parts(optimiser: Optimiser) -> None:
    samples = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    aim, network = Classes(("same", "other")), Network((16,), "tanh")
    coded = np.array([0, 1, 1, 0])
    weights = network.initial(2, 2, np.random.default_rng(0))
    memory = optimiser.memory(weights)
    for number in range(1, 501):
        layers, masks = network.forward(weights, samples, None)
        gradients = network.gradients(weights, layers, aim.slope(layers[-1], coded) / 4, masks)
        optimiser.step(weights, gradients, memory, number)

    assert aim.predicted(network.outputs(weights, samples)).tolist() == ["same", "other", "other", "same"]


def test_clipping_keeps_the_direction_and_shortens_what_is_too_long() -> None:
    gradients = {"a": np.array([3.0]), "b": np.array([4.0])}

    assert {name: value.tolist() for name, value in clip(gradients, 1.0).items()} == {
        "a": pytest.approx([0.6]),
        "b": pytest.approx([0.8]),
    }
    assert clip(gradients, 10.0)["a"] == gradients["a"]


def test_a_label_that_training_never_saw_is_refused() -> None:
    with pytest.raises(ValueError, match="none of those learnt"):
        Classes((0, 1)).coded(np.array([0, 2]))
