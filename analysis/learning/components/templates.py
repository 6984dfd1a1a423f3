"""Places of a document that are not settled yet: which values may come to stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from analysis.learning.search.sweeps import SweepError, is_sweep, read_sweep
from experiments.problems import Path
from experiments.types import Json, JsonObject

INJECT = "inject"
CONSTANT = "constant"
ALMOST_ONE = 1 - 2**-53
LOOKED_AT = 20  # of the values of a long range, the first and the last among them


def is_injected(value: Json) -> bool:
    """Whether the run puts its own value there: `{inject: seed}`."""
    return isinstance(value, Mapping) and set(value) == {INJECT}


def candidates(value: Json) -> list[tuple[Path, Json]] | None:
    """The values that may come to stand there, each with where it is written; of many, some. None: no sweep.

    >>> candidates({"sweep": [1, 2]})
    [(('sweep', 0), 1), (('sweep', 1), 2)]
    >>> candidates({"random": {"uniform": [0, 1]}})
    [(('random', 'uniform'), 0.0), (('random', 'uniform'), 1.0)]
    >>> candidates({"inject": "seed"}), candidates(64)
    ([], None)
    """
    if is_injected(value):
        return []
    if not isinstance(value, Mapping):
        return None
    if value.keys() == {CONSTANT}:
        return [((CONSTANT,), value[CONSTANT])]
    if not is_sweep(value):
        return None
    otherwise = [(("otherwise",), value["otherwise"])] if "otherwise" in value else []
    return [*_candidates(value), *otherwise]


def _candidates(node: JsonObject) -> list[tuple[Path, Json]]:
    """A sweep that cannot be read has none: the search says what is wrong with it."""
    try:
        sweep = read_sweep(node)
    except SweepError:
        return []
    if sweep.inside:
        return [((*sweep.inside, index), each) for index, each in enumerate(sweep.values)]
    if sweep.distribution:
        kind = next(iter(cast(JsonObject, node["random"])))
        shares = (0.5,) if kind == "normal" else (0.0, ALMOST_ONE)  # a normal distribution has no ends
        return [(("random", kind), sweep.distribution.at(share)) for share in shares]
    word = "range" if "range" in node else "log_range"
    step = max(1, len(sweep.values) // LOOKED_AT)
    return [((word,), each) for each in dict.fromkeys([*sweep.values[::step], sweep.values[-1]])]


def has_template(value: Json) -> bool:
    """Whether there is a sweep or an injected value anywhere in it."""
    is_constant = isinstance(value, Mapping) and value.keys() == {CONSTANT}
    return is_constant or is_sweep(value) or is_injected(value) or any(has_template(inner) for inner in _inside(value))


def has_injected(value: Json) -> bool:
    """Whether the run is to put something into it."""
    return is_injected(value) or any(has_injected(inner) for inner in _inside(value))


def _inside(value: Json) -> Iterable[Json]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def alternatives(value: Json, path: Path) -> Iterator[tuple[Path, Json, bool]]:
    """What may stand there: (path, value, whether it is the only one)."""
    swept = candidates(value)
    if swept is None:
        yield path, value, True
        return
    for inner, each in swept:
        yield from ((place, one, False) for place, one, _ in alternatives(each, (*path, *inner)))
