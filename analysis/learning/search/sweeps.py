"""The words that leave a place of a document open: each reads its node, or says what is wrong with it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from analysis.learning.search.distributions import Distribution, LogUniform, Normal, Uniform, Whole, rounded
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

MOST_VALUES = 100_000
LARGEST = sys.float_info.max
EXTRAS = {"when", "otherwise"}


class SweepError(ValueError):
    """What is wrong with a sweep. path: under its node."""

    def __init__(self, message: str, hint: str = "", path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message, hint)
        self.message, self.hint, self.path = message, hint, path


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was read: values, or a distribution. inside: where the values stand in the node, as their path."""

    values: tuple[Json, ...] = ()
    distribution: Distribution | None = None
    group: str = ""
    inside: tuple[str | int, ...] = ()
    drawn: int = 0


def is_sweep(node: Json) -> bool:
    """Whether a mapping is one of the words and nothing else (but `when` and `otherwise`)."""
    if not isinstance(node, Mapping):
        return False
    return any(keys <= node.keys() <= keys | more | EXTRAS for keys, more in SHAPES.values())


def read_sweep(node: JsonObject) -> Sweep:
    """SweepError if it cannot be one."""
    word = next(word for word, (keys, _) in SHAPES.items() if keys <= node.keys())
    return READERS[word](node)


def _values(node: JsonObject) -> Sweep:
    if node["sweep"] == "absolute" and "values" in node:  # as MLgym writes it
        return Sweep(_listed(node["values"], "values"), inside=("values",))
    if "values" in node:
        raise SweepError("Next to values, sweep must be absolute.", "Write {sweep: [1, 2]}.", ("sweep",))
    return Sweep(_listed(node["sweep"], "sweep"), inside=("sweep",))


def _zip(node: JsonObject) -> Sweep:
    if not isinstance(node["zip"], str) or not node["zip"]:
        raise SweepError("A zip needs the name of its group.", "Write {zip: pairs, values: [1, 2]}.", ("zip",))
    return Sweep(_listed(node["values"], "values"), group=node["zip"], inside=("values",))


def _range(node: JsonObject) -> Sweep:
    ends = _numbers(node["range"], "range", ("from", "to", "step"), ("from", "to"))
    start, stop, step = (Decimal(repr(ends.get(key, 1))) for key in ("from", "to", "step"))
    if not step or (stop - start) / step < 0:
        sentence = f"From {start} one never comes to {stop} in steps of {step}."
        raise SweepError(sentence, "Turn the step round.", ("range",))
    count = int((stop - start) / step) + 1
    _bounded(count, "range")
    is_whole = all(isinstance(value, int) for value in ends.values())
    steps = [start + step * i for i in range(count)]
    return Sweep(tuple(int(value) if is_whole else float(value) for value in steps))


def _log_range(node: JsonObject) -> Sweep:
    ends = _numbers(node["log_range"], "log_range", ("from", "to", "count"), ("from", "to", "count"))
    low, high, count = ends["from"], ends["to"], ends["count"]
    if low <= 0 or high <= 0:
        raise SweepError("A log_range is of numbers above 0.", "", ("log_range",))
    if not isinstance(count, int) or count < 2:
        raise SweepError(f"count must be a whole number of 2 or more, not {count}.", "", ("log_range", "count"))
    _bounded(count, "log_range")
    parts = [math.log(low) + (math.log(high) - math.log(low)) * i / (count - 1) for i in range(count)]
    values = [float(low), *(rounded(math.exp(part)) for part in parts[1:-1]), float(high)]
    is_whole = isinstance(low, int) and isinstance(high, int) and all(value.is_integer() for value in values)
    return Sweep(tuple(int(value) if is_whole else value for value in values))


def _random(node: JsonObject) -> Sweep:
    inner = node["random"]
    if not isinstance(inner, Mapping) or len(inner) != 1:
        raise SweepError("A random value needs one distribution.", f"Known: {', '.join(DISTRIBUTIONS)}.", ("random",))
    ((kind, content),) = inner.items()
    if kind not in DISTRIBUTIONS:
        raise SweepError(f"There is no distribution {kind}.", did_you_mean(kind, DISTRIBUTIONS), ("random", str(kind)))
    drawn = node.get("count", 0)
    if not isinstance(drawn, int) or isinstance(drawn, bool) or not 0 <= drawn <= MOST_VALUES:
        raise SweepError(f"count must be a whole number from 1 to {MOST_VALUES:,}, not {drawn}.", "", ("count",))
    sweep = DISTRIBUTIONS[kind](content)
    return Sweep(sweep.values, sweep.distribution, inside=sweep.inside, drawn=drawn)


def _choice(content: Json) -> Sweep:
    return Sweep(_listed(content, "random", "choice"), inside=("random", "choice"))


def _uniform(content: Json) -> Sweep:
    ends = _span(content, "uniform", more=("step",))
    if ends.get("step", 1) <= 0:
        raise SweepError("step must be above 0.", "", ("random", "uniform", "step"))
    return Sweep(distribution=Uniform(ends["from"], ends["to"], ends.get("step")))


def _log_uniform(content: Json) -> Sweep:
    ends = _span(content, "log_uniform")
    if ends["from"] <= 0:
        raise SweepError("A log_uniform is of numbers above 0.", "", ("random", "log_uniform"))
    return Sweep(distribution=LogUniform(ends["from"], ends["to"]))


def _normal(content: Json) -> Sweep:
    ends = _numbers(_named(content, ("mean", "sd")), "normal", ("mean", "sd"), ("mean", "sd"))
    if ends["sd"] <= 0:
        raise SweepError("sd must be above 0.", "", ("random", "normal"))
    return Sweep(distribution=Normal(ends["mean"], ends["sd"]))


def _whole(content: Json, *, log: bool = False) -> Sweep:
    kind = "log_int" if log else "int"
    ends = _span(content, kind)
    low, high = ends["from"], ends["to"]
    if not isinstance(low, int) or not isinstance(high, int):
        raise SweepError("from and to must be whole numbers.", "", ("random", kind))
    if log and low < 1:
        raise SweepError("from must be 1 or more.", "", ("random", kind))
    return Sweep(distribution=Whole(low, high, log))


def _log_whole(content: Json) -> Sweep:
    return _whole(content, log=True)


def _span(content: Json, kind: str, more: tuple[str, ...] = ()) -> Mapping[str, int | float]:
    ends = _numbers(_named(content, ("from", "to")), kind, ("from", "to", *more), ("from", "to"))
    if ends["from"] >= ends["to"]:
        raise SweepError(f"from ({ends['from']}) must be below to ({ends['to']}).", "", ("random", kind))
    return ends


def _named(content: Json, names: tuple[str, str]) -> Json:
    """[1, 2] means {from: 1, to: 2}."""
    if isinstance(content, Sequence) and not isinstance(content, str) and len(content) == 2:
        return dict(zip(names, content, strict=True))
    return content


def _numbers(content: Json, word: str, known: Sequence[str], needed: Sequence[str]) -> Mapping[str, int | float]:
    where = (word,) if word in SHAPES else ("random", word)
    example = f"Write {{{word}: {{{', '.join(f'{key}: …' for key in known)}}}}}."
    if not isinstance(content, Mapping) or not set(needed) <= content.keys() <= set(known):
        raise SweepError(f"{word} needs {', '.join(needed)}.", example, where)
    for key, value in content.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise SweepError(f"{key} must be a number.", example, (*where, key))
        if not abs(value) <= LARGEST:
            raise SweepError(f"{key} is too large a number.", "", (*where, key))
    return cast("Mapping[str, int | float]", content)


def _listed(content: Json, *path: str) -> tuple[Json, ...]:
    if not isinstance(content, Sequence) or isinstance(content, str):
        raise SweepError("A sweep goes over a list of values.", "Write {sweep: [1, 2]}.", path)
    if not content:
        raise SweepError("A sweep over no values leaves no setting.", "Give it at least one value.", path)
    _bounded(len(content), *path)
    return tuple(content)


def _bounded(count: int, *path: str) -> None:
    if count > MOST_VALUES:
        raise SweepError(f"{count:,} values are too many; at most {MOST_VALUES:,}.", "", path)


SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "sweep": ({"sweep"}, {"values"}),
    "zip": ({"zip", "values"}, set()),
    "range": ({"range"}, set()),
    "log_range": ({"log_range"}, set()),
    "random": ({"random"}, {"count"}),
}
READERS: dict[str, Callable[[JsonObject], Sweep]] = {
    "sweep": _values,
    "zip": _zip,
    "range": _range,
    "log_range": _log_range,
    "random": _random,
}
DISTRIBUTIONS: dict[str, Callable[[Json], Sweep]] = {
    "uniform": _uniform,
    "log_uniform": _log_uniform,
    "normal": _normal,
    "int": _whole,
    "log_int": _log_whole,
    "choice": _choice,
}
