"""Studies, and each as one document."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api import examples
from experiments.api.access import require_role, visible_studies
from experiments.api.base import ApiView, StudyView
from experiments.api.conditions import IF_MATCH, etag_of, expected_in
from experiments.api.idempotency import IDEMPOTENCY_KEY, idempotent
from experiments.api.pagination import PageQuery, page_response
from experiments.api.parsers import StrictJsonParser, YamlParser
from experiments.api.renderers import CompactJsonRenderer, YamlRenderer
from experiments.api.serializers import DocumentShape, StudyShown
from experiments.api.shapes import document_in, page_of
from experiments.definition import sha256_of
from experiments.schema_document import SCHEMA
from experiments.services.defining import create_study, replace_study
from experiments.services.snapshot import document_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

BOTH_PARSERS = (StrictJsonParser, YamlParser)
BOTH_RENDERERS = (CompactJsonRenderer, YamlRenderer)


@extend_schema(tags=["studies"])
class StudiesView(ApiView):
    """/studies/"""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.MANAGE}
    parser_classes = BOTH_PARSERS

    @extend_schema(operation_id="list_studies", parameters=[PageQuery], responses=page_of(StudyShown, examples.STUDY))
    def get(self, request: Request) -> Response:
        """The studies that you are a member of."""
        return page_response(request, visible_studies(request), StudyShown.many_of)

    @extend_schema(
        operation_id="create_study",
        request={"application/json": DocumentShape, "application/yaml": DocumentShape},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: StudyShown},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a study, with its experiments as drafts, from a study file. You become its owner."""
        require_role(request, Right.MANAGE)
        document, positions = document_in(request.data)
        study = create_study(document, owner=cast("User", request.user), positions=positions)
        return Response(StudyShown.one(study), status=201)


@extend_schema(tags=["studies"])
class StudyDetailView(StudyView):
    """/studies/<slug>/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_study", responses=StudyShown)
    def get(self, request: Request, slug: str) -> Response:
        """One study."""
        return Response(StudyShown.one(self.study))


@extend_schema(tags=["studies"])
class DocumentView(StudyView):
    """/studies/<slug>/document/"""

    rights: ClassVar = {"GET": Right.VIEW, "PUT": Right.EDIT}
    parser_classes = BOTH_PARSERS
    renderer_classes = BOTH_RENDERERS

    @extend_schema(
        operation_id="export_study",
        responses={(200, "application/json"): DocumentShape, (200, "application/yaml"): DocumentShape},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The study as one document: JSON, or a study file with `Accept: application/yaml`."""
        document = document_of(self.study)
        return Response(document, headers={"ETag": etag_of(sha256_of(document), request)})

    @extend_schema(
        operation_id="import_study",
        request={"application/json": DocumentShape, "application/yaml": DocumentShape},
        parameters=[IF_MATCH],
        responses=DocumentShape,
    )
    def put(self, request: Request, slug: str) -> Response:
        """Bring the study up to a document. What newcomers to running experiments get changes only by publishing."""
        document, positions = document_in(request.data)
        study = replace_study(self.study, document, expected=expected_in(request), positions=positions)
        after = document_of(study)
        return Response(after, headers={"ETag": etag_of(sha256_of(after), request)})


class StudySchemaView(ApiView):
    """/study-schema/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(tags=["studies"], operation_id="show_study_schema", responses={200: dict})
    def get(self, request: Request) -> Response:
        """The JSON Schema of a study file, for editors and generators."""
        return Response(SCHEMA)
