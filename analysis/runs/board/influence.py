"""How parameters move the goal: importance, the mean of each level, and every setting as a line over all axes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.runs.board.drawing import Tick
from analysis.runs.board.parameters import MISSING, Parameter, as_text, value_at
from analysis.runs.measure import Goal
from analysis.runs.models import Batch, Run
from experiments.blueprint import json_object
from experiments.types import JsonObject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST: Final = 4  # settings with a figure, before anything is said
MOST: Final = 400
MOST_LINES: Final = 300
MOST_LEVELS: Final = 8
SEED: Final = 18


@dataclass(frozen=True, slots=True)
class Scored:
    """A setting and its goal: the mean over its folds and seeds that are done. number: of its first run."""

    setting: JsonObject
    digest: str
    value: float
    n: int
    number: int


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a parameter, or a range. share: where its mean stands between the worst and the best setting."""

    text: str
    n: int
    mean: str
    share: float
    low: float
    width: float


@dataclass(frozen=True, slots=True)
class Influence:
    """share: of the variance that the parameter explains by itself, in percent."""

    parameter: Parameter
    share: float
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """name: of the parameter or the goal. ticks: from the top, in percent."""

    name: str
    ticks: tuple[Tick, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Thread:
    """A setting as a line over all axes."""

    digest: str
    points: str
    colour: str
    title: str
    number: int
    is_best: bool


@dataclass(frozen=True, slots=True)
class Influences:
    """n: settings with a figure. pairs: what two do together beyond what each does, in percent, the strongest first."""

    n: int
    goal: Goal
    influences: tuple[Influence, ...]
    pairs: tuple[tuple[str, str, float], ...]
    axes: tuple[Axis, ...]
    threads: tuple[Thread, ...]


def scored_settings(batches: Sequence[Batch]) -> list[Scored]:
    """Every setting with a figure of the goal, the best first. One query."""
    rows = Run.objects.filter(batch__in=batches, primary__isnull=False).order_by("batch", "number")
    values: dict[str, list[float]] = defaultdict(list)
    first: dict[str, tuple[JsonObject, int]] = {}
    for digest, setting, primary, number in rows.values_list("setting_digest", "setting", "primary", "number"):
        if primary is not None and math.isfinite(primary):
            values[digest].append(primary)
            first.setdefault(digest, (json_object(setting), number))
    found = [
        Scored(first[key][0], key, math.fsum(each) / len(each), len(each), first[key][1])
        for key, each in values.items()
    ]
    return sorted(found, key=lambda one: one.value, reverse=bool(batches) and Goal.of(batches[0]).maximises)


def influences_of(scored: Sequence[Scored], parameters: Sequence[Parameter], goal: Goal) -> Influences:
    """Pure, but for the time it takes: 0.1 to 1 s."""
    chosen = _spread(scored, MOST)
    if len(chosen) < LEAST or not parameters:
        return Influences(len(scored), goal, (), (), *_threads(scored, parameters, goal))
    shares, pairs = _shares(chosen, parameters)
    ranked = sorted(zip(parameters, shares, strict=True), key=lambda pair: -pair[1])
    scale = (min(one.value for one in chosen), max(one.value for one in chosen))
    return Influences(
        n=len(scored),
        goal=goal,
        influences=tuple(
            Influence(each, round(100 * share, 1), _levels(each, chosen, scale)) for each, share in ranked
        ),
        pairs=pairs,
        axes=(threads := _threads(scored, parameters, goal))[0],
        threads=threads[1],
    )


def _shares(
    scored: Sequence[Scored], parameters: Sequence[Parameter]
) -> tuple[list[float], tuple[tuple[str, str, float], ...]]:
    import numpy as np

    from analysis.statistics.importance import importance

    y = np.array([one.value for one in scored])
    x = np.column_stack([_coded(each, scored, y) for each in parameters])
    found = importance(x, y, rng=np.random.default_rng(SEED))
    pairs = sorted(((share, i, j) for (i, j), share in found.pairs.items() if share >= 0.01), reverse=True)
    named = tuple((parameters[i].name, parameters[j].name, round(100 * share, 1)) for share, i, j in pairs[:5])
    return [float(share) for share in found.alone], named


def _coded(parameter: Parameter, scored: Sequence[Scored], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers as they are; anything else in the order of its mean figure, so that one cut can part good from bad."""
    import numpy as np

    values = [value_at(one.setting, parameter.path) for one in scored]
    if parameter.is_number and MISSING not in values:
        return np.array(values, dtype=float)
    texts = [as_text(value) for value in values]
    means = {
        text: float(np.mean([y[place] for place, each in enumerate(texts) if each == text])) for text in set(texts)
    }
    order = {text: float(place) for place, text in enumerate(sorted(means, key=lambda text: means[text]))}
    return np.array([order[text] for text in texts])


def _levels(parameter: Parameter, scored: Sequence[Scored], scale: tuple[float, float]) -> tuple[Level, ...]:
    """Each level with the mean over its settings; many numbers are put into ranges of equal counts."""
    groups: dict[str, list[float]] = {}
    pairs = [(value_at(one.setting, parameter.path), one.value) for one in scored]
    numbers = sorted(value for value, _ in pairs if isinstance(value, int | float) and not isinstance(value, bool))
    if parameter.is_number and len(set(numbers)) > MOST_LEVELS:
        edges = [numbers[round(k * (len(numbers) - 1) / 5)] for k in range(6)]
        for k in range(5):
            label = f"{edges[k]:.3g} to {edges[k + 1]:.3g}"
            groups[label] = [
                y
                for value, y in pairs
                if isinstance(value, int | float) and edges[k] <= value and (value < edges[k + 1] or k == 4)
            ]
    else:
        known = [*parameter.values, *([MISSING] if any(value is MISSING for value, _ in pairs) else [])]
        texts = [(as_text(value), y) for value, y in pairs]
        for value in known[:40]:
            groups[as_text(value)] = [y for text, y in texts if text == as_text(value)]
    return tuple(_level(text, values, scale) for text, values in groups.items() if values)


def _level(text: str, values: Sequence[float], scale: tuple[float, float]) -> Level:
    low, high = scale
    span = high - low or 1.0
    mean = math.fsum(values) / len(values)
    ends = [100 * (end - low) / span for end in (min(values), max(values))]
    return Level(
        text,
        len(values),
        f"{mean:.4g}",
        round(100 * (mean - low) / span, 1),
        round(ends[0], 1),
        round(ends[1] - ends[0], 1),
    )


def _spread(scored: Sequence[Scored], most: int) -> list[Scored]:
    """Evenly over the ranks, the best always among them."""
    if len(scored) <= most:
        return list(scored)
    return [scored[round(place * (len(scored) - 1) / (most - 1))] for place in range(most)]


def _threads(
    scored: Sequence[Scored], parameters: Sequence[Parameter], goal: Goal
) -> tuple[tuple[Axis, ...], tuple[Thread, ...]]:
    if not scored:
        return (), ()
    scales = [_Scale.of(each) for each in parameters]
    ends = [one.value for one in scored]
    last = _Scale(goal.name or "goal", min(ends), max(ends), False, {})
    every = [*scales, last]
    at = [round(1000 * place / max(len(every) - 1, 1), 1) for place in range(len(every))]
    threads = []
    for rank, one in enumerate(reversed(_spread(scored, MOST_LINES))):
        values = [value_at(one.setting, each.path) for each in parameters]
        heights = [scale.height(value) for scale, value in zip(every, [*values, one.value], strict=True)]
        share = (one.value - last.low) / (last.high - last.low) if last.high > last.low else 1.0
        words = ", ".join(f"{each.name} {as_text(value)}" for each, value in zip(parameters, values, strict=True))
        threads.append(
            Thread(
                one.digest,
                " ".join(f"{x},{y}" for x, y in zip(at, heights, strict=True)),
                _shade(share if goal.maximises else 1 - share),
                f"{goal.name or 'goal'} {one.value:.4g} · {words}",
                one.number,
                one.digest == scored[0].digest and rank >= 0,
            )
        )
    axes = tuple(Axis(scale.name, scale.ticks(), place / 10) for scale, place in zip(every, at, strict=True))
    return axes, tuple(threads)


@dataclass(frozen=True, slots=True)
class _Scale:
    """places: of values that are no numbers, each its share of the axis."""

    name: str
    low: float
    high: float
    is_log: bool
    places: Mapping[str, float]

    @classmethod
    def of(cls, parameter: Parameter) -> _Scale:
        numbers = [float(value) for value in parameter.values if isinstance(value, int | float)]
        if parameter.is_number and numbers:
            low, high = min(numbers), max(numbers)
            return cls(parameter.name, low, high, low > 0 and high / low >= 20, {})
        texts = [as_text(value) for value in parameter.values]
        n = max(len(texts) - 1, 1)
        return cls(parameter.name, 0, 0, False, {text: place / n for place, text in enumerate(texts)})

    def height(self, value: object) -> float:
        """From the top, of 400; what the setting lacks stands below the axis."""
        if self.places:
            share = self.places.get(as_text(value), -0.06)
        elif not isinstance(value, int | float):
            share = -0.06
        elif self.high == self.low:
            share = 0.5
        elif self.is_log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(400 * (1 - share), 1)

    def ticks(self) -> tuple[Tick, ...]:
        if self.places:
            step = max(1, len(self.places) // 8)
            return tuple(Tick(round(100 * (1 - share), 1), text) for text, share in [*self.places.items()][::step])
        if self.low == self.high:
            return (Tick(50.0, f"{self.low:.4g}"),)
        shares = (0.0, 0.5, 1.0)
        values = [
            self.low * (self.high / self.low) ** s if self.is_log else self.low + s * (self.high - self.low)
            for s in shares
        ]
        return tuple(Tick(100 * (1 - share), f"{value:.3g}") for share, value in zip(shares, values, strict=True))


def _shade(share: float) -> str:
    """From a pale blue for the worst to a strong orange for the best."""
    return f"hsl({round(215 - 190 * share)} {round(35 + 50 * share)}% {round(68 - 18 * share)}%)"
