"""SciPy's ways down, each with a row of the trace for every iteration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from analysis.safety.optimisers.course import Course
from analysis.safety.terms import Array

HUGE: Final = 1e10  # instead of infinity, which line searches do not survive
NEARLY: Final = 1e-4  # how far inside an approach aims, so that it gets inside at all


def minimise(
    function: Callable[[Array], float] | Callable[[Array], tuple[float, Array]],
    start: Array,
    step: Callable[[Array], None],
    method: str,
    **more: Any,  # what SciPy's `minimize` takes: jac, constraints, options
) -> Array:
    """Where it ended. step: called with the parameters after every iteration; may raise StopIteration to end it."""
    from scipy.optimize import minimize

    last = start

    def told(theta: Array) -> None:
        nonlocal last
        last = np.array(theta, dtype=np.float64)
        step(last)

    try:
        found = minimize(function, start, method=method, callback=told, **more)  # type: ignore[call-overload]  # see more
    except StopIteration:  # not every method of SciPy's knows it
        return last
    return np.asarray(found.x, dtype=np.float64)


def approach(course: Course, start: Array, iterations: int) -> None:
    """Towards where the constraints hold, whatever becomes of the objective: half the square of what is above 0."""

    def function(theta: Array) -> tuple[float, Array]:
        look, _, slopes = course.slopes(theta)
        above = np.maximum(look.bounds + NEARLY, 0.0)
        if not (np.isfinite(above).all() and np.isfinite(slopes).all()):
            return HUGE, np.zeros(course.size)
        return float(above @ above) / 2, above @ slopes

    def step(theta: Array) -> None:
        course.step(theta, np.zeros(course.count))
        if course.holds():
            raise StopIteration

    options: Mapping[str, float] = {"maxiter": iterations, "ftol": 1e-14, "gtol": 1e-10}
    minimise(function, start, step, "L-BFGS-B", jac=True, options=options)
