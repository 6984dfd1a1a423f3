"""How the search went: objective and Lagrangian, and every constraint's foreseen bound and multiplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final, cast

from analysis.safety.pictures.panel import BROKEN, HEIGHT, INK, WIDTH, Curve, panel
from experiments.storable import finite_or_text
from experiments.types import Json, JsonObject

if TYPE_CHECKING:  # numpy comes with it, and a web process draws
    from analysis.safety.terms import Trace

HEAD: Final = 58
MOST_KEPT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Course:
    """A trace as it is kept beside a run. Of `iterations` (from 0) some: bounds, multipliers: a row of k for each."""

    iterations: tuple[int, ...]
    objective: tuple[float, ...]
    bounds: tuple[tuple[float, ...], ...]
    multipliers: tuple[tuple[float, ...], ...]
    lagrangian: tuple[float, ...]
    best: int

    @classmethod
    def of(cls, trace: Trace) -> Course:
        """At most 2,000 of its iterations, evenly chosen, the best one among them."""
        n = len(trace.objective)
        kept = sorted({place * (n - 1) // max(1, min(n, MOST_KEPT) - 1) for place in range(min(n, MOST_KEPT))})
        rows = sorted({*kept, trace.best} - {-1})
        return cls(
            tuple(rows),
            tuple(trace.objective[rows].tolist()),
            tuple(tuple(row) for row in trace.bounds[rows].tolist()),
            tuple(tuple(row) for row in trace.multipliers[rows].tolist()),
            tuple(trace.lagrangian[rows].tolist()),
            int(trace.best),
        )

    @classmethod
    def parse(cls, written: JsonObject) -> Course:
        """What `as_json` wrote. ValueError if it is something else."""
        try:
            return cls(
                tuple(int(number) for number in _row(written["iterations"])),
                _row(written["objective"]),
                tuple(_row(row) for row in cast("Sequence[Json]", written["bounds"])),
                tuple(_row(row) for row in cast("Sequence[Json]", written["multipliers"])),
                _row(written["lagrangian"]),
                int(cast(int, written["best"])),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("This is no trace of a search.") from error

    def as_json(self) -> JsonObject:
        """What is not finite, as a text."""
        return {
            "iterations": list(self.iterations),
            "objective": [finite_or_text(value) for value in self.objective],
            "bounds": [[finite_or_text(value) for value in row] for row in self.bounds],
            "multipliers": [[finite_or_text(value) for value in row] for row in self.multipliers],
            "lagrangian": [finite_or_text(value) for value in self.lagrangian],
            "best": self.best,
        }

    def table(self) -> list[list[Json]]:
        """Head and rows, for a spreadsheet: iteration, objective, every bound and multiplier, and so on."""
        numbers = range(1, len(self.bounds[0]) + 1 if self.bounds else 1)
        head: list[Json] = ["iteration", "objective", *(f"bound_{k}" for k in numbers)]
        head += [*(f"multiplier_{k}" for k in numbers), "lagrangian", "chosen"]
        columns = (self.iterations, self.objective, self.bounds, self.multipliers, self.lagrangian)
        rows: list[list[Json]] = [
            [at, f, *bounds, *weights, lagrangian, at == self.best]
            for at, f, bounds, weights, lagrangian in zip(*columns, strict=True)
        ]
        return [head, *rows]


def curves(course: Course, names: Sequence[str]) -> list[Curve]:
    """Objective, Lagrangian, then bound and multiplier of each constraint. names: the constraints' texts."""
    best = float(course.best) if course.best >= 0 else None
    ats = [float(at) for at in course.iterations]

    def curve(title: str, kind: str, values: Sequence[float], limit: float | None = None) -> Curve:
        return Curve(title, kind, list(zip(ats, values, strict=True)), best, limit)

    found = [
        curve("Objective", "objective", course.objective),
        curve("Lagrangian", "lagrangian", course.lagrangian),
    ]
    for place, name in enumerate(names):
        bounds, weights = [row[place] for row in course.bounds], [row[place] for row in course.multipliers]
        found.append(curve(f"Bound: {name}", "bound", bounds, 0.0))
        found.append(curve("Its multiplier", "multiplier", weights))
    return found


def panels(course: Course, names: Sequence[str]) -> list[Mapping[str, str]]:
    """One picture each, for a page that lays them out itself: title, svg, and what it says in words."""
    return [{"title": curve.title, "svg": panel(curve), "spoken": curve.spoken()} for curve in curves(course, names)]


def picture(course: Course, names: Sequence[str], *, title: str = "How the search went") -> str:
    """All of them in one file. ValueError if the names are not as many as the constraints."""
    wanted = len(course.bounds[0]) if course.bounds else len(names)
    if len(names) != wanted:
        raise ValueError(f"names has {len(names)} texts; the trace has {wanted} constraints.")
    drawn = curves(course, names)
    height = HEAD + HEIGHT * ((len(drawn) + 1) // 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {height}" width="{2 * WIDTH}"'
        f' height="{height}" font-family="system-ui, sans-serif" font-size="11" role="img"'
        f' aria-label="{escape(title)}">',
        f'<rect width="100%" height="100%" fill="#ffffff"/><text x="20" y="24" font-size="15" font-weight="600"'
        f' fill="{INK}">{escape(title)}</text>',
        f'<text x="20" y="44" fill="{INK}">By iteration. Dashed: the chosen one. '
        f'<tspan fill="{BROKEN}">Shaded: the constraint would not be foreseen to hold.</tspan></text>',
        *(panel(curve, x=(place % 2) * WIDTH, y=HEAD + HEIGHT * (place // 2)) for place, curve in enumerate(drawn)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(values: Json) -> tuple[float, ...]:
    return tuple(float(value) for value in cast("Sequence[float | str]", values))
