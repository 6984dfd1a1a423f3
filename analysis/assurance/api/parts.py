"""What a document of a training under constraints may name: for programs that write one."""

from __future__ import annotations

from typing import ClassVar, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api.base import ApiView
from experiments.api.shapes import ObjectField, Shown, example
from experiments.errors import BadValue
from experiments.types import JsonObject

NAMES: Final = ("data", "model", "objective", "bound", "optimiser")
TREE: Final[JsonObject] = {
    "results": [
        {
            "section": "model",
            "name": "tree",
            "title": "One small tree, which can be read.",
            "meaning": "",
            "regimes": ["binary_classification"],
            "parameters": {"depth": {"type": "integer", "minimum": 1, "maximum": 12, "default": 3}},
            "example": {"type": "tree", "depth": 3},
        }
    ]
}


class SafetyPartShown(Shown):
    """A type that a section may name."""

    section = serializers.CharField()
    name = serializers.CharField(help_text="What stands under `type`.")
    title = serializers.CharField()
    meaning = serializers.CharField()
    regimes: serializers.ListField = serializers.ListField(
        child=serializers.CharField(), help_text="In which it has a meaning; none named: in all."
    )
    parameters = ObjectField(help_text="By name, each as JSON Schema, with its default.")
    example = ObjectField(help_text="As a document writes it.")


@example("tree", TREE, response_only=True)
class SafetyPartsShown(Shown):
    """Types, section by section."""

    results = SafetyPartShown(many=True)


@extend_schema(tags=["safety"])
class SafetyPartsView(ApiView):
    """/safety/parts/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(
        operation_id="list_safety_parts",
        parameters=[OpenApiParameter("section", str, enum=NAMES), OpenApiParameter("name", str)],
        responses=SafetyPartsShown,
    )
    def get(self, request: Request) -> Response:
        """What the sections of a training under constraints may name, with parameters, limits, defaults, examples."""
        from analysis.safety.parts import parts  # numpy comes with it

        asked = request.query_params
        try:
            found = parts(asked.get("section", ""), asked.get("name", ""))
        except ValueError as error:
            raise BadValue(str(error)) from error
        return Response({"results": [part.as_json() for part in found]})
