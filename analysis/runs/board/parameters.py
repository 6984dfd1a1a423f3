"""What differs between settings: the parameters of a batch, found in its settings. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from experiments.types import Json, JsonObject

Path = tuple[str | int, ...]
MISSING: Final = object()
SILENT: Final = frozenset({"components", "config"})  # say where a value stands, not what it is
LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Parameter:
    """path: in the setting. name: as much of it as tells it from the others. values: those there are, in their order.

    is_number: all are numbers, so that there is a scale.
    """

    path: Path
    name: str
    values: tuple[Json, ...]
    is_number: bool

    @property
    def key(self) -> str:
        """The path as a text, for addresses."""
        return ".".join(str(part) for part in self.path)


def leaves(setting: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every value with its path. A list of plain values is one value.

    >>> list(leaves({"mlp": {"hidden": [32], "sizes": [1, 2]}, "steps": [{"k": 1}]}))
    [(('mlp', 'hidden'), [32]), (('mlp', 'sizes'), [1, 2]), (('steps', 0, 'k'), 1)]
    """
    if isinstance(setting, Mapping) and setting:
        for name, value in setting.items():
            yield from leaves(value, (*path, name))
    elif isinstance(setting, Sequence) and not isinstance(setting, str):
        if any(isinstance(value, Mapping | list | tuple) for value in setting):
            for place, value in enumerate(setting):
                yield from leaves(value, (*path, place))
        else:
            yield path, list(setting)
    else:
        yield path, setting


def parameters_in(settings: Iterable[JsonObject]) -> tuple[Parameter, ...]:
    """Those whose values differ, in the order in which they stand; one that a setting lacks differs there."""
    seen: dict[Path, dict[str, Json]] = defaultdict(dict)
    counts: dict[Path, int] = defaultdict(int)
    n = 0
    for n, setting in enumerate(settings, start=1):  # noqa: B007 (the last one is the count)
        for path, value in leaves(setting):
            seen[path][as_text(value)] = value
            counts[path] += 1
    differing = dict(_first(path, seen[path]) for path in seen if len(seen[path]) > 1 or counts[path] < n)
    names = short_names([*differing])
    return tuple(_parameter(path, names[path], values) for path, values in differing.items())


def _first(path: Path, values: Mapping[str, Json]) -> tuple[Path, list[Json]]:
    """Where every value is a list of one, the one is meant: `hidden: [32]` and `hidden: [64]` differ by a number."""
    ones = [value[0] for value in values.values() if isinstance(value, list) and len(value) == 1]
    return ((*path, 0), ones) if len(ones) == len(values) else (path, [*values.values()])


def _parameter(path: Path, name: str, values: Iterable[Json]) -> Parameter:
    values = list(values)
    is_number = all(is_plain_number(value) for value in values)
    return Parameter(path, name, tuple(sorted(values, key=_order)), is_number)


def is_plain_number(value: object) -> bool:
    """A number, and neither True nor False."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _order(value: Json) -> tuple[bool, float, str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (False, value, "")
    return (True, 0.0, as_text(value))


def short_names(paths: Sequence[Path]) -> dict[Path, str]:
    """The fewest last parts that no other path ends with.

    >>> list(short_names([("components", "a", "config", "lr"), ("components", "b", "config", "lr"), ("k",)]).values())
    ['a.lr', 'b.lr', 'k']
    """
    words = {path: _words(path) for path in paths}
    names = {}
    for path in paths:
        others = [words[other] for other in paths if other != path]
        for length in range(1, len(words[path]) + 1):
            if not any(other[-length:] == words[path][-length:] for other in others):
                break
        names[path] = ".".join(words[path][-length:])
    return names


def _words(path: Path) -> list[str]:
    spoken = path[:-1] if path[-1:] == (0,) and len(path) > 1 else path
    return [str(part) for part in spoken if part not in SILENT] or [str(part) for part in path]


def value_at(setting: Json, path: Path) -> object:
    """The value; MISSING if there is none."""
    for part in path:
        if isinstance(setting, Mapping) and part in setting:
            setting = setting[str(part)]
        elif isinstance(setting, Sequence) and not isinstance(setting, str) and isinstance(part, int):
            if part >= len(setting):
                return MISSING
            setting = setting[part]
        else:
            return MISSING
    return setting


def as_text(value: object) -> str:
    """A value as people read it: texts without quotes, the rest as JSON.

    >>> as_text("adam"), as_text(0.001), as_text([32, 64]), as_text(None)
    ('adam', '0.001', '[32, 64]', 'null')
    """
    if value is MISSING:
        return "–"  # noqa: RUF001 (a dash is meant)
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
