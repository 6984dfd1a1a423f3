"""Every measure keeps the promises of its kind. A new one joins by standing in MEASURES; it needs no test here."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from analysis.safety.measures import MEASURES, measures_of
from analysis.safety.measures.kinds import Affine, Line
from analysis.safety.terms import Array, Measure, Regime

N, CLASSES = 300, 3
SUPERVISED = (Regime.REGRESSION, Regime.BINARY, Regime.MULTICLASS)
EVERY = [
    pytest.param(measure, regime, id=f"{name} in {regime}")
    for regime in SUPERVISED
    for name, measure in measures_of(regime).items()
]
every_measure = pytest.mark.parametrize(("measure", "regime"), EVERY)


class Rows(NamedTuple):
    outputs: Array
    labels: Array


def rows(regime: Regime) -> Rows:
    """Of every class, none of them surely."""
    rng = np.random.default_rng(18)
    if regime == Regime.REGRESSION:
        return Rows(rng.normal(size=N), rng.normal(size=N))
    if regime == Regime.BINARY:
        return Rows(rng.uniform(0.01, 0.99, N), rng.integers(0, 2, N).astype(float))
    return Rows(rng.dirichlet(np.ones(CLASSES), N), rng.integers(0, CLASSES, N).astype(float))


def indices(measure: Measure, regime: Regime) -> tuple[int, ...]:
    return tuple(range(measure.subscripts(regime)))


def counted(measure: Measure, regime: Regime) -> tuple[Array, Array]:
    found = rows(regime)
    among = measure.rows(found.labels, indices(measure, regime))
    among = np.ones(N, dtype=bool) if among is None else among
    return found.outputs[among], found.labels[among]


@every_measure
def test_it_gives_a_value_for_each_row_that_counts_within_its_range(measure: Measure, regime: Regime) -> None:
    outputs, labels = counted(measure, regime)
    values, like = measure.values(outputs, labels, indices(measure, regime)), measure.like()

    assert 0 < len(values) == len(labels) <= N
    assert like.low <= values.min() <= values.max() <= like.high
    assert len(like.values) == 0


@every_measure
def test_its_slopes_are_those_of_its_values_or_something_smooth_stands_in(measure: Measure, regime: Regime) -> None:
    searched, (outputs, labels) = measure.smooth or measure, counted(measure, regime)
    places, step = indices(measure, regime), 1e-6
    slopes = searched.slopes(outputs, labels, places)

    assert slopes.shape == outputs.shape
    for column in np.ndindex(outputs.shape[1:]):
        away = np.zeros(outputs.shape[1:])
        away[column] = step
        up, down = (searched.values(outputs + sign * away, labels, places) for sign in (1, -1))
        assert slopes[(slice(None), *column)] == pytest.approx((up - down) / (2 * step), abs=1e-6)


@every_measure
def test_a_value_depends_on_its_own_row_alone(measure: Measure, regime: Regime) -> None:
    outputs, labels = counted(measure, regime)
    places, half = indices(measure, regime), slice(0, len(labels) // 2)
    whole = measure.values(outputs, labels, places)

    assert measure.values(outputs[half], labels[half], places) == pytest.approx(whole[half])


@every_measure
def test_what_is_a_line_of_the_output_says_so_rightly(measure: Measure, regime: Regime) -> None:
    if not isinstance(measure, Affine):
        return
    outputs, labels = counted(measure, regime)
    lines = measure.lines(indices(measure, regime), CLASSES if regime == Regime.MULTICLASS else 2)
    expected = measure.values(outputs, labels, indices(measure, regime))

    for row, label in enumerate(labels.astype(int)):
        line = lines if isinstance(lines, Line) else lines[label]
        output = outputs[row] if outputs.ndim == 1 else outputs[row, line.column]
        assert line.offset + line.scale * output == pytest.approx(expected[row])


@pytest.mark.parametrize("name", [name for name in MEASURES if name.startswith("Hard_")])
def test_a_measure_of_decisions_is_yes_or_no_and_declares_it(name: str) -> None:
    regime = Regime.MULTICLASS
    outputs, labels = counted(MEASURES[name], regime)
    values = MEASURES[name].values(outputs, labels, indices(MEASURES[name], regime))

    assert set(values) <= {0.0, 1.0}
    assert MEASURES[name].like().binary
