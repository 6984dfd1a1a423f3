"""Buckets: the arm of a visitor of a hash experiment, without a row to wait for."""

from __future__ import annotations

from typing import ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bandits.services.bucketing import bucket_unit
from experiments.access import Right
from experiments.api import examples
from experiments.api.base import ExperimentView
from experiments.api.shapes import ObjectField, Shape, Shown, example
from experiments.types import JsonObject


@example("a visitor", {"key": "device-18"}, request_only=True)
class BucketAsked(Shape):
    """key: your own name of the visitor, no person's. attributes: what the policy hashes instead, if it says so."""

    key = serializers.CharField(max_length=200)
    attributes = ObjectField(required=False, default=dict)


@example("bucket", examples.BUCKET)
class BucketShown(Shown):
    """arm: null for who is not in the experiment. propensity: the arm's chance among those who are."""

    arm = serializers.CharField(allow_null=True)
    levels = ObjectField()
    payload = ObjectField()
    propensity = serializers.FloatField(allow_null=True)


@extend_schema(tags=["decisions"])
class BucketView(ExperimentView):
    """/experiments/<slug>/bucket/"""

    rights: ClassVar = {"POST": Right.RUN}
    is_hot = True

    @extend_schema(operation_id="bucket", request=BucketAsked, responses=BucketShown)
    def post(self, request: Request, slug: str) -> Response:
        """The arm of a visitor under a hash policy: the same on every server, for ever.

        Its assignment is stored within a few seconds, once. A server that is killed before that forgets it; the next
        question of that visitor brings it back.
        """
        asked = BucketAsked.read(request.data)
        attributes = cast(JsonObject, asked["attributes"])
        buckets, arm = bucket_unit(self.experiment, str(asked["key"]), attributes, now=timezone.now())
        return Response(buckets.shown(arm))
