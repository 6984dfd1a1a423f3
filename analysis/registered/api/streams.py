"""The tests of a study's life over the API."""

from __future__ import annotations

from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analysis.registered.reads import StreamSeen, stream_of
from analysis.registered.services.streaming import LARGEST, open_stream
from experiments.access import Right
from experiments.api.base import StudyView
from experiments.api.shapes import Shape, Shown, example
from experiments.errors import Unknown
from experiments.types import Json, JsonObject

TEST: JsonObject = {
    "number": 1,
    "experiment": "first-hit",
    "question": "wish: “vivid” against “plain”",
    "level": 0.00137,
    "began_at": "2026-11-22T14:20:00Z",
    "p_value": 0.0004,
    "is_discovery": True,
    "decided_at": "2026-11-29T10:00:00Z",
}
STREAM: JsonObject = {"procedure": "lord", "level": 0.05, "next_level": 0.0016, "tests": [TEST]}


@example("test", TEST)
class StreamTestShown(Shown):
    """One question: the level that it was given when it began, and what came of it."""

    number = serializers.IntegerField()
    experiment = serializers.CharField()
    question = serializers.CharField()
    level = serializers.FloatField()
    began_at = serializers.DateTimeField()
    p_value = serializers.FloatField(allow_null=True)
    is_discovery = serializers.BooleanField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


@example("stream", STREAM)
class StreamShown(Shown):
    """All primary questions that a study ever asked, in the order in which they began."""

    procedure = serializers.CharField()
    level = serializers.FloatField(help_text="The false share of all claims that is held.")
    next_level = serializers.FloatField(help_text="What a question that began now would be given.")
    tests = StreamTestShown(many=True)

    @classmethod
    def of(cls, seen: StreamSeen) -> JsonObject:
        """All of it."""
        names = ("number", "question", "level", "p_value", "is_discovery")
        tests: list[Json] = [
            {
                **{name: getattr(test, name) for name in names},
                "experiment": test.experiment.slug,
                "began_at": test.began_at.isoformat(),
                "decided_at": test.decided_at.isoformat() if test.decided_at else None,
            }
            for test in seen.tests
        ]
        own = seen.row
        return {"procedure": own.procedure, "level": own.level, "next_level": seen.next_level, "tests": tests}


@example("open", {"procedure": "lord", "level": 0.05})
class StreamSent(Shape):
    """lord (LORD++) or saffron, and the false share of all claims that is to be held."""

    procedure = serializers.ChoiceField(choices=("lord", "saffron"))
    level = serializers.FloatField(min_value=0.0001, max_value=LARGEST, required=False, default=0.05)


@extend_schema(tags=["results"])
class StreamView(StudyView):
    """/studies/<slug>/stream/"""

    rights: ClassVar = {"GET": Right.DOWNLOAD, "PUT": Right.EDIT}

    @extend_schema(operation_id="show_stream_of_tests", responses=StreamShown)
    def get(self, request: Request, slug: str) -> Response:
        """Which questions the study has asked, at which level, and what it found. 404 while nobody opened a stream."""
        seen = stream_of(self.study)
        if seen is None:
            raise Unknown("This study holds no stream of tests.", hint="PUT a procedure and a level to open one.")
        return Response(StreamShown.of(seen))

    @extend_schema(operation_id="open_stream_of_tests", request=StreamSent, responses=StreamShown)
    def put(self, request: Request, slug: str) -> Response:
        """From now on primary questions of experiments that start are its tests. 409 once one began."""
        sent = StreamSent.read(request.data)
        level = float(cast(float, sent["level"]))
        open_stream(self.study, procedure=str(sent["procedure"]), level=level, now=timezone.now())
        return Response(StreamShown.of(cast(StreamSeen, stream_of(self.study))))
