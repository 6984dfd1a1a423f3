"""The curves of trials: how well, how often and how safely each contender answers, over the number of rows."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from analysis.assurance.curves.picture import figure_of
from analysis.assurance.curves.reads import Seen, curves_of
from analysis.assurance.curves.svg import as_file, as_panel, as_sign
from analysis.assurance.curves.telling import TERMS, note_of
from analysis.runs.views.doors import Shelf, of_experiment, page
from analysis.safety.curves.reading import DECIDED, PROBABILISTIC


@of_experiment
def curves(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """`?terms=decided` judges the classifier that decides instead of the one that draws lots."""
    terms = _terms(request)
    seen = curves_of(shelf.batches, terms=terms)
    figure = figure_of(seen.curves)
    context = {
        "shelf": shelf,
        "experiment": shelf.experiment,
        "tab": "curves",
        "seen": seen,
        "terms": seen.curves.terms,
        "choices": list(TERMS.items()),
        "panels": [(panel.title, SafeString(as_panel(panel))) for panel in figure.panels],
        "legend": [(SafeString(as_sign(key)), key) for key in figure.keys],
        "table": _table(seen),
        "batch_query": urlencode([("batch", slug) for slug in request.GET.getlist("batch")]),
        "query": urlencode([(name, value) for name in ("batch", "terms") for value in request.GET.getlist(name)]),
    }
    return page(request, "assurance/curves.html", f"Curves of {shelf.experiment.title}", context)


@of_experiment
def picture(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The same as a file."""
    seen = curves_of(shelf.batches, terms=_terms(request))
    svg = as_file(figure_of(seen.curves), title=shelf.experiment.title, note=note_of(seen))
    disposition = f'attachment; filename="{shelf.experiment.slug}-curves.svg"'
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Content-Disposition": disposition})


def _terms(request: HttpRequest) -> str:
    return DECIDED if request.GET.get("terms") == DECIDED else PROBABILISTIC


def _table(seen: Seen) -> list[tuple[str, list[list[object]]]]:
    """For each contender a line for each size: for those who read numbers rather than pictures."""
    found = []
    for curve in seen.curves.curves:
        performance = {point.rows: point for point in curve.performance}
        lines: list[list[object]] = [
            [solved.rows, solved.n, performance.get(solved.rows), solved, *(points[place] for points in curve.failures)]
            for place, solved in enumerate(curve.solutions)
        ]
        found.append((curve.contender, lines))
    return found
