"""Judgements as tables: raters by what they judged, respondents by items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.results.asking.asked import Asked
from analysis.results.asking.setting import Setting
from analysis.results.columns import Array
from analysis.statistics.words import NoAnswer
from experiments.blueprint import MeasureSpec

if TYPE_CHECKING:
    from analysis.results.judgements import Judgement

Said = str | float
TOO_FEW: Final = (
    "Agreement needs the same judged by two raters or more: let units rate the same stimuli, or name further raters' "
    "measures in items."
)
MOST_CELLS: Final = 3_000_000


@dataclass(frozen=True, slots=True)
class Ratings:
    """table: shape (raters, targets), None where there is no judgement. raters, targets: what they are, for people."""

    table: NDArray[Any]
    raters: str
    targets: str

    def counts(self) -> Array:
        """How many raters gave each category, shape (targets, categories)."""
        names = {name: place for place, name in enumerate(categories_of(self))}
        found = np.zeros((self.table.shape[1], len(names)))
        for row in self.table:
            for target, said in enumerate(row):
                if said is not None:
                    found[target, names[said]] += 1
        return found

    def complete(self) -> tuple[Array, str]:
        """Raters by targets without a gap: who judged everything, or what everybody judged, whichever is more."""
        known = np.array([[said is not None for said in row] for row in self.table.tolist()], dtype=bool)
        full, shared, n, m = known.all(axis=1), known.all(axis=0), len(known), self.table.shape[1]
        by_raters = int(full.sum()) * m if full.sum() > 1 else 0
        by_targets = int(shared.sum()) * n if shared.sum() > 1 else 0
        if not max(by_raters, by_targets):
            raise NoAnswer(
                "An intraclass correlation needs two raters or more who judged the same two targets or more without a "
                "gap: ask for Krippendorff's alpha, which takes gaps."
            )
        kept = self.table[full] if by_raters >= by_targets else self.table[:, shared]
        left = int((~full).sum()) if by_raters >= by_targets else int((~shared).sum())
        what = (
            "raters did not judge everything" if by_raters >= by_targets else f"{self.targets} were not judged by all"
        )
        return kept.astype(float), f"{left:,} {what} and were left out." if left else ""


def categories_of(found: Ratings) -> list[Said]:
    """In their order: numbers by size, names by letter."""
    said = {each for row in found.table for each in row if each is not None}
    return sorted(said, key=lambda each: (isinstance(each, str), each))


def of_units(asked: Asked) -> Ratings:
    """By units of stimuli; or by measures of units, where the question names further raters' measures."""
    question, kept = asked.question, _kept(asked)
    names = [question.measure, *question.estimand.items]
    own = [[each for each in _read(asked.setting, name) if each.unit in kept] for name in names]
    kinds = [_spec(asked.setting, name) for name in names]
    if len(names) > 1:
        judged = {
            (rater, str(each.unit)): _said(each, kinds[rater]) for rater, values in enumerate(own) for each in values
        }
        return Ratings(_table(judged, list(range(len(names)))), "each a measure", "units")
    judged = {(each.unit, _about(each)): _said(each, kinds[0]) for each in own[0] if _about(each)}
    return Ratings(_table(judged, sorted({rater for rater, _ in judged})), "units", "stimuli")


def scale_of(asked: Asked) -> tuple[list[str], Array]:
    """Names of items, and each unit's answer to each: shape (units, items), NaN where there is none."""
    question, setting = asked.question, asked.setting
    names = [question.measure, *question.estimand.items]
    if len(names) > 1:
        kept = asked.contrast.sides[0].places
        table = np.column_stack([setting.values(_of(asked, name))[kept] for name in names])
    else:
        names, table = _parts(asked)
    turned = question.estimand.turned
    for place, name in enumerate(names):
        spec = _spec(setting, name if name in setting.measures else question.measure)
        if name in turned and spec.low is not None and spec.high is not None:
            table[:, place] = spec.low + spec.high - table[:, place]
    return names, table


def _parts(asked: Asked) -> tuple[list[str], Array]:
    kept = _kept(asked)
    own = [each for each in _read(asked.setting, asked.question.measure) if each.unit in kept and _about(each)]
    judged = {(each.unit, each.part or each.case): each.number for each in own}
    units = sorted({unit for unit, _ in judged})
    names = sorted({name for _, name in judged})
    _small(len(units) * len(names))
    table = np.full((len(units), len(names)), np.nan)
    for row, unit in enumerate(units):
        for place, name in enumerate(names):
            said = judged.get((unit, name))
            table[row, place] = np.nan if said is None else said
    return names, table


def _of(asked: Asked, name: str) -> Any:
    from dataclasses import replace

    return replace(asked.question, measure=name)


def _table(judged: dict[tuple[int, str], Said | None], raters: Sequence[int]) -> NDArray[Any]:
    targets = sorted({target for _, target in judged})
    _small(len(raters) * len(targets))
    rows = [[judged.get((rater, target)) for target in targets] for rater in raters]
    return np.array(rows, dtype=object).reshape(len(raters), len(targets))


def _small(cells: int) -> None:
    if cells > MOST_CELLS:
        raise NoAnswer("Raters by targets are too many to be held against one another: ask for one arm at a time.")


def _said(each: Judgement, spec: MeasureSpec) -> Said | None:
    return each.number if spec.kind == "number" else each.said


def _about(each: Judgement) -> str:
    """Which stimulus, and which part of its page."""
    return f"{each.case}/{each.part}" if each.case and each.part else each.case or each.part


def _kept(asked: Asked) -> set[int]:
    """Keys of the units that count."""
    places = asked.contrast.sides[0].places
    return set(asked.setting.columns.keys[places].tolist())


def _spec(setting: Setting, name: str) -> MeasureSpec:
    if name not in setting.measures:
        raise NoAnswer(f"The experiment measures no “{name}” in the version in force.")
    return setting.measures[name]


def _read(setting: Setting, measure: str) -> list[Judgement]:
    if setting.judgements is None:
        raise NoAnswer("Single judgements are not at hand here: ask on the page of results or by analyze.")
    return setting.judgements.of(measure)
