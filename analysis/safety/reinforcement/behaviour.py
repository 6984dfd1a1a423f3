"""The parameters under which a policy would most likely have done what was done: where an improvement begins."""

from __future__ import annotations

import numpy as np

from analysis.safety.reinforcement.episodes import Episodes
from analysis.safety.reinforcement.policies.policy import Cells, Policy
from analysis.safety.terms import Array

RIDGE = 1e-3
MOST_STEPS = 200


def likeliest(policy: Policy, episodes: Episodes) -> Array:
    """By maximum likelihood, held back a little, so that what was never done keeps a chance. Neutral where the
    likelihood has no slope.
    """
    from scipy.optimize import minimize

    cells = Cells.of(episodes, by_chance=policy.needs_chances)
    fitted = policy.over(cells)
    counts = np.bincount(cells.of_step, minlength=len(cells.chances)) / len(cells.of_step)
    neutral = policy.neutral()

    def unlikely(theta: Array) -> tuple[float, Array]:
        logs, away = np.maximum(fitted.logs(theta), -1e3), theta - neutral
        value = -float(counts @ logs) + RIDGE * float(away @ away)
        return value, -fitted.pull(theta, counts) + 2 * RIDGE * away

    found = minimize(unlikely, neutral, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    return np.asarray(found.x, dtype=np.float64) if np.isfinite(found.fun) else neutral
