"""The curve of power by people, in numbers that a template draws. Colours come from the style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

from analysis.planning.planned import Planned

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 64, 14, 14, 40


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and its words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """points: of the curve. here: the plan. wanted: height of the power asked for. budget: where the money ends."""

    points: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    here: tuple[float, float]
    wanted: float
    budget: float | None
    label: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def picture_of(planned: Planned) -> Picture:
    """Of the plan's curve."""
    most = max([people for people, _ in planned.curve] + [planned.values])

    def at(people: float, power: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * people / most
        return round(x, 1), round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * power, 1)

    bought = planned.bought
    in_sight = bought is not None and 0 < bought.values <= most
    return Picture(
        points=" ".join(f"{x},{y}" for x, y in (at(people, power) for people, power in planned.curve)),
        x_ticks=tuple(Tick(at(people, 0)[0], f"{people:,}") for people in round_steps(most)),
        y_ticks=tuple(Tick(at(0, part)[1], f"{100 * part:.0f} %") for part in (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        here=at(planned.values, planned.answer.power),
        wanted=at(0, planned.wanted.power)[1],
        budget=at(bought.values, 0)[0] if in_sight and bought is not None else None,
        label=(
            f"Chance to find the effect by people with a value: {100 * planned.answer.power:.0f} % with "
            f"{planned.values:,}."
        ),
    )


def round_steps(most: int) -> list[int]:
    """Up to six round numbers from 0.

    >>> round_steps(384)
    [0, 100, 200, 300]
    """
    unit = 10 ** floor(log10(max(most, 1)))
    step = next(unit * part for part in (0.2, 0.5, 1, 2) if most / (unit * part) < 6)
    step = max(int(step), 1)
    return list(range(0, most + 1, step))
