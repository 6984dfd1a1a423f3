"""What downloads say of quality: a column for each analysis in `wide` and `long`, and both side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from analysis.exports.columns import Column, Kind, Row
from analysis.exports.options import Options
from analysis.exports.snapshot import CHUNK
from crowd.models import QualityMark
from crowd.reads.quality import both_analyses, left_out
from experiments.models import Experiment
from participants.models import Session


class QualityColumns:
    """Score, what was found, and whether the second analysis does without them. Nobody is missing from the rows."""

    def columns(self) -> tuple[Column, ...]:
        """Four."""
        return (
            Column("quality", Kind.NUMBER, "How much the work can be trusted, 1 with nothing found.", low=0, high=1),
            Column("quality_signs", Kind.TEXT, "What was found against it, by its short names."),
            Column("excluded_because", Kind.TEXT, "Signs for which the registered rule leaves the person out."),
            Column("is_kept", Kind.BOOLEAN, "Whether the second analysis keeps them: not excluded, not soft-rejected."),
        )

    def rows(self, experiment: Experiment, options: Options) -> Iterator[tuple[int, Row]]:
        """By unit."""
        sessions = Session.objects.filter(experiment=experiment)
        sessions = sessions if options.with_rehearsal else sessions.filter(is_rehearsal=False)
        marks = {mark.session_id: mark for mark in QualityMark.objects.filter(session__in=sessions).iterator(CHUNK)}
        out = left_out(experiment)
        for pk, unit in sessions.order_by("unit_id").values_list("pk", "unit_id").iterator(chunk_size=CHUNK):
            mark = marks.get(pk)
            yield unit, (*_cells(mark), unit not in out)


def _cells(mark: QualityMark | None) -> tuple[float | None, str | None, str | None]:
    if mark is None:
        return None, None, None
    signs = ", ".join(each["sign"] for each in cast("list[dict[str, str]]", mark.findings))
    return mark.score, signs or None, mark.because or None


class BothAnalyses:
    """Each numeric measure by arm, with everybody and without whom the registered rule leaves out."""

    name = "both_analyses"
    title = "Both analyses: with and without exclusions"
    description = "Means of people's means by measure and arm: of everybody, and of those whom the rule keeps."
    position = 60

    def columns(self, experiment: Experiment) -> tuple[Column, ...]:
        """Measure, arm, and three figures twice."""
        return (
            Column("is_rehearsal", Kind.BOOLEAN, "Whether these people only rehearsed."),
            Column("measure", Kind.TEXT, "Name of the measure."),
            Column("arm", Kind.TEXT, "Name of the arm."),
            *_figures("all", "everybody who completed"),
            *_figures("kept", "those whom neither the rule nor a person leaves out"),
        )

    def count(self, experiment: Experiment, options: Options) -> int:
        """Two queries."""
        return sum(1 for _ in self.rows(experiment, options))

    def rows(self, experiment: Experiment, options: Options) -> Iterator[Row]:
        """By measure, then arm."""
        found = [(False, each) for each in both_analyses(experiment)]
        if options.with_rehearsal:
            found += [(True, each) for each in both_analyses(experiment, is_rehearsal=True)]
        for is_rehearsal, each in found:
            everybody, kept = each.everybody, each.kept
            figures = (everybody.n, everybody.mean, everybody.sd, kept.n, kept.mean, kept.sd)
            yield is_rehearsal, each.measure, each.arm, *figures


def _figures(name: str, who: str) -> tuple[Column, ...]:
    return (
        Column(f"n_{name}", Kind.INTEGER, f"People: {who}.", low=0),
        Column(f"mean_{name}", Kind.NUMBER, f"Mean: {who}."),
        Column(f"sd_{name}", Kind.NUMBER, f"Standard deviation: {who}."),
    )
