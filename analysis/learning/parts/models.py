"""Models of numpy and their optimisers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.learning.components import (
    Flag,
    ListOf,
    OneOf,
    Parameter,
    Real,
    Whole,
    component,
)

if TYPE_CHECKING:
    from analysis.learning.models.network import Network
    from analysis.learning.models.optimisers import Optimiser

RATE = Parameter(Real(0, above=True), "Length of a step.", default=0.01)
DECAY = Parameter(Real(0), "Pull of the weights towards 0; biases are spared.", default=0.0)
SHARE = Real(0, 1, below=True)


@component(
    "model",
    "mlp",
    library="numpy",
    parameters={
        "hidden": Parameter(ListOf(Whole(1, 100_000)), "Neurons of each hidden layer.", default=[64]),
        "activation": Parameter(OneOf("relu", "tanh", "logistic", "identity"), "After each of them.", default="relu"),
        "dropout": Parameter(SHARE, "Share of a hidden layer left out in training.", default=0.0),
    },
)
def mlp(*, hidden: list[int], activation: str, dropout: float) -> Network:
    """A multi-layer perceptron of numpy.

    Classifies where the targets are labels (cross-entropy), else predicts numbers (squared error). Inputs and outputs
    follow from the data. Resumed, it goes on bit for bit.
    """
    from analysis.learning.models.network import Network

    return Network(tuple(hidden), activation, dropout)


@component("model", "softmax_regression", library="numpy")
def softmax_regression() -> Network:
    """Softmax regression of numpy.

    No hidden layer: logistic regression for labels, linear regression for numbers, learnt by gradients.
    """
    from analysis.learning.models.network import Network

    return Network()


@component(
    "optimiser",
    "sgd",
    library="numpy",
    parameters={
        "learning_rate": RATE,
        "momentum": Parameter(SHARE, "Share of the last step that goes on.", default=0.0),
        "nesterov": Parameter(Flag(), "Look ahead along the momentum.", default=False),
        "weight_decay": DECAY,
    },
)
def sgd(*, learning_rate: float, momentum: float, nesterov: bool, weight_decay: float) -> Optimiser:
    """Stochastic gradient descent, with momentum (numpy)."""
    from analysis.learning.models.optimisers import Descent

    return Descent(learning_rate, momentum, nesterov, weight_decay)


@component(
    "optimiser",
    "adam",
    library="numpy",
    parameters={
        "learning_rate": Parameter(Real(0, above=True), "Length of a step.", default=0.001),
        "beta1": Parameter(SHARE, "Memory of the gradient.", default=0.9),
        "beta2": Parameter(SHARE, "Memory of its square.", default=0.999),
        "epsilon": Parameter(Real(0, above=True), "Keeps from dividing by 0.", default=1e-8),
        "weight_decay": DECAY,
    },
)
def adam(*, learning_rate: float, beta1: float, beta2: float, epsilon: float, weight_decay: float) -> Optimiser:
    """Adam; with decay it is AdamW (numpy)."""
    from analysis.learning.models.optimisers import Adam

    return Adam(learning_rate, beta1, beta2, epsilon, weight_decay)
