"""Which runs are drawn as one line: those of a setting over its folds and seeds, or each alone. The best come first."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from analysis.runs.board.parameters import Parameter, as_text, value_at
from analysis.runs.board.series import Bundle
from analysis.runs.measure import Goal
from analysis.runs.models import Run
from experiments.types import Json

MOST_LINES: Final = 60
MOST_LOOKED_AT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Bundled:
    """bundles: at most MOST_LINES, the best by the goal. n: how many there are. most: runs in one of them."""

    bundles: tuple[Bundle, ...]
    n: int
    most: int


@dataclass(frozen=True, slots=True)
class _Begun:
    pk: int
    number: int
    batch: int
    digest: str
    setting: Json
    primary: float | None


def bundled(runs: QuerySet[Run], parameters: Sequence[Parameter], goal: Goal, *, by_run: bool) -> Bundled:
    """Of those that have begun. One query, two of several batches."""
    rows = runs.filter(attempt__gt=0) | runs.exclude(latest={})
    columns = ("pk", "number", "batch_id", "setting_digest", "setting", "primary")
    begun = [_Begun(*row) for row in rows.order_by("batch_id", "number").values_list(*columns)[:MOST_LOOKED_AT]]
    groups: dict[tuple[int, str, int], list[_Begun]] = defaultdict(list)
    for run in begun:
        groups[run.batch, run.digest, run.pk if by_run else 0].append(run)
    ranked = sorted(groups.values(), key=lambda group: _rank(group, goal))
    best = ranked[0] if ranked and math.isfinite(_rank(ranked[0], goal)) else None
    several = len({run.batch for run in begun}) > 1
    slugs = dict(runs.order_by().values_list("batch_id", "batch__slug").distinct()) if several else {}
    bundles = (
        _bundle(group, parameters, by_run=by_run, is_best=group is best, of=slugs) for group in ranked[:MOST_LINES]
    )
    return Bundled(
        tuple(sorted(bundles, key=lambda bundle: bundle.runs)),
        len(ranked),
        max((len(group) for group in groups.values()), default=0),
    )


def _rank(group: Sequence[_Begun], goal: Goal) -> float:
    """Low is good; what has no figure yet comes last."""
    values = [run.primary for run in group if run.primary is not None]
    if not values:
        return math.inf
    mean = math.fsum(values) / len(values)
    return -mean if goal.maximises else mean


def _bundle(
    group: Sequence[_Begun], parameters: Sequence[Parameter], *, by_run: bool, is_best: bool, of: Mapping[int, str]
) -> Bundle:
    """of: the names of the batches, where there are several."""
    first = group[0]
    words = ", ".join(f"{each.name} {as_text(value_at(first.setting, each.path))}" for each in parameters)
    name = f"#{first.number} {words}".strip() if by_run or not words else words
    name = f"{of[first.batch]}: {name}" if of else name
    key = f"run-{first.pk}" if by_run else f"setting-{first.batch}-{first.digest[:12]}"
    return Bundle(key, name[:160], tuple(run.pk for run in group), is_best)
