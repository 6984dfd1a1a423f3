"""Every setting of a space, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from analysis.learning.digests import digest_of
from analysis.learning.search.building import build
from analysis.learning.search.nodes import Built, Open
from analysis.learning.search.space import Space


def every_setting(space: Space) -> Iterator[Built]:
    """In the document's order, the first open place changing slowest; equal settings come once.

    ValueError for a place with a distribution: that has no end.
    """
    seen: set[str] = set()
    digits: list[int] | None = []
    while digits is not None:
        walk = _Walk(digits)
        built = build(space, walk.choose)
        if (digest := digest_of(built.setting)) not in seen:
            seen.add(digest)
            yield built
        digits = walk.following()


@dataclass
class _Walk:
    """Chooses as the digits say, then the first option of whatever else is open. Remembers what it was asked."""

    digits: list[int]
    asked: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, place: Open) -> int:
        if place.distribution:
            raise ValueError(f"{place.name} is drawn at random, so a grid over it has no end.")
        choice = self.digits[len(self.asked)] if len(self.asked) < len(self.digits) else 0
        self.asked.append((choice, len(place.options)))
        return choice

    def following(self) -> list[int] | None:
        """The digits of the next combination: the last one that can goes up by one. None after the last."""
        for last in range(len(self.asked) - 1, -1, -1):
            choice, options = self.asked[last]
            if choice + 1 < options:
                return [*(digit for digit, _ in self.asked[:last]), choice + 1]
        return None
