"""A space in the words of experiments: places are factors, their values are levels, settings are arms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analysis.learning.digests import canonical
from experiments.factorial import EVERYBODY, Level, written
from experiments.types import Json

UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST_FACTOR, LONGEST_LEVEL, LONGEST_ARM = 60, 60, 120


def factor_name(place: str) -> str:
    """The place as a factor may be called.

    >>> factor_name("mlp.layers.0"), factor_name("1st")
    ('mlp_layers_0', 'f_1st')
    """
    name = UNFIT.sub("_", place)
    return (name if re.match("[A-Za-z]", name) else f"f_{name}")[:LONGEST_FACTOR]


def level_of(value: Json) -> Level:
    """The value as a level: itself, or what it is called, or how it is written.

    >>> level_of(0.1), level_of({"type": "sgd", "config": {}}), level_of([1, 2]), level_of(None)
    (0.1, 'sgd', '[1,2]', 'null')
    """
    if isinstance(value, Mapping):
        named = next((value[key] for key in ("type", "name", "kind") if isinstance(value.get(key), str)), None)
        return str(named)[:LONGEST_LEVEL] if named else canonical(value)[:LONGEST_LEVEL]
    if isinstance(value, str | int | float):
        return value[:LONGEST_LEVEL] if isinstance(value, str) else value
    return canonical(value)[:LONGEST_LEVEL]


def levels_of(choices: Mapping[str, Json]) -> dict[str, Level]:
    """By factor, the level of a setting's choices."""
    return {factor_name(place): level_of(value) for place, value in choices.items()}


def arm_name(levels: Mapping[str, Level], taken: Sequence[str] | set[str]) -> str:
    """The levels, joined; with a number where that is taken.

    >>> arm_name({"hidden": 32, "rate": 0.1}, ["32 / 0.1"])
    '32 / 0.1 (2)'
    """
    name = " / ".join(map(written, levels.values()))[: LONGEST_ARM - 8] or EVERYBODY
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
