"""/api/schema/: the OpenAPI document, worked out once per process."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}


@cache
def document(form: str) -> bytes:
    """The same for everybody: it names no study."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # theirs
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # theirs
    rendered = RENDERERS[form]().render(schema, renderer_context={})
    return rendered.encode() if isinstance(rendered, str) else bytes(rendered)


def _form(request: HttpRequest) -> str:
    return "yaml" if request.GET.get("format") == "yaml" else "json"


def _etag(request: HttpRequest) -> str:
    return f'"{sha256(document(_form(request))).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def schema(request: HttpRequest) -> HttpResponse:
    """JSON, or YAML with ?format=yaml."""
    form = _form(request)
    return HttpResponse(document(form), content_type=f"application/vnd.oai.openapi{'+json' if form == 'json' else ''}")
