"""What the OpenAPI document says beyond the views: the token scheme, and the problems of every operation."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema_serializer
from rest_framework import serializers

from machina_site.api.catalogue import CATALOGUE


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry is untyped
    """`Authorization: Bearer mch_…`."""

    target_class = "machina_site.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """As OpenAPI says it."""
        text = "A token from the console or `manage.py create_token`, bound to a role and often to one study."
        return {"type": "http", "scheme": "bearer", "bearerFormat": "mch_…", "description": text}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "a problem",
            status_codes=["400", "401", "403", "404", "409", "413", "422", "429"],
            media_type="application/problem+json",
            value={
                "type": "/api/problems/invalid/",
                "title": "Some values need mending",
                "status": 422,
                "detail": "1 to mend: target: Write a number that is at least 1.",
                "code": "invalid",
                "hint": "The list “errors” names each path.",
                "errors": [{"path": "target", "message": "Write a number that is at least 1."}],
            },
        )
    ]
)
class ProblemShape(serializers.Serializer[object]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.ChoiceField(sorted(CATALOGUE))
    hint = serializers.CharField()
    errors = serializers.ListField(  # type: ignore[assignment]  # DRF takes fields off the class
        child=serializers.DictField(), required=False
    )


COMMON: Final = {401: "No credentials, or a bad token.", 403: "The role is too low.", 429: "Too many requests."}
WITH_OBJECT: Final = {404: "No such thing that you can see."}
WRITING: Final = {400: "The body cannot be read.", 409: "A rule says no.", 413: "Too large.", 422: "Values to mend."}


class ProblemAutoSchema(AutoSchema):
    """Adds what can go wrong to each operation."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:  # drf-spectacular's own types
        """The operation, with its problems."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status, text in self._problems().items():
                operation["responses"].setdefault(str(status), self._problem(str(status), text))
        return operation

    def _problems(self) -> dict[int, str]:
        found = dict(COMMON)
        if "{" in self.path:
            found |= WITH_OBJECT
        return found | WRITING if self.method in ("POST", "PUT") else found

    def _problem(self, status: str, text: str) -> Any:
        response = OpenApiResponse(ProblemShape, description=text)
        make = self._get_response_for_code
        return make(response, status, media_types=["application/problem+json"])  # type: ignore[no-untyped-call]  # theirs
