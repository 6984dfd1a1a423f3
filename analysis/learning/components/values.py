"""What a parameter may be: each kind of value names what is wrong with a JSON value, reads it, and knows its schema."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence

from analysis.learning.components.errors import Finding
from analysis.learning.components.templates import candidates
from experiments.problems import did_you_mean
from experiments.types import Json

LARGEST = sys.float_info.max


class ValueKind(ABC):
    """One kind of value."""

    @abstractmethod
    def words(self) -> str:
        """What it takes, to be put after “Write”: a whole number from 1 to 10."""

    @abstractmethod
    def schema(self) -> dict[str, Json]:
        """JSON Schema that accepts what `faults` accepts, sweeps apart."""

    @abstractmethod
    def fits(self, value: Json) -> bool:
        """Whether the value is of this kind; what stands inside it is looked at by `inner`."""

    def inner(self, value: Json) -> Iterator[Finding]:
        """What is wrong inside a value that fits."""
        yield from ()

    def read(self, value: Json) -> object:
        """The value as a factory gets it. Only for what has no faults and no sweep."""
        return value

    def faults(self, value: Json) -> Iterator[Finding]:
        """Everything wrong with the value, or with each of the values that a sweep in its place may take."""
        swept = candidates(value)
        if swept is not None:
            for path, each in swept:
                yield from (((*path, *rest), message, hint) for rest, message, hint in self.faults(each))
        elif self.fits(value):
            yield from self.inner(value)
        else:
            yield (), f"{shown(value)} cannot stand here.", f"Write {self.words()}."


def shown(value: Json) -> str:
    """A value in a sentence, in at most 40 characters."""
    if isinstance(value, str):
        return f"“{value[:40]}”"
    if isinstance(value, Mapping):
        return "A mapping"
    if isinstance(value, Sequence):
        return "A list"
    return "Nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class Anything(ValueKind):
    """Any JSON value; its own reader looks at it."""

    def words(self) -> str:
        return "any value"

    def schema(self) -> dict[str, Json]:
        return {}

    def fits(self, value: Json) -> bool:
        return True


class Flag(ValueKind):
    """True or false."""

    def words(self) -> str:
        return "true or false"

    def schema(self) -> dict[str, Json]:
        return {"type": "boolean"}

    def fits(self, value: Json) -> bool:
        return isinstance(value, bool)


class Whole(ValueKind):
    """A whole number from `low` to `high`; None: no limit.

    >>> [hint for _, _, hint in Whole(1, 9).faults(0)]
    ['Write a whole number from 1 to 9.']
    """

    def __init__(self, low: int | None = None, high: int | None = None) -> None:
        self.low, self.high = low, high

    def words(self) -> str:
        return f"a whole number{limits(self.low, self.high)}"

    def schema(self) -> dict[str, Json]:
        return {"type": "integer", **bounds(minimum=self.low, maximum=self.high)}

    def fits(self, value: Json) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and within(value, self.low, self.high)


class Real(ValueKind):
    """A finite number from `low` to `high`, read as a float; None: no limit. above, below: not that end itself.

    >>> [hint for _, _, hint in Real(0, above=True).faults(0)]
    ['Write a number above 0.']
    """

    def __init__(
        self, low: float | None = None, high: float | None = None, *, above: bool = False, below: bool = False
    ) -> None:
        self.low, self.high, self.above, self.below = low, high, above, below

    def words(self) -> str:
        return f"a number{limits(self.low, self.high, above=self.above, below=self.below)}"

    def schema(self) -> dict[str, Json]:
        low, high = "exclusiveMinimum" if self.above else "minimum", "exclusiveMaximum" if self.below else "maximum"
        return {"type": "number", **bounds(**{low: self.low, high: self.high})}

    def fits(self, value: Json) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            return False
        open_end = (self.above and value == self.low) or (self.below and value == self.high)
        return within(value, self.low, self.high) and not open_end

    def read(self, value: Json) -> float:
        return float(value)  # type: ignore[arg-type]  # it has no faults, so it is a number


class Text(ValueKind):
    """A text of `shortest` to `longest` characters."""

    def __init__(self, longest: int = 1000, shortest: int = 0) -> None:
        self.longest, self.shortest = longest, shortest

    def words(self) -> str:
        return f"a text of {self.shortest} to {self.longest} characters"

    def schema(self) -> dict[str, Json]:
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}

    def fits(self, value: Json) -> bool:
        return isinstance(value, str) and self.shortest <= len(value) <= self.longest


class OneOf(ValueKind):
    """One of a few values.

    >>> list(OneOf("relu", "tanh").faults("relo"))
    [((), '“relo” cannot stand here.', 'Did you mean “relu”?')]
    """

    def __init__(self, *options: str | int | float | bool | None) -> None:
        self.options = options

    def words(self) -> str:
        return f"one of {', '.join(_written(each) for each in self.options)}"

    def schema(self) -> dict[str, Json]:
        return {"enum": list(self.options)}

    def fits(self, value: Json) -> bool:
        return any(type(value) is type(each) and value == each for each in self.options)

    def faults(self, value: Json) -> Iterator[Finding]:
        for path, message, hint in super().faults(value):
            near = did_you_mean(value, self.options) if not path and isinstance(value, str) else ""
            yield path, message, near if near.startswith("Did") else hint


def within(value: float, low: float | None, high: float | None) -> bool:
    """Whether low <= value <= high, as far as there are limits."""
    return (low is None or value >= low) and (high is None or value <= high)


def limits(low: float | None, high: float | None, *, above: bool = False, below: bool = False) -> str:
    """The limits as they follow a noun: “ from 1 to 9”."""
    if low is None and high is None:
        return ""
    if high is None:
        return f" above {low}" if above else f" of at least {low}"
    if low is None:
        return f" below {high}" if below else f" of at most {high}"
    if above and below:
        return f" above {low} and below {high}"
    ends = [f" (not {low} itself)"] * above + [f" (not {high} itself)"] * below
    return f" from {low} to {high}{''.join(ends)}"


def bounds(**limits: float | None) -> dict[str, Json]:
    """Those keys of a schema that have a limit."""
    return {name: limit for name, limit in limits.items() if limit is not None}


def _written(value: Json) -> str:
    return (
        {True: "true", False: "false", None: "null"}[value] if value is None or isinstance(value, bool) else str(value)
    )
