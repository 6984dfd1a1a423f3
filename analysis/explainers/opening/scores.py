"""Coefficients and gradients of trained models: scikit-learn's linear ones and perceptrons, and our own networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.explainers.opening.affine import Affine
from analysis.explainers.subjects import Reals
from analysis.learning.inference import Predictor, TrainedNetwork
from analysis.learning.models.activations import ACTIVATIONS
from analysis.learning.models.network import Network
from analysis.learning.models.targets import Classes, softmax

Coefficients = tuple[Reals, Reals]
Gradients = Callable[[Reals, int], Reals]
LINEAR = ("sklearn.linear_model", "sklearn.svm", "sklearn.discriminant_analysis")
NOT_LINEAR = frozenset({"SVC", "NuSVC", "SVR", "NuSVR", "OneClassSVM", "QuadraticDiscriminantAnalysis"})
"""With kernels, or with one score for each pair of classes."""
OTHER_LINKS = frozenset({"PoissonRegressor", "GammaRegressor", "TweedieRegressor"})
SOFTMAX = frozenset({"LogisticRegression", "LogisticRegressionCV"})
PERCEPTRONS = frozenset({"MLPClassifier", "MLPRegressor"})


def coefficients_of(predictor: Predictor, last: Any, before: Affine) -> Coefficients | None:
    """Of the scores, in the scale of the samples. None: it is not linear. Of two classes, one score: the second's."""
    found = _own_coefficients(last)
    if found is None:
        return None
    weights, intercepts = found
    if len(weights) == 2 and len(predictor.labels) == 2:  # only their difference counts
        weights, intercepts = weights[1:] - weights[:1], intercepts[1:] - intercepts[:1]
    return weights @ before.slopes, intercepts + weights @ before.offset


def _own_coefficients(last: Any) -> Coefficients | None:
    """As the model has them, after all preparing."""
    if isinstance(last, TrainedNetwork):
        return None if last.network.hidden else (last.weights["weights.0"].T, last.weights["biases.0"])
    is_linear = type(last).__module__.startswith(LINEAR) and type(last).__name__ not in NOT_LINEAR
    if not is_linear or not hasattr(last, "coef_"):
        return None
    weights = last.coef_.toarray() if hasattr(last.coef_, "toarray") else np.asarray(last.coef_, dtype=np.float64)
    weights = np.atleast_2d(weights)
    return weights, np.broadcast_to(np.asarray(last.intercept_, dtype=np.float64), (len(weights),))


def gradients_of(predictor: Predictor, last: Any, before: Affine) -> Gradients | None:
    """Of each output by the samples. None: it is not differentiable, or not known to be."""
    trained = _as_network(predictor, last)
    if trained is None:
        return None
    network, weights = trained.network, trained.weights
    slope_of = ACTIVATIONS[network.activation].slope

    def gradients(samples: Reals, target: int) -> Reals:
        flat = samples.reshape(len(samples), -1) @ before.slopes.T + before.offset
        layers, _ = network.forward(weights, flat, None)
        slope = _output_slope(predictor, layers[-1], target)
        for layer in reversed(range(len(layers) - 1)):
            slope = slope @ weights[f"weights.{layer}"].T
            slope = slope * slope_of(layers[layer]) if layer else slope
        return np.asarray((slope @ before.slopes).reshape(samples.shape))

    return gradients


def _output_slope(predictor: Predictor, outputs: Reals, target: int) -> Reals:
    """Of the output that is explained by all outputs of the network, shape (n, k)."""
    place = np.eye(outputs.shape[1])[target]
    if not isinstance(predictor.aim, Classes):
        return np.broadcast_to(place, outputs.shape)
    said = softmax(outputs)
    return np.asarray(said[:, [target]] * (place - said))


def _as_network(predictor: Predictor, last: Any) -> TrainedNetwork | None:
    """What is a network by another name: a perceptron, a linear regression, a logistic one."""
    if isinstance(last, TrainedNetwork):
        return last
    layers = _layers(last)
    if layers is None:
        return None
    if len(predictor.labels) == 2 and layers[-1][0].shape[1] == 1:
        weights, biases = layers[-1]  # one score, of the second class; the other's is 0
        layers[-1] = (np.hstack([np.zeros_like(weights), weights]), np.append(0.0, biases))
    named = {f"weights.{place}": weights for place, (weights, _) in enumerate(layers)}
    named |= {f"biases.{place}": biases for place, (_, biases) in enumerate(layers)}
    activation = str(getattr(last, "activation", "identity"))
    return TrainedNetwork(Network(tuple(len(biases) for _, biases in layers[:-1]), activation), named)


def _layers(last: Any) -> list[tuple[Reals, Reals]] | None:
    """Weights, shape (in, out), and biases of each layer, before any softmax."""
    name = type(last).__name__
    if name in PERCEPTRONS and last.out_activation_ in ("identity", "softmax", "logistic"):
        return list(zip(last.coefs_, last.intercepts_, strict=True))
    found = _own_coefficients(last)
    if found is None or not _is_smooth(last, len(found[0])):
        return None
    return [(found[0].T, found[1])]


def _is_smooth(last: Any, scores: int) -> bool:
    """Whether its outputs are its scores, or the softmax of them."""
    name = type(last).__name__
    if name in SOFTMAX:
        return scores == 1 or last.solver != "liblinear"
    return not hasattr(last, "classes_") and name not in OTHER_LINKS
