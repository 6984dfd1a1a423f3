"""What a constraint may say, and what one says: for programs that write them."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api.base import ApiView
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example
from experiments.errors import BadValue
from experiments.types import JsonObject

REGIMES = (
    "binary_classification",
    "multiclass_classification",
    "regression",
    "reinforcement_learning",
    "custom",
)
ASKED: JsonObject = {
    "text": "abs((PR | [M]) - (PR | [F])) <= 0.15",
    "regime": "binary_classification",
    "groups": ["M", "F"],
    "delta": 0.05,
}
CHECKED: JsonObject = {
    "text": "PR <= 0.5",
    "delta": 0.05,
    "in_order": True,
    "normalised": "PR-(0.5)",
    "counts": {"nodes": 3, "leaves": 1, "bounds": 1},
    "quantities": [
        {
            "quantity": "PR",
            "bound": "betting",
            "exact": True,
            "range": [0.0, 1.0],
            "delta_lower": None,
            "delta_upper": 0.05,
            "refusal": "",
        }
    ],
    "remarks": [],
    "tree": {
        "index": 0,
        "kind": "operation",
        "operator": "sub",
        "name": "difference",
        "needs": ["upper"],
        "children": [
            {
                "index": 1,
                "kind": "quantity",
                "quantity": "PR",
                "measure": "PR",
                "indices": [],
                "where": [],
                "needs": ["upper"],
                "deltas": {"upper": 0.05},
                "again": False,
            },
            {"index": 2, "kind": "number", "needs": [], "value": 0.5},
        ],
    },
    "problem": None,
    "svg": None,
}
MEASURES: JsonObject = {
    "results": [
        {
            "name": "PR",
            "example": "PR",
            "subscripts": [0],
            "counts": None,
            "meaning": "Positive rate: how often the class is predicted.",
            "range": [0.0, 1.0],
        }
    ]
}


@example("constraint-text", ASKED, request_only=True)
class ConstraintSent(Shape):
    """A text, and what its names mean. groups: left out, any may be named."""

    text = serializers.CharField(max_length=4_000, allow_blank=True, trim_whitespace=False)
    regime = serializers.ChoiceField(choices=REGIMES, default=REGIMES[0])
    groups = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=1_000)
    classes = serializers.IntegerField(required=False, min_value=2, help_text="How many classes there are.")
    rewards = serializers.IntegerField(required=False, min_value=0, help_text="How many alternate rewards there are.")
    delta = serializers.FloatField(default=0.05, help_text="How often a model that breaks it may pass, at most.")
    ranges = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        required=False,
        help_text="What a value can be at all, by measure or quantity: {“Mean_Squared_Error”: [0, 9]}.",
    )
    bound = JsonField(required=False, help_text="How sure one is from so many rows, by name or with parameters.")
    mode = serializers.ChoiceField(choices=("default", "engine-compatible"), default="default")
    picture = serializers.BooleanField(default=False, help_text="Whether the tree is wanted as SVG, too.")


@example("constraint-checked", CHECKED, response_only=True)
class ConstraintShown(Shown):
    """What was found: a tree with what it needs of the data; or a problem, and then none of that.

    tree: each node with the sides that its parent needs, each quantity with what they may spend of delta.
    """

    text = serializers.CharField()
    delta = serializers.FloatField()
    in_order = serializers.BooleanField(help_text="Whether it can be read.")
    normalised = serializers.CharField(allow_null=True, help_text="g: what has to be at most 0.")
    counts = ObjectField(allow_null=True)
    quantities: serializers.ListField = serializers.ListField(child=ObjectField(), allow_null=True)
    remarks: serializers.ListField = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Odd, but not wrong; or what else has to be declared."
    )
    tree = ObjectField(allow_null=True)
    problem = ObjectField(allow_null=True, help_text="column (from 1), end, message, hint, and the place pointed at.")
    svg = serializers.CharField(allow_null=True)


class ConstraintWordShown(Shown):
    """A name that a constraint may use."""

    name = serializers.CharField()
    example = serializers.CharField()
    subscripts: serializers.ListField = serializers.ListField(
        child=serializers.IntegerField(), help_text="How many indices it may be given."
    )
    counts = serializers.CharField(allow_null=True, help_text="What an index counts: class or reward.")
    meaning = serializers.CharField()
    range: serializers.ListField = serializers.ListField(
        child=JsonField(), help_text="Of one value; “inf” where it has to be declared."
    )


@example("constraint-measures", MEASURES, response_only=True)
class ConstraintWordsShown(Shown):
    """Every measure of a regime."""

    results = ConstraintWordShown(many=True)


@extend_schema(tags=["safety"])
class CheckConstraintView(ApiView):
    """/safety/constraints/check/"""

    rights: ClassVar = {"POST": Right.VIEW}

    @extend_schema(operation_id="check_constraint", request=ConstraintSent, responses=ConstraintShown)
    def post(self, request: Request) -> Response:
        """What a constraint means and needs, or where it is wrong and what to write instead. Nothing is stored."""
        sent = cast("dict[str, Any]", ConstraintSent.read(request.data))
        is_drawn = sent.pop("picture")
        return Response(_found(sent, is_drawn=is_drawn))


@extend_schema(tags=["safety"])
class MeasuresView(ApiView):
    """/safety/measures/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(
        operation_id="list_constraint_measures",
        parameters=[OpenApiParameter("regime", str, enum=REGIMES, default=REGIMES[0])],
        responses=ConstraintWordsShown,
    )
    def get(self, request: Request) -> Response:
        """What a constraint may speak of, one's own measures included."""
        from analysis.safety.asking import words_of  # numpy comes with it

        try:
            return Response({"results": words_of(request.query_params.get("regime", REGIMES[0]))})
        except ValueError as error:
            raise BadValue(str(error)) from error


def _found(sent: dict[str, Any], *, is_drawn: bool) -> dict[str, object]:
    """Everything that is not there is null."""
    from analysis.safety.asking import Question  # numpy comes with it
    from analysis.safety.checking import as_document
    from analysis.safety.constraints.picture import draw
    from analysis.safety.constraints.svg import as_svg

    sent["ranges"] = {name: (low, high) for name, (low, high) in sent.get("ranges", {}).items()}
    try:
        checked = Question(**sent).answered()
    except ValueError as error:
        raise BadValue(str(error)) from error
    svg = as_svg(draw(checked.tree)) if is_drawn and checked.tree is not None else None
    return {**dict.fromkeys(CHECKED), **as_document(checked), "svg": svg}
