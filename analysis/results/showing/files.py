"""Results as files: tables, and pictures by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.results.asking.analysis import Analysis
from analysis.results.asking.document import flat
from analysis.results.services.analysing import analyse
from analysis.results.showing.figures import figures, p_in_words
from analysis.results.showing.gathering import pictures_of
from analysis.results.showing.pictures import Picture
from analysis.results.showing.tables import as_csv, as_latex
from analysis.results.showing.typesetting import as_png
from experiments.errors import Unknown
from experiments.models import Experiment

HEAD = ("Measure", "Comparison", "Role", "Estimate", "Interval", "p (adjusted)", "n")


@dataclass(frozen=True, slots=True)
class File:
    """Ready to be sent."""

    content: bytes
    content_type: str


def table_file(experiment: Experiment, ending: str, *, is_rehearsal: bool) -> File:
    """The answers; Unknown for another ending than csv and tex."""
    if ending not in TABLES:
        raise Unknown(f"Tables come as csv or tex, not as {ending}.")
    render, content_type = TABLES[ending]
    return File(render(analyse(experiment, is_rehearsal=is_rehearsal)).encode(), content_type)


def picture_file(experiment: Experiment, key: str, ending: str, *, is_rehearsal: bool) -> File:
    """One picture by its name; Unknown if there is none, or for another ending than svg and png."""
    if ending not in PICTURES:
        raise Unknown(f"Pictures come as svg or png, not as {ending}.")
    found = {each.key: each for each in pictures_of(experiment, is_rehearsal=is_rehearsal)}
    if key not in found:
        known = ", ".join(found) or "none yet"
        raise Unknown(f"There is no picture “{key}”.", hint=f"Pictures: {known}.")
    render, content_type = PICTURES[ending]
    return File(render(found[key]), content_type)


def _csv(analysis: Analysis) -> str:
    return as_csv([flat(each) for each in analysis.answers])


def _latex(analysis: Analysis) -> str:
    rows = []
    for answer in analysis.answers:
        question, found = answer.question, answer.estimate
        named = (question.measure, question.contrast.sentence, str(question.role))
        if found is None:
            rows.append((*named, "none", "", "", ""))
            continue
        said = figures("", found, question.estimand.kind == "relative")
        p = p_in_words(answer.p_value) if answer.p_value is not None else said.p
        rows.append((*named, said.value, said.interval, p, f"{found.n:,}"))
    return as_latex(HEAD, rows, caption=f"Results of {analysis.title}", numbers=4)


def _svg(picture: Picture) -> bytes:
    return picture.svg.encode()


def _png(picture: Picture) -> bytes:
    return as_png(picture.svg)


TABLES: Mapping[str, tuple[Callable[[Analysis], str], str]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "tex": (_latex, "application/x-tex; charset=utf-8"),
}
PICTURES: Mapping[str, tuple[Callable[[Picture], bytes], str]] = {
    "svg": (_svg, "image/svg+xml"),
    "png": (_png, "image/png"),
}
