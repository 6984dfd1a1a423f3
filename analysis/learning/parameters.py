"""What a parameter may be: each sort reads a JSON value, or says what is wrong with it, and knows its JSON Schema."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

Schema = dict[str, object]
Fault = tuple[str, str]  # path, sentence


class SpecError(ValueError):
    """What somebody wrote cannot be read. faults: every one that was found, each with the path where it stands."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(sentence for _, sentence in faults))
        self.faults = tuple(faults)


def must_be(path: str, allowed: str, value: object, hint: str = "") -> SpecError:
    """The one sentence in which a value is refused."""
    return SpecError([(path, f"{path} must be {allowed}, not {value!r:.60}." + (f" {hint}" if hint else ""))])


def did_you_mean(name: object, known: Sequence[str], otherwise: str = "") -> str:
    """A hint for a word that is none of the known ones; ``otherwise`` if none is near."""
    close = get_close_matches(str(name), known, n=1)
    return f"Did you mean {close[0]}?" if close else otherwise


class Parameter(Protocol):
    """One sort of parameter."""

    def read(self, path: str, value: object) -> object:
        """The value as it is kept. SpecError if it is of the wrong sort or out of range."""
        ...

    def schema(self) -> Schema:
        """The JSON Schema that accepts what ``read`` accepts."""
        ...


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``.

    >>> Whole(2, 100).read("validation.folds", 5)
    5
    """

    low: int
    high: int

    def read(self, path: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise must_be(path, f"a whole number from {self.low} to {self.high}", value)
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Real:
    """A finite number from ``low`` to ``high``, both included; without them, any."""

    low: float = -math.inf
    high: float = math.inf

    def read(self, path: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not self._holds(value):
            raise must_be(path, self._allowed(), value)
        return float(value)

    def schema(self) -> Schema:
        ends = {"minimum": self.low, "maximum": self.high}
        return {"type": "number", **{word: end for word, end in ends.items() if math.isfinite(end)}}

    def _holds(self, value: float) -> bool:
        return math.isfinite(value) and self.low <= value <= self.high

    def _allowed(self) -> str:
        lowest = f" from {self.low:g}" if math.isfinite(self.low) else ""
        return f"a number{lowest}" + (f" to {self.high:g}" if math.isfinite(self.high) else "")


@dataclass(frozen=True)
class YesNo:
    """True or false."""

    def read(self, path: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise must_be(path, "true or false", value)
        return value

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Text:
    """A text of ``shortest`` to ``longest`` characters."""

    longest: int = 200
    shortest: int = 0

    def read(self, path: str, value: object) -> str:
        if not isinstance(value, str) or not self.shortest <= len(value) <= self.longest:
            raise must_be(path, f"a text of {self.shortest} to {self.longest} characters", value)
        return value

    def schema(self) -> Schema:
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    options: tuple[str, ...]

    def read(self, path: str, value: object) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise must_be(path, f"one of {', '.join(self.options)}", value, did_you_mean(value, self.options))
        return value

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.options)}


@dataclass(frozen=True)
class Several:
    """A list of ``least`` to ``most`` values of one sort, kept as a tuple. All wrong ones are told at once."""

    of: Parameter
    most: int = 1_000
    least: int = 0

    def read(self, path: str, value: object) -> tuple[object, ...]:
        if not isinstance(value, (list, tuple)) or not self.least <= len(value) <= self.most:
            raise must_be(path, f"a list of {self.least} to {self.most} values", value)
        return tuple(read_all({f"{path}[{i}]": (self.of, one) for i, one in enumerate(value)}).values())

    def schema(self) -> Schema:
        return {"type": "array", "items": self.of.schema(), "minItems": self.least, "maxItems": self.most}


@dataclass(frozen=True)
class Maybe:
    """A value of one sort, or null."""

    of: Parameter

    def read(self, path: str, value: object) -> object:
        return None if value is None else self.of.read(path, value)

    def schema(self) -> Schema:
        return {"anyOf": [self.of.schema(), {"type": "null"}]}


@dataclass(frozen=True)
class Label:
    """A class label: a whole number or a text."""

    def read(self, path: str, value: object) -> int | str:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise must_be(path, "a label, a whole number or a text", value)
        return value

    def schema(self) -> Schema:
        return {"type": ["integer", "string"]}


def read_all(wanted: Mapping[str, tuple[Parameter, object]]) -> dict[str, object]:
    """Every value by its path. SpecError with the faults of all that cannot be read."""
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for path, (parameter, value) in wanted.items():
        try:
            values[path] = parameter.read(path, value)
        except SpecError as wrong:
            faults += wrong.faults
    if faults:
        raise SpecError(faults)
    return values
