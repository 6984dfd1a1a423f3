"""The shapes of studies, experiments and their parts."""

from __future__ import annotations

from rest_framework import serializers

from experiments.api import examples
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example
from experiments.models import Status, UnitKind


@example("study", examples.STUDY)
class StudyShown(Shown):
    """A project."""

    slug = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    contact = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    retention_days = serializers.IntegerField()
    currency = serializers.CharField()
    budget = serializers.DecimalField(max_digits=12, decimal_places=2)
    created_at = serializers.DateTimeField()


@example("experiment", examples.EXPERIMENT)
class ExperimentShown(Shown):
    """What is compared. version: the number of what newcomers get; null before the first publishing."""

    slug = serializers.CharField()
    study = serializers.CharField(source="study.slug")
    title = serializers.CharField()
    unit_kind = serializers.ChoiceField(UnitKind.choices)
    status = serializers.ChoiceField(Status.choices)
    target = serializers.IntegerField()
    seed = serializers.IntegerField()
    lease_seconds = serializers.IntegerField()
    exclusion_group = serializers.CharField()
    version = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)


@example(
    "experiment",
    {**examples.EXPERIMENT, "unpublished_changes": ["target 40 → 60"]},
)
class ExperimentDetail(ExperimentShown):
    """With what was edited since: newcomers get it when it is published."""

    unpublished_changes = serializers.ListField(child=serializers.CharField())


@example("definition", {"study": "lunch", "definition": examples.DEFINITION})
class NewExperiment(Shape):
    """A definition for a study. The definition is an entry of `experiments:` in a study file."""

    study = serializers.CharField(max_length=60)
    definition = ObjectField()


@example("definition", examples.DEFINITION)
class DefinitionShape(serializers.Serializer[object]):
    """One experiment as in the study file; see /api/v1/study-schema/ for every key."""

    slug = serializers.CharField()
    title = serializers.CharField()
    target = serializers.IntegerField(required=False)
    factors = serializers.ListField(child=ObjectField(), required=False)
    arms = serializers.ListField(child=ObjectField(), required=False)
    measures = serializers.ListField(child=ObjectField(), required=False)
    steps = serializers.ListField(child=ObjectField(), required=False)


@example("study file", examples.DOCUMENT)
class DocumentShape(serializers.Serializer[object]):
    """A whole study as one document; see /api/v1/study-schema/ for every key."""

    machina = serializers.IntegerField(help_text="The format: 1.")
    study = ObjectField()
    experiments = serializers.ListField(child=ObjectField(), required=False)


@example("arm", examples.ARM)
class ArmShown(Shown):
    """A combination of between-levels, with a payload for whoever serves it."""

    name = serializers.CharField()
    levels = ObjectField()
    payload = ObjectField()
    weight = serializers.FloatField()
    quota = serializers.IntegerField(allow_null=True)
    is_control = serializers.BooleanField()
    is_enabled = serializers.BooleanField()


@example("measure", examples.MEASURE)
class MeasureShown(Shown):
    """What is measured, with its declared range."""

    name = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    role = serializers.CharField()
    direction = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


@example("version", examples.VERSION)
class VersionShown(Shown):
    """A frozen definition, by its number. changes: what differs from the one before."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    changes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


@example("version", {**examples.VERSION, "definition": examples.DEFINITION})
class VersionDetail(VersionShown):
    """With the definition itself."""

    definition = ObjectField()


@example(
    "difference",
    {
        "old": 1,
        "new": 2,
        "changes": [
            {
                "path": "arms[vivid].weight",
                "kind": "changed",
                "before": 1,
                "after": 2,
                "sentence": "arm “vivid”: weight 1 → 2",
            }
        ],
    },
)
class DifferenceShown(Shown):
    """What differs between two versions, from top to bottom."""

    old = serializers.IntegerField()
    new = serializers.IntegerField()
    changes = serializers.ListField(child=ObjectField())


@example("unit", examples.UNIT_ROW)
class UnitShown(Shown):
    """What was randomised: anonymous."""

    id = serializers.UUIDField(source="uuid")
    key = serializers.CharField(help_text="The caller's own name for it; empty for a person's unit.")
    kind = serializers.ChoiceField(UnitKind.choices)
    attributes = ObjectField()
    is_rehearsal = serializers.BooleanField()
    created_at = serializers.DateTimeField()


@example("measurement", examples.MEASUREMENT)
class MeasurementShown(Shown):
    """One value of one measure."""

    key = serializers.CharField()
    unit = serializers.UUIDField(source="unit.uuid")
    measure = serializers.CharField(source="measure.name")
    value = JsonField()
    context = ObjectField()  # type: ignore[assignment]  # DRF takes fields off the class
    at = serializers.DateTimeField()


@example(
    "measurement",
    {"unit": "device-18", "measure": "appetite", "value": 64, "key": "device-18:appetite", "context": {}},
)
class NewMeasurement(Shape):
    """A value to record. unit: its id, or the key it was assigned under. key: yours; sent twice, recorded once."""

    unit = serializers.CharField(max_length=200)
    measure = serializers.CharField(max_length=60)
    value = JsonField(allow_null=True)
    key = serializers.CharField(max_length=200)
    context = ObjectField(required=False, default=dict)  # type: ignore[assignment]  # DRF takes fields off the class


@example(
    "two values",
    {
        "measurements": [
            {"unit": "device-18", "measure": "appetite", "value": 64, "key": "device-18:appetite"},
            {"unit": "device-19", "measure": "appetite", "value": 12, "key": "device-19:appetite"},
        ]
    },
)
class NewMeasurements(Shape):
    """Up to 10,000 values; all are recorded, or none."""

    measurements: serializers.ListSerializer[object] = serializers.ListSerializer(
        child=NewMeasurement(), allow_empty=False, max_length=10_000
    )


@example("receipt", {"recorded": 2, "known": 0})
class Receipt(Shown):
    """recorded: how many were new. known: how many had been recorded before, under the same key."""

    recorded = serializers.IntegerField()
    known = serializers.IntegerField()


@example("event", examples.EVENT)
class EventShown(Shown):
    """A line of the diary."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    subject = serializers.CharField()
    payload = ObjectField()


@example("events", {"results": [examples.EVENT], "next": 4182, "is_settled": True}, response_only=True)
class EventPage(Shown):
    """next: send it as `after` next time. It stays behind the youngest lines, so some come twice: keep each id once."""

    results = EventShown(many=True)
    next = serializers.IntegerField()
    is_settled = serializers.BooleanField(help_text="Whether `next` is past everything in this answer.")


class EventQuery(serializers.Serializer[object]):
    """What the diary takes."""

    after = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**63 - 1)
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=1000)
    kind = serializers.CharField(required=False, default="", max_length=40)


class RowsQuery(serializers.Serializer[object]):
    """What lists of the record take."""

    rehearsal = serializers.BooleanField(required=False, default=False, help_text="Rehearsal rows instead.")


class ExperimentsQuery(serializers.Serializer[object]):
    """What the list of experiments takes."""

    study = serializers.CharField(required=False, default="", max_length=60)
    status = serializers.ChoiceField(Status.choices, required=False, default="", allow_blank=True)


class MeasurementsQuery(RowsQuery):
    """What the list of measurements takes."""

    measure = serializers.CharField(required=False, default="", max_length=60)
    unit = serializers.UUIDField(required=False, default=None)
