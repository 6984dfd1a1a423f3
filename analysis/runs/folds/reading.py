"""A report on folds in the words and pictures of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.learning.running import Fold
from analysis.learning.validation.choosing import Choice, Ranked
from analysis.runs.fold_reads import FoldReport
from analysis.runs.folds.drawing import Axis, Strip, ends, strip
from analysis.runs.models import Batch, Run, Status
from analysis.statistics.resampling import Folded
from experiments.errors import BadValue

MOST_ROWS = 50
MOST_COLUMNS = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A setting. place: its rank, empty if it is not compared. behind: the best one's lead. cells: by fold, as text."""

    place: str
    name: str
    parts: tuple[str, ...]
    folds: str
    mean: str
    sd: str
    interval: str
    behind: str
    behind_interval: str
    is_close: bool
    strip: Strip
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """What an outer fold chose."""

    fold: int
    name: str
    inner: str
    outer: str
    strip: Strip


@dataclass(frozen=True, slots=True)
class NestedShown:
    """How good it is to search like this."""

    mean: str
    sd: str
    interval: str
    best: str
    votes: tuple[tuple[str, int], ...]
    rows: tuple[ChosenRow, ...]
    missing: str
    n_outer: int


@dataclass(frozen=True, slots=True)
class BatchShown:
    """A batch. refusal: why there is no report."""

    batch: Batch
    reports: tuple[ReportShown, ...] = ()
    refusal: BadValue | None = None


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report. left_out: settings that are not in the table. columns: names of the folds in it."""

    report: FoldReport
    rows: tuple[Row, ...]
    left_out: int
    columns: tuple[str, ...]
    low: str
    high: str
    nested: NestedShown | None

    @property
    def n_missing(self) -> int:
        """Runs that failed, were cancelled, are still to come, or did not measure it."""
        others = sum(n for status, n in self.report.counts.items() if status != Status.COMPLETED)
        return others + self.report.n_silent

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to see."""
        return any(row.summary for row in self.report.ranked)


def shown(report: FoldReport) -> ReportShown:
    """Of the best settings."""
    ranked = report.ranked[:MOST_ROWS]
    axis = Axis.over(value for row in ranked for value in (*row.values.values(), *ends(row.summary)))
    folds = _folds(ranked)
    return ReportShown(
        report=report,
        rows=tuple(_row(report, row, place, axis, folds) for place, row in enumerate(ranked, start=1)),
        left_out=len(report.ranked) - len(ranked),
        columns=tuple(_called(fold) for fold in folds),
        low=_number(axis.low),
        high=_number(axis.high),
        nested=None if report.choice is None else _nested(report, report.choice),
    )


def measures_of(batch: Batch) -> list[tuple[str, str]]:
    """(split, name) of everything that a completed run of the batch measured last, and is a number."""
    run = Run.objects.filter(batch=batch, status=Status.COMPLETED).only("latest").order_by("number").first()
    latest = run.latest if run is not None and isinstance(run.latest, Mapping) else {}
    return sorted(
        (split, name)
        for split, values in latest.items()
        if isinstance(values, Mapping)
        for name, value in values.items()
        if isinstance(value, int | float)
    )


def _folds(ranked: Sequence[Ranked]) -> list[Fold]:
    """Those of the first row, in their order; at most so many that a table bears them."""
    every = {fold: None for row in ranked[:1] for fold in (*row.values, *row.missing)}
    return sorted(every, key=lambda fold: (fold.outer or 0, fold.inner or 0))[:MOST_COLUMNS]


def _called(fold: Fold) -> str:
    if fold.outer is None:
        return "all"
    return f"{fold.outer}" if fold.inner is None else f"{fold.outer}.{fold.inner}"


def _row(report: FoldReport, row: Ranked, place: int, axis: Axis, folds: Sequence[Fold]) -> Row:
    n = len(row.values)
    return Row(
        place=str(place) if row.is_complete else "",
        name=report.named(row.setting),
        parts=tuple(report.named(row.setting).split(", ")),
        folds=f"{n} of {n + len(row.missing)}" if row.missing else str(n),
        mean=_number(row.summary.mean if row.summary else None),
        sd=_spread(row.summary),
        interval=_interval(row.summary),
        behind=_number(row.behind.mean if row.behind else None),
        behind_interval=_interval(row.behind),
        is_close=row.behind is not None and row.behind.low is not None and row.behind.low <= 0,
        strip=strip(axis, list(row.values.values()), row.summary),
        cells=tuple(_number(row.values.get(fold)) or "-" for fold in folds),
    )


def _nested(report: FoldReport, choice: Choice) -> NestedShown:
    judged = [one.outer for one in choice.chosen if one.outer is not None]
    axis = Axis.over([*judged, *(one.inner for one in choice.chosen), *ends(choice.summary)])
    rows = tuple(
        ChosenRow(
            one.fold,
            report.named(one.setting),
            _number(one.inner),
            _number(one.outer),
            strip(axis, [one.inner], None if one.outer is None else Folded(1, one.outer)),
        )
        for one in choice.chosen
    )
    return NestedShown(
        mean=_number(choice.summary.mean if choice.summary else None),
        sd=_spread(choice.summary),
        interval=_interval(choice.summary),
        best="" if choice.best is None else report.named(choice.best),
        votes=tuple((report.named(key), n) for key, n in choice.votes.items()),
        rows=rows,
        missing=", ".join(map(str, choice.missing)),
        n_outer=len(choice.chosen) + len(set(choice.missing) - {one.fold for one in choice.chosen}),
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _spread(found: Folded | None) -> str:
    return "" if found is None or found.sd is None else f"{found.sd:.2g}"


def _interval(found: Folded | None) -> str:
    return "" if found is None or found.low is None or found.high is None else f"{found.low:.4g} to {found.high:.4g}"
