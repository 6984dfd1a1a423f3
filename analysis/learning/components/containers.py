"""Values made of other values: lists, mappings, alternatives; and the config of a component, which is one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from analysis.learning.components.errors import Finding
from analysis.learning.components.values import ValueKind, bounds, limits, within
from experiments.problems import did_you_mean
from experiments.types import Json

if TYPE_CHECKING:
    from analysis.learning.components.parameters import Parameter


class Nullable(ValueKind):
    """A value of one kind, or null."""

    def __init__(self, of: ValueKind) -> None:
        self.of = of

    def words(self) -> str:
        return f"{self.of.words()}, or null"

    def schema(self) -> dict[str, Json]:
        return {"anyOf": [self.of.schema(), {"type": "null"}]}

    def fits(self, value: Json) -> bool:
        return value is None or self.of.fits(value)

    def inner(self, value: Json) -> Iterator[Finding]:
        yield from () if value is None else self.of.inner(value)

    def read(self, value: Json) -> object:
        return None if value is None else self.of.read(value)


class Either(ValueKind):
    """A value of the first of several kinds that it fits."""

    def __init__(self, *kinds: ValueKind) -> None:
        self.kinds = kinds

    def words(self) -> str:
        return ", or ".join(kind.words() for kind in self.kinds)

    def schema(self) -> dict[str, Json]:
        return {"anyOf": [kind.schema() for kind in self.kinds]}

    def fits(self, value: Json) -> bool:
        return any(kind.fits(value) for kind in self.kinds)

    def inner(self, value: Json) -> Iterator[Finding]:
        """Of the first kind with nothing wrong inside; where all have, of the first that fits."""
        inside = [list(kind.inner(value)) for kind in self.kinds if kind.fits(value)]
        yield from min(inside, key=bool)

    def read(self, value: Json) -> object:
        return next(kind for kind in self.kinds if kind.fits(value) and not list(kind.inner(value))).read(value)


class ListOf(ValueKind):
    """A list of values of one kind, `least` to `most` of them.

    >>> from analysis.learning.components.values import Whole
    >>> ListOf(Whole(1), least=2, most=3).words(), ListOf(Whole(1)).words()
    ('a list of 2 to 3 entries, each a whole number of at least 1', 'a list, each a whole number of at least 1')
    >>> list(ListOf(Whole(1)).faults([3, {"sweep": [1, 0]}]))
    [((1, 'sweep', 1), '0 cannot stand here.', 'Write a whole number of at least 1.')]
    """

    def __init__(self, of: ValueKind, *, least: int = 0, most: int | None = None) -> None:
        self.of, self.least, self.most = of, least, most

    def words(self) -> str:
        number = limits(self.least or None, self.most).strip().removeprefix("of ").removeprefix("from ")
        return f"a list of {number} entries, each {self.of.words()}" if number else f"a list, each {self.of.words()}"

    def schema(self) -> dict[str, Json]:
        return {"type": "array", "items": self.of.schema(), **bounds(minItems=self.least, maxItems=self.most)}

    def fits(self, value: Json) -> bool:
        return isinstance(value, list | tuple) and within(len(value), self.least, self.most)

    def inner(self, value: Json) -> Iterator[Finding]:
        for index, each in enumerate(value if isinstance(value, list | tuple) else ()):
            yield from (((index, *path), message, hint) for path, message, hint in self.of.faults(each))

    def read(self, value: Json) -> list[object]:
        return [self.of.read(each) for each in value] if isinstance(value, list | tuple) else []


class MappingOf(ValueKind):
    """Values of one kind by name."""

    def __init__(self, of: ValueKind) -> None:
        self.of = of

    def words(self) -> str:
        return f"a mapping from names, each to {self.of.words()}"

    def schema(self) -> dict[str, Json]:
        return {"type": "object", "additionalProperties": self.of.schema()}

    def fits(self, value: Json) -> bool:
        return isinstance(value, Mapping)

    def inner(self, value: Json) -> Iterator[Finding]:
        for name, each in value.items() if isinstance(value, Mapping) else ():
            yield from (((name, *path), message, hint) for path, message, hint in self.of.faults(each))

    def read(self, value: Json) -> dict[str, object]:
        return {name: self.of.read(each) for name, each in value.items()} if isinstance(value, Mapping) else {}


class Record(ValueKind):
    """A mapping with named parameters of their own; other keys are refused. Read: with its defaults filled in."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self.parameters = parameters

    def words(self) -> str:
        return f"a mapping with {', '.join(self.parameters) or 'nothing in it'}"

    def schema(self) -> dict[str, Json]:
        return closed(self.parameters)

    def fits(self, value: Json) -> bool:
        return isinstance(value, Mapping)

    def inner(self, value: Json) -> Iterator[Finding]:
        yield from config_faults(self.parameters, value if isinstance(value, Mapping) else {})

    def read(self, value: Json) -> dict[str, object]:
        return read_config(self.parameters, value if isinstance(value, Mapping) else {})


def config_faults(parameters: Mapping[str, Parameter], config: Mapping[str, Json]) -> Iterator[Finding]:
    """Unknown keys, missing keys, and what is wrong with each value."""
    for name, value in config.items():
        if name not in parameters:
            hint = did_you_mean(name, parameters) if parameters else "It takes no parameters: remove the key."
            yield (name,), f"There is no parameter “{name}” here.", hint
        else:
            found = parameters[name].takes.faults(value)
            yield from (((name, *path), message, hint) for path, message, hint in found)
    for name, parameter in parameters.items():
        if name not in config and not parameter.is_optional:
            yield (
                (),
                f"The parameter “{name}” is missing.",
                f"Add {name}: {parameter.takes.words()}. {parameter.meaning}",
            )


def read_config(parameters: Mapping[str, Parameter], config: Mapping[str, Json]) -> dict[str, object]:
    """Every parameter as a factory gets it. Only for what has no faults."""
    given = {name: parameter.fallback for name, parameter in parameters.items() if parameter.is_optional} | dict(config)
    return {name: parameter.takes.read(given[name]) for name, parameter in parameters.items()}


def closed(parameters: Mapping[str, Parameter]) -> dict[str, Json]:
    """JSON Schema of a mapping that takes only these."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, parameter in parameters.items() if not parameter.is_optional],
        "properties": {name: parameter.schema() for name, parameter in parameters.items()},
    }
