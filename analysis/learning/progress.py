"""How far a batch is, how fast it goes, and when it will be done."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

REMEMBERED = 60.0  # seconds over which the pace is taken: it follows when the runs get longer or workers come and go
UNITS = ((86_400.0, "d", 3_600.0, "h"), (3_600.0, "h", 60.0, "min"), (60.0, "min", 1.0, "s"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How many runs there are of each sort. under_way: the sum of what running ones have done, each from 0 to 1."""

    total: int
    done: int = 0
    failed: int = 0
    running: int = 0
    under_way: float = 0.0

    @property
    def over(self) -> int:
        """Those that nothing more happens to."""
        return self.done + self.failed

    @property
    def share(self) -> float:
        """From 0 to 1, with the running ones' parts. A batch without runs is done."""
        return min(1.0, (self.over + self.under_way) / self.total) if self.total else 1.0


class Pace:
    """Looks at the standing now and then, and says how long the rest takes at the pace of the last minute.

    Times are seconds on any clock that never goes back. A computation of five seconds is told its end to a tenth of a
    second as soon as it says how far it is.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def look(self, standing: Standing, at: float) -> None:
        """Remember. Runs that came in addition change the rest, not the pace."""
        self._seen.append((at, standing.over + standing.under_way))
        while len(self._seen) > 2 and at - self._seen[1][0] >= REMEMBERED:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """Runs a second; 0 while nothing has moved."""
        if len(self._seen) < 2:
            return 0.0
        (first, before), (last, now) = self._seen[0], self._seen[-1]
        return max(0.0, now - before) / (last - first) if last > first else 0.0

    def seconds_left(self, standing: Standing) -> float | None:
        """None: nobody can say yet."""
        left = standing.total - standing.over - standing.under_way
        if left <= 0:
            return 0.0
        return left / self.per_second if self.per_second else None


def bar(share: float, width: int) -> str:
    """A bar of that many characters, in eighths of one.

    >>> bar(0.5, 5), bar(1, 3)
    ('██▌  ', '███')
    """
    eighths = int(max(0.0, min(1.0, share)) * width * 8)
    whole, part = divmod(eighths, 8)
    return ("█" * whole + (" ▏▎▍▌▋▊▉"[part] if part else "")).ljust(width)


def duration(seconds: float) -> str:
    """In two units at most, as one says it.

    >>> duration(0.0042), duration(12.6), duration(3_725), duration(200_000)
    ('4.2 ms', '13 s', '1 h 2 min', '2 d 7 h')
    """
    if seconds < 0.9995:
        return f"{seconds * 1000:.2g} ms" if seconds < 0.0995 else f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    for size, unit, smaller, name in UNITS:
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            return f"{whole:.0f} {unit} {rest // smaller:.0f} {name}" if rest >= smaller else f"{whole:.0f} {unit}"
    return f"{seconds:.0f} s"


def line(standing: Standing, pace: Pace, *, width: int) -> str:
    """One line for a terminal of that many columns: bar, counts, pace, time left. The bar gives way first."""
    left = pace.seconds_left(standing)
    parts = [f"{standing.over:,}/{standing.total:,}"]
    parts += [f"{standing.failed:,} failed"] if standing.failed else []
    parts += [f"{standing.running:,} running"] if standing.running else []
    parts += [f"{duration(1 / pace.per_second)} each"] if pace.per_second else []
    if standing.over < standing.total:
        parts.append("…" if left is None else f"{duration(left)} left")
    text = " · ".join(parts)
    room = min(40, width - len(text) - 8)
    shown = f"{bar(standing.share, room)} " if room >= 5 else ""
    return f"{shown}{standing.share:4.0%} {text}"[: max(1, width - 1)]
