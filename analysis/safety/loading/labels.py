"""What is predicted, as the measures take it: classes as whole numbers from 0, or finite numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.learning.data.samples import Array
from analysis.safety.loading.conditions import equal, held
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.loading.table import is_text
from analysis.safety.terms import Array as Reals
from analysis.safety.terms import Regime
from experiments.types import Json

Class = str | int | float
MOST_CLASSES: Final = 100


def labels_of(
    column: Array, name: str, regime: Regime, *, positive: Json = None, classes: Sequence[Class] = ()
) -> tuple[Reals, tuple[Class, ...]]:
    """(n,) labels, and the classes in the order of their numbers as the column writes them (regression: none).

    NotUsable where the coding is not the one that the measures count by: a wrong one would be a silent wrong answer.
    """
    if regime is Regime.BINARY:
        return _binary(column, name, positive)
    if regime is Regime.MULTICLASS:
        return _multiclass(column, name, classes)
    if is_text(column):
        raise _refused("label", f"The label “{name}” holds texts: {held(column)}.", "Regression predicts a number.")
    numbers = column.astype(np.float64)
    if len(numbers) and (numbers == numbers[0]).all():
        raise _refused("label", f"Every row has the same label: {numbers[0]:g}.", "There is nothing to learn.")
    return numbers, ()


def _binary(column: Array, name: str, positive: Json) -> tuple[Reals, tuple[Class, ...]]:
    values = _values(column)
    if len(values) != 2:
        hint = "Binary classification needs two; for more, write regime: multiclass_classification."
        raise _refused("label", f"The label “{name}” has {len(values)} values: {held(column)}.", hint)
    if positive is None:
        if values != [0, 1]:
            hint = f"Say which is predicted: positive: {values[1]}."
            raise _refused("label", f"The label “{name}” is not coded 0 and 1: it holds {held(column)}.", hint)
        return column.astype(np.float64), (int(values[0]), int(values[1]))
    is_positive = equal(column, positive)
    if not is_positive.any():
        raise _refused("positive", f"No row has “{name}” equal to {positive!r}.", f"It holds {held(column)}.")
    other = next(value for value in values if value != positive)
    return is_positive.astype(np.float64), (other, next(value for value in values if value == positive))


def _multiclass(column: Array, name: str, classes: Sequence[Class]) -> tuple[Reals, tuple[Class, ...]]:
    values = _values(column)
    fractions = [value for value in values if isinstance(value, float) and not value.is_integer()]
    if fractions or len(values) > MOST_CLASSES:
        said = f"The label “{name}” holds {held(column)}: these are no classes."
        raise _refused("label", said, "For a number, write regime: regression.")
    if len(values) < 2:
        raise _refused("label", f"Every row has the same label: {held(column)}.", "There is nothing to learn.")
    if classes and (strange := [value for value in values if value not in classes]):
        raise _refused("classes", f"“{name}” holds {strange[0]!r} too, which is not among the classes.", "Name all.")
    if missing := [value for value in classes if value not in values]:
        raise _refused("classes", f"No row has “{name}” equal to {missing[0]!r}.", f"It holds {held(column)}.")
    if not classes and not is_text(column) and values != list(range(len(values))):
        said = f"The label “{name}” is not coded 0 to {len(values) - 1}: it holds {held(column)}."
        raise _refused("label", said, "Name its values in the order of their numbers in constraints: classes: [1, 2].")
    order = list(classes) or values
    codes = np.empty(len(column))
    for code, value in enumerate(order):
        codes[equal(column, value)] = code
    return codes, tuple(int(value) if isinstance(value, float) else value for value in order)


def _values(column: Array) -> list[Class]:
    """What it holds, in order."""
    if is_text(column):
        return sorted({str(value) for value in column if value is not None})
    return list(np.unique(column[np.isfinite(column)]).tolist())


def _refused(path: str, said: str, hint: str) -> NotUsable:
    return NotUsable([((path,), said, hint)])
