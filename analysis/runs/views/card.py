"""A run's model card: as a page, and to take away as HTML or Markdown."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from analysis.runs.board.cards import card_of
from analysis.runs.board.markdown import markdown
from analysis.runs.board.pipeline import pipeline_of
from analysis.runs.models import Run
from analysis.runs.views.doors import of_run, page
from analysis.runs.views.run import charts_of


@of_run
def card(request: HttpRequest, run: Run) -> HttpResponse:
    """The page."""
    context = {"run": run, "experiment": run.batch.experiment, **_content(run)}
    return page(request, "runs/card.html", f"Model card of run {run.number}", context)


@of_run
def card_html(request: HttpRequest, run: Run) -> HttpResponse:
    """One file that needs nothing else."""
    text = render_to_string("runs/card_alone.html", {**_content(run), "style": _style()})
    return _file(text, "text/html; charset=utf-8", f"{run.batch.slug}-run-{run.number}.html")


@of_run
def card_markdown(request: HttpRequest, run: Run) -> HttpResponse:
    """For a repository."""
    return _file(markdown(card_of(run)), "text/markdown; charset=utf-8", f"{run.batch.slug}-run-{run.number}.md")


def _content(run: Run) -> dict[str, object]:
    return {"card": card_of(run), "charts": charts_of(run), "pipeline": pipeline_of(run)}


def _style() -> str:
    """Of the charts and of the card, for a file of its own."""
    parts = [finders.find(f"runs/{name}.css") for name in ("board", "card")]
    return mark_safe("\n".join(Path(part).read_text("utf-8") for part in parts if part))  # noqa: S308 (our own files)


def _file(text: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
