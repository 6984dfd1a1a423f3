"""A bound from below by a posterior that is fitted: Barber and Agakov (2003); Foster et al. (2019), NeurIPS.

E log q(parameters | answers) - E log p(parameters) never exceeds the information, whatever q is. Here q is normal, its
mean a quadratic of the answers (or one of each pattern of few yes or no answers), fitted on half of the draws and
judged on the other half, so that fitting cannot flatter it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.planning.information.models import Array, Model, Rng

MOST_PATTERNS = 64


@dataclass(frozen=True, slots=True)
class LowerBound:
    """Nats, with its standard error."""

    value: float
    error: float


def lower_bound(model: Model, rng: Rng, *, draws: int = 8_000) -> LowerBound:
    """Of the information of the model's looks. ValueError with fewer than 400 draws."""
    if draws < 400:
        raise ValueError(f"draws must be at least 400, not {draws}.")
    parameters = model.draw(draws, rng)
    answers = model.answers(parameters, rng)
    features = _features(answers)
    half = draws // 2
    weights, *_ = np.linalg.lstsq(features[:half], parameters[:half], rcond=None)
    spread = np.atleast_2d(np.cov(parameters[:half] - features[:half] @ weights, rowvar=False))
    spread += 1e-12 * max(float(np.trace(spread)), 1e-12) * np.eye(len(spread))
    gap = parameters[half:] - features[half:] @ weights
    _, volume = np.linalg.slogdet(2 * np.pi * spread)
    fitted = -(np.einsum("ij,ij->i", gap, np.linalg.solve(spread, gap.T).T) + volume) / 2
    gained = fitted - model.log_prior(parameters[half:])
    return LowerBound(max(float(gained.mean()), 0.0), float(gained.std(ddof=1) / np.sqrt(len(gained))))


def _features(answers: Array) -> Array:
    n, m = answers.shape
    if np.isin(answers, (0.0, 1.0)).all() and 2**m <= MOST_PATTERNS:
        pattern = (answers @ (2 ** np.arange(m))).astype(int)
        return np.asarray(np.eye(2**m)[pattern])
    products = [answers[:, i] * answers[:, j] for i in range(m) for j in range(i, m)] if m <= 12 else []
    return np.column_stack([np.ones(n), answers, *products])
