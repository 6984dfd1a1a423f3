"""What serializers of every room share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from experiments.api.parsers import YamlBody
from experiments.errors import BadValue
from experiments.problems import Positions
from experiments.types import Json, JsonObject


class Shape(serializers.Serializer[object]):
    """Names, types, ranges of what is sent. An unknown name is an error; nothing is ever saved here."""

    def to_internal_value(self, data: object) -> dict[str, object]:
        """Refuse names that nobody reads."""
        if isinstance(data, YamlBody):
            data = data.document
        if isinstance(data, Mapping):
            unknown = {str(name): ["This name is not known here."] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return cast("dict[str, object]", super().to_internal_value(data))

    @classmethod
    def read(cls, data: object) -> dict[str, object]:
        """The checked values; ValidationError names each path."""
        shape = cls(data=data)
        shape.is_valid(raise_exception=True)
        return cast("dict[str, object]", shape.validated_data)


class Shown(serializers.Serializer[object]):
    """What is shown of a row."""

    @classmethod
    def one(cls, row: object) -> dict[str, object]:
        """As JSON."""
        return cast("dict[str, object]", cls(row).data)

    @classmethod
    def many_of(cls, rows: Iterable[object]) -> list[dict[str, object]]:
        """A list of them."""
        return cast("list[dict[str, object]]", cls(list(rows), many=True).data)


class JsonField(serializers.JSONField):
    """Any JSON value."""


class ObjectField(serializers.DictField):
    """A JSON object."""


class FreeJsonExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # its registry is untyped
    """Any JSON value, in the schema."""

    target_class = JsonField

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict[str, object]:
        """Every type there is; null where the field allows it."""
        return {"type": ["object", "array", "string", "number", "boolean"]}


def example(name: str, value: Json, **where: object) -> Callable[[type], type]:
    """Show this value wherever the serializer is used."""
    shown = OpenApiExample(name, value=value, **where)  # type: ignore[arg-type]  # of OpenApiExample
    return extend_schema_serializer(examples=[shown])


def page_of(shape: type[Shown], value: JsonObject) -> type[serializers.Serializer[object]]:
    """The schema of a page of a list, with an example."""
    name = f"{shape.__name__}Page"
    fields = {
        "results": shape(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The next page; null on the last one."),
    }
    page = cast("type[serializers.Serializer[object]]", type(name, (serializers.Serializer,), fields))
    return cast(
        "type[serializers.Serializer[object]]",
        example("page", {"results": [value], "next": None}, response_only=True)(page),
    )


def document_in(data: object) -> tuple[Json, Positions | None]:
    """The document of a body and, for YAML, where its values stand. BadValue for one inside another object."""
    body = data.document if isinstance(data, YamlBody) else data
    if isinstance(body, Mapping) and set(body) == {"document"}:
        raise BadValue("The body is the document itself.", hint="Send it without “document” around it.")
    return (data.document, data.positions) if isinstance(data, YamlBody) else (cast(Json, data), None)
