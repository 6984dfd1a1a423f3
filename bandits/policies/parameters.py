"""What a policy's parameter may be: each kind reads a JSON value, or refuses it, and knows its JSON Schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bandits.policies.errors import PolicyError

Schema = dict[str, object]


class Parameter(Protocol):
    """One kind of parameter."""

    def read(self, path: str, value: object) -> object:
        """The value as the policy keeps it. PolicyError if it is of the wrong kind or out of range."""

    def schema(self) -> Schema:
        """The JSON Schema that accepts what ``read`` accepts."""


@dataclass(frozen=True)
class Whole:
    """A whole number from ``low`` to ``high``.

    >>> Whole(1, 100).read("allocation.block_multiple", 2)
    2
    """

    low: int
    high: int

    def read(self, path: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise PolicyError.wrong(path, f"a whole number from {self.low} to {self.high}", value)
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Real:
    """A number from ``low`` to ``high``, both included."""

    low: float
    high: float

    def read(self, path: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not self.low <= value <= self.high:
            raise PolicyError.wrong(path, f"a number from {self.low:g} to {self.high:g}", value)
        return float(value)

    def schema(self) -> Schema:
        return {"type": "number", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Text:
    """A text of at most ``longest`` characters."""

    longest: int = 200
    shortest: int = 0

    def read(self, path: str, value: object) -> str:
        if not isinstance(value, str) or not self.shortest <= len(value) <= self.longest:
            raise PolicyError.wrong(path, f"a text of {self.shortest} to {self.longest} characters", value)
        return value

    def schema(self) -> Schema:
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    options: tuple[str, ...]

    def read(self, path: str, value: object) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise PolicyError.wrong(path, f"one of {', '.join(self.options)}", value)
        return value

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.options)}


@dataclass(frozen=True)
class Span:
    """A half-open part [low, high) of the unit interval, as a list of two numbers."""

    def read(self, path: str, value: object) -> tuple[float, float]:
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise PolicyError.wrong(path, "a list of two numbers, [from, to]", value)
        low, high = (Real(0, 1).read(f"{path}[{i}]", end) for i, end in enumerate(value))
        if low > high:
            raise PolicyError.wrong(path, "a list [from, to] with from <= to", value)
        return low, high

    def schema(self) -> Schema:
        return {"type": "array", "items": Real(0, 1).schema(), "minItems": 2, "maxItems": 2}


@dataclass(frozen=True)
class Several:
    """A list of values of one kind, at most ``most`` of them, kept as a tuple."""

    of: Parameter
    most: int
    least: int = 0
    different: bool = False

    def read(self, path: str, value: object) -> tuple[object, ...]:
        if not isinstance(value, (list, tuple)) or not self.least <= len(value) <= self.most:
            raise PolicyError.wrong(path, f"a list of {self.least} to {self.most} values", value)
        values = tuple(self.of.read(f"{path}[{i}]", one) for i, one in enumerate(value))
        if self.different and len(set(values)) < len(values):
            raise PolicyError.wrong(path, "a list of different values", value)
        return values

    def schema(self) -> Schema:
        sizes: Schema = {"minItems": self.least, "maxItems": self.most}
        return {"type": "array", "items": self.of.schema(), "uniqueItems": self.different} | sizes


@dataclass(frozen=True)
class Named:
    """Values of one kind by name, kept as a dict."""

    of: Parameter

    def read(self, path: str, value: object) -> dict[str, object]:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise PolicyError.wrong(path, "a mapping from names to values", value)
        return {name: self.of.read(f"{path}.{name}", one) for name, one in value.items()}

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": self.of.schema()}


@dataclass(frozen=True)
class Optional:
    """A value of one kind, or null."""

    of: Parameter

    def read(self, path: str, value: object) -> object:
        return None if value is None else self.of.read(path, value)

    def schema(self) -> Schema:
        return {"anyOf": [self.of.schema(), {"type": "null"}]}
