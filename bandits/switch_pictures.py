"""What the page of a switch draws: the ramp as steps, what a guardrail has seen as a band. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600.0, 150.0
INSET = 6.0


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the ramp. share: in percent. done: percent of the stage that is over. state: done, now or ahead."""

    share: float
    label: str
    state: str
    done: float

    @property
    def height(self) -> float:
        """Of its column, of 100: small shares stay visible."""
        return max(self.share, 3.0)


@dataclass(frozen=True, slots=True)
class Band:
    """points of the polygon and of the line, the place of the mark; in a box of WIDTH times HEIGHT."""

    band: str
    line: str
    mark: float
    low: float
    high: float
    last: int


def band(path: Sequence[Sequence[float]], *, mark: float) -> Band | None:
    """Of [n, estimate, low, high] points; None while there are fewer than two. The mark is always inside."""
    if len(path) < 2:
        return None
    last = path[-1][0]
    calm = path[len(path) // 4 :]  # the first intervals are as wide as the range
    low = min(mark, *(point[2] for point in calm), *(point[1] for point in calm))
    high = max(mark, *(point[3] for point in calm), *(point[1] for point in calm))
    room = (high - low or 1.0) * 0.08
    low, high = low - room, high + room

    def at(n: float, value: float) -> str:
        inside = min(max(value, low), high)
        x = INSET + (WIDTH - 2 * INSET) * n / last
        return f"{x:.1f},{HEIGHT - HEIGHT * (inside - low) / (high - low):.1f}"

    upper = [at(point[0], point[3]) for point in path]
    lower = [at(point[0], point[2]) for point in reversed(path)]
    y = HEIGHT - HEIGHT * (mark - low) / (high - low)
    return Band(" ".join([*upper, *lower]), " ".join(at(p[0], p[1]) for p in path), round(y, 1), low, high, int(last))
