"""Documents of batches: what they may be built from, what is wrong with one, and a batch made of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.learning.components.schema import catalogue, components_schema
from analysis.learning.components.showing import as_json
from analysis.learning.document import check_document, document_schema
from analysis.runs.services.ordering import Sent, order_batch
from analysis.runs.tasks import wake
from analysis.runs.telling import runs_of
from experiments.access import Right
from experiments.api.base import ApiView, StudyView
from experiments.api.parsers import StrictJsonParser, YamlParser
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, document_in, example
from experiments.types import Json, JsonObject
from experiments.yaml_file import dump

COUNTED = 10_000
DOCUMENT: JsonObject = {
    "slug": "digits",
    "procedure": "pipeline",
    "seed": 18,
    "epochs": 3,
    "components": {
        "digits": {"kind": "dataset", "type": "sklearn_digits"},
        "parts": {"kind": "splits", "type": "fold"},
        "batches": {"kind": "loaders", "type": "batches", "config": {"size": 32}},
        "network": {"kind": "model", "type": "mlp", "config": {"hidden": [{"sweep": [32, 64]}]}},
        "descent": {"kind": "optimiser", "type": "sgd", "config": {"learning_rate": {"sweep": [0.1, 0.01]}}},
        "trainer": {"kind": "trainer", "type": "gradient"},
    },
    "validation": {"scheme": "kfold", "folds": 5},
    "measure": {"name": "f1_macro", "split": "validation", "direction": "maximise"},
}
CHECKED: JsonObject = {
    "problems": [
        {
            "path": "components.network.config.hidden[0].sweep[1]",
            "message": "0 cannot stand here.",
            "hint": "Write a whole number of at least 1.",
        }
    ],
    "remarks": [],
    "settings": None,
    "runs": None,
    "graph": {
        "root": "trainer",
        "components": [
            {
                "name": "digits",
                "kind": "dataset",
                "type": "sklearn_digits",
                "types": ["sklearn_digits"],
                "title": "Digits (scikit-learn)",
                "config": {},
                "defaults": {"flat": True},
                "requires": [],
            }
        ],
    },
}
QUEUED: JsonObject = {
    "id": "7f0e0f7a-0a1b-4f0c-9e5e-2d7c1b1f0a10",
    "slug": "digits",
    "study": "soup",
    "experiment": "digits",
    "status": "queued",
    "wanted": 20,
    "queued": 12,
    "retried": 0,
    "dropped": 0,
}
COMPONENTS: JsonObject = {
    "results": [
        {
            "kind": "optimiser",
            "meaning": "how the weights follow the gradient",
            "of": "",
            "types": [
                {
                    "type": "sgd",
                    "title": "Stochastic gradient descent, with momentum (numpy)",
                    "meaning": "",
                    "requires": [],
                    "packages": [],
                    "config": {"type": "object", "properties": {"momentum": {"type": "number", "minimum": 0}}},
                }
            ],
        }
    ]
}


@example("document", DOCUMENT, request_only=True)
class DocumentSent(Shape):
    """The document of a batch; see docs/batches.md. /api/v1/components/schema/ has its JSON Schema."""

    slug = serializers.CharField(required=False, help_text="The name of the batch.")
    components = ObjectField(required=False)


@example("checked", CHECKED, response_only=True)
class CheckedShown(Shown):
    """What was found. settings, runs: what it asks for; null while there is a problem.

    At most the first 10,000 settings are drawn: where `settings` is 10,000, there may be more.
    """

    problems: serializers.ListField = serializers.ListField(child=ObjectField())
    remarks: serializers.ListField = serializers.ListField(child=ObjectField(), help_text="Odd, but not wrong.")
    settings = serializers.IntegerField(allow_null=True)
    runs = serializers.IntegerField(allow_null=True)
    graph = JsonField(allow_null=True, help_text="The pipeline as it would be built, as far as it could be read.")


@example("queued", QUEUED, response_only=True, status_codes=["200", "201"])
class OrderedShown(Shown):
    """The batch. wanted: runs that the document asks for; queued: those that were missing."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    study = serializers.CharField()
    experiment = serializers.CharField()
    status = serializers.CharField()
    wanted = serializers.IntegerField()
    queued = serializers.IntegerField()
    retried = serializers.IntegerField()
    dropped = serializers.IntegerField(help_text="Waiting runs that the document asks for no more.")


class KindShown(Shown):
    """A kind and its types."""

    kind = serializers.CharField()
    meaning = serializers.CharField()
    of = serializers.CharField(help_text="The kind of each value, where a product is a mapping from names to such.")
    types: serializers.ListField = serializers.ListField(child=ObjectField())


@example("components", COMPONENTS, response_only=True)
class CatalogueShown(Shown):
    """Every kind."""

    results = KindShown(many=True)


@example("schema", {"document": {"type": "object"}, "components": {"type": "object"}}, response_only=True)
class SchemaShown(Shown):
    """JSON Schema of the document's sections, and of the components in it."""

    document = ObjectField()
    components = ObjectField()


@extend_schema(tags=["runs"])
class ComponentsView(ApiView):
    """/components/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="list_components", responses=CatalogueShown)
    def get(self, request: Request) -> Response:
        """What a pipeline may be built from, those of other installed packages included."""
        return Response({"results": catalogue()})


@extend_schema(tags=["runs"])
class ComponentsSchemaView(ApiView):
    """/components/schema/"""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="show_components_schema", responses=SchemaShown)
    def get(self, request: Request) -> Response:
        """JSON Schema for programs and editors that write documents."""
        return Response({"document": document_schema(), "components": components_schema()})


@extend_schema(tags=["runs"])
class CheckView(ApiView):
    """/documents/check/"""

    rights: ClassVar = {"POST": Right.VIEW}
    parser_classes = (StrictJsonParser, YamlParser)

    @extend_schema(
        operation_id="check_document",
        request={"application/json": DocumentSent, "application/yaml": DocumentSent},
        responses=CheckedShown,
    )
    def post(self, request: Request) -> Response:
        """Everything that is wrong with a document, at once; what it asks for, if nothing is. Nothing is queued."""
        document, positions = document_in(request.data)
        checked = check_document(document, positions, most=COUNTED)
        settings, runs, _ = (None, None, True) if checked.design is None else runs_of(checked.design, COUNTED)
        answer: dict[str, Json] = {
            "problems": [problem.as_error() for problem in checked.problems],
            "remarks": [problem.as_error() for problem in checked.remarks],
            "settings": settings,
            "runs": runs,
            "graph": as_json(checked.sketch.nodes, checked.root) if checked.sketch.nodes else None,
        }
        return Response(answer)


@extend_schema(tags=["runs"])
class StudyBatchesView(StudyView):
    """/studies/<slug>/batches/"""

    rights: ClassVar = {"POST": Right.RUN}
    parser_classes = (StrictJsonParser, YamlParser)

    @extend_schema(
        operation_id="order_batch",
        request={"application/json": DocumentSent, "application/yaml": DocumentSent},
        responses={200: OrderedShown, 201: OrderedShown},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Compute a document: what is missing of it is queued. Sent again, or grown, only what is new is computed."""
        document, positions = document_in(request.data)
        source = dump(document) if isinstance(document, Mapping) else ""
        sent = Sent(document, source=source, positions=positions, is_posted=True)
        ready = order_batch(self.study, sent, now=timezone.now())
        wake(ready.queued + ready.retried)
        wanted, there = len(ready.comparison.wanted), len(ready.comparison.there)
        counts = {"wanted": wanted, "queued": ready.queued, "retried": ready.retried, "dropped": ready.dropped}
        batch = ready.batch
        named = {"id": batch.uuid, "slug": batch.slug, "study": slug, "experiment": batch.experiment.slug}
        return Response({**named, "status": batch.status, **counts}, status=200 if there else 201)
