"""Values of an attribute, listed or spaced, and the pool of stimuli that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import exp, isfinite, log, prod

from experiments.types import Json, JsonObject

DIGITS = 12
MOST_STEPS = 200
MOST_STIMULI = 400
MOST = 1e9


def spaced(value: Json) -> tuple[float, ...]:
    """The numbers that a list, one number or {from, to, steps, scale} stands for. ValueError if it is none of them.

    >>> spaced({"from": 0.01, "to": 1, "steps": 3, "scale": "log"}), spaced([1, 2]), spaced(0.5)
    ((0.01, 0.1, 1.0), (1.0, 2.0), (0.5,))
    """
    if isinstance(value, Mapping):
        return _between(value)
    entries = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    numbers = tuple(_number(each) for each in entries)
    if not numbers:
        raise ValueError("There is no value.")
    return numbers


def weights(value: Json) -> tuple[float, ...]:
    """The prior of each of those numbers, adding up to 1: even, or normal around `mean` (on a log scale log-normal).

    >>> weights([1, 2]), [round(each, 3) for each in weights({"from": 0, "to": 2, "steps": 3, "mean": 1, "sd": 1})]
    ((0.5, 0.5), [0.274, 0.452, 0.274])
    """
    numbers = spaced(value)
    sd = value.get("sd") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or sd is None:
        return (1 / len(numbers),) * len(numbers)
    mean, is_log = _number(value.get("mean")), value.get("scale") == "log"
    if _number(sd) < 1 / MOST or (is_log and mean <= 0):
        raise ValueError(f"The prior's sd is at least {1 / MOST:g}, and on a log scale its mean is above 0.")
    gaps = [((log(each) - log(mean)) if is_log else each - mean) / _number(sd) for each in numbers]
    nearest = min(gap * gap for gap in gaps)
    dense = [exp((nearest - gap * gap) / 2) for gap in gaps]
    return tuple(each / sum(dense) for each in dense)


def pool_of(items: Sequence[JsonObject], choose: JsonObject) -> tuple[JsonObject, ...]:
    """The stimuli to choose from: the set itself, or each of it once for every combination of `levels`.

    A stimulus made so is called after the one it is made of and its place: “left-3”.
    """
    levels = choose.get("levels")
    if not isinstance(levels, Mapping) or not levels:
        return tuple(items)
    names, values_of = list(levels), [spaced(each) for each in levels.values()]
    count = len(items) * prod(len(values) for values in values_of)
    if count > MOST_STIMULI:
        raise ValueError(f"These make {count:,} stimuli; {MOST_STIMULI} are the most.")
    combinations = list(product(*values_of))
    return tuple(
        {**item, **dict(zip(names, values, strict=True)), "id": f"{item.get('id')}-{number}"}
        for item in items
        for number, values in enumerate(combinations, start=1)
    )


def _between(value: JsonObject) -> tuple[float, ...]:
    first, last, steps = _number(value.get("from")), _number(value.get("to")), value.get("steps")
    if not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be from 2 to {MOST_STEPS}.")
    parts = [number / (steps - 1) for number in range(steps)]
    if value.get("scale") != "log":
        return tuple(_short(first + (last - first) * part) for part in parts)
    if min(first, last) <= 0:
        raise ValueError("On a log scale both ends must be above 0.")
    return tuple(_short(exp(log(first) + (log(last) - log(first)) * part)) for part in parts)


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"A number is needed, not {value!r}.")
    if abs(value) > MOST:
        raise ValueError(f"{value:g} is beyond {MOST:,.0f}: write it in a larger unit.")
    return float(value)
