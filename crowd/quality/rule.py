"""When something counts as a sign of poor work, and which signs leave somebody out of the second analysis.

It stands in a campaign's terms as `quality`, so it is frozen with the plan that was confirmed: registered before
anybody took part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final, Self, cast

from experiments.types import Json, JsonObject

SIGNS: Final = {
    "attention": "missed attention checks",
    "comprehension": "missed comprehension checks",
    "too_fast": "left pages too fast to have read them",
    "pasted": "pasted what they wrote",
    "away": "often left the page",
    "same_text": "wrote the same as somebody else",
    "automation": "a program steers the browser",
    "no_browser": "no browser timed a page",
}
"""What can be found against somebody's work, and how people read it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """attention, comprehension: so many checks missed are a sign. floor_seconds: a page left faster was not read.

    floor_share: nor one left in less than that share of what people typically take for it. fast_pages: that share of
    pages too fast is a sign. pasted_share: of the characters of their texts. away: times they left the page.
    same_text: so many other people with the same words. exclude: signs that leave somebody out. exclude_below: scores
    that do; 0 leaves nobody out.
    """

    attention: int = 1
    comprehension: int = 3
    floor_seconds: float = 1.0
    floor_share: float = 0.3
    fast_pages: float = 0.5
    pasted_share: float = 0.5
    away: int = 10
    same_text: int = 1
    exclude: tuple[str, ...] = ()
    exclude_below: float = 0.0

    @classmethod
    def parse(cls, document: JsonObject) -> Self:
        """A rule of its JSON; every name has a default. ValueError names what is wrong.

        >>> Rule.parse({"exclude": ["attention"]}).exclude
        ('attention',)
        """
        known = {column.name for column in fields(cls)}
        if unknown := sorted(set(document) - known):
            raise ValueError(f"a quality rule knows no {', '.join(unknown)}.")
        named = _names(document.get("exclude", []))
        numbers = {name: _number(name, value) for name, value in document.items() if name != "exclude"}
        return cls(**{**numbers, "exclude": named})  # type: ignore[arg-type]  # numbers are checked above

    def as_json(self) -> JsonObject:
        """What `parse` reads back."""
        return cast(JsonObject, {**asdict(self), "exclude": list(self.exclude)})

    @property
    def sha256(self) -> str:
        """Of the rule, whatever way it was written."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    @property
    def leaves_out(self) -> bool:
        """Whether it leaves anybody out at all."""
        return bool(self.exclude) or self.exclude_below > 0


SHARES: Final = ("floor_share", "fast_pages", "pasted_share", "exclude_below")
COUNTS: Final = ("attention", "comprehension", "away", "same_text")


def _names(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(each in SIGNS for each in value):
        raise ValueError(f"quality.exclude must be a list of some of {', '.join(SIGNS)}, not {value!r}.")
    return tuple(str(each) for each in value)


def _number(name: str, value: Json) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"quality.{name} must be a number, not {value!r}.")
    if name in SHARES and not 0 <= value <= 1:
        raise ValueError(f"quality.{name} must be in [0, 1], not {value}.")
    if name in COUNTS and (value < 1 or value != int(value)):
        raise ValueError(f"quality.{name} must be a whole number of at least 1, not {value}.")
    if value < 0:
        raise ValueError(f"quality.{name} must be at least 0, not {value}.")
    return value


def rule_of(quality: Mapping[str, Json]) -> Rule:
    """Of a campaign's terms; the one that leaves out nobody where they say nothing."""
    return Rule.parse(dict(quality))
