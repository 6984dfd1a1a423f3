"""The few words that all declarations of this room share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from analysis.learning.components import ListOf, Parameter, Real, Text, Whole
from experiments.types import Json

PACKAGES = ("torch",)
NAMES = ListOf(Text(200, 1), least=1)


def share(meaning: str, default: Json) -> Parameter:
    """A number in [0, 1)."""
    return Parameter(Real(0, 1, below=True), meaning, default=default)


def positive(meaning: str, default: Json) -> Parameter:
    """A number above 0."""
    return Parameter(Real(0, above=True), meaning, default=default)


def at_least_0(meaning: str, default: Json) -> Parameter:
    """A number from 0 on."""
    return Parameter(Real(0), meaning, default=default)


def count(meaning: str, default: Json, low: int = 1) -> Parameter:
    """A whole number."""
    return Parameter(Whole(low), meaning, default=default)


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, read."""
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def frozen(value: object) -> Json:
    """Lists as tuples, as torch wants them."""
    return tuple(frozen(each) for each in value) if isinstance(value, list) else cast("Json", value)


def values_of(config: object) -> dict[str, Json]:
    """Parameters that were read, by name."""
    return {str(name): frozen(value) for name, value in config.items()} if isinstance(config, Mapping) else {}
