"""The shapes of batches and runs."""

from __future__ import annotations

from typing import Final

from rest_framework import serializers

from analysis.runs.models import Status
from experiments.api.shapes import JsonField, ObjectField, Shape, Shown, example
from experiments.types import JsonObject

ID: Final = "7f0e0f7a-0a1b-4f0c-9e5e-2d7c1b1f0a10"
BATCH: JsonObject = {
    "id": ID,
    "slug": "digits",
    "title": "Digits",
    "study": "lunch",
    "experiment": "digits",
    "procedure": "pipeline",
    "status": "running",
    "runs": {"queued": 4, "running": 2, "paused": 0, "completed": 6, "failed": 0, "cancelled": 0},
    "seed": 18,
    "epochs": 3,
    "priority": 0,
    "time_limit": None,
    "memory_limit": None,
    "max_attempts": 3,
    "created_at": "2026-11-02T09:30:00Z",
    "started_at": "2026-11-02T09:30:01Z",
    "finished_at": None,
}
RUN: JsonObject = {
    "id": ID,
    "batch": ID,
    "number": 3,
    "status": "completed",
    "setting": {"components": {"mlp": {"kind": "model", "type": "mlp", "config": {"hidden": 32}}}},
    "choices": {"mlp.hidden": 32},
    "digest": "5f1c" * 16,
    "outer_fold": 0,
    "inner_fold": None,
    "seed": 4711,
    "epochs": 3,
    "epoch": 3,
    "attempt": 1,
    "worker": "host:4711",
    "progress": {"phase": "evaluate", "epoch": 3, "split": "validation", "step": 15, "steps": 15},
    "latest": {"validation": {"f1_macro": 0.94, "loss": 0.21}},
    "primary": 0.94,
    "error": "",
    "error_kind": "",
    "seconds": 1.25,
    "cpu_seconds": 1.21,
    "peak_memory": 182,
    "warm_from": None,
    "created_at": "2026-11-02T09:30:00Z",
    "started_at": "2026-11-02T09:30:01Z",
    "finished_at": "2026-11-02T09:30:02Z",
}
CHECKPOINT: JsonObject = {
    "id": ID,
    "epoch": 3,
    "attempt": 1,
    "values": {"validation/f1_macro": 0.94},
    "sha256": "9b71" * 16,
    "size": 20_432,
    "created_at": "2026-11-02T09:30:02Z",
}
ARTIFACT: JsonObject = {
    "id": ID,
    "name": "confusion.csv",
    "kind": "text/csv",
    "attempt": 1,
    "sha256": "9b71" * 16,
    "size": 812,
    "created_at": "2026-11-02T09:30:02Z",
}
DOCUMENT: JsonObject = {
    "procedure": "function",
    "function": "my_package.models:train",
    "specification": {"rate": [0.1, 0.01], "depth": [2, 4]},
    "measure": {"name": "accuracy", "split": "", "direction": "maximise"},
}


@example("batch", BATCH)
class BatchShown(Shown):
    """A batch. runs: how many stand where."""

    id = serializers.UUIDField(source="uuid")
    slug = serializers.CharField()
    title = serializers.CharField()
    study = serializers.CharField(source="experiment.study.slug")
    experiment = serializers.CharField(source="experiment.slug")
    procedure = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    runs = serializers.DictField(source="counted", child=serializers.IntegerField())
    seed = serializers.IntegerField()
    epochs = serializers.IntegerField()
    priority = serializers.IntegerField()
    time_limit = serializers.IntegerField(allow_null=True, help_text="Seconds of one attempt.")
    memory_limit = serializers.IntegerField(allow_null=True, help_text="MiB of the worker.")
    max_attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


@example("batch", {**BATCH, "document": DOCUMENT})
class BatchDetail(BatchShown):
    """With what it asks for."""

    document = ObjectField()


@example("run", RUN)
class RunShown(Shown):
    """A run. choices: what the search chose. latest: {split: {measure: value}}, NaN and infinities as texts."""

    id = serializers.UUIDField(source="uuid")
    batch = serializers.UUIDField(source="batch.uuid")
    number = serializers.IntegerField()
    status = serializers.ChoiceField(Status.choices)
    setting = ObjectField()
    choices = ObjectField(source="proposal.choices", default=dict)
    digest = serializers.CharField()
    outer_fold = serializers.IntegerField(allow_null=True)
    inner_fold = serializers.IntegerField(allow_null=True)
    seed = serializers.IntegerField()
    epochs = serializers.IntegerField()
    epoch = serializers.IntegerField()
    attempt = serializers.IntegerField()
    worker = serializers.CharField()
    progress = ObjectField()
    latest = ObjectField()
    primary = serializers.FloatField(allow_null=True)
    error = serializers.CharField()
    error_kind = serializers.CharField()
    seconds = serializers.FloatField()
    cpu_seconds = serializers.FloatField()
    peak_memory = serializers.IntegerField(allow_null=True, help_text="MiB")
    warm_from = serializers.UUIDField(source="warm_from.uuid", default=None, allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


@example("checkpoint", CHECKPOINT)
class CheckpointShown(Shown):
    """A checkpoint: a safetensors file."""

    id = serializers.UUIDField(source="uuid")
    epoch = serializers.IntegerField()
    attempt = serializers.IntegerField()
    values = ObjectField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    created_at = serializers.DateTimeField()


@example("artifact", ARTIFACT)
class ArtifactShown(Shown):
    """A file beside a run."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    kind = serializers.CharField()
    attempt = serializers.IntegerField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    created_at = serializers.DateTimeField()


@example(
    "run",
    {
        **RUN,
        "result": {"f1_macro": 0.94},
        "traceback": "",
        "identity": {"mlp": {"code": "9b71" * 16}},
        "environment": {"python": "3.11.7", "cores": 8, "packages": {"numpy": "2.4.6"}},
        "checkpoints": [CHECKPOINT],
        "artifacts": [ARTIFACT],
    },
)
class RunDetail(RunShown):
    """With its result, error, environment (of the worker), and what it kept."""

    result = JsonField(allow_null=True)
    traceback = serializers.CharField()
    identity = ObjectField(help_text="Hashes of the code and data it depends on.")
    environment = ObjectField(source="environment.description", default=dict)
    checkpoints = CheckpointShown(many=True, source="checkpoints.all")
    artifacts = ArtifactShown(many=True, source="artifacts.all")


class BatchesQuery(serializers.Serializer[object]):
    """Which batches."""

    study = serializers.CharField(required=False, default="", max_length=60)
    experiment = serializers.CharField(required=False, default="", max_length=60)
    status = serializers.ChoiceField(["", *Status.values], required=False, default="")


class RunsQuery(serializers.Serializer[object]):
    """Which runs."""

    status = serializers.ChoiceField(["", *Status.values], required=False, default="")


@example("epochs", {"epochs": 5}, request_only=True)
class EpochsSent(Shape):
    """A new total."""

    epochs = serializers.IntegerField(min_value=1, max_value=10_000_000)


@example("limits", {"priority": 10, "time_limit": 3600, "memory_limit": 2048, "max_attempts": 2}, request_only=True)
class LimitsSent(Shape):
    """How a batch is treated from now on. What is not named stays; null takes a limit away."""

    priority = serializers.IntegerField(min_value=-1000, max_value=1000, required=False)
    time_limit = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, required=False)
    memory_limit = serializers.IntegerField(min_value=64, max_value=2**31 - 1, allow_null=True, required=False)
    max_attempts = serializers.IntegerField(min_value=1, max_value=100, required=False)


@example("queued", {"queued": 12}, response_only=True)
class QueuedShown(Shown):
    """How many runs wait anew."""

    queued = serializers.IntegerField()
