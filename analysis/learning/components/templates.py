"""Sweeps as they stand in a document: which values may come to stand in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from experiments.problems import Path
from experiments.types import Json, JsonObject

SWEEPS = ("sweep", "range", "log_range", "random", "zip")
INJECT = "inject"


def is_sweep(value: Json) -> bool:
    """Whether that is a place for several values.

    >>> is_sweep({"sweep": [1, 2]}), is_sweep({"hidden": 64})
    (True, False)
    """
    if not isinstance(value, Mapping):
        return False
    if "zip" in value:
        return set(value) == {"zip", "values"}
    return len(value) == 1 and next(iter(value)) in SWEEPS


def is_injected(value: Json) -> bool:
    """Whether the run puts its own value there: `{inject: seed}`."""
    return isinstance(value, Mapping) and set(value) == {INJECT}


def candidates(value: Json) -> list[tuple[Path, Json]] | None:
    """The values that may come to stand there, each with where it is written; of a continuum, its ends. None: no sweep.

    >>> candidates({"sweep": [1, 2]})
    [(('sweep', 0), 1), (('sweep', 1), 2)]
    >>> candidates({"log_range": {"from": 0.01, "to": 1, "count": 3}})
    [(('log_range', 'from'), 0.01), (('log_range', 'to'), 1)]
    >>> candidates({"inject": "seed"}), candidates(64)
    ([], None)
    """
    if is_injected(value):
        return []
    if not isinstance(value, Mapping) or not is_sweep(value):
        return None
    return list(_candidates(value))


def _candidates(node: JsonObject) -> Iterator[tuple[Path, Json]]:
    for key in ("sweep", "values"):
        for index, each in enumerate(_list(node.get(key))):
            yield (key, index), each
    for key in ("range", "log_range"):
        yield from _ends(node.get(key), (key,))
    random = node.get("random")
    for name, distribution in random.items() if isinstance(random, Mapping) else ():
        for index, each in enumerate(_list(distribution)):
            yield ("random", name, index), each
        yield from _ends(distribution, ("random", name))


def _ends(node: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    if isinstance(node, Mapping):
        yield from (((*path, key), node[key]) for key in ("from", "to", "low", "high") if key in node)
        yield from (((*path, "values", index), each) for index, each in enumerate(_list(node.get("values"))))


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
