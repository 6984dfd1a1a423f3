"""The definition of an experiment, and its frozen versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.access import Right
from experiments.api import examples
from experiments.api.base import ExperimentView
from experiments.api.conditions import IF_MATCH, etag_of, expected_in
from experiments.api.pagination import PageQuery, page_response
from experiments.api.parsers import StrictJsonParser, YamlParser
from experiments.api.queries import query_of
from experiments.api.renderers import CompactJsonRenderer, YamlRenderer
from experiments.api.serializers import DefinitionShape, DifferenceShown, VersionDetail, VersionShown
from experiments.api.shapes import document_in, page_of
from experiments.definition import diff, sha256_of
from experiments.errors import Unknown
from experiments.models import Experiment, Version
from experiments.services.defining import replace_definition
from experiments.services.snapshot import definition_of
from experiments.types import JsonObject

LARGEST = 2**31 - 1


class DifferenceQuery(serializers.Serializer[object]):
    """against: the version to compare with; by default the one before."""

    against = serializers.IntegerField(required=False, default=None, min_value=1, max_value=LARGEST)


@extend_schema(tags=["experiments"])
class DefinitionView(ExperimentView):
    """/experiments/<slug>/definition/"""

    rights: ClassVar = {"GET": Right.VIEW, "PUT": Right.EDIT}
    parser_classes = (StrictJsonParser, YamlParser)
    renderer_classes = (CompactJsonRenderer, YamlRenderer)

    @extend_schema(
        operation_id="show_definition",
        responses={(200, "application/json"): DefinitionShape, (200, "application/yaml"): DefinitionShape},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The definition as it stands, edits included: JSON, or YAML with `Accept: application/yaml`."""
        return _definition(request, self.experiment)

    @extend_schema(
        operation_id="replace_definition",
        request={"application/json": DefinitionShape, "application/yaml": DefinitionShape},
        parameters=[IF_MATCH],
        responses=DefinitionShape,
    )
    def put(self, request: Request, slug: str) -> Response:
        """Replace the definition. While it runs, newcomers stay on the published version until you publish."""
        definition, positions = document_in(request.data)
        expected = expected_in(request)
        experiment = replace_definition(self.experiment, definition, expected=expected, positions=positions)
        return _definition(request, experiment)


@extend_schema(tags=["experiments"])
class VersionsView(ExperimentView):
    """/experiments/<slug>/versions/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(
        operation_id="list_versions", parameters=[PageQuery], responses=page_of(VersionShown, examples.VERSION)
    )
    def get(self, request: Request, slug: str) -> Response:
        """The frozen versions, oldest first. Data were collected under these."""
        return page_response(request, self.experiment.versions.defer("definition"), VersionShown.many_of)


@extend_schema(tags=["experiments"])
class VersionView(ExperimentView):
    """/experiments/<slug>/versions/<number>/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_version", responses=VersionDetail)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """One version with its definition."""
        return Response(VersionDetail.one(_version(self.experiment, number)))


@extend_schema(tags=["experiments"])
class DifferenceView(ExperimentView):
    """/experiments/<slug>/versions/<number>/diff/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="compare_versions", parameters=[DifferenceQuery], responses=DifferenceShown)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """What changed in this version since the one before, or since `against`."""
        new = _version(self.experiment, number)
        against = query_of(request, DifferenceQuery)["against"] or max(number - 1, 1)
        old = _version(self.experiment, cast(int, against))
        changes = diff(cast(JsonObject, old.definition), cast(JsonObject, new.definition))
        return Response({"old": old.number, "new": new.number, "changes": [asdict(change) for change in changes]})


def _definition(request: Request, experiment: Experiment) -> Response:
    definition = definition_of(experiment)
    return Response(definition, headers={"ETag": etag_of(sha256_of(definition), request)})


def _version(experiment: Experiment, number: int) -> Version:
    version = experiment.versions.filter(number=number).first() if number <= LARGEST else None
    if version is None:
        raise Unknown(f"“{experiment.title}” has no version {number}.", hint="The list of versions has their numbers.")
    return version
