"""Which setting is best, and how good the choice is: from the figures of runs over folds.

A figure is of one setting, fold and seed. Seeds of a fold are averaged first: they are no further folds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from analysis.learning.running import Fold
from analysis.learning.validation.nested import Nested
from analysis.learning.validation.scheme import Scheme
from analysis.statistics.resampling import Folded, over_folds

Key = str  # of a setting: its digest


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run measured. value: None if it did not, or not yet."""

    setting: Key
    fold: Fold
    value: float | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A setting. values: by fold, seeds averaged. missing: folds without a figure of every run.

    summary: over the folds that there are; None if there are none. behind: the best setting's lead over it, fold by
    fold; None for the best itself and where folds are missing.
    """

    setting: Key
    values: Mapping[Fold, float]
    missing: tuple[Fold, ...]
    summary: Folded | None
    behind: Folded | None = None

    @property
    def is_complete(self) -> bool:
        """Only complete settings are compared: fewer folds may be easier ones."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the inner folds of one outer fold chose, and how it did there. outer: None as long as it is not measured."""

    fold: int
    setting: Key
    inner: float
    outer: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a nested scheme says. chosen: of every outer fold whose inner figures are all there.

    summary: of the chosen ones' outer figures, when all are there: how good it is to search like this. votes: how many
    outer folds chose each setting. best: the setting with the best mean over all inner folds: the one to use.
    """

    chosen: tuple[Chosen, ...]
    missing: tuple[int, ...]
    summary: Folded | None
    votes: Mapping[Key, int]
    best: Key | None


def ranking(figures: Iterable[Figure], scheme: Scheme, *, maximise: bool) -> list[Ranked]:
    """Settings, the best first, incomplete ones last. Of equal ones the first given is first.

    Of a nested scheme the inner folds rank: the outer ones judge and must not choose.
    """
    ratio = scheme.inner_ratio if isinstance(scheme, Nested) else scheme.held_out_ratio
    folds = [fold for fold in scheme.folds_to_run() if not isinstance(scheme, Nested) or fold.inner is not None]
    table = _by_setting(list(figures))
    rows = [_row(key, table[key], folds, ratio) for key in table]
    rows.sort(key=lambda row: (not row.is_complete, *_order(row.summary, maximise)))
    return [_compared(row, rows[0], ratio, maximise=maximise) for row in rows]


def nested_choice(figures: Iterable[Figure], scheme: Nested, *, maximise: bool) -> Choice:
    """Pick a setting for each outer fold by its inner folds alone; judge it on the outer fold."""
    table = _by_setting(list(figures))
    inner_folds: dict[int, list[Fold]] = defaultdict(list)
    outer_folds = [fold for fold in scheme.folds_to_run() if fold.inner is None]
    for fold in scheme.folds_to_run():
        if fold.inner is not None:
            inner_folds[fold.outer or 0].append(fold)
    picked = {outer.outer or 0: _pick(table, outer, inner_folds[outer.outer or 0], maximise) for outer in outer_folds}
    chosen = tuple(one for one in picked.values() if one is not None)
    judged = [one.outer for one in chosen if one.outer is not None]
    is_whole = len(judged) == len(outer_folds)
    return Choice(
        chosen=chosen,
        missing=tuple(number for number, one in picked.items() if one is None or one.outer is None),
        summary=over_folds(judged, ratio=scheme.held_out_ratio) if is_whole else None,
        votes=dict(Counter(one.setting for one in chosen).most_common()),
        best=_best(table, [fold for folds in inner_folds.values() for fold in folds], maximise),
    )


_Table = dict[Key, dict[Fold, float | None]]


def _by_setting(figures: Sequence[Figure]) -> _Table:
    """Seeds averaged; None where one of them has no figure."""
    gathered: dict[Key, dict[Fold, list[float | None]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        gathered[figure.setting][figure.fold].append(figure.value)
    return {key: {fold: _mean(values) for fold, values in folds.items()} for key, folds in gathered.items()}


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return fmean(there) if there and len(there) == len(values) else None


def _row(key: Key, measured: Mapping[Fold, float | None], folds: Sequence[Fold], ratio: float | None) -> Ranked:
    values = {fold: value for fold in folds if (value := measured.get(fold)) is not None}
    missing = tuple(fold for fold in folds if fold not in values)
    summary = over_folds(list(values.values()), ratio=ratio) if values else None
    return Ranked(key, values, missing, summary)


def _order(summary: Folded | None, maximise: bool) -> tuple[bool, float]:
    return (True, 0.0) if summary is None else (False, -summary.mean if maximise else summary.mean)


def _compared(row: Ranked, best: Ranked, ratio: float | None, *, maximise: bool) -> Ranked:
    if row is best or not row.is_complete or not best.is_complete:
        return row
    sign = 1 if maximise else -1
    leads = [sign * (best.values[fold] - value) for fold, value in row.values.items()]
    return Ranked(row.setting, row.values, row.missing, row.summary, over_folds(leads, ratio=ratio))


def _pick(table: _Table, outer: Fold, inner: Sequence[Fold], maximise: bool) -> Chosen | None:
    """None if a setting lacks a figure of an inner fold: the choice could still change."""
    means = {key: _mean([of.get(fold) for fold in inner]) for key, of in table.items()}
    known = {key: mean for key, mean in means.items() if mean is not None}
    if not known or len(known) < len(means):
        return None
    key = max(known, key=lambda key: known[key] if maximise else -known[key])
    return Chosen(outer.outer or 0, key, known[key], table[key].get(outer))


def _best(table: _Table, inner: Sequence[Fold], maximise: bool) -> Key | None:
    means = {key: mean for key, of in table.items() if (mean := _mean([of.get(fold) for fold in inner])) is not None}
    return max(means, key=lambda key: means[key] if maximise else -means[key], default=None)
