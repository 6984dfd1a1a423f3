"""What a search saw on its way, from the file that its run kept, as charts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Final

from analysis.runs import store
from analysis.runs.board.drawing import LineChart, Series, line_chart, paint
from analysis.runs.errors import Spoiled, StoreRefused, StoreUnavailable
from analysis.runs.models import Artifact
from analysis.runs.services.keeping import kept_of
from analysis.safety.report import Report, number
from experiments.types import Json

NAME: Final = "trace.json"
LARGEST: Final = 4_000_000


def charts_of(run_id: int, report: Report) -> list[LineChart]:
    """Objective, foreseen bounds (0 is the limit) and multipliers over iterations; nothing where no file is whole."""
    trace = _trace(run_id)
    places = [number(each) for each in _list(trace.get("iterations"))]
    if len(places) < 2:
        return []
    names = [found.text for found in report.constraints] or ["constraint"]
    objective = Series("objective", "objective", _points(places, _list(trace.get("objective"))))
    found = [("Objective", [objective])]
    for title, key in (("Foreseen bounds of g: at most 0 is wanted", "bounds"), ("Multipliers", "multipliers")):
        found.append((title, _lines(places, _list(trace.get(key)), names)))
    return [
        line_chart(title, lines, paint(line.key for line in lines))
        for title, lines in found
        if any(len(line.points) > 1 for line in lines)
    ]


def _lines(places: Sequence[float], rows: Sequence[Json], names: Sequence[str]) -> list[Series]:
    """One for each constraint, without one that is 0 throughout."""
    width = max((len(row) for row in rows if isinstance(row, list)), default=0)
    found = []
    for place in range(width):
        column = [row[place] if isinstance(row, list) and place < len(row) else "nan" for row in rows]
        name = names[place] if place < len(names) else f"constraint {place + 1}"
        series = Series(f"c{place}", name, _points(places, column))
        if any(value for _, value in series.points):
            found.append(series)
    return found


def _points(places: Sequence[float], values: Sequence[Json]) -> tuple[tuple[float, float], ...]:
    pairs = zip(places, (number(value) for value in values), strict=False)
    return tuple((place, value) for place, value in pairs if math.isfinite(value))


def _trace(run_id: int) -> Mapping[str, Json]:
    artifact = Artifact.objects.filter(run_id=run_id, name=NAME, size__lte=LARGEST).first()
    if artifact is None:
        return {}
    try:
        found: object = json.loads(store.content(kept_of(artifact)))
    except (Spoiled, StoreRefused, StoreUnavailable, ValueError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else []
