"""Exact Shapley values of one prediction, and a control that looks like them but means nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Predict = Callable[[Floats], Floats]


def shapley_values(predict: Predict, x: Floats, background: Floats) -> tuple[Floats, float]:
    """Attributions, shape (m,), and the baseline: baseline + their sum = the prediction.

    x: shape (m,), m <= 12. background: shape (b, m). Units: those of the prediction. Interventional: the value of a
    coalition S is v(S) = mean over background rows z of f(x on S, z elsewhere), and

        phi_i = sum over S without i of |S|! (m - |S| - 1)! / m! * (v(S with i) - v(S)).

    ValueError if m > 12. Shapley (1953); Strumbelj and Kononenko (2014); Lundberg and Lee (2017).
    """
    m = len(x)
    if m > 12:
        raise ValueError(f"x has {m} features; exact enumeration allows at most 12.")
    masks = np.array(list(itertools.product([False, True], repeat=m)))
    values = _coalition_values(predict, x, background, masks)
    sizes = masks.sum(axis=1)
    weight = np.array(
        [math.factorial(s) * math.factorial(m - s - 1) / math.factorial(m) if s < m else 0.0 for s in range(m + 1)]
    )
    phi = np.empty(m)
    for i in range(m):
        without = np.flatnonzero(~masks[:, i])
        with_i = without + (1 << (m - 1 - i))  # masks count up in binary, the first feature being the highest bit
        phi[i] = np.sum(weight[sizes[without]] * (values[with_i] - values[without]))
    return phi, float(values[0])


def _coalition_values(predict: Predict, x: Floats, background: Floats, masks: npt.NDArray[np.bool_]) -> Floats:
    """v(S) for each mask."""
    mixed = np.where(masks[:, None, :], x, background[None, :, :])
    predictions = predict(mixed.reshape(-1, len(x)))
    return np.asarray(predictions.reshape(len(masks), len(background)).mean(axis=1), dtype=np.float64)


def random_attributions(real: Floats, rng: np.random.Generator) -> Floats:
    """A placebo: same number of bars, same sum and same sum of absolute values as `real`, but random content.

    Signs are coin flips (drawn again until both totals can be met); sizes are Dirichlet(1) shares of the positive
    and of the negative total, given to features at random. So length and direction of the chart as a whole are
    the real ones, and only what is credited to which feature is made up.
    """
    up, down = float(real[real > 0].sum()), float(-real[real < 0].sum())
    while True:
        is_up = rng.random(len(real)) < 0.5
        if (is_up.any() or up == 0) and (not is_up.all() or down == 0):
            break
    fake = np.zeros(len(real))
    fake[is_up] = up * rng.dirichlet(np.ones(is_up.sum())) if is_up.any() else 0.0
    fake[~is_up] = -down * rng.dirichlet(np.ones((~is_up).sum())) if (~is_up).any() else 0.0
    return fake


def rounded_to_total(values: Floats, total: float, *, step: float = 0.1) -> Floats:
    """The values in steps, adding up to `total` (a multiple of the step): largest remainders are rounded up.

    What people see then adds up to the digit. Each value moves by less than one step if total is within
    len(values) / 2 steps of their sum.
    """
    scaled = values / step
    floors = np.floor(scaled)
    missing = round(total / step - floors.sum())
    order = np.argsort(-(scaled - floors), kind="stable")
    floors[order[:missing]] += 1
    return np.asarray(np.round(floors * step, 10))
