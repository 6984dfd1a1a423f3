"""Features from what is known of a participant or visitor: declared, so that every number has a meaning. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from bandits.policies.errors import PolicyError
from bandits.policies.parameters import Real, Text
from experiments.types import Json, JsonObject

NUMBER = Real(-1e9, 1e9)
MOST = 1_000


@dataclass(frozen=True)
class Feature:
    """One number of a context.

    A constant; or the place of a number between low and high, from 0 to 1 (beyond them: 0 or 1); or 1 if the attribute
    is one of ``values``, else 0. missing: what it is where the attribute is not told, or not what it should be.
    """

    attribute: str = ""
    constant: float = 1.0
    low: float = 0.0
    high: float = 1.0
    values: tuple[str, ...] = ()
    missing: float = 0.0

    def of(self, context: JsonObject) -> float:
        """The number for this context.

        >>> Feature("age", low=20, high=60).of({"age": 30}), Feature("land", values=("PT", "ES")).of({"land": "FR"})
        (0.25, 0.0)
        """
        if not self.attribute:
            return self.constant
        told = context.get(self.attribute)
        if self.values:
            return self.missing if told is None else float(_text(told) in self.values)
        number = _number(told)
        if number is None:
            return self.missing
        return min(max((number - self.low) / (self.high - self.low), 0.0), 1.0)


def parse_features(declared: Json, path: str = "allocation.features") -> tuple[Feature, ...]:
    """What an allocation declares. PolicyError with a sentence if it cannot be read."""
    if not isinstance(declared, list | tuple) or not 1 <= len(declared) <= MOST:
        raise PolicyError.wrong(path, f"a list of 1 to {MOST} features", declared)
    return tuple(_feature(entry, f"{path}[{index}]") for index, entry in enumerate(declared))


def _feature(entry: Json, path: str) -> Feature:
    if not isinstance(entry, Mapping):
        raise PolicyError.wrong(path, "a mapping", entry)
    for name in entry.keys() - {"attribute", "constant", "low", "high", "is", "missing"}:
        raise PolicyError(
            f"{path}.{name}",
            f"{path}.{name} is not part of a feature.",
            "Known: attribute with low and high, or with is; missing; or constant alone.",
        )
    if "attribute" not in entry:
        if entry.keys() != {"constant"}:
            raise PolicyError(path, f"{path} needs an attribute, or a constant alone.")
        return Feature(constant=NUMBER.read(f"{path}.constant", entry["constant"]))
    attribute = Text(60, 1).read(f"{path}.attribute", entry["attribute"])
    missing = NUMBER.read(f"{path}.missing", entry.get("missing", 0))
    if "is" in entry:
        return Feature(attribute, values=_values(entry["is"], f"{path}.is"), missing=missing)
    low = NUMBER.read(f"{path}.low", entry.get("low", 0))
    high = NUMBER.read(f"{path}.high", entry.get("high", 1))
    if low >= high:
        raise PolicyError.wrong(f"{path}.high", f"a number above low, {low:g}", high)
    return Feature(attribute, low=low, high=high, missing=missing)


def _values(given: Json, path: str) -> tuple[str, ...]:
    values: Sequence[Json] = given if isinstance(given, list | tuple) else [given]
    if not values or not all(isinstance(one, str | int | float | bool) for one in values):
        raise PolicyError.wrong(path, "a value, or a list of values", given)
    return tuple(_text(one) for one in values)


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _number(told: Json) -> float | None:
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return float(told) if isinstance(told, bool) else None
    try:
        number = float(told)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
