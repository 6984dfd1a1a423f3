"""What is shown of a method, what is sent to it, and what comes back."""

from __future__ import annotations

from typing import Final

from rest_framework import serializers

from analysis.statistics.methods import METHODS, Method
from analysis.statistics.methods.door import Column, Door, NoDoor, Setting
from analysis.toolbox.computing.calling import example_command, example_roles, example_settings
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example
from experiments.types import JsonObject

KAPPA: Final = METHODS["cohen-kappa"]


def listed(method: Method) -> JsonObject:
    """A line of the list."""
    return {
        "key": method.key,
        "title": method.title,
        "promise": method.sentence,
        "has_door": isinstance(method.door, Door),
        "why_not": method.door.why if isinstance(method.door, NoDoor) else "",
    }


def described(method: Method) -> JsonObject:
    """The whole of it, example data too."""
    whole: JsonObject = {
        **listed(method),
        "needs": method.needs,
        "formula": [*method.formula.split(";  ")],
        "reference": method.reference,
        "shapes": [],
        "most_rows": 0,
        "example": None,
        "command": "",
    }
    if isinstance(method.door, NoDoor):
        return whole
    return {
        **whole,
        "shapes": [
            {
                "title": shape.title,
                "columns": [_column(each) for each in shape.columns],
                "settings": [_setting(each) for each in method.door.settings_of(shape)],
            }
            for shape in method.door.shapes
        ],
        "most_rows": method.door.most_rows,
        "example": _example(method.door),
        "command": example_command(method),
    }


def _example(door: Door) -> JsonObject:
    first = door.shapes[0]
    return {
        "columns": {name: list(cells) for name, cells in first.example.columns.items()},
        "roles": {role: list(names) for role, names in example_roles(first).items()},
        "settings": dict(example_settings(door, first)),
    }


def _column(column: Column) -> JsonObject:
    return {
        "name": column.name,
        "title": column.title,
        "kind": column.kind.value,
        "several": column.is_several,
        "optional": column.is_optional,
        "gaps": column.with_gaps,
    }


def _setting(setting: Setting) -> JsonObject:
    return {
        "name": setting.name,
        "title": setting.title,
        "kind": setting.kind,
        "required": setting.is_required,
        "default": setting.default,
        "range": setting.range_words,
    }


@example("kappa", listed(KAPPA))
class MethodListed(Shown):
    """A method."""

    key = serializers.CharField()
    title = serializers.CharField()
    promise = serializers.CharField()
    has_door = serializers.BooleanField(help_text="Whether a table may be posted to it.")
    why_not = serializers.CharField(help_text="Where it is found instead; empty with a door.")


@example("methods", {"results": [listed(KAPPA)]})
class MethodsShown(Shown):
    """All of them, in the order of the methods page."""

    results = MethodListed(many=True)


class MethodsQuery(Shape):
    """Words to look for."""

    search = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


@example("kappa", described(KAPPA))
class MethodShown(MethodListed):
    """What it promises, reads and may be told, with an example to send."""

    needs = serializers.CharField()
    formula = serializers.ListField(child=serializers.CharField())
    reference = serializers.CharField()
    shapes = serializers.ListField(child=ObjectField(), help_text="In which its data may come; columns and settings.")
    most_rows = serializers.IntegerField()
    example = ObjectField(allow_null=True)
    command = serializers.CharField()


@example(
    "kappa",
    {
        "columns": {"ann": ["good", "bad", "good", "bad"], "bob": ["good", "bad", "bad", "bad"]},
        "roles": {"first": "ann", "second": "bob"},
        "settings": {"level": 0.05},
    },
)
class MethodSent(Shape):
    """A table, which column plays which role (found by its name if left out), and settings."""

    columns = serializers.DictField(
        child=serializers.ListField(child=JsonField(allow_null=True)), help_text="Cells by column; null is missing."
    )
    roles = serializers.DictField(required=False, default=dict, child=JsonField(), help_text="Names, by role.")
    settings = serializers.DictField(required=False, default=dict, child=JsonField(allow_null=True))


LINE: Final[JsonObject] = {
    "name": "",
    "sentence": "0.5, with 95 % confidence between -0.25 and 1; p = 0.248",
    "estimate": {"value": 0.5, "low": -0.25, "high": 1.0, "level": 0.05, "p_value": 0.248, "validity": "approximate"},
    "test": None,
    "figures": {},
}


@example(
    "kappa",
    {
        "method": "cohen-kappa",
        "title": KAPPA.title,
        "sentence": "0.5, with 95 % confidence between -0.25 and 1; p = 0.248.",
        "why_not": "",
        "promises": ["Holds nearly, in large samples."],
        "remarks": [],
        "lines": [LINE],
        "n": 4,
        "columns": {"first": ["ann"], "second": ["bob"]},
        "settings": {"level": 0.05},
        "reference": KAPPA.reference,
    },
)
class MethodAnswered(Shown):
    """The answer. Without one `lines` is empty and `why_not` the sentence that says why; an open side is null."""

    method = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField()
    why_not = serializers.CharField()
    promises = serializers.ListField(child=serializers.CharField())
    remarks = serializers.ListField(child=serializers.CharField())
    lines = serializers.ListField(child=ObjectField(), help_text="name, sentence, estimate, test and figures of each.")
    n = serializers.IntegerField(help_text="Rows that were counted.")
    columns = ObjectField(help_text="Which columns played which role.")
    settings = ObjectField(help_text="As they were, defaults too.")
    reference = serializers.CharField()
