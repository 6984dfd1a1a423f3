"""The picture of a run's pipeline."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from analysis.learning.components.graph import sketch
from analysis.learning.components.picture import draw
from analysis.learning.components.svg import as_svg
from analysis.runs.models import Run
from experiments.blueprint import json_object


def pipeline_of(run: Run) -> SafeString | None:
    """As SVG, whose texts are escaped where it is made. None if the setting has no components."""
    components = json_object(run.setting).get("components")
    if not components:
        return None
    nodes = sketch(components).nodes
    return mark_safe(as_svg(draw(nodes))) if nodes else None  # noqa: S308 (escaped by as_svg)
